"""While the family moves, somebody with no_address learns nothing: no text, no calendar entry, no error, no log."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from portal.access.models import Account, Phone
from portal.foundation.fields import keyed_hash
from portal.foundation.jobs import Worker
from portal.messages.gateways.simulator import Simulator
from portal.messages.jobs import Outbox
from portal.messages.models import TextMessage
from portal.organisations.models import Worker as Professional
from portal.people.models import Family, Person
from tests import factories as make
from tests.client import Client
from tests.moves.conftest import HIDDEN, Around
from tests.moves.steps import Walk, day

CALENDAR = "/appointments/calendar"


def whole_family_meets(around: Around) -> None:
    """A date that Daniel knows of too, in a place he may not know; and a number of his for texts."""
    with around.database.session() as session:
        people = {row.source_ref: row for row in session.scalars(select(Person))}
        dan = people["P-DAN"]
        noor = session.scalars(select(Professional).where(Professional.source_ref == "W-NEW")).one()
        circle = make.circle(session, session.get_one(Family, dan.family_id), dan, people["P-LEO"])
        make.appointment(
            session, circle, noor, "2019-07-20T10:00", dan, purpose="Meeting in Newfield", place="Newfield town hall"
        )
        account = session.scalars(select(Account).where(Account.person_id == dan.id)).one()
        number = "+447700900177"
        row = {"account_id": account.id, "family_id": dan.family_id, "number": number}
        session.add(Phone(**row, number_hash=keyed_hash(number)))
        session.commit()


def clean(words: str, where: str) -> None:
    """None of what is hidden stands there, but for who leads by name."""
    for word in HIDDEN:
        if word not in ("Noor", "Nadia"):  # who leads next, and who is above them, are his to know once they lead
            assert word.lower() not in words.lower(), f"{word} in {where}"


def test_no_text_calendar_entry_error_or_log_tells(
    around: Around, visit: Callable[..., Client], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    walk = Walk(around, visit)
    whole_family_meets(around)
    walk.start()
    walk.accept()
    walk.day = "2019-07-03"
    walk.join("W-NEW")
    walk.lead_met(on=date(2019, 7, 3))
    walk.family_met()
    walk.day = "2019-07-04"
    path = f"{walk.work}/{walk.move_ref()}/moved"
    walk.as_("W-NEW").submit(path, day("day", date(2019, 7, 4)), to=path, status=303)
    Worker(around.database.worker, [Outbox(Simulator())], []).drain()
    with around.database.session() as session:
        his = session.scalars(
            select(TextMessage).join(Person, Person.id == TextMessage.person_id).where(Person.source_ref == "P-DAN")
        )
        for text in his:
            clean(text.body or "", f"a text ({text.wording})")
            assert not (text.wording or "").startswith(("move_", "school_"))
    caplog.clear()
    capsys.readouterr()
    daniel = walk.as_("P-DAN")
    daniel.submit(CALENDAR, {}, to=CALENDAR, status=303)
    feed = re.search(r"/calendar/[\w-]+\.ics", daniel.text(CALENDAR))
    assert feed is not None
    entries = daniel.browser.get(feed[0]).get_data(as_text=True)
    assert "BEGIN:VEVENT" in entries, "there is an entry of his to look at"
    clean(entries, "the calendar")
    move = walk.move_ref()
    for method, where in (
        ("GET", "/moving"), ("GET", "/moving/talk"), ("GET", "/moving/money"), ("GET", "/school"),
        ("GET", "/assessment/where"), ("POST", f"/moving/{move}/met"), ("POST", f"/moving/{move}/not-met"),
        ("POST", "/moving/talk/stance"), ("PUT", "/moving"), ("GET", f"/moving/{move}"), ("GET", f"/work/moves/{move}"),
    ):  # fmt: skip
        answer = daniel.browser.open(where, method=method)
        assert answer.status_code in (400, 404, 405), f"{method} {where}"
        clean(f"{answer.headers}{answer.get_data(as_text=True)}", f"{method} {where}")
    logged = "".join(record.getMessage() for record in caplog.records) + "".join(capsys.readouterr())
    clean(logged, "the log")
