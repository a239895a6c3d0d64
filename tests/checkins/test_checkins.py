"""A parent says how they are, a named person answers, and a cry for help is heard at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.checkins.models import Checkin
from portal.duty.models import DutyCall
from portal.involvement.models import Alert
from portal.organisations.models import Worker
from portal.questions.models import Question
from tests.questions.conftest import House

PAGE = "/how-are-you"


def say(house: House, feeling: str, *wants: str, words: str = "", who: str = "ANA") -> str:
    person = house.by(who)
    fields = {"feeling": feeling, "wants": list(wants), "words": words}
    return str(person.submit(PAGE, fields, to=PAGE, status=303).headers["Location"])


def told(house: House) -> list[str]:
    with house.database.session() as session:
        found = session.scalars(select(Worker.source_ref).join(Alert, Alert.to_worker_id == Worker.id)).all()
    return sorted(str(ref) for ref in found)


def test_said_in_two_taps_and_answered_by_a_named_person(house: House) -> None:
    page = house.by("ANA").text(PAGE)
    assert "Ada will read this." in page
    assert "Nobody else in your family sees it." in page
    say(house, "hard", "call", "parents", words="I do not sleep.")
    day = house.by("ADA").text("/work/")
    assert "It is very hard just now." in day
    question = next(a["href"] for a in house.by("ADA").soup("/work/").find_all("a") if "/questions/" in a["href"])
    words = house.by("ADA").text(question)
    assert "Somebody to call me" in words
    assert "I do not sleep." in words
    assert "by 18 July" in words, "sooner than other questions"
    house.by("ADA").submit(question, {"text": "I call you at four."}, to=question, status=303)
    assert "I call you at four." in house.by("ANA").text(PAGE)
    assert told(house) == []


def test_nobody_else_in_the_family_reads_it(house: House) -> None:
    say(house, "hard", words="I do not sleep.")
    for who in ("NOOR", "DAN"):
        for path in (PAGE, "/questions", "/home"):
            assert "I do not sleep." not in house.by(who).text(path)
    how = f"/work/families/{house.family}/how-they-are"
    assert "It is very hard just now" in house.by("ADA").text(how)
    assert "It is very hard just now" not in house.by("CAM").text(how)


@pytest.mark.parametrize("feeling", ["frightened", "very_low"])
def test_a_cry_for_help_is_shown_help_now_and_heard_at_once(house: House, feeling: str) -> None:
    assert say(house, feeling) == "/how-are-you/now"
    page = house.by("ANA").text("/how-are-you/now")
    assert "Call 999" in page
    assert "116 123" in page
    assert "Ada has been told" in page
    assert told(house) == ["ADA", "MONA"]
    with house.database.session() as session:
        assert session.scalars(select(DutyCall.why)).all() == ["not_safe"]
    with house.database.session() as session:
        due = session.scalars(select(Question.due_at - Question.asked_at)).one()
    assert due.days == 1


def test_all_right_asks_nobody_for_anything(house: House) -> None:
    say(house, "ok")
    say(house, "ok")
    assert "It is good to hear" not in house.by("ADA").text("/work/")
    with house.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 0
        assert session.scalar(select(func.count()).select_from(Checkin)) == 1, "the same form sent twice is one"


def test_the_same_cry_sent_twice_is_one(house: House) -> None:
    say(house, "frightened", words="Please")
    say(house, "frightened", words="Please")
    with house.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Checkin)) == 1
        assert session.scalar(select(func.count()).select_from(Alert)) == 2


def test_without_an_answer_the_page_says_what_to_do(house: House) -> None:
    page = house.by("ANA").submit(PAGE, {"words": "Half"}, to=PAGE, status=422).get_data(as_text=True)
    assert "Choose how you are." in page
    assert "Half" in page


def test_home_asks_the_parents(house: House) -> None:
    assert "And how are you?" in house.by("ANA").text("/home")
    assert "And how are you?" not in house.by("NOOR").text("/home")
