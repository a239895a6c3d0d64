"""Rosa asks why and adds a step, Leo answers an offer, Amina keeps a step: in a browser, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import BOTH, enter, look, phone, press
from tests.conftest import Database

pytestmark = pytest.mark.journey


@BOTH
def test_rosa_asks_why_and_amina_answers(browser: Browser, portal: str, sample: Database, javascript: bool) -> None:
    with phone(browser, javascript) as rosa, phone(browser, javascript) as amina:
        enter(rosa, portal, sample.owner, "P-ROSA")
        enter(amina, portal, sample.owner, "W-BRV-SW1")
        rosa.goto(f"{portal}/home")
        press(rosa, "li.promise:has-text('Kingsford') >> text=Ask why")
        look(rosa, "Amina will read this")
        rosa.fill("textarea", "When will you ask them? He is afraid to go there.")
        press(rosa, "button:has-text('Send to Amina')")
        look(rosa, "Amina answers by 22 July.")
        amina.goto(f"{portal}/work/families/F1/plan")
        press(amina, "text=Ask Kingsford what they know")
        look(amina, "He is afraid to go there.")
        press(amina, "button:has-text('It is done')")
        look(amina, "Amina Yusuf said that it is done.")
        rosa.reload()
        look(rosa, "Done on 15 July.")


@BOTH
def test_rosa_adds_a_step_and_ticks_it(browser: Browser, portal: str, sample: Database, javascript: bool) -> None:
    with phone(browser, javascript) as page:
        enter(page, portal, sample.owner, "P-ROSA")
        page.goto(f"{portal}/plan")
        press(page, "text=Add a step")
        press(page, "button:has-text('Add it to the plan')")
        look(page, "Write what will be done.")
        page.fill("#text", "Ring the college on Monday")
        page.check("label:has-text('I do it')")
        page.check("input[name=readers] + label:has-text('Leo Marin')")
        press(page, "button:has-text('Add it to the plan')")
        look(page, "Ring the college on Monday")
        press(page, "a:has-text('Ring the college on Monday')")
        assert "Rosa and Leo will see this." in look(page) or "Leo and Rosa will see this." in look(page)
        press(page, "button:has-text('I have done it')")
        look(page, "Done on 15 July.")


@BOTH
def test_an_offer_comes_back_and_leo_says_yes(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as nadia, phone(browser, javascript) as leo:
        enter(nadia, portal, sample.owner, "W-BRV-DIR")
        enter(leo, portal, sample.owner, "P-LEO")
        nadia.goto(f"{portal}/work/families/F1/help")
        press(nadia, "section:has-text('A mental-health assessment, for Leo') >> text=Offer it again")
        look(nadia)
        press(nadia, "button:has-text('Offer it')")
        look(nadia)
        leo.goto(f"{portal}/home")
        press(leo, "text=Say yes, or not now")
        look(leo)
        leo.check("label:has-text('Yes, please')")
        press(leo, "button:has-text('Send my answer')")
        look(leo, "Leo said yes on 15 July.")


@BOTH
def test_a_safety_plan_is_written_and_leo_changes_his_part(
    browser: Browser, portal: str, sample: Database, javascript: bool
) -> None:
    with phone(browser, javascript) as amina, phone(browser, javascript) as leo:
        enter(amina, portal, sample.owner, "W-BRV-SW1")
        enter(leo, portal, sample.owner, "P-LEO")
        amina.goto(f"{portal}/work/families/F1/safety/new")
        amina.check("label:has-text('Leo Marin')")
        amina.fill("textarea >> nth=0", "I text when I leave")
        amina.fill("#calls", "999 in danger")
        press(amina, "button:has-text('Save it for them')")
        look(amina, "For Leo")
        leo.goto(f"{portal}/safety")
        look(leo, "I text when I leave")
        press(leo, "text=Change what I do")
        leo.fill("textarea", "I stay in after nine")
        press(leo, "button:has-text('Save')")
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
