"""A change of worker, walked by the four it concerns: Rukhsana, Ellen who goes, Tunde who comes, their manager."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, select

from portal import create_app
from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.foundation.database import PortalSession
from portal.handovers.models import Handover
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.settings import Settings
from tests import factories as make
from tests.browser import chromium, look, phone, served
from tests.conftest import Database
from tests.factories.records import moment_of

pytestmark = pytest.mark.journey

NOW = "2019-07-08T10:00"
FOUR = {"RUKHSANA": Person, "ELLEN": Worker, "TUNDE": Worker, "DEBORAH": Worker}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def portal(settings: Settings, database: Database, at: Callable[[str], None]) -> Iterator[str]:
    with database.session() as session:
        place = make.organisation(session, "Kingsford children's services")
        deborah = make.worker(session, place, "Deborah Lyle", ref="DEBORAH", role="Team manager", manager=True)
        place.senior_manager_id = deborah.id
        ellen = make.worker(session, place, "Ellen Marsh", ref="ELLEN", manager_id=deborah.id)
        make.worker(session, place, "Tunde Olawale", ref="TUNDE", manager_id=deborah.id)
        family = make.family(session, place, "Talukdar family", source_ref="F4")
        rukhsana = make.person(session, family, "Rukhsana Talukdar", ref="RUKHSANA")
        make.involvement(session, ellen, family, lead=True)
        make.step(session, make.circle(session, family, rukhsana), ellen, "Ask the college for an early visit")
        session.commit()
    app = create_app(settings, database.web)
    at(NOW)
    with served(app) as url:
        yield url


def come_in(page: Page, portal: str, owner: Engine, who: str, language: str) -> None:
    """As this one, reading in this language."""
    with PortalSession(owner) as session:
        model = FOUR[who]
        column = Account.person_id if model is Person else Account.worker_id
        account = session.scalars(select(Account).join(model, model.id == column).where(model.source_ref == who)).one()
        account.language, account.welcomed_at = language, account.welcomed_at or moment_of("2019-01-01T09:00")
        token = start_device(session, account, "A phone", second_factor=True)
        session.commit()
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": portal}])


def fill_day(page: Page, name: str, day: str, month: str) -> None:
    for part, value in (("day", day), ("month", month), ("year", "2019")):
        page.fill(f"#{name}-{part}", value)


WORDS = {
    "en": {
        "hand over": "Hand over", "ask": "Ask them to take over", "yes": "Yes, I take over",
        "save": "Save for Rukhsana",
        "met?": "Have you met", "met": "We have met", "pass": "Pass these on", "finish": "The handover is finished",
        "open": "is still open", "done": "Nothing was left behind", "changes": "Ellen Marsh, then Tunde Olawale",
        "you met": "You said: we have met.", "say": "Say yes or no",
    },
    "es": {
        "hand over": "Pasar el relevo", "ask": "Pedirle que siga", "yes": "Sí, sigo yo",
        "save": "Guardar para Rukhsana",
        "met?": "¿Ya se conocen", "met": "Ya nos conocemos", "pass": "Pasar esto", "finish": "El relevo está acabado",
        "open": "sigue abierta", "done": "No quedó nada atrás", "changes": "Ellen Marsh, después Tunde Olawale",
        "you met": "Has dicho: ya nos conocemos.", "say": "Di sí o no",
    },
}  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_ellen_hands_over_to_tunde_and_rukhsana_meets_him_before_ellen_is_gone(
    browser: Browser, portal: str, database: Database, javascript: bool, language: str
) -> None:
    said, owner = WORDS[language], database.owner
    with phone(browser, javascript) as page:
        come_in(page, portal, owner, "DEBORAH", language)
        page.goto(f"{portal}/work/families/F4")
        page.click(f"a:has-text('{said['hand over']}') >> nth=0")
        look(page)
        page.select_option("#colleague", label="Tunde Olawale, Social worker")
        fill_day(page, "meets_on", "8", "7")
        fill_day(page, "last_day", "22", "7")
        page.fill("#reason", "New job in another town")
        page.click(f"button:has-text('{said['ask']}')")
        look(page)
    with phone(browser, javascript) as page:
        come_in(page, portal, owner, "RUKHSANA", language)
        page.goto(f"{portal}/home")
        assert "Tunde" not in look(page)
    with phone(browser, javascript) as page:
        come_in(page, portal, owner, "TUNDE", language)
        page.goto(f"{portal}/work/")
        page.click(f"a:has-text('{said['say']}')")
        look(page)
        page.click(f"button:has-text('{said['yes']}')")
        page.fill("#hello", "I am Tunde. I have read it all.")
        page.click(f"button:has-text('{said['save']}')")
        look(page)
    with phone(browser, javascript) as page:
        come_in(page, portal, owner, "RUKHSANA", language)
        page.goto(f"{portal}/home")
        assert said["changes"] in look(page)
        page.click(f"a:has-text('{said['met?']}')")
        assert "I am Tunde. I have read it all." in look(page)
        page.click(f"button:has-text('{said['met']}')")
        assert said["you met"] in look(page)
    with phone(browser, javascript) as page:
        come_in(page, portal, owner, "ELLEN", language)
        with database.session() as session:
            ref = session.scalars(select(Handover.ref)).one()
        page.goto(f"{portal}/work/families/F4/handovers/{ref}")
        page.click(f"button:has-text('{said['finish']}')")
        assert said["open"] in look(page)
        page.click(f"button:has-text('{said['pass']}')")
        look(page)
        page.click(f"button:has-text('{said['finish']}')")
        assert said["done"] in look(page)
