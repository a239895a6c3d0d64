"""Leo tells it once, from a phone that dies half-way; Rosa sees one thing differently, and says what is still true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from portal import create_app
from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.assessments.models import Draft, Statement
from portal.people.models import Person
from portal.settings import Settings
from tests.browser import look, phone, served
from tests.conftest import Database

pytestmark = pytest.mark.journey
AT = "2019-07-15T10:00"
WORDS = "It began in spring, near the club."


@contextmanager
def phone_of(
    browser: Browser, database: Database, url: str, who: str, javascript: bool, language: str = "en"
) -> Iterator[Page]:
    """A phone on which this person is signed in, and reads in this language."""
    with database.session() as session:
        account = session.scalars(
            select(Account).join(Person, Person.id == Account.person_id).where(Person.source_ref == who)
        ).one()
        account.language = language
        token = start_device(session, account, "Phone")
        session.commit()
    with phone(browser, javascript) as page:
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
        yield page


def count(database: Database, model: type[Draft] | type[Statement]) -> int:
    """How many there are."""
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_leo_writes_and_the_phone_dies_half_way(
    browser: Browser, settings: Settings, sample: Database, at: Callable[[str], None], javascript: bool
) -> None:
    before = count(sample, Statement)
    app = create_app(settings, sample.web)
    at(AT)  # making an app lets its clock run
    with served(app) as url:
        with phone_of(browser, sample, url, "P-LEO", javascript) as page:
            page.goto(f"{url}/assessment")
            page.get_by_role("link", name="Write in your own words").first.click()
            expect(page.locator("h1")).to_have_text("What is it about?")
            look(page)
            page.locator("a[href$='/hopes']").click()
            expect(page.locator("#words")).to_be_visible()
            expect(page.locator("main")).not_to_contain_text("solicitor")
            page.go_back()
            page.locator("a[href$='/harm']").click()
            expect(page.locator("main")).to_contain_text("Speak to your solicitor first")
            words = look(page)
            assert words.index("solicitor") < words.index("Rosa"), "before anything can be written"
            address = page.url
            page.get_by_label("Rosa Marin").check()
            if javascript:
                page.locator("#words textarea").press_sequentially(WORDS)
                expect(page.locator("#kept")).to_contain_text("Kept. Only you can see it.")
            else:
                page.locator("#words textarea").fill(WORDS)
                page.get_by_role("button", name="Keep as a draft").click()
                expect(page.locator("#words textarea")).to_have_value(WORDS)
        assert count(sample, Draft) == 1 and count(sample, Statement) == before, "nothing is said yet"

        # the phone is dead: on another one it stands where it was, with the name that was chosen
        with phone_of(browser, sample, url, "P-LEO", javascript) as page:
            page.goto(f"{url}/assessment")
            expect(page.locator("main")).to_contain_text("began to write")
            page.goto(address)
            expect(page.locator("#words textarea")).to_have_value(WORDS)
            expect(page.get_by_label("Rosa Marin")).to_be_checked()
            look(page)
            page.get_by_role("button", name="Save it for good").click()
            expect(page.locator("main")).to_contain_text("It stands here for good")
            expect(page.locator("main")).to_contain_text(WORDS)
            look(page)
            page.get_by_role("button", name="Still true", exact=True).click()
            expect(page.locator("main")).to_contain_text("It says so beside it, with today's date.")
        assert count(sample, Draft) == 0 and count(sample, Statement) == before + 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_rosa_sees_it_differently_in_her_own_language(
    browser: Browser, settings: Settings, sample: Database, at: Callable[[str], None], javascript: bool
) -> None:
    app = create_app(settings, sample.web)
    at(AT)
    before = count(sample, Statement)
    with served(app) as url, phone_of(browser, sample, url, "P-ROSA", javascript, "es") as page:
        page.goto(f"{url}/assessment")
        expect(page.locator("html")).to_have_attribute("lang", "es")
        look(page)
        page.get_by_role("link", name="Lo veo de otra manera").first.click()
        expect(page.locator("#words")).to_be_visible()
        look(page)
        # what is empty is said kindly, and nothing is saved
        page.locator("#words button.btn:not(.quiet)").click()
        expect(page.locator(".govuk-error-summary, [role=alert]").first).to_be_visible()
        look(page)
        page.locator("#words textarea").fill("Para mí fue distinto: él quería volver a la escuela.")
        page.locator("#words button.btn:not(.quiet)").click()
        page.wait_for_url(re.compile("/assessment/said/[^/]+$"))
        expect(page.locator("main")).to_contain_text("Para mí fue distinto")
        look(page)
        # what she no longer finds true leads on to how it is now
        page.locator("form[action$='/still'] button.quiet").click()
        page.wait_for_url(re.compile("/change$"))
        expect(page.locator("#words textarea")).to_be_visible()
        look(page)
    assert count(sample, Statement) == before + 1
    with sample.session() as session:
        newest = session.scalars(select(Statement).order_by(Statement.id.desc()).limit(1)).one()
        assert newest.language == "es" and newest.disagrees_with_id is not None
    with served(app) as url, phone_of(browser, sample, url, "P-ROSA", javascript) as page:
        page.goto(f"{url}/assessment")
        expect(page.locator("main")).to_contain_text("Para mí fue distinto")
        look(page)
