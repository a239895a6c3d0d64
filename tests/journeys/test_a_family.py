"""A mother on a bus: from her number to the first page, her people, the plan, and out again, leaving nothing behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from portal import create_app
from portal.access.models import Account
from portal.foundation.phones import number_hash
from portal.messages.models import TextMessage
from portal.settings import Settings
from tests.browser import chromium, look, phone, served
from tests.conftest import Database

pytestmark = pytest.mark.journey

NOW = "2019-07-15T10:00"
BORN = {"+447700900102": ("11", "3", "1975"), "+447700900103": ("21", "8", "1972")}
PLACES = (("People", "Marcus Bell"), ("Plan", "Ask Kingsford"), ("Dates", "1 August"), ("Guidance", "Knives"))
OPEN_TO_ALL = ("/guidance", "/glossary", "/help-now", "/courses")
SECRETS = ("Brook Vale", "Ashmere", "Kingsford", "020 7946", "Library", "Mentor session", "1 August")
LINKS = "all => all.map(a => a.getAttribute('href').split('#')[0])"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


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
    page.click("main form button")
    look(page)
    page.fill("input[autocomplete=one-time-code]", last_code(database, number))
    page.click("main form[action='/sign-in/code'] button")
    look(page)
    if page.url.endswith("/sign-in/birthday"):
        # a number from the borough's list that nobody has proved yet: it could be somebody else's by now
        for part, value in zip(("day", "month", "year"), BORN[number], strict=True):
            page.fill(f"input[name$=-{part}]", value)
        page.click("main form button")
        look(page)
    if page.url.endswith("/welcome"):
        page.click("main form button >> nth=-1")
    assert page.url == f"{portal}/home", page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_rosa_finds_who_is_responsible_what_is_next_and_what_was_promised(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as page:
        sign_in(page, portal, sample, "+447700900102")
        words = look(page)
        for said in ("Amina Yusuf", "24 July", "second rent", "31 days overdue", "Colin Drew"):
            assert said in words, said
        for place, expected in PLACES:
            page.click(f"nav.places a:has-text('{place}')")
            assert expected in look(page)


def test_exit_leaves_nothing_to_go_back_to(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser) as page:
        page.context.route("**/*bbc*/**", lambda route: route.fulfill(body="<title>Weather</title><h1>Sunny</h1>"))
        sign_in(page, portal, sample, "+447700900102")
        page.click("a[href^='/exit']")
        page.wait_for_url(re.compile("bbc"))
        page.go_back()
        assert "Amina" not in page.inner_text("body")
        page.goto(f"{portal}/home")
        assert "Amina" not in page.inner_text("body")


def test_daniel_learns_nothing_of_where_they_are_on_any_page_he_can_reach(
    browser: Browser, portal: str, sample: Database
) -> None:
    with phone(browser) as page:
        sign_in(page, portal, sample, "+447700900103")
        seen, waiting = set(), {"/home"}
        while waiting:
            path = waiting.pop()
            seen.add(path)
            page.goto(portal + path)
            words = look(page) + page.content()
            if path.startswith(OPEN_TO_ALL):
                continue  # the same for everybody
            for secret in SECRETS:
                assert secret.lower() not in words.lower(), f"{path} says {secret}"
            links = page.eval_on_selector_all("a[href^='/']", LINKS)
            waiting |= {link for link in links if link and link not in seen and not link.startswith("/exit")}
        assert {"/home", "/network", "/plan", "/appointments", "/account"} <= seen


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_rosa_invites_her_brother_and_takes_it_back(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as page:
        sign_in(page, portal, sample, "+447700900102")
        page.goto(f"{portal}/network")
        page.click("text=Invite somebody")
        page.fill("#name", "Pablo Ruiz")
        page.fill("#who", "my brother")
        page.click("main form button")
        assert "Pablo Ruiz" in look(page)
        page.click("a:has-text('Change')")
        look(page)
        page.click("button:has-text('Stop sharing')")
        assert "sees nothing here from now on" in look(page)


def test_amina_opens_the_family_and_rosa_reads_that_she_did(browser: Browser, portal: str, sample: Database) -> None:
    with phone(browser) as worker, phone(browser) as mother:
        worker.goto(portal)
        worker.evaluate(
            """() => { const form = document.createElement('form'); form.method = 'post'; form.action = '/demo/sign-in';
                       const who = document.createElement('input'); who.name = 'person'; who.value = 'W-BRV-SW1';
                       form.append(who); document.body.append(form); form.submit(); }"""
        )
        worker.wait_for_url("**/work/")
        worker.click("nav.places a:has-text('Families')")
        worker.click("main a:has-text('Marin family')")
        assert "Leo Marin" in look(worker)
        sign_in(mother, portal, sample, "+447700900102")
        mother.click("text=Who has looked")
        assert "Amina Yusuf" in look(mother)


def test_rosa_reads_it_all_in_spanish(browser: Browser, portal: str, sample: Database) -> None:
    with sample.session() as session:
        session.execute(update(Account).values(language=None))
        session.commit()
    with phone(browser) as page:
        sign_in(page, portal, sample, "+447700900102")
        assert page.get_attribute("html", "lang") == "es"
        words = look(page)
        assert "Amina Yusuf" in words and "24 de julio" in words and "Hello" not in words
        page.click("a[hreflang=en]")
        assert "Hello Rosa" in look(page)
        page.goto(f"{portal}/home")
        assert page.get_attribute("html", "lang") == "es"
