"""Help ends as a decision one can see, somebody is away or leaves, dates move or are missed, the record goes out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import WAYS, fill_day, look, press, spoken
from tests.journeys.conftest import House

pytestmark = pytest.mark.journey


@WAYS
def test_help_ends_as_a_decision_that_ana_reads_and_may_see_differently(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.as_("MONA", javascript, language) as mona, house.as_("ANA", javascript, language) as ana:
        mona.goto(f"{house.work}/staff/{house.parts['CAM']}/ending")
        fill_day(mona, "last_day", "31", "7")
        mona.check("input[name=basis][value=engaged_well]")
        mona.fill("#why", "School is steady and home is calm.")
        mona.fill("#protects", "Ada goes on as before.")
        mona.fill("#come_back", "Call me, and we begin again that week.")
        mona.select_option("#come_back_to", index=1)
        mona.check("input[name=readers] + label:has-text('Ana Rivera')")
        press(mona, f"button:has-text('{say('Decide it')}')")
        # that he took part well is never reason enough
        assert "/ending" in mona.url
        mona.fill("#besides", "He has a place at college, and he sleeps at his aunt's on Fridays.")
        press(mona, f"button:has-text('{say('Decide it')}')")
        look(mona, "He has a place at college, and he sleeps at his aunt's on Fridays.")
        ana.goto(f"{house.url}/network")
        press(ana, "main a[href^='/network/endings/'] >> nth=0")
        look(
            ana,
            "School is steady and home is calm.",
            "Ada goes on as before.",
            "Call me, and we begin again that week.",
        )
        press(ana, f"a:has-text('{say('I see it differently')}')")
        ana.fill("textarea", "Friday is when he needs him.")
        press(ana, "main form button")
        mona.goto(f"{house.url}/work/")
        press(mona, "main a[href*='/questions/'] >> nth=0")
        look(mona, "Friday is when he needs him.")


@WAYS
def test_cover_is_there_the_same_day_and_whoever_leaves_hands_on_by_name(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.as_("MONA", javascript, language) as mona:
        mona.goto(f"{house.url}/work/staff/{house.workers['ADA']}/away")
        mona.select_option("#instead", house.workers["BEN"])
        fill_day(mona, "away_from", "15", "7")
        fill_day(mona, "away_until", "22", "7")
        press(mona, f"button:has-text('{say('Put cover in place')}')")
        mona.goto(f"{house.url}/work/staff/{house.workers['CAM']}/leaving")
        fill_day(mona, "last_day", "2", "8")
        mona.fill("#reason", "New job in another town")
        mona.select_option(f"#to-{house.parts['CAM']}", house.workers["BEN"])
        press(mona, f"button:has-text('{say('Save, and ask them')}')")
        look(mona)
    with house.as_("ANA", javascript, language) as ana:
        ana.goto(f"{house.url}/home")
        look(ana, "Ada Obi", "Ben Stone")
    with house.as_("BEN", javascript, language) as ben:
        ben.goto(house.work)
        look(ben, "Ana Rivera")
        ben.goto(f"{house.url}/work/")
        press(ben, f"main a:has-text('{say('Say yes or no')}')")
        press(ben, f"button:has-text('{say('Yes, I take over')}')")
        look(ben)
    with house.as_("LEO", javascript, language) as leo:
        leo.goto(f"{house.url}/network")
        look(leo, "Cam Reed", "Ben Stone")


@WAYS
def test_a_date_is_confirmed_asked_to_move_called_off_and_missed_without_blame(
    house: House, at: Callable[[str], None], javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.as_("ADA", javascript, language) as ada, house.as_("ANA", javascript, language) as ana:
        ada.goto(f"{house.work}/appointments/new")
        ada.check("input[name=people] + label:has-text('Ana Rivera')")
        fill_day(ada, "day", "18", "7")
        ada.fill("#at", "15:00")
        ada.fill("#place", "Library cafe")
        ada.fill("#purpose", "How the week went")
        press(ada, "main form button")
        look(ada, "How the week went")
        there = ada.url
        ana.goto(f"{house.url}/appointments")
        press(ana, "main a[href^='/appointments/']:has-text('15:00') >> nth=0")
        look(ana, "Library cafe")
        press(ana, "form[action$='/confirm'] button")
        look(ana, say("You said you'll be there. %(name)s knows.", name="Ada"))
        press(ana, "a[href$='/move']")
        ana.fill("#own textarea", "After school is better.")
        press(ana, "#own button")
        look(ana, say("You asked to move it. %(name)s will come back to you. Until then this time stands.", name="Ada"))
        ada.goto(there)
        look(ada, "After school is better.")
        press(ada, "main a[href$='/move']")
        ada.fill("#at", "16:30")
        press(ada, "main form button")
        look(ada, "16:30")
        ana.reload()
        look(ana, "16:30")
        at("2019-07-19T10:00")
        ada.goto(f"{there}/happened")
        ada.check("input[name=took_place][value=no]")
        ada.fill("textarea", "I will ring on Monday.")
        press(ada, f"button:has-text('{say('Write it down')}')")
        ana.reload()
        look(ana, say("This one did not happen. That is nobody's fault."), "I will ring on Monday.")


@WAYS
def test_a_calendar_address_is_discreet_and_stops_at_once_when_it_is_taken_back(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.as_("ANA", javascript, language) as ana:
        ana.goto(f"{house.url}/appointments/calendar")
        press(ana, f"main button:has-text('{say('Make my calendar address')}')")
        shown = re.search(r"/calendar/[^/\s]+\.ics", look(ana))
        assert shown is not None
        feed = house.url + shown.group()
        first = ana.context.request.get(feed)
        assert first.ok and "BEGIN:VCALENDAR" in first.text() and "Ada" not in first.text()
        press(ana, f"main button:has-text('{say('Stop it')}')")
        look(ana, say("Make my calendar address"))
        assert ana.context.request.get(feed).status == 404


@WAYS
def test_the_whole_record_goes_into_the_boroughs_own_system(
    house: House, javascript: bool, language: str, tmp_path: Path
) -> None:
    say = spoken(language)
    with house.as_("ADA", javascript, language) as ada, house.as_("ANA", javascript, language) as ana:
        ada.goto(f"{house.work}/record")
        look(ada, "Ana Rivera", "Cam Reed")
        with ada.expect_download() as taken:
            ada.click(f"a:has-text('{say('Take the CSV files')}')")
        taken.value.save_as(tmp_path / "record.zip")
        with zipfile.ZipFile(io.BytesIO((tmp_path / "record.zip").read_bytes())) as folder:
            assert "Ana Rivera" in folder.read("people.csv").decode()
        ana.goto(f"{house.url}/who-has-looked")
        look(ana, "Ada Obi")
