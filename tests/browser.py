"""A real browser for journeys: Chromium as a phone, the portal on a port of its own, with JavaScript and without."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from babel.support import Translations
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine, or_, select
from werkzeug.serving import make_server

from portal import DIST, ROOT
from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.foundation import clock
from portal.foundation.database import PortalSession
from portal.organisations.models import Worker
from portal.people.models import Person
from tests.page_checks import check_page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE = {"width": 360, "height": 740}
PATIENCE = 30_000
"""Milliseconds until something that never comes fails a test: long, because a busy machine is slow and not wrong."""

expect.set_options(timeout=PATIENCE)

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
WAYS = pytest.mark.parametrize(
    ("javascript", "language"), [(True, "en"), (False, "es")], ids=["English with JavaScript", "Spanish without"]
)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a free port of this machine; its address."""
    if data := app.config.get("SETTINGS"):
        # compiling the templates anew for each test's app would take longer than most journeys
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(data.data))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium. Outside CI a machine without it skips; `make chromium` says how to get it."""
    if CHROMIUM is None or not (DIST / "manifest.json").exists():
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium and the built assets: make chromium assets")
        pytest.skip("needs Chromium and the built assets: make chromium assets")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=4 * PATIENCE)
        yield browser
        browser.close()


@contextmanager
def phone(browser: Browser, javascript: bool = True, language: str = "en-GB", keeps: bool = False) -> Iterator[Page]:
    """One phone. Each page it opens is checked, and must fit the screen; a complaint of the browser fails the test.

    `keeps`: it runs the service worker, which other journeys do without, so that the network is theirs to arrange."""
    context = browser.new_context(
        viewport=PHONE,
        java_script_enabled=javascript,
        locale=language,
        service_workers="allow" if keeps else "block",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [said for said in complaints if "status of 4" not in said and not lost_on_the_way(said)] == []


def lost_on_the_way(said: str) -> bool:
    """A connection that this machine dropped because it was busy, or a page left while its parts were on their way:
    what a page needs is asserted by each test."""
    return "net::ERR_" in said or "when fetching the script" in said


def press(page: Page, what: str) -> None:
    """Press this, and wait for the page that it leads to: what is read afterwards is never the page before."""
    with page.expect_navigation():
        page.click(what)


def until(so: Callable[[], bool]) -> None:
    """Wait until this is so, where it is not the page that shows it."""
    end = time.monotonic() + PATIENCE / 1000
    while not so():
        assert time.monotonic() < end, "it has not come about"
        time.sleep(0.05)


def look(page: Page, *words: str) -> str:
    """Wait for these words, check the page that is open once all of it is there, and give all its words."""
    page.wait_for_load_state()
    page.wait_for_selector("h1", state="attached")
    for said in words:
        expect(page.locator("body")).to_contain_text(said, use_inner_text=True)
    check_page(page.content(), page.url)
    wide = page.evaluate("document.documentElement.scrollWidth") if _scripts(page) else PHONE["width"]
    assert wide <= PHONE["width"], f"{page.url} is {wide} pixels wide on a phone of {PHONE['width']}"
    return page.inner_text("body")


def spoken(language: str) -> Callable[..., str]:
    """What the portal's own English says in this language, with values put in: `say("Ask %(name)s", name="Ada")`."""
    catalogue = Translations.load(str(ROOT / "translations"), [language], domain="messages")

    def say(english: str, **values: str) -> str:
        words = catalogue.gettext(english)
        assert language == "en" or words != english, f"{english!r} has no words in {language}"
        return words % values if values else words

    return say


def fill_day(page: Page, name: str, day: str, month: str) -> None:
    """A day of 2019 in the three boxes of this field."""
    for part, value in (("day", day), ("month", month), ("year", "2019")):
        page.fill(f"#{name}-{part}", value)


def enter(page: Page, portal: str, owner: Engine, who: str, language: str = "en") -> None:
    """Signed in on this phone as the person or worker with this import reference, without the pages that do it."""
    with PortalSession(owner) as session:
        account = session.scalars(
            select(Account)
            .outerjoin(Person, Person.id == Account.person_id)
            .outerjoin(Worker, Worker.id == Account.worker_id)
            .where(or_(Person.source_ref == who, Worker.source_ref == who))
        ).one()
        account.language, account.welcomed_at = language, account.welcomed_at or clock.now()
        token = start_device(session, account, "Test phone", second_factor=True)
        session.commit()
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": portal}])


def _scripts(page: Page) -> bool:
    try:
        return bool(page.evaluate("1"))
    except Exception as refused:  # Playwright has no narrower error for a page without scripts
        if "JavaScript" in str(refused):
            return False
        raise
