"""A mother on a bus: from her number to the first page, her people, the plan, and out again, leaving nothing behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from portal import create_app
from portal.access.models import Account, Device
from portal.foundation.phones import number_hash
from portal.messages.models import TextMessage
from portal.settings import Settings
from tests.browser import BOTH, look, phone, press, served, until
from tests.conftest import Database

pytestmark = pytest.mark.journey

NOW = "2019-07-15T10:00"
BORN = {"+447700900102": ("11", "3", "1975"), "+447700900103": ("21", "8", "1972")}
PLACES = (("People", "Marcus Bell"), ("Plan", "Ask Kingsford"), ("Dates", "1 August"), ("Guidance", "Knives"))
NOT_HIS = ("/exit", "/guidance", "/glossary", "/help-now", "/courses")
"""What says the same to everybody, and the way out."""
SECRETS = ("Brook Vale", "Ashmere", "Kingsford", "020 7946", "Library", "Mentor session", "1 August")
LINKS = "all => all.map(a => a.getAttribute('href').split('#')[0])"


@pytest.fixture
def portal(settings: Settings, sample: Database, at: Callable[[str], None]) -> Iterator[str]:
    app = create_app(settings, sample.web)
    at(NOW)
    with sample.session() as session:
        # Rosa reads Spanish in the sample; most of these journeys are told in English
        session.execute(update(Account).values(language="en"))
        session.commit()
    with served(app) as url:
        yield url


def last_code(database: Database, number: str) -> str:
    """The digits of the newest text to this number."""
    with database.session() as session:
        rows = select(TextMessage).where(TextMessage.number_hash == number_hash(number)).order_by(TextMessage.id.desc())
        return "".join(re.findall(r"\d{3} \d{3}", session.scalars(rows).first().body)[0].split())


def sign_in(page: Page, portal: str, database: Database, number: str) -> None:
    """Number, code, and past the first-visit questions."""
    page.goto(f"{portal}/sign-in")
    look(page)
    page.fill("input[type=tel]", "07700 900" + number[-3:])
    press(page, "main form button")
    look(page)
    page.fill("input[autocomplete=one-time-code]", last_code(database, number))
    press(page, "main form[action='/sign-in/code'] button")
    look(page)
    if page.url.endswith("/sign-in/birthday"):
        # a number from the borough's list that nobody has proved yet: it could be somebody else's by now
        for part, value in zip(("day", "month", "year"), BORN[number], strict=True):
            page.fill(f"input[name$=-{part}]", value)
        press(page, "main form button")
        look(page)
    if page.url.endswith("/welcome"):
        press(page, "main form button >> nth=-1")
    expect(page).to_have_url(f"{portal}/home")


@BOTH
def test_rosa_finds_who_is_responsible_what_is_next_and_what_was_promised(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as page:
        sign_in(page, portal, sample, "+447700900102")
        look(page, "Amina Yusuf", "24 July", "second rent", "31 days overdue", "Colin Drew")
        for place, expected in PLACES:
            press(page, f"nav.places a:has-text('{place}')")
            look(page, expected)


def signed_out(database: Database) -> bool:
    """Nobody is signed in anywhere."""
    with database.session() as session:
        return session.scalars(select(Device.id).where(Device.ended_at.is_(None))).first() is None


def test_exit_leaves_nothing_to_go_back_to(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser) as page:
        page.context.route("**/*bbc*/**", lambda route: route.fulfill(body="<title>Weather</title><h1>Sunny</h1>"))
        sign_in(page, portal, sample, "+447700900102")
        page.click("a[href^='/exit']")
        page.wait_for_url(re.compile("bbc"))
        until(lambda: signed_out(sample))  # the browser tells the portal while the weather page is already on its way
        page.go_back()
        assert "Amina" not in look(page)
        page.goto(f"{portal}/home")
        assert "Amina" not in look(page)


def test_daniel_learns_nothing_of_where_they_are_on_any_page_he_can_reach(
    browser: Browser, portal: str, sample: Database
) -> None:
    with phone(browser) as page:
        sign_in(page, portal, sample, "+447700900103")
        seen, waiting = set(), {"/home", "/home?lang=es"}
        while waiting:
            path = waiting.pop()
            seen.add(path)
            page.goto(portal + path)
            words = look(page) + page.content()
            for secret in SECRETS:
                assert secret.lower() not in words.lower(), f"{path} says {secret}"
            links = page.eval_on_selector_all("a[href^='/']:not([hreflang])", LINKS)
            waiting |= {link for link in links if link and link not in seen and not link.startswith(NOT_HIS)}
        assert {"/home", "/network", "/plan", "/appointments", "/account"} <= seen


@BOTH
def test_rosa_invites_her_brother_and_takes_it_back(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as page:
        sign_in(page, portal, sample, "+447700900102")
        page.goto(f"{portal}/network")
        press(page, "text=Invite somebody")
        page.fill("#name", "Pablo Ruiz")
        page.fill("#who", "my brother")
        press(page, "main form button")
        look(page, "Pablo Ruiz")
        press(page, "a:has-text('Change')")
        look(page)
        press(page, "button:has-text('Stop sharing')")
        look(page, "sees nothing here from now on")


def test_amina_opens_the_family_and_rosa_reads_that_she_did(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser) as worker, phone(browser) as mother:
        worker.goto(portal)
        with worker.expect_navigation(url="**/work/"):
            worker.evaluate(
                """() => { const form = document.createElement('form'), who = document.createElement('input');
                           form.method = 'post'; form.action = '/demo/sign-in';
                           who.name = 'person'; who.value = 'W-BRV-SW1';
                           form.append(who); document.body.append(form); form.submit(); }"""
            )
        press(worker, "nav.places a:has-text('Families')")
        press(worker, "main a:has-text('Marin family')")
        look(worker, "Leo Marin")
        sign_in(mother, portal, sample, "+447700900102")
        press(mother, "text=Who has looked")
        look(mother, "Amina Yusuf")


def test_rosa_reads_it_all_in_spanish(browser: Browser, portal: str, sample: Database) -> None:
    with sample.session() as session:
        session.execute(update(Account).values(language=None))
        session.commit()
    with phone(browser) as page:
        sign_in(page, portal, sample, "+447700900102")
        assert "Hello" not in look(page, "Amina Yusuf", "24 de julio")
        expect(page.locator("html")).to_have_attribute("lang", "es")
        press(page, "a[hreflang=en]")
        look(page, "Hello Rosa")
        page.goto(f"{portal}/home")
        expect(page.locator("html")).to_have_attribute("lang", "es")
