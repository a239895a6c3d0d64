"""Ada writes to Ana and Leo, tells of a meeting and of what protects him; Ana writes back, asks and says how she is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import WAYS, fill_day, look, press, spoken
from tests.journeys.conftest import House

pytestmark = pytest.mark.journey


def box(name: str) -> str:
    """The tick box beside this reader's name."""
    return f"input[name=readers] + label:has-text('{name}')"


@WAYS
def test_an_update_is_posted_taken_back_put_right_and_answered(house: House, javascript: bool, language: str) -> None:
    say = spoken(language)
    with house.as_("ADA", javascript, language) as ada, house.as_("ANA", javascript, language) as ana:
        ada.goto(f"{house.url}/work/")
        press(ada, f"main a:has-text('{say('Write an update')}') >> nth=0")
        if "/updates/new" in ada.url and house.family not in ada.url:
            press(ada, "main a:has-text('Rivera') >> nth=0")
        ada.check(box("Ana Rivera"))
        ada.fill("#text", "We met. The strategy meeting is on Friday.")
        if javascript:
            # while one types: who reads it, and a plainer phrase, without leaving the page
            expect(ada.locator("#check .plainer")).to_contain_text("strategy meeting")
        else:
            press(ada, "button[value=look]")
        look(ada, say("Post to %(names)s", names="Ana"))
        press(ada, "button[name=take]")
        expect(ada.locator("#text")).not_to_have_value("We met. The strategy meeting is on Friday.")
        press(ada, "button[value=post]")
        look(ada, say("Posted to %(names)s.", names="Ana"))
        press(ada, f"button:has-text('{say('Take it back')}')")
        look(ada, say("Taken back. Nobody has read it, and nobody was told."))
        ana.goto(f"{house.url}/updates")
        assert "We met" not in look(ana)
        if javascript:
            with ada.expect_response("**/updates/check"):
                ada.fill("#text", "We met. The school rings on Friday.")
            expect(ada.locator("#check .plainer")).to_have_count(0)
        else:
            ada.fill("#text", "We met. The school rings on Friday.")
        press(ada, "button[value=post]")
        look(ada, say("Posted to %(names)s.", names="Ana"), "The school rings on Friday.")
        ana.goto(f"{house.url}/updates")
        look(ana, "The school rings on Friday.")
        ana.click("details.ask summary")
        ana.check("details.ask input[value=question]")
        ana.fill("details.ask textarea", "Who rings them back?")
        press(ana, f"details button:has-text('{say('Send')}')")
        look(ana, "Who rings them back?")
        ada.goto(f"{house.work}/updates")
        look(ada, "Who rings them back?")
        press(ada, f".asked a:has-text('{say('Answer')}')")
        ada.fill("textarea >> nth=0", "I do, at nine.")
        press(ada, f"button:has-text('{say('Answer %(who)s', who='Ana')}')")
        ada.goto(f"{house.work}/updates")
        press(ada, f"a:has-text('{say('Put it right')}')")
        ada.fill("#text", "We met. The school rings on Thursday.")
        press(ada, "main form button:not([name=take])")
        ana.goto(f"{house.url}/updates")
        look(ana, "The school rings on Thursday.", "I do, at nine.")


