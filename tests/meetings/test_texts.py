"""What is texted about a meeting: at the right moment, to those who may know of it, and nothing to a stranger."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.foundation import fields
from portal.foundation.database import Base, PortalSession, Speaker
from portal.meetings import actions
from portal.meetings.models import Decision, Meeting
from portal.people.actions import NotReaders
from portal.people.models import CircleMember, Person
from tests.involvement.conftest import day
from tests.meetings.test_meetings import ABOUT, announce, decide, path, refs
from tests.questions.conftest import House
from tests.texting import dropped, give_phones, sent

NEW = "There is something new for you to read. Look when it suits you."
MOVED = {"at": "15:30", "why": "The room was taken."} | day("day", date(2019, 7, 19))


def move(house: House, ref: str, moment: str = "2019-07-15T11:00", **more: str) -> None:
    page = f"{path(house)}/{ref}/move"
    house.by("ADA", moment).submit(page, MOVED | more, to=page, status=303)


def call_off(house: House, ref: str, moment: str = "2019-07-15T11:00") -> None:
    page = f"{path(house)}/{ref}/off"
    house.by("ADA", moment).submit(page, {"why": "Ada is ill."}, to=page, status=303)


def test_a_meeting_is_told_moved_called_off_and_decided_in_words_that_tell_a_stranger_nothing(house: House) -> None:
    give_phones(house.database, "ANA", "NOOR", "DAN")
    ref = announce(house, ["NOOR", "ANA"], ["ANA"], "Noor has an exam then.")
    assert sent(house.database) == {
        "ANA": ["Please keep free: Thu 18 July 11:00. Read why when it suits you."],
        "NOOR": [NEW],
    }
    move(house, ref)
    said = sent(house.database)
    assert said == {"ANA": ["New time: Fri 19 July 15:30. Read more when it suits you."], "NOOR": [NEW]}
    words = house.by("NOOR", "2019-07-15T12:00").text("/meetings")
    assert "It was to be on Thu 18 July, 11:00. “The room was taken.”" in words
    decide(house, ref, "2019-07-19T17:00")
    assert sent(house.database) == {"ANA": [NEW], "NOOR": [NEW]}


def test_plain_words_for_who_chose_them(house: House) -> None:
    give_phones(house.database, "ANA", "NOOR", plain=True)
    ref = announce(house, ["NOOR", "ANA"], ["ANA"], "Noor has an exam then.")
    said = sent(house.database)
    assert said["ANA"] == [
        "A meeting about your family: Thu 18 July 11:00. You are invited. Read more when it suits you."
    ]
    assert said["NOOR"] == ["A meeting about your family: Thu 18 July 11:00. Read about it when it suits you."]
    call_off(house, ref)
    assert sent(house.database)["ANA"] == [
        "The meeting about your family on Thu 18 July is off. Read why when it suits you."
    ]
    assert "It is off. “Ada is ill.”" in house.by("ANA", "2019-07-15T12:00").text("/meetings")


def test_what_is_not_right_any_more_is_not_sent(house: House) -> None:
    give_phones(house.database, "ANA")
    first = announce(house, ["ANA"], ["ANA"])
    call_off(house, first)
    # the text that it takes place was still waiting: only that it is off goes out
    assert sent(house.database) == {
        "ANA": ["Thu 18 July 11:00 is off. You need not keep it free. Read why when it suits you."]
    }
    assert ("meeting_new", "called_off") in dropped(house.database)
    second = announce(house, ["ANA"], ["ANA"], about="The summer")
    with house.database.session() as session:
        circle = session.scalars(select(Meeting.circle_id).where(Meeting.ref == second)).one()
        ana = session.scalars(select(Person.id).where(Person.source_ref == "ANA")).one()
        session.delete(session.get_one(CircleMember, (circle, ana)))
        session.commit()
    assert sent(house.database) == {}, "she reads it no more"


def test_what_a_manager_keeps_back_is_told_once_it_may_be_read(house: House) -> None:
    give_phones(house.database, "NOOR")
    ref = announce(house, ["NOOR"], ["NOOR"])
    sent(house.database)
    decide(house, ref)
    keep = f"{path(house)}/{ref}"
    reason = {"reason": "An arrest is planned."} | day("until", date(2019, 7, 25))
    house.by("MONA", "2019-07-19T10:05").submit(keep, reason, to=f"{keep}/withhold", status=303)
    assert sent(house.database) == {}
    house.by("NOOR", "2019-07-26T09:01")
    assert sent(house.database) == {"NOOR": [NEW]}


def test_two_move_it_and_the_second_is_told(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    page = f"{path(house)}/{ref}/move"
    mona = house.by("MONA", "2019-07-15T10:30")
    form = {f["name"]: f["value"] for f in mona.soup(page).select(f'form[action="{page}"] input[type=hidden]')}
    move(house, ref)
    house.by("MONA", "2019-07-15T11:30")
    again = form | {"at": "09:00", "why": ""} | day("day", date(2019, 7, 22))
    mona.post(page, again, 303)
    assert "This meeting has changed, or begun." in mona.text(f"{path(house)}/{ref}")
    with house.database.session() as session:
        assert session.scalars(select(Meeting)).one().version == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (day("day", date(2019, 7, 14)), "That day is over."),
        (day("day", date(2019, 7, 15)) | {"at": "09:00"}, "That time is over."),
        (day("day", date(2020, 12, 1)), "more than a year away"),
    ],
)
def test_no_meeting_is_moved_into_the_past_or_too_far(house: House, more: dict[str, str], said: str) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    page = f"{path(house)}/{ref}/move"
    words = house.by("ADA", "2019-07-15T11:00").submit(page, MOVED | more, to=page, status=422).get_data(as_text=True)
    assert said in words
    assert "The room was taken." in words, "what was typed stays"


def test_one_that_was_held_or_called_off_is_not_moved(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    for what in ("move", "off"):
        house.by("ADA", "2019-07-18T12:00").get(f"{path(house)}/{ref}/{what}", 303)
    call_off(house, ref)
    house.by("ADA", "2019-07-15T12:00").get(f"{path(house)}/{ref}/move", 303)
    # nothing is late that did not take place
    assert "should have told you" not in house.by("NOOR", "2019-07-26T09:00").text("/meetings")


WRONG = "School starts again on Monday. Cam walks with him."


def test_what_was_decided_is_put_right_beside_what_it_said_and_the_same_people_are_told(house: House) -> None:
    give_phones(house.database, "NOOR", "ANA")
    ref = announce(house, ["NOOR"], ["NOOR"])
    sent(house.database)
    decide(house, ref)
    sent(house.database)
    page = f"{path(house)}/{ref}/correct"
    ada = house.by("ADA", "2019-07-19T12:00")
    assert WRONG in ada.text(page)
    same = ada.submit(page, {"text": WRONG}, to=page, status=422).get_data(as_text=True)
    assert "It still says the same." in same
    form = {f["name"]: f["value"] for f in ada.soup(page).select(f'form[action="{page}"] input[type=hidden]')}
    for _ in range(2):  # sent twice
        ada.post(page, form | {"text": "School starts again on Tuesday."}, 303)
    assert sent(house.database) == {"NOOR": [NEW]}
    words = house.by("NOOR", "2019-07-19T13:00").text("/meetings")
    assert words.index("School starts again on Tuesday.") < words.index("What it said before") < words.index(WRONG)
    assert "Put right on Fri 19 July, 12:00." in words
    with house.database.session() as session:
        assert [row.number for row in session.scalars(select(Decision).order_by(Decision.number))] == [1, 2]
    assert ABOUT not in house.by("ANA", "2019-07-19T13:00").text("/meetings")


def test_two_put_it_right_at_once_and_the_second_sees_what_it_says_now(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    decide(house, ref)
    page = f"{path(house)}/{ref}/correct"
    mona = house.by("MONA", "2019-07-19T12:00")
    form = {f["name"]: f["value"] for f in mona.soup(page).select(f'form[action="{page}"] input[type=hidden]')}
    house.by("ADA", "2019-07-19T12:01").submit(page, {"text": "On Tuesday."}, to=page, status=303)
    mona = house.by("MONA", "2019-07-19T12:02")
    token = {f["name"]: f["value"] for f in mona.soup(page).select(f'form[action="{page}"] input[type=hidden]')}
    again = mona.post(page, token | {"seen": form["seen"], "text": "On Wednesday."}, 409).get_data(as_text=True)
    assert "Somebody put it right since you opened it." in again
    assert "On Wednesday." in again and "On Tuesday." in again


def test_only_a_manager_shows_or_keeps_back_whatever_the_page_sends(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    with PortalSession(house.database.owner) as session:
        ada = house.workers["ADA"]
        key = session.scalars(select(Meeting.by_worker_id).where(Meeting.ref == ref)).one()
    assert ada
    with PortalSession(house.database.web) as session:
        session.info["speaker"] = Speaker(worker_id=key)
        made = session.scalars(select(Meeting).where(Meeting.ref == ref)).one()
        made.withheld_until, made.withheld_by_id = date(2019, 12, 1), key
        with pytest.raises(Exception, match="only a manager"):
            session.flush()


def test_sealed_again_each_wording_stays_its_own(house: House) -> None:
    ref = announce(house, ["NOOR"], ["NOOR"])
    decide(house, ref)
    page = f"{path(house)}/{ref}/correct"
    house.by("ADA", "2019-07-19T12:00").submit(page, {"text": "On Tuesday."}, to=page, status=303)
    with house.database.session() as session:
        for batch in (1, 1000):
            fields.reencrypt(session, Base.metadata, batch)
        session.commit()
    with house.database.session() as session:
        rows = session.scalars(select(Decision).order_by(Decision.number)).all()
        assert [row.text for row in rows] == [WRONG, "On Tuesday."]


def test_somebody_who_may_read_nothing_any_more_is_not_told_of_a_meeting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, ada = refs(house), house.by("ADA")
    new = path(house) + "/new"
    fields: dict[str, object] = {"about": ABOUT, "at": "11:00", "why_not": ""} | day("day", date(2019, 7, 18))
    fields |= {"readers": [known["NOOR"]], "invited": [known["NOOR"]]}

    def too_late(*_: object) -> int:
        raise NotReaders  # as the database says when it happens between the form and the saving

    monkeypatch.setattr(actions, "circle_of", too_late)
    said = ada.submit(new, fields, to=new, status=422).get_data(as_text=True)
    assert "Somebody you chose is no longer here. Choose again." in said
    assert ABOUT in said
