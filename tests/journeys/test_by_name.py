"""Several families handed on at once, a date one cannot come to, what was read and not taken back, who reads what."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person
from tests import factories as make
from tests.browser import WAYS, fill_day, look, press, spoken
from tests.journeys.conftest import House

pytestmark = pytest.mark.journey


def box(name: str, field: str = "readers") -> str:
    """The tick box beside this name."""
    return f"input[name={field}] + label:has-text('{name}')"


def ada_of(session: Session) -> Worker:
    """Who leads."""
    return session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one()


def people_of(session: Session) -> dict[str | None, Person]:
    """The family, each by what the journeys call them."""
    return {one.source_ref: one for one in session.scalars(select(Person))}


@WAYS
def test_whoever_leaves_hands_on_each_family_by_name_and_what_is_left_over_is_said(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.database.session() as session:
        ada = ada_of(session)
        north = session.get_one(Organisation, ada.organisation_id)
        for name in ("Okoye", "Haddad"):
            make.involvement(session, ada, make.family(session, north, f"{name} family"), lead=True)
        session.commit()
    with house.as_("MONA", javascript, language) as mona, house.as_("BEN", javascript, language) as ben:
        mona.goto(f"{house.url}/work/staff/{house.workers['ADA']}/leaving")
        press(mona, f"button:has-text('{say('Save, and ask them')}')")
        look(mona, "Okoye family", "Haddad family")
        fill_day(mona, "last_day", "2", "8")
        mona.fill("#reason", "New job in another town")
        for family in ("Okoye", "Rivera"):
            mona.select_option(f"li:has-text('{family}') select", house.workers["BEN"])
        press(mona, f"button:has-text('{say('Save, and ask them')}')")
        look(mona, "Okoye family", "2 ", say("asked, no answer yet"))
        assert mona.locator("select").count() == 1, "one family has nobody to follow yet"
        for _ in range(2):
            ben.goto(f"{house.url}/work/")
            press(ben, f"main a:has-text('{say('Say yes or no')}') >> nth=0")
            press(ben, f"button:has-text('{say('Yes, I take over')}')")
        mona.reload()
        look(mona, say("said yes"))
        expect(mona.locator(f"main li:has-text('{say('said yes')}')")).to_have_count(2)
    with house.as_("ANA", javascript, language) as ana:
        ana.goto(f"{house.url}/network")
        look(ana, "Ada Obi", "Ben Stone")


@WAYS
def test_leo_cannot_come_to_a_date_that_ada_made_and_it_stands_for_ana(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.database.session() as session:
        ada, people = ada_of(session), people_of(session)
        family = session.get_one(Family, people["ANA"].family_id)
        both = make.circle(session, family, people["ANA"], people["LEO"])
        ref = make.appointment(session, both, ada, "2019-07-18T15:00", people["ANA"], people["LEO"]).ref
        session.commit()
    with house.as_("LEO", javascript, language) as leo, house.as_("ADA", javascript, language) as ada_:
        leo.goto(f"{house.url}/home")
        press(leo, f"main a[href='/appointments/{ref}'] >> nth=0")
        press(leo, "main a[href$='/cannot']")
        leo.fill("textarea", "I have an exam.")
        look(leo, {"en": "Ana and Leo", "es": "Ana y Leo"}[language])
        look(leo, say("Tell %(name)s I can't come", name="Ada"))
        press(leo, "main form button")
        look(leo, say("You said you can't come. %(name)s knows. It stands for the others.", name="Ada"))
        ada_.goto(f"{house.work}/appointments/{ref}")
        look(ada_, "I have an exam.", say("can't come"))
    with house.as_("ANA", javascript, language) as ana:
        ana.goto(f"{house.url}/appointments/{ref}")
        look(ana, "15:00", "I have an exam.")


@WAYS
def test_what_ana_has_read_is_not_taken_back_and_is_put_right_instead(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.as_("ADA", javascript, language) as ada, house.as_("ANA", javascript, language) as ana:
        ada.goto(f"{house.work}/updates/new")
        ada.check(box("Ana Rivera"))
        ada.fill("#text", "The school rings on Friday.")
        if not javascript:
            press(ada, "button[value=look]")
        else:
            expect(ada.locator("#check")).to_contain_text("Ana")
        press(ada, "button[value=post]")
        look(ada, say("Take it back"))
        ana.goto(f"{house.url}/updates")
        look(ana, "The school rings on Friday.")
        press(ada, f"button:has-text('{say('Take it back')}')")
        late = "It is too late to take it back: the minute is over, or somebody has read it. You can put it right here."
        look(ada, say(late))
        expect(ada.locator("#text")).to_have_value("The school rings on Friday.")
        ada.fill("#text", "The school rings on Thursday.")
        press(ada, "main form button:not([name=take])")
        ana.reload()
        look(ana, "The school rings on Thursday.")


@WAYS
def test_what_protects_leo_is_put_into_other_words_for_those_who_read_it(
    house: House, javascript: bool, language: str
) -> None:
    say = spoken(language)
    with house.database.session() as session:
        ada, people = ada_of(session), people_of(session)
        leo_alone = make.circle(session, session.get_one(Family, people["ANA"].family_id), people["LEO"])
        order = make.protection(
            session, leo_alone, ada, people["LEO"], "No contact with them", ends=date(2019, 8, 1)
        ).ref
        met = make.meeting(
            session, leo_alone, ada, "How Leo gets to school", "2019-07-18T11:00", invited=[people["LEO"]]
        )
        meeting = met.ref
        session.commit()
    with house.as_("ADA", javascript, language) as ada_, house.as_("ANA", javascript, language) as ana:
        ada_.goto(f"{house.work}/protections/{order}")
        ada_.fill("#what", "No contact with the older boys")
        fill_day(ada_, "ends_on", "1", "10")
        ada_.check(box("Ana Rivera"))
        press(ada_, f"main button:has-text('{say('Save')}')")
        look(ada_, "No contact with the older boys")
        ana.goto(f"{house.url}/protections")
        assert "No contact with them" not in look(ana, "No contact with the older boys")
        # and a meeting's readers: the names are there before it is saved
        ada_.goto(f"{house.work}/meetings/{meeting}")
        press(ada_, f"a:has-text('{say('Change who reads this, or who is invited')}')")
        look(ada_, say("As it is now:"), "Leo")
        ada_.check(box("Ana Rivera"))
        press(ada_, f"button:has-text('{say('Save who reads this')}')")
        look(ada_, say("Say why somebody is not invited. They read this."))
        ada_.fill("#why_not", "It is Leo's own hour.")
        press(ada_, f"button:has-text('{say('Save who reads this')}')")
        look(ada_, say("Saved. %(names)s will see this.", names={"en": "Leo and Ana", "es": "Leo y Ana"}[language]))
        ana.goto(f"{house.url}/meetings")
        look(ana, "How Leo gets to school", "It is Leo's own hour.")
    with house.as_("LEO", javascript, language) as leo:
        leo.goto(f"{house.url}/protections")
        leo.click("main details summary")
        look(leo, "No contact with the older boys", "No contact with them")
