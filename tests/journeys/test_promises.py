"""Rosa asks why and adds a step, Leo answers an offer, Amina keeps a step: in a browser, on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

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

NOW = "2019-07-15T10:00"
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def portal(settings: Settings, sample: Database, at: Callable[[str], None]) -> Iterator[str]:
    app = create_app(settings, sample.web)
    at(NOW)
    with sample.session() as session:
        session.execute(update(Account).values(language="en"))
        session.commit()
    with served(app) as url:
        yield url


def enter(page: Page, portal: str, sample: Database, who: str) -> None:
    """Come in without the sign-in pages, which have journeys of their own."""
    with sample.session() as session:
        account = session.scalars(
            select(Account)
            .outerjoin(Person, Person.id == Account.person_id)
            .outerjoin(Worker, Worker.id == Account.worker_id)
            .where((Person.source_ref == who) | (Worker.source_ref == who))
        ).one()
        token = start_device(session, account, "Journey", second_factor=True)
        session.commit()
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": portal}])


@BOTH
def test_rosa_asks_why_and_amina_answers(browser: Browser, portal: str, sample: Database, javascript: bool) -> None:
    with phone(browser, javascript) as rosa, phone(browser, javascript) as amina:
        enter(rosa, portal, sample, "P-ROSA")
        enter(amina, portal, sample, "W-BRV-SW1")
        rosa.goto(f"{portal}/home")
        rosa.click("li.promise:has-text('Kingsford') >> text=Ask why")
        assert "Amina will read this" in look(rosa)
        rosa.fill("textarea", "When will you ask them? He is afraid to go there.")
        rosa.click("button:has-text('Send to Amina')")
        assert "Amina answers by 22 July." in look(rosa)
        amina.goto(f"{portal}/work/families/F1/plan")
        amina.click("text=Ask Kingsford what they know")
        assert "He is afraid to go there." in look(amina)
        amina.click("button:has-text('It is done')")
        assert "Amina Yusuf said that it is done." in look(amina)
        rosa.reload()
        assert "Done on 15 July." in look(rosa)


@BOTH
def test_rosa_adds_a_step_and_ticks_it(browser: Browser, portal: str, sample: Database, javascript: bool) -> None:
    with phone(browser, javascript) as page:
        enter(page, portal, sample, "P-ROSA")
        page.goto(f"{portal}/plan")
        page.click("text=Add a step")
        page.click("button:has-text('Add it to the plan')")
        assert "Write what will be done." in look(page)
        page.fill("#text", "Ring the college on Monday")
        page.check("label:has-text('I do it')")
        page.check("input[name=readers] + label:has-text('Leo Marin')")
        page.click("button:has-text('Add it to the plan')")
        assert "Ring the college on Monday" in look(page)
        page.click("a:has-text('Ring the college on Monday')")
        assert "Rosa and Leo will see this." in look(page) or "Leo and Rosa will see this." in look(page)
        page.click("button:has-text('I have done it')")
        assert "Done on 15 July." in look(page)


@BOTH
def test_an_offer_comes_back_and_leo_says_yes(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as nadia, phone(browser, javascript) as leo:
        enter(nadia, portal, sample, "W-BRV-DIR")
        enter(leo, portal, sample, "P-LEO")
        nadia.goto(f"{portal}/work/families/F1/help")
        nadia.click("section:has-text('A mental-health assessment, for Leo') >> text=Offer it again")
        look(nadia)
        nadia.click("button:has-text('Offer it')")
        look(nadia)
        leo.goto(f"{portal}/home")
        leo.click("text=Say yes, or not now")
        look(leo)
        leo.check("label:has-text('Yes, please')")
        leo.click("button:has-text('Send my answer')")
        assert "Leo said yes on 15 July." in look(leo)


@BOTH
def test_a_safety_plan_is_written_and_leo_changes_his_part(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as amina, phone(browser, javascript) as leo:
        enter(amina, portal, sample, "W-BRV-SW1")
        enter(leo, portal, sample, "P-LEO")
        amina.goto(f"{portal}/work/families/F1/safety/new")
        amina.check("label:has-text('Leo Marin')")
        amina.fill("textarea >> nth=0", "I text when I leave")
        amina.fill("#calls", "999 in danger")
        amina.click("button:has-text('Save it for them')")
        assert "For Leo" in look(amina)
        leo.goto(f"{portal}/safety")
        assert "I text when I leave" in look(leo)
        leo.click("text=Change what I do")
        leo.fill("textarea", "I stay in after nine")
        leo.click("button:has-text('Save')")
        assert "I stay in after nine" in look(leo)


@BOTH
def test_leo_says_in_spanish_who_he_would_like_to_work_with(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as page:
        enter(page, portal, sample, "P-LEO")
        page.goto(f"{portal}/mentor?lang=es")
        assert "Un mentor para ti" in look(page)
        page.goto(f"{portal}/mentor/say?lang=es")
        look(page)
        page.check("label:has-text('Un hombre')")
        page.fill("#words", "Que no apunte todo")
        page.click("button:has-text('Guardarlo')")
        assert "Que no apunte todo" in look(page)
