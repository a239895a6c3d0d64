"""Rosa, on her phone: pauses a decision, adds up two rents, and says that she has met who leads next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from portal import create_app
from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.people.models import Person
from portal.settings import Settings
from tests.browser import chromium, look, phone, served
from tests.client import Client
from tests.moves.conftest import Around, around
from tests.moves.steps import Walk

pytestmark = pytest.mark.journey
__all__ = ["around"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def signed_in(page: Page, url: str, around: Around, who: str) -> None:
    """Come in as this person, without the sign-in pages, which have a journey of their own."""
    with around.database.session() as session:
        account = session.scalars(
            select(Account).join(Person, Person.id == Account.person_id).where(Person.source_ref == who)
        ).one()
        account.language = "en"
        token = start_device(session, account, "Phone")
        session.commit()
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": url}])


def opened(page: Page, heading: str) -> None:
    """The page with this heading is there, whole, and holds what every page must."""
    expect(page.locator("h1")).to_have_text(heading)
    look(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_rosa_pauses_adds_up_and_says_that_they_met(
    browser: Browser, settings: Settings, around: Around, visit: Callable[..., Client], javascript: bool
) -> None:
    walk = Walk(around, visit)
    walk.start()
    walk.accept()
    walk.day = "2019-07-02"
    walk.join("W-NEW")
    grace, path = walk.as_("W-OLD"), f"{walk.work}/talk/new"
    grace.submit(path, {"borough": "", "readers": walk.readers(grace.soup(path))}, to=path, status=303)
    with served(create_app(settings, around.database.web)) as url, phone(browser, javascript) as page:
        walk.as_("W-OLD")  # the clock is the portal's, and stands on the second of July
        signed_in(page, url, around, "P-ROSA")
        page.goto(f"{url}/home")
        page.click("a:has-text('Your move')")
        opened(page, "Moving")
        assert "Have you" not in look(page) and "Noor Aziz" in look(page)
        page.click("main a:has-text('Talk it through')")
        opened(page, "Stay or move?")
        page.click("button:has-text('Pause, we need to think')")
        expect(page.locator("main")).to_contain_text("needs a pause")
        assert "Nothing is signed until they say: go on." in look(page)
        page.click("main a:has-text('What each way costs')")
        opened(page, "What each way costs")
        page.fill("#move_home_now", "142.50")
        page.fill("#move_home_new", "219.99")
        if javascript:
            expect(page.locator("#sums")).to_contain_text("£4,349.88 in all")
        page.click("button:has-text('Add it up and save')")
        expect(page.locator("main")).to_contain_text("All who talk it through see the same numbers.")
        assert "£4,349.88 in all" in look(page)
        page.goto(f"{url}/moving")
        page.click("button:has-text('Yes, we have met')")
        expect(page.locator("main")).to_contain_text("We wrote it down.")
        assert "Nothing changes before they say it too." in look(page)
