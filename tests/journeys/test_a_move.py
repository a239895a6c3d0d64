"""Rosa, on her phone: pauses a decision, adds up two rents, and says that she has met who leads next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from portal import create_app
from portal.settings import Settings
from tests.browser import BOTH, enter, look, phone, press, served
from tests.client import Client
from tests.moves.conftest import Around, around
from tests.moves.steps import Walk

pytestmark = pytest.mark.journey
__all__ = ["around"]


def opened(page: Page, heading: str) -> None:
    """The page with this heading is there, whole, and holds what every page must."""
    expect(page.locator("h1")).to_have_text(heading)
    look(page)


@BOTH
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
        enter(page, url, around.database.owner, "P-ROSA")
        page.goto(f"{url}/home")
        press(page, "a:has-text('Your move')")
        opened(page, "Moving")
        assert "Have you" not in look(page, "Noor Aziz")
        press(page, "main a:has-text('Talk it through')")
        opened(page, "Stay or move?")
        press(page, "button:has-text('Pause, we need to think')")
        look(page, "needs a pause", "Nothing is signed until they say: go on.")
        press(page, "main a:has-text('What each way costs')")
        opened(page, "What each way costs")
        page.fill("#move_home_now", "142.50")
        page.fill("#move_home_new", "219.99")
        if javascript:
            expect(page.locator("#sums")).to_contain_text("£4,349.88 in all")
        press(page, "button:has-text('Add it up and save')")
        look(page, "All who talk it through see the same numbers.", "£4,349.88 in all")
        page.goto(f"{url}/moving")
        press(page, "button:has-text('Yes, we have met')")
        look(page, "We wrote it down.", "Nothing changes before they say it too.")
