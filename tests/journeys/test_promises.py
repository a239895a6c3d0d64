"""Rosa asks why and adds a step, Leo answers an offer, Amina keeps a step: in a browser, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import BOTH, WAYS, enter, look, phone, press, spoken
from tests.conftest import Database

pytestmark = pytest.mark.journey
JULY = {"en": "%s July", "es": "%s de julio"}


def button(page: Page, words: str) -> None:
    """Press the button with these words."""
    press(page, f"main button:has-text('{words}')")


@WAYS
def test_rosa_asks_why_and_amina_answers(
    browser: Browser, portal: str, sample: Database, javascript: bool, language: str
) -> None:
    say, day = spoken(language), JULY[language]
    with phone(browser, javascript) as rosa, phone(browser, javascript) as amina:
        enter(rosa, portal, sample.owner, "P-ROSA", language)
        enter(amina, portal, sample.owner, "W-BRV-SW1", language)
        rosa.goto(f"{portal}/home")
        press(rosa, f"li.promise:has-text('Kingsford') >> text={say('Ask why')}")
        look(rosa, say("%(names)s will read this.", names="Amina")[:-1])
        rosa.fill("textarea", "When will you ask them? He is afraid to go there.")
        button(rosa, say("Send to %(name)s", name="Amina"))
        look(rosa, say("%(name)s answers by %(day)s.", name="Amina", day=day % 22))
        amina.goto(f"{portal}/work/families/F1/plan")
        press(amina, "text=Ask Kingsford what they know")
        look(amina, "He is afraid to go there.")
        button(amina, say("It is done"))
        look(amina, say("%(name)s said that it is done.", name="Amina Yusuf"))
        rosa.reload()
        look(rosa, say("Done on %(day)s.", day=day % 15))


@WAYS
def test_rosa_adds_a_step_and_ticks_it(
    browser: Browser, portal: str, sample: Database, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with phone(browser, javascript) as page:
        enter(page, portal, sample.owner, "P-ROSA", language)
        page.goto(f"{portal}/plan")
        press(page, f"main a:has-text('{say('Add a step')}')")
        button(page, say("Add it to the plan"))
        look(page, say("Write what will be done."))
        page.fill("#text", "Ring the college on Monday")
        page.check(f"label:has-text('{say('I do it')}')")
        page.check("input[name=readers] + label:has-text('Leo Marin')")
        button(page, say("Add it to the plan"))
        look(page, "Ring the college on Monday")
        press(page, "a:has-text('Ring the college on Monday')")
        look(page, "Leo", {"en": "will see this.", "es": "verán esto."}[language])
        button(page, say("I have done it"))
        look(page, say("Done on %(day)s.", day=JULY[language] % 15))


@WAYS
def test_an_offer_comes_back_and_leo_says_yes(
    browser: Browser, portal: str, sample: Database, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with phone(browser, javascript) as nadia, phone(browser, javascript) as leo:
        enter(nadia, portal, sample.owner, "W-BRV-DIR", language)
        enter(leo, portal, sample.owner, "P-LEO", language)
        nadia.goto(f"{portal}/work/families/F1/help")
        offered = f"section:has-text('{say('A mental-health assessment')}')"
        press(nadia, f"{offered} >> text={say('Offer it again')}")
        look(nadia)
        button(nadia, say("Offer it"))
        look(nadia)
        leo.goto(f"{portal}/home")
        press(leo, f"text={say('Say yes, or not now')}")
        look(leo)
        leo.check(f"label:has-text('{say('Yes, please')}')")
        button(leo, say("Send my answer"))
        look(leo, say("%(name)s said yes on %(day)s.", name="Leo", day=JULY[language] % 15))


@WAYS
def test_a_safety_plan_is_written_and_leo_changes_his_part(
    browser: Browser, portal: str, sample: Database, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with phone(browser, javascript) as amina, phone(browser, javascript) as leo:
        enter(amina, portal, sample.owner, "W-BRV-SW1", language)
        enter(leo, portal, sample.owner, "P-LEO", language)
        amina.goto(f"{portal}/work/families/F1/safety/new")
        amina.check("label:has-text('Leo Marin')")
        amina.fill("textarea >> nth=0", "I text when I leave")
        amina.fill("#calls", "999 in danger")
        button(amina, say("Save it for them"))
        look(amina, "Leo", "I text when I leave")
        leo.goto(f"{portal}/safety")
        look(leo, "I text when I leave")
        press(leo, f"text={say('Change what I do')}")
        leo.fill("textarea", "I stay in after nine")
        press(leo, "form:has(textarea) button >> nth=-1")
        look(leo, "I stay in after nine")


@BOTH
def test_leo_says_in_spanish_who_he_would_like_to_work_with(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as page:
        enter(page, portal, sample.owner, "P-LEO")
        page.goto(f"{portal}/mentor?lang=es")
        look(page, "Un mentor para ti")
        page.goto(f"{portal}/mentor/say?lang=es")
        look(page)
        page.check("label:has-text('Un hombre')")
        page.fill("#words", "Que no apunte todo")
        press(page, "button:has-text('Guardarlo')")
        look(page, "Que no apunte todo")
