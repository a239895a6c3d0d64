"""A family asks a named worker, sees who has the question and by when, and reads the answer."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from portal.foundation.database import PortalSession, Speaker
from portal.involvement.models import Alert
from portal.people.models import Person
from portal.questions.jobs import tell_of_late_answers
from portal.questions.models import Question
from tests.questions.conftest import House

ASK = "/questions/new"
WORDS = "Who comes to the meeting on Friday?"


def ask(
    house: House, who: str = "NOOR", whom: str = "CAM", words: str = WORDS, moment: str = "2019-07-15T10:00"
) -> str:
    house.by(who, moment).submit(ASK, {"to": house.workers[whom], "text": words}, to=ASK, status=303)
    with house.database.session() as session:
        return session.scalars(select(Question.ref).order_by(Question.id.desc())).first() or ""


def answer_page(house: House, ref: str) -> str:
    return f"/work/families/{house.family}/questions/{ref}"


def test_asked_answered_and_read_on_the_next_request(house: House) -> None:
    noor = house.by("NOOR")
    page = noor.text(ASK)
    assert "Cam Reed, Mentor" in page
    assert "Whoever you choose reads this." in page
    assert "within 7 days" in page
    assert "not for emergencies" in page
    ref = ask(house)
    assert "Cam answers by 22 July." in noor.text("/questions")
    cam = house.by("CAM")
    assert WORDS in cam.text("/work/")
    cam.submit(answer_page(house, ref), {"text": "Ada and I."}, to=answer_page(house, ref), status=303)
    noor = house.by("NOOR", "2019-07-16T10:00")
    assert "Ada and I." in noor.text("/home")
    assert "Cam answered, yesterday" in noor.text("/questions")
    assert "Ada and I." not in noor.text("/home"), "what was read is no longer new"
    assert "Noor has seen it." in cam.text(answer_page(house, ref))
    assert WORDS not in cam.text("/work/")


def test_a_box_left_empty_says_what_to_do_and_keeps_what_was_typed(house: House) -> None:
    noor = house.by("NOOR")
    response = noor.submit(ASK, {"text": "Half a question"}, to=ASK, status=422)
    assert "Choose whom you want to ask." in response.get_data(as_text=True)
    assert "Half a question" in response.get_data(as_text=True)
    for words in ({}, {"text": " \n "}):
        said = noor.submit(ASK, {"to": house.workers["ADA"]} | words, to=ASK, status=422).get_data(as_text=True)
        assert "Write your question." in said


def test_nobody_is_asked_who_does_not_work_with_the_family(house: House) -> None:
    house.by("NOOR").submit(ASK, {"to": house.workers["SAM"], "text": "Hello?"}, to=ASK, status=422)


def test_the_same_question_sent_twice_is_asked_once(house: House) -> None:
    assert ask(house) == ask(house)
    with house.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 1


def test_only_whom_one_chose_reads_it_in_the_family(house: House) -> None:
    ask(house)
    assert WORDS not in house.by("ANA").text("/questions")
    with house.database.session() as session:
        ana = session.scalars(select(Person.ref).where(Person.source_ref == "ANA")).one()
    shared = {"to": house.workers["ADA"], "text": "Can we all come?", "readers": [ana]}
    house.by("NOOR").submit(ASK, shared, to=ASK, status=303)
    assert "Can we all come?" in house.by("ANA").text("/questions")
    assert "Ana can read this too." in house.by("NOOR").text("/questions")
    assert "Can we all come?" not in house.by("DAN").text("/questions")


def test_who_reads_it_among_those_who_work_with_them(house: House) -> None:
    """Whoever was asked, their cover once they are away, whoever leads, and the manager; nobody else."""
    ref = ask(house)
    page = answer_page(house, ref)
    for who, day, status in (
        ("CAM", "15", 200), ("ADA", "15", 200), ("MONA", "15", 200), ("SAM", "15", 404), ("BEN", "15", 404),
        ("BEN", "21", 200),
    ):  # fmt: skip
        house.by(who, f"2019-07-{day}T10:00").get(page, status)
    to_ada = answer_page(house, ask(house, whom="ADA", words="Only for Ada"))
    house.by("CAM").get(to_ada, 404)
    assert "for Cam Reed, who is away" in house.by("BEN", "2019-07-21T10:00").text("/work/")


def test_the_one_who_is_away_is_said_and_who_is_there(house: House) -> None:
    noor = house.by("NOOR", "2019-07-21T10:00")
    assert "Cam is away until 28 July. Ben reads it in the meantime." in noor.text(ASK)
    ask(house, moment="2019-07-21T10:00")
    assert "Cam is away until 28 July. Ben reads it in the meantime." in house.by("NOOR", "2019-07-21T11:00").text(
        "/questions"
    )


def test_after_seven_days_it_is_late_and_goes_to_somebody_senior_as_it_stands(house: House) -> None:
    ref = ask(house, whom="ADA")
    on_time = house.by("NOOR", "2019-07-22T10:00")
    assert "No answer yet" not in on_time.text("/questions")
    late = house.by("NOOR", "2019-07-22T10:01")
    assert "No answer yet" in late.text("/questions")
    senior = f"/questions/{ref}/senior"
    words = late.text(senior)
    assert "This goes to Mona Hart, Team manager." in words
    assert WORDS in words
    late.submit(senior, {}, to=senior, status=303)
    assert "You took it to Mona Hart on 22 July." in late.text("/questions")
    assert "by 25 July" in late.text("/questions")
    day = house.by("MONA", "2019-07-22T11:00").text("/work/")
    assert "took a question to you that Ada Obi had not answered" in day
    assert "taken to you" in day


def test_a_late_answer_is_told_to_the_manager_once(house: House) -> None:
    ask(house, whom="ADA")
    for moment, told in (("2019-07-22T09:00", 0), ("2019-07-22T11:00", 1), ("2019-07-23T11:00", 1)):
        house.by("NOOR", moment)
        with PortalSession(house.database.worker) as session:
            tell_of_late_answers(session)
            session.commit()
        with house.database.session() as session:
            late = select(func.count()).select_from(Alert).where(Alert.kind == "question_late")
            assert session.scalar(late) == told
    assert "Ada Obi has not answered" in house.by("MONA", "2019-07-23T12:00").text("/work/")


def test_passed_on_by_name_the_clock_runs_on_and_the_family_sees_it(house: House) -> None:
    ref = ask(house)
    page = answer_page(house, ref)
    cam = house.by("CAM")
    cam.submit(page, {"to": house.workers["SAM"]}, to=f"{page}/pass", status=422)
    cam.submit(page, {"to": house.workers["ADA"]}, to=f"{page}/pass", status=303)
    cam.get(page, 404)
    assert "Ada has it now, from Cam." in house.by("NOOR").text("/questions")
    assert "Ada answers by 22 July." in house.by("NOOR").text("/questions")
    assert "passed on a question" in house.by("ADA").text("/work/")


def test_two_answer_at_once_and_the_second_keeps_their_words(house: House) -> None:
    page = answer_page(house, ask(house))
    cam, ada = house.by("CAM"), house.by("ADA")
    token = {f["name"]: f["value"] for f in ada.soup(page).find_all("input", type="hidden")}
    cam.submit(page, {"text": "Yes, I do."}, to=page, status=303)
    second = ada.post(page, token | {"text": "No, I do."}, 422).get_data(as_text=True)
    assert "Cam Reed has answered this" in second
    assert "No, I do." in second
    assert "Yes, I do." in house.by("NOOR").text("/questions")


def test_what_was_answered_is_never_changed_and_nobody_answers_for_a_worker(house: House) -> None:
    ref = ask(house)
    with house.database.session() as session:
        noor = session.scalars(select(Person.id).where(Person.source_ref == "NOOR")).one()
    with PortalSession(house.database.web) as session:
        session.info["speaker"] = Speaker(person_id=noor)
        with pytest.raises(DatabaseError, match="answered once"):
            session.execute(
                text("update question set answer = 'x', answered_at = now(), answered_by_id = first_to_worker_id")
            )
    page = answer_page(house, ref)
    house.by("CAM").submit(page, {"text": "Yes."}, to=page, status=303)
    with house.database.session() as session:
        cam = session.scalar(text("select id from worker where source_ref = 'CAM'"))
    with PortalSession(house.database.web) as session:
        session.info["speaker"] = Speaker(worker_id=cam)
        with pytest.raises(DatabaseError, match="answered once"):
            session.execute(text("update question set answer = 'x'"))


def test_whoever_may_not_know_where_they_live_asks_the_lead_and_nobody_else(house: House) -> None:
    dan = house.by("DAN")
    words = dan.text(ASK)
    assert "Ada Obi" in words
    assert "Cam Reed" not in words
    dan.submit(ASK, {"to": house.workers["CAM"], "text": "Where?"}, to=ASK, status=422)
    ref = ask(house, who="DAN", whom="ADA")
    page = answer_page(house, ref)
    house.by("ADA").submit(page, {"text": "Ring me on 020 7946 0101."}, to=page, status=303)
    assert "7946" not in house.by("DAN").text("/questions")


def test_somebody_elses_question_is_not_there(house: House) -> None:
    ref = ask(house)
    house.by("ANA").get(f"/questions/{ref}/senior", 404)