@WAYS
def test_a_meeting_is_announced_held_decided_and_asked_about(
    house: House, at: Callable[[str], None], javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.as_("ADA", javascript, language) as ada, house.as_("LEO", javascript, language) as leo:
        ada.goto(f"{house.work}/meetings/new")
        ada.fill("#about", "How Leo gets back to school")
        fill_day(ada, "day", "18", "7")
        ada.fill("#at", "11:00")
        ada.check(box("Ana Rivera"))
        ada.check(box("Leo Rivera"))
        ada.check("input[name=invited] + label:has-text('Ana Rivera')")
        ada.fill("#why_not", "He has an exam then.")
        press(ada, f"main form button:has-text('{say('Tell them')}')")
        leo.goto(f"{house.url}/meetings")
        look(leo, "How Leo gets back to school", say("You are not invited"), "He has an exam then.")
        at("2019-07-19T10:00")
        ada.goto(f"{house.work}/meetings")
        press(ada, "main a:has-text('How Leo gets back to school')")
        ada.fill("#text", "School starts again on Monday.")
        press(ada, "form:has(#text) button")
        leo.goto(f"{house.url}/meetings")
        look(leo, "School starts again on Monday.")
        leo.click("details.ask summary")
        leo.fill("details.ask textarea", "Who walks with me?")
        press(leo, f"details.ask button:has-text('{say('Ask %(name)s', name='Ada')}')")
        look(leo, "Who walks with me?")
    with house.as_("ANA", javascript, language) as ana:
        ana.goto(f"{house.url}/meetings")
        assert "Who walks with me?" not in look(ana, say("You were invited"), "School starts again on Monday.")


@WAYS
def test_what_protects_him_stands_there_with_its_end_and_not_for_whom_it_endangers(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.as_("ADA", javascript, language) as ada:
        ada.goto(f"{house.work}/protections/new")
        ada.check("input[name=who] + label:has-text('Leo Rivera')")
        ada.check("input[name=sort][value=conditions]")
        ada.fill("#what", "Stay away from the canal")
        fill_day(ada, "starts_on", "1", "7")
        fill_day(ada, "ends_on", "31", "8")
        ada.check(box("Leo Rivera"))
        press(ada, f"main form button:has-text('{say('Save')}')")
        look(ada, "Stay away from the canal")
    with house.as_("LEO", javascript, language) as leo:
        leo.goto(f"{house.url}/protections")
        look(leo, "Stay away from the canal", "31 August" if language == "en" else "31 de agosto")
    with house.as_("DAN", javascript, language) as dan:
        dan.goto(f"{house.url}/protections")
        assert "canal" not in look(dan)


@WAYS
def test_ana_says_how_she_is_and_ada_answers(house: House, javascript: bool, language: str) -> None:
    say = spoken(language)
    with house.as_("ANA", javascript, language) as ana, house.as_("ADA", javascript, language) as ada:
        ana.goto(f"{house.url}/how-are-you")
        press(ana, "main form button")
        look(ana, say("Choose how you are."))
        ana.check("input[name=feeling][value=hard]")
        ana.check("input[name=wants][value=call]")
        ana.fill("main textarea", "I do not sleep.")
        press(ana, f"main form button:has-text('{say('Tell %(name)s', name='Ada')}')")
        ada.goto(f"{house.url}/work/")
        press(ada, "main a[href*='/questions/'] >> nth=0")
        look(ada, "I do not sleep.")
        ada.fill("textarea >> nth=0", "I ring you at four.")
        press(ada, f"button:has-text('{say('Answer %(who)s', who='Ana')}')")
        ana.goto(f"{house.url}/how-are-you")
        look(ana, "I ring you at four.")


@WAYS
def test_ana_asks_for_help_and_sees_where_it_stands(house: House, javascript: bool, language: str) -> None:
    say = spoken(language)
    with house.as_("ANA", javascript, language) as ana, house.as_("ADA", javascript, language) as ada:
        ana.goto(f"{house.url}/help/ask")
        ana.select_option("#thing", "bus_pass")
        ana.fill("#words", "School is two buses away.")
        press(ana, f"main form button:has-text('{say('Ask %(name)s', name='Ada')}')")
        look(ana, say("A bus pass"))
        ada.goto(f"{house.work}/help")
        press(ada, "main a[href*='/help/requests/'] >> nth=0")
        look(ada, "School is two buses away.")
        ada.check("input[name=state] >> nth=0")
        press(ada, f"button:has-text('{say('Save and tell them')}')")
        ana.goto(f"{house.url}/help")
        since = "15 July" if language == "en" else "15 de julio"
        look(ana, say("%(name)s has been looking into it since %(day)s.", name="Ada Obi", day=since))
