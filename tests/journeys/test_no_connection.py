"""A phone that has lost its connection: help now is there, the chosen card is there, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from portal import create_app
from portal.access.models import Account
from portal.foundation.clock import LONDON
from portal.organisations.models import DutyNumbers, Organisation, Worker
from portal.settings import Settings
from tests.browser import enter, look, phone, press, served
from tests.conftest import Database

pytestmark = pytest.mark.journey

READY = """async () => {
    for (let tries = 0; tries < 1200; tries++) {
        const ready = (await caches.keys()).includes("help") && await caches.match("/help-now", { cacheName: "help" });
        if (ready && navigator.serviceWorker.controller) return true;
        await new Promise((go) => setTimeout(go, 50));
    }
    return false;
}"""
STORED = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) {
            const answer = await (await caches.open(name)).match(request);
            found.push([name, new URL(request.url).pathname + new URL(request.url).search, await answer.text()]);
        }
    return found;
}"""


@pytest.fixture
def portal(settings: Settings, sample: Database, at: Callable[[str], None]) -> Iterator[str]:
    app = create_app(settings, sample.web)
    at("2019-07-15T10:00")
    with sample.session() as session:
        session.execute(update(Account).values(language="en", welcomed_at=datetime(2019, 6, 1, tzinfo=LONDON)))
        borough = session.scalars(select(Organisation).where(Organisation.source_ref == "ORG-BRV")).one_or_none()
        borough = borough or session.scalars(select(Organisation).where(Organisation.name.like("Brook Vale%"))).first()
        numbers = {"day_phone": "020 7946 0111", "night_phone": "020 7946 0999", "checked_on": date(2019, 7, 1)}
        anybody = session.scalars(select(Worker.id)).first()
        session.add(
            DutyNumbers(
                organisation_id=borough.id,
                **numbers,
                changed_by_id=anybody,
                changed_at=datetime(2019, 7, 1, tzinfo=LONDON),
            )
        )
        session.commit()
    with served(app) as url:
        yield url


def opened(page: Page, address: str) -> None:
    page.goto(address)
    assert page.evaluate(READY), "help now was not made ready"


@pytest.mark.parametrize(("language", "word"), [("en", "Childline"), ("es", "Ayuda ahora")])
def test_help_now_opens_without_a_connection(browser: Browser, portal: str, language: str, word: str) -> None:
    with phone(browser, language="es-ES" if language == "es" else "en-GB", keeps=True) as page:
        opened(page, f"{portal}/")
        page.context.set_offline(True)
        page.goto(f"{portal}/help-now")
        look(page, word)
        assert page.get_attribute("html", "lang") == language
        expect(page.locator("[data-offline]")).to_be_visible()
        expect(page.locator("a[href='tel:999']")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.btn.warn')).minHeight") != "0px", (
            "its style too"
        )
        page.goto(f"{portal}/guidance/knives")
        expect(page, "what is not there leads to what is").to_have_url(f"{portal}/help-now")


def test_another_language_is_there_once_it_was_read(browser: Browser, portal: str) -> None:
    with phone(browser, keeps=True) as page:
        opened(page, f"{portal}/help-now")
        press(page, "a[hreflang=es]")
        page.wait_for_function("async () => Boolean(await caches.match('/help-now?lang=es', { cacheName: 'help' }))")
        page.context.set_offline(True)
        page.goto(f"{portal}/help-now?lang=es")
        assert page.get_attribute("html", "lang") == "es"
        page.goto(f"{portal}/help-now?lang=en")
        assert page.get_attribute("html", "lang") == "en"


def test_nothing_private_and_nothing_read_is_ever_stored(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser, keeps=True) as page:
        enter(page, portal, sample.owner, "P-ROSA")
        opened(page, f"{portal}/home")
        for path in (
            "/plan",
            "/network",
            "/guidance/getting-out",
            "/guidance/search?q=debt",
            "/show-this",
            "/help-now",
        ):
            page.goto(portal + path)
        stored = page.evaluate(STORED)
        assert {name for name, _, _ in stored} == {"help"}
        for _, path, words in stored:
            assert path.startswith(("/help-now", "/static/")), path
            for private in ("Rosa", "Marin", "Amina", "csrf"):
                assert path.startswith("/static/") or private not in words, f"{path} holds {private}"


def test_the_card_is_kept_by_choice_and_exit_takes_it_off(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser, keeps=True) as page:
        page.context.route("**/*bbc*/**", lambda route: route.fulfill(body="<title>Weather</title><h1>Sunny</h1>"))
        enter(page, portal, sample.owner, "P-ROSA")
        opened(page, f"{portal}/show-this")
        look(page)
        page.click("[data-keep]")
        page.wait_for_selector("[data-kept]:visible")
        page.context.set_offline(True)
        page.goto(f"{portal}/help-now")
        press(page, "a[href='/kept']")
        assert "Rosa" not in look(page, "Amina Yusuf", "020 7946 0999")
        page.context.set_offline(False)
        page.goto(f"{portal}/home")
        page.click("a[href^='/exit']")
        page.wait_for_url("**bbc**")
        page.goto(f"{portal}/help-now")
        page.wait_for_function("async () => !(await caches.keys()).includes('kept')")
        page.goto(f"{portal}/kept")
        look(page, "Nothing is kept on this phone")
        assert {name for name, _, _ in page.evaluate(STORED)} == {"help"}


def test_it_is_taken_off_with_one_tap_and_without_a_connection(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser, keeps=True) as page:
        enter(page, portal, sample.owner, "P-ROSA")
        opened(page, f"{portal}/show-this")
        page.click("[data-keep]")
        page.wait_for_selector("[data-kept]:visible")
        page.context.set_offline(True)
        page.goto(f"{portal}/kept")
        page.click("[data-forget]")
        page.wait_for_url("**/help-now")
        expect(page.locator("a[href='/kept']")).to_be_hidden()


def test_without_scripts_the_page_says_what_else_to_do(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser, javascript=False) as page:
        enter(page, portal, sample.owner, "P-ROSA")
        page.goto(f"{portal}/show-this")
        look(page, "A photo of the screen does the same")
        expect(page.locator("[data-keep]")).to_be_hidden()


def test_a_word_is_explained_where_it_stands_without_a_connection(browser: Browser, portal: str) -> None:
    with phone(browser, javascript=False) as page:
        page.goto(f"{portal}/guidance/meetings-and-plans")
        page.context.set_offline(True)
        page.click("main a.term[href='#word-section-47']")
        meaning = page.locator("#word-section-47")
        expect(meaning).to_be_visible()
        meaning.locator("a").click()
        expect(meaning).to_be_hidden()
