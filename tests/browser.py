"""A real browser for journeys: Chromium as a phone, the portal on a port of its own, with JavaScript and without."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from portal import DIST
from tests.page_checks import check_page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE = {"width": 360, "height": 740}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a free port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium. Outside CI a machine without it skips; `make chromium` says how to get it."""
    if CHROMIUM is None or not (DIST / "manifest.json").exists():
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium and the built assets: make chromium assets")
        pytest.skip("needs Chromium and the built assets: make chromium assets")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
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
    context.set_default_timeout(10_000)
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


def look(page: Page) -> str:
    """Check the page that is open, once all of it is there, and give its words."""
    page.wait_for_load_state()
    page.wait_for_selector("h1", state="attached")
    check_page(page.content(), page.url)
    if page.context.browser is not None:
        wide = page.evaluate("document.documentElement.scrollWidth") if _scripts(page) else PHONE["width"]
        assert wide <= PHONE["width"], f"{page.url} is {wide} pixels wide on a phone of {PHONE['width']}"
    return page.inner_text("body")


def _scripts(page: Page) -> bool:
    try:
        return bool(page.evaluate("1"))
    except Exception as refused:  # Playwright has no narrower error for a page without scripts
        if "JavaScript" in str(refused):
            return False
        raise
