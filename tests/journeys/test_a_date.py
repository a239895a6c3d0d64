"""A date from a phone: a mentor opens his week, a boy books, moves and calls off; with scripts and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import or_, select

from portal import create_app
from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.settings import Settings
from tests.browser import chromium, look, phone, served
from tests.conftest import Database

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def portal(settings: Settings, sample: Database, at: Callable[[str], None]) -> Iterator[str]:
    app = create_app(settings, sample.web)
    at("2019-07-15T10:00")
    with served(app) as url:
        yield url


def come_in(page: Page, portal: str, database: Database, who: str, language: str) -> None:
    """Signed in on this phone, without the pages that do it."""
    with database.session() as session:
        account = session.scalars(
            select(Account)
            .outerjoin(Person, Person.id == Account.person_id)
            .outerjoin(Worker, Worker.id == Account.worker_id)
            .where(or_(Person.source_ref == who, Worker.source_ref == who))
        ).one()
        account.language = language
        token = start_device(session, account, "Test phone", second_factor=True)
        session.commit()
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": portal}])


WORDS = {
    "en": ("Book time with Marcus", "Take this time", "Find another time", "Move it to this time", "I can't come",
           "Tell Marcus I can't come", "You said you'll be there", "You called it off"),
    "es": ("Reserva un rato con Marcus", "Quedarme con esta hora", "Busca otra hora", "Cambiarla a esta hora",
           "No puedo ir", "Decir a Marcus que no puedo ir", "Dijiste que irás", "La anulaste"),
}  # fmt: skip


@pytest.mark.parametrize(("javascript", "language"), [(True, "en"), (False, "es")])
def test_a_boy_books_moves_and_calls_off(
    browser: Browser, portal: str, sample: Database, javascript: bool, language: str
) -> None:
    with phone(browser, javascript) as page:
        come_in(page, portal, sample, "W-ASH-TY1", "en")
        page.goto(f"{portal}/work/availability/hours")
        look(page)
        page.check("input[name=weekdays][value='3']")
        page.fill("input[name=starts]", "16:00")
        page.fill("input[name=ends]", "19:00")
        page.fill("input[name=place]", "Library cafe")
        page.click("main form button")
        assert "16:00–19:00" in look(page)
    book, take, another, move, cannot, tell, coming, off = WORDS[language]
    with phone(browser, javascript) as page:
        come_in(page, portal, sample, "P-LEO", language)
        page.goto(f"{portal}/home")
        look(page)
        page.click(f"text={book}")
        look(page)
        page.check("input[name=slot][value='2019-07-18T16:00']")
        page.click(f"text={take}")
        said = look(page)
        assert "16:00" in said and coming in said and "Library cafe" in said
        page.click(f"text={another}")
        look(page)
        page.check("input[name=slot][value='2019-07-18T17:15']")
        page.click(f"text={move}")
        assert "17:15" in look(page)
        page.click(f"text={cannot}")
        look(page)
        page.click(f"text={tell}")
        assert off in look(page)
