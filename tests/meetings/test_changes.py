"""All that was changed of a meeting stays to be read; and who reads of it is changed by name, without a leak."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from portal.foundation.database import PortalSession, Speaker
from portal.meetings.models import Decision, Meeting, MeetingChange
from portal.people.models import Family, Person
from tests import factories as make
from tests.client import Client
from tests.involvement.conftest import day
from tests.meetings.test_meetings import ABOUT, DECIDED, announce, decide, path, refs
from tests.meetings.test_texts import NEW, call_off, move
from tests.questions.conftest import House
from tests.texting import give_phones, sent

LATER = "2019-07-15T12:00"


def hidden(client: Client, page: str) -> dict[str, str]:
    return {
        str(f["name"]): str(f["value"]) for f in client.soup(page).select(f'form[action="{page}"] input[type=hidden]')
    }


def change(
    house: House, ref: str, readers: list[str], invited: list[str], why: str = "", moment: str = LATER
) -> Client:
    page, known = f"{path(house)}/{ref}/readers", refs(house)
    fields = {
        "readers": [known[name] for name in readers],
        "invited": [known[name] for name in invited],
        "why_not": why,
    }
    ada = house.by("ADA", moment)
    ada.submit(page, fields, to=page, status=303)
    return ada


def test_every_move_and_why_it_is_off_stays_to_be_read(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    move(house, ref)
    move(house, ref, "2019-07-16T09:00", **{"at": "09:30", "why": ""} | day("day", date(2019, 7, 22)))
    call_off(house, ref, "2019-07-17T09:00")
    for words in (
        house.by("NOOR", "2019-07-17T10:00").text("/meetings"),
        house.by("ADA", "2019-07-17T10:00").text(f"{path(house)}/{ref}"),
    ):
        told = [
            "Ada Obi called it off. “Ada is ill.”",
            "Ada Obi moved it from Fri 19 July, 15:30 to Mon 22 July, 09:30.",
            "Ada Obi moved it from Thu 18 July, 11:00 to Fri 19 July, 15:30. “The room was taken.”",
        ]
        places = [words.index(line) for line in told]
        assert places == sorted(places), "the latest first"
    # nothing of it exists before it happened
    assert "moved it" not in house.by("NOOR", "2019-07-15T10:30").text("/meetings")


def test_others_come_to_read_it_by_name_with_what_was_decided_and_without_what_it_said_before(house: House) -> None:
    give_phones(house.database, "NOOR", "ANA")
    ref = announce(house, ["NOOR"], ["NOOR"])
    move(house, ref)
    decide(house, ref, "2019-07-19T16:00", "Nothing yet.")
    page = f"{path(house)}/{ref}/correct"
    house.by("ADA", "2019-07-19T17:00").submit(page, {"text": DECIDED}, to=page, status=303)
    sent(house.database)
    readers = f"{path(house)}/{ref}/readers"
    before = house.by("ADA", "2019-07-22T09:00").text(readers)
    assert "Noor will see this. Ana and Dan will not." in before and "reads what was decided too" in before
    change(house, ref, ["NOOR", "ANA"], ["NOOR"], "Ana was at work.", "2019-07-22T09:00")
    assert sent(house.database) == {"ANA": [NEW]}, "only who is new is told"
    ana, noor = (house.by(who, "2019-07-22T10:00").text("/meetings") for who in ("ANA", "NOOR"))
    assert DECIDED in ana and "Ana was at work." in ana
    for told_before in ("Nothing yet.", "It was to be on", "The room was taken."):
        assert told_before in noor and told_before not in ana, told_before
    assert "Ada Obi changed who reads this." in noor
    assert ABOUT not in house.by("DAN", "2019-07-22T10:00").text("/meetings")


def test_whoever_is_taken_out_finds_nothing_in_either_lock_and_hears_nothing(house: House) -> None:
    give_phones(house.database, "NOOR", "ANA")
    ref = announce(house, ["NOOR", "ANA"], ["NOOR", "ANA"])
    move(house, ref)  # texts of it wait
    ada = change(house, ref, ["ANA"], ["ANA"])
    assert "Noor had an invitation. No text says that it is gone" in ada.text(f"{path(house)}/{ref}")
    assert "NOOR" not in sent(house.database), "not even what was waiting to be sent"
    assert ABOUT not in house.by("NOOR", LATER).text("/meetings")
    noor_at_home = house.by("NOOR", LATER)
    noor_at_home.app.config["WTF_CSRF_ENABLED"] = False
    noor_at_home.post(f"/meetings/{ref}/ask", {"text": "When is it?"}, 404)
    with house.database.session() as session:
        noor = session.scalars(select(Person.id).where(Person.source_ref == "NOOR")).one()
    with PortalSession(house.database.web) as session:
        session.info["speaker"] = Speaker(person_id=noor)
        for table in ("meeting", "meeting_change", "meeting_decision"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0, table


def test_changed_back_nothing_is_lost(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    move(house, ref)
    decide(house, ref, "2019-07-19T16:00")
    change(house, ref, ["ANA"], ["ANA"], moment="2019-07-19T16:10")
    assert DECIDED not in house.by("NOOR", "2019-07-19T16:11").text("/meetings")
    change(house, ref, ["NOOR"], ["NOOR"], moment="2019-07-19T16:12")
    words = house.by("NOOR", "2019-07-19T16:13").text("/meetings")
    assert DECIDED in words and "It was to be on Thu 18 July, 11:00." in words
    assert ABOUT not in house.by("ANA", "2019-07-19T16:13").text("/meetings")


def test_sent_twice_it_has_one_effect_and_an_old_page_is_told_and_keeps_what_was_chosen(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    page, known = f"{path(house)}/{ref}/readers", refs(house)
    mona = house.by("MONA", LATER)
    old = hidden(mona, page)
    wanted = {"readers": [known["NOOR"], known["ANA"]], "invited": [known["NOOR"], known["ANA"]], "why_not": ""}
    ada = house.by("ADA", LATER)
    sends = hidden(ada, page) | wanted
    for _ in range(2):
        ada.post(page, sends, 303)
    with house.database.session() as session:
        assert session.scalars(select(Meeting.version)).one() == 2
        assert session.scalars(select(MeetingChange.what)).all() == ["invited", "readers"]
    mona = house.by("MONA", LATER)
    sends = hidden(mona, page) | {"seen": old["seen"], "readers": [known["DAN"]], "invited": [known["DAN"]]}
    again = mona.post(page, sends, 409).get_data(as_text=True)
    assert "Somebody changed this since you opened it." in again
    assert "Noor and Ana will see this." in again.replace("Ana and Noor", "Noor and Ana"), "how it is now"
    box = next(line for line in again.split("<") if f'value="{known["DAN"]}"' in line and 'name="readers"' in line)
    assert "checked" in box, "what was chosen is still there"


def test_what_was_decided_goes_only_to_those_whom_the_page_named(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    page = f"{path(house)}/{ref}"
    mona = house.by("MONA", "2019-07-19T10:00")
    old = hidden(mona, page)
    change(house, ref, ["ANA"], ["ANA"], moment="2019-07-19T10:01")
    mona = house.by("MONA", "2019-07-19T10:02")
    again = mona.post(page, hidden(mona, page) | {"version": old["version"], "text": "Noor sees Cam."}, 409)
    words = again.get_data(as_text=True)
    assert "Who reads this has changed since you opened it." in words and "Noor sees Cam." in words
    assert "Tell Ana what was decided" in words
    assert "Noor sees Cam." not in house.by("ANA", "2019-07-19T10:03").text("/meetings")
    # put right from an old page, the same
    decide(house, ref, "2019-07-19T10:04")
    mona = house.by("MONA", "2019-07-19T10:05")
    old = hidden(mona, f"{page}/correct")
    change(house, ref, ["NOOR"], ["NOOR"], moment="2019-07-19T10:06")
    mona = house.by("MONA", "2019-07-19T10:07")
    sends = hidden(mona, f"{page}/correct") | {"version": old["version"], "text": "About Ana."}
    assert "has changed since you opened it" in mona.post(f"{page}/correct", sends, 409).get_data(as_text=True)
    with house.database.session() as session:
        assert [row.text for row in session.scalars(select(Decision))] == [DECIDED]


def test_only_people_of_the_family_can_be_chosen_and_somebody_must(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    with house.database.session() as session:
        other = make.family(session, make.organisation(session, "East"), "Elsewhere")
        stranger = make.person(session, other, "Lee Far", ref="LEE").ref
        ana = session.scalars(select(Person).where(Person.source_ref == "ANA")).one()
        rivera = session.get_one(Family, ana.family_id)
        closed = make.person(session, rivera, "Ray Rivera", ref="RAY", contact_limit="no_contact").ref
        friend = make.supporter(session, rivera, ana, "Uncle Jo").ref
        session.commit()
    page = f"{path(house)}/{ref}/readers"
    for forged in (stranger, closed, friend):
        house.by("ADA", LATER).submit(page, {"readers": [forged], "invited": [forged]}, to=page, status=422)
    said = house.by("ADA", LATER).submit(page, {"readers": [], "why_not": "Kept."}, to=page, status=422)
    assert "Choose who in the family can know of it." in said.get_data(as_text=True)
    assert "Kept." in said.get_data(as_text=True)
    # and a meeting of another family is not reached through this one's address
    with house.database.session() as session:
        lee = session.scalars(select(Person).where(Person.source_ref == "LEE")).one()
        kim = make.worker(session, make.organisation(session, "West"), "Kim Far")
        elsewhere = make.meeting(session, make.circle(session, session.get_one(Family, lee.family_id), lee), kim).ref
        session.commit()
    for what in ("", "/readers", "/move", "/off", "/correct"):
        house.by("ADA", LATER).get(f"{path(house)}/{elsewhere}{what}", 404)


def test_whoever_writes_for_somebody_who_may_not_know_where_they_live_is_reminded(house: House) -> None:
    reminded = "Dan may not know where they live. Say no place"
    assert reminded in house.by("ADA").text(f"{path(house)}/new")
    ref = announce(house, ["NOOR"], ["NOOR"])
    held = "2019-07-19T10:00"
    assert reminded not in house.by("ADA", held).text(f"{path(house)}/{ref}"), "he does not read it"
    assert reminded in change(house, ref, ["DAN"], ["DAN"], moment=held).text(f"{path(house)}/{ref}")
