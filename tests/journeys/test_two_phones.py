"""Two phones side by side: a boy and his mother book, move and call off by text and on the page, and a worker sees
every text and its fate; with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from portal.availability.models import WorkHours, WorkRule
from portal.conversations.jobs import still_right
from portal.foundation.database import PortalSession
from portal.foundation.jobs import Worker
from portal.messages.gateways.simulator import Simulator
from portal.messages.jobs import Outbox, tell_workers
from portal.organisations.models import Worker as WorkerRow
from portal.reminders.jobs import plan_reminders
from tests.browser import BOTH, enter, look, phone, press
from tests.conftest import Database

pytestmark = pytest.mark.journey

LEO, ROSA = "447700900101", "447700900102"


def say(page: Page, number: str, body: str, *answer: str) -> None:
    """Text this from one of the phones, and wait for the answer on it."""
    page.fill(f"#body-{number}", body)
    press(page, f"#phone-{number} form button")
    look(page)
    lines = page.locator(f"#lines-{number} li.text:not(.mine)")
    said = lines.last.inner_text()
    for words in answer:
        assert words in said, f"{body!r} on {number} was answered: {said}"


def open_the_week(database: Database) -> None:
    """Marcus can be met on Thursday and Friday afternoons."""
    with database.session() as session:
        marcus = session.scalars(select(WorkerRow.id).where(WorkerRow.source_ref == "W-ASH-TY1")).one()
        session.add(WorkRule(worker_id=marcus, open=True, minutes=60, gap_minutes=0, notice_hours=2, ahead_days=28))
        for weekday in (3, 4):
            session.add(
                WorkHours(worker_id=marcus, weekday=weekday, starts=time(16), ends=time(19), place=None, by_phone=True)
            )
        session.commit()


def let_the_worker_run(database: Database) -> None:
    """What the worker process does by itself."""
    with PortalSession(database.worker) as session:
        plan_reminders(session)
        session.commit()
    Worker(database.worker, [Outbox(Simulator(), {"appointment": still_right})], ()).drain()
    with PortalSession(database.worker) as session:
        tell_workers(session)
        session.commit()


@BOTH
def test_two_phones_book_move_and_call_off_and_a_worker_sees_it_all(
    browser: Browser, portal: str, sample: Database, javascript: bool, at: Callable[[str], None]
) -> None:
    open_the_week(sample)
    with phone(browser, javascript) as page:
        page.goto(f"{portal}/demo/phones?number=%2B{LEO}&number=%2B{ROSA}")
        look(page, "No texts yet.")
        say(page, LEO, "can i see marcus thurs after school", "1) Thu 16:00", "2) Thu 17:00")
        # what somebody else takes meanwhile is gone, and there are others
        say(page, ROSA, "reservar", "1) jue 16:00")
        say(page, ROSA, "1", "jue 16:00")
        say(page, LEO, "1", "That time has just gone.", "Thu 17:00")
        say(page, LEO, "1", "Done. Thu 17:00 by phone.")
        say(page, LEO, "MOVE", "Which one? 1) Thu 17:00")
        say(page, LEO, "1", "1)")
        say(page, LEO, "friday 5pm", "Fri 17:00")
        say(page, LEO, "1", "Fri 17:00 by phone")
        say(page, LEO, "NEXT", "Fri")
        say(page, ROSA, "no puedo", "1) jue 16:00")
        say(page, ROSA, "1", "jue 16:00", "Responde")
        say(page, LEO, "WHO", "M")
        # each phone has its own texts
        assert "Fri 17:00" not in page.inner_text(f"#lines-{ROSA}")
    with phone(browser, javascript) as page:
        enter(page, portal, sample.owner, "P-LEO")
        page.goto(f"{portal}/appointments")
        look(page, "19 July", "17:00")
        page.goto(f"{portal}/home")
        look(page)
        press(page, "text=Book time with Marcus")
        look(page)
        page.check("input[name=slot][value='2019-07-18T16:00']")
        press(page, "text=Take this time")
        look(page, "16:00")
    at("2019-07-17T16:30")
    let_the_worker_run(sample)
    with phone(browser, javascript) as page:
        page.goto(f"{portal}/demo/phone/+{LEO}")
        look(page, "tomorrow 16:00 with M.")
    with phone(browser, javascript) as page:
        enter(page, portal, sample.owner, "W-BRV-SW1")
        page.goto(f"{portal}/work/families/F1/texts")
        words = look(page, "From Leo Marin", "To Rosa Marin", "can i see marcus thurs after school")
        assert "tomorrow 16:00 with M." in words
        # the reminders to come, and nothing that nobody knows of
        assert "Waits until" in words
        assert "Nobody knows" not in words and "Did not arrive" not in words
