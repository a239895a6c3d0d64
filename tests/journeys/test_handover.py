"""A change of worker, walked by the four it concerns: Rukhsana, Ellen who goes, Tunde who comes, their manager."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from portal import create_app
from portal.handovers.models import Handover
from portal.settings import Settings
from tests import factories as make
from tests.browser import BOTH, enter, fill_day, look, phone, press, served
from tests.conftest import Database

pytestmark = pytest.mark.journey

NOW = "2019-07-08T10:00"


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
        "met?": "¿Ya os conocéis", "met": "Ya nos conocemos", "pass": "Pasar esto", "finish": "El relevo está acabado",
        "open": "sigue abierta", "done": "No quedó nada atrás", "changes": "Ellen Marsh, después Tunde Olawale",
        "you met": "Has dicho: ya nos conocemos.", "say": "Di sí o no",
    },
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("language", ["en", "es"])
def test_ellen_hands_over_to_tunde_and_rukhsana_meets_him_before_ellen_is_gone(
    browser: Browser, portal: str, database: Database, javascript: bool, language: str
) -> None:
    said, owner = WORDS[language], database.owner
    with phone(browser, javascript) as page:
        enter(page, portal, owner, "DEBORAH", language)
        page.goto(f"{portal}/work/families/F4")
        press(page, f"a:has-text('{said['hand over']}') >> nth=0")
        look(page)
        page.select_option("#colleague", label="Tunde Olawale, Social worker")
        fill_day(page, "meets_on", "8", "7")
        fill_day(page, "last_day", "22", "7")
        page.fill("#reason", "New job in another town")
        press(page, f"button:has-text('{said['ask']}')")
        look(page)
    with phone(browser, javascript) as page:
        enter(page, portal, owner, "RUKHSANA", language)
        page.goto(f"{portal}/home")
        assert "Tunde" not in look(page)
    with phone(browser, javascript) as page:
        enter(page, portal, owner, "TUNDE", language)
        page.goto(f"{portal}/work/")
        press(page, f"a:has-text('{said['say']}')")
        look(page)
        press(page, f"button:has-text('{said['yes']}')")
        page.fill("#hello", "I am Tunde. I have read it all.")
        press(page, f"button:has-text('{said['save']}')")
        look(page)
    with phone(browser, javascript) as page:
        enter(page, portal, owner, "RUKHSANA", language)
        page.goto(f"{portal}/home")
        look(page, said["changes"])
        press(page, f"a:has-text('{said['met?']}')")
        look(page, "I am Tunde. I have read it all.")
        press(page, f"button:has-text('{said['met']}')")
        look(page, said["you met"])
    with phone(browser, javascript) as page:
        enter(page, portal, owner, "ELLEN", language)
        with database.session() as session:
            ref = session.scalars(select(Handover.ref)).one()
        page.goto(f"{portal}/work/families/F4/handovers/{ref}")
        press(page, f"button:has-text('{said['finish']}')")
        look(page, said["open"])
        press(page, f"button:has-text('{said['pass']}')")
        look(page)
        press(page, f"button:has-text('{said['finish']}')")
        look(page, said["done"])
