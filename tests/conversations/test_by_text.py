"""A boy who answers texts and nothing else books, moves and calls off; who reads his phone learns nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.foundation import clock, texts
from portal.involvement.models import Alert
from portal.places.models import UnsafePlace
from portal.questions.models import Question
from tests.appointments.conftest import World
from tests.conversations.conftest import Phone

Phones = Callable[..., Phone]
OFFER = (
    "M is free: 1) Thu 16:00 2) Fri 16:00 by phone 3) Thu 25/7 16:00."
    " Reply with a number, or say a day. WHERE tells you the place."
)


def booked(world: World) -> list[str]:
    return [
        f"{clock.london(date.starts_at):%a %d %H:%M}{' phone' if date.by_phone else ''} {date.status}"
        for date in world.dates()
    ]


def test_a_number_takes_one_of_three_real_times_in_one_step(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    assert leo("book") == OFFER
    assert leo("2") == "Done. Fri 16:00 by phone. If you can't, reply CANT or MOVE any time."
    assert booked(world) == ["Fri 19 16:00 phone booked"]


def test_the_same_number_again_picks_nothing(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    assert leo("1") == "Nothing waits for an answer just now. Reply NEXT, BOOK or MENU."
    assert len(world.dates()) == 1


def test_a_number_half_a_day_later_picks_nothing(world: World, phone: Phones, at: Callable[[str], None]) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    at("2019-07-15T22:30")
    assert leo("1") == "Nothing waits for an answer just now. Reply NEXT, BOOK or MENU."
    assert world.dates() == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("can i see marcus thurs after school", "M is free: 1) Thu 16:00 2) Thu 17:15"),
        ("Can I see Marcus on Thrusday at 5?", "OK. Thu 17:00. Reply 1 for yes, 2 for no."),
        ("friday 5pm", "OK. Fri 17:00 by phone. Reply 1 for yes, 2 for no."),
        ("tmrw 4pm", "Not then. M is free: 1) Thu 16:00"),
        ("next week?", "M is free: 1) Thu 25/7 16:00 2) Thu 25/7 17:15 3) Fri 26/7 16:00 by phone."),
        ("boook", "M is free: 1)"),
        ("26 july", "M is free: 1) Fri 26/7 16:00 by phone 2) Fri 26/7 17:00 by phone 3) Fri"),
        ("puedo ver a marcus el viernes por la tarde", "M is free: 1) Fri 16:00 by phone"),
    ],
)
def test_words_are_narrowed_by_the_times_that_exist(world: World, phone: Phones, said: str, answer: str) -> None:
    assert (phone(world.leo)(said) or "").startswith(answer)


def test_after_an_offer_words_pick_as_well_as_numbers(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    assert leo("the friday one") == "Done. Fri 16:00 by phone. If you can't, reply CANT or MOVE any time."


def test_another_time_than_those_offered_is_asked_for_with_yes_or_no(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    assert leo("friday at 6") == "OK. Fri 18:00 by phone. Reply 1 for yes, 2 for no."
    assert leo("no") == "OK. Say a day or a time, or reply BOOK to see what is free."
    assert leo("1") == "Nothing waits for an answer just now. Reply NEXT, BOOK or MENU."
    assert leo("friday at 6") == "OK. Fri 18:00 by phone. Reply 1 for yes, 2 for no."
    assert (leo("yes") or "").startswith("Done. Fri 18:00 by phone.")
    assert booked(world) == ["Fri 19 18:00 phone booked"]


def test_a_time_that_went_meanwhile_is_told_with_others(world: World, phone: Phones) -> None:
    leo, rosa = phone(world.leo), phone(world.rosa)
    leo("BOOK")
    rosa("BOOK")
    rosa("1")
    assert (leo("1") or "").startswith("That time has just gone. M is free: 1) Thu 17:15")
    assert (leo("1") or "").startswith("Done. Thu 17:15.")
    assert booked(world) == ["Thu 18 16:00 booked", "Thu 18 17:15 booked"]


def test_next_who_where_and_menu(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    assert leo("NEXT") == "Nothing is booked just now. Reply BOOK for a time."
    leo("BOOK")
    assert leo("where") == "1) Library cafe 2) by phone 3) Library cafe Reply with a number, or NOT THERE."
    leo("1")
    assert leo("next") == "Next: Thu 16:00 with M. Reply MOVE, CANT or WHERE."
    assert leo("Where is it?") == "Thu 16:00: Library cafe. Not safe for you? Reply NOT THERE."
    assert leo("who") == "A is there for you. Your next time is with M. Reply CALL ME to be rung."
    assert (leo("menu") or "").startswith("Reply BOOK, NEXT, MOVE, CANT, WHO, WHERE or CALL ME.")


def test_moving_keeps_the_date(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    ref = world.dates()[0].ref
    assert (leo("move") or "").startswith("M is free: 1) Thu 17:15")
    assert leo("2") == "Done. Fri 16:00 by phone. If you can't, reply CANT or MOVE any time."
    assert booked(world) == ["Fri 19 16:00 phone booked"] and world.dates()[0].ref == ref


def test_moving_to_a_day_that_was_named(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    assert leo("can u move it to friday at 5") == "OK. Fri 17:00 by phone. Reply 1 for yes, 2 for no."
    leo("1")
    assert booked(world) == ["Fri 19 17:00 phone booked"]


@pytest.mark.parametrize("said", ["CANT", "cnat", "cant make it sorry", "please cancel my appointment", "no puedo ir"])
def test_cant_frees_the_time(world: World, phone: Phones, said: str) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    assert leo(said) == "OK, not Thu 16:00. M knows. Reply BOOK for another time."
    assert booked(world) == ["Thu 18 16:00 cancelled_by_family"]
    assert (leo("BOOK") or "").startswith("M is free: 1) Thu 16:00")
    with world.database.session() as session:
        assert "date_off" in session.scalars(select(Alert.kind).where(Alert.to_worker_id == world.marcus)).all()


def test_with_two_dates_it_is_asked_which(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    for number in ("1", "1"):
        leo("BOOK")
        leo(number)
    assert leo("CANT") == "Which one? 1) Thu 16:00 2) Thu 17:15"
    leo("2")
    assert booked(world) == ["Thu 18 16:00 booked", "Thu 18 17:15 cancelled_by_family"]


def test_asked_which_a_day_on_which_there_is_none_is_asked_again(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    for number in ("1", "2"):
        leo("BOOK")
        leo(number)
    asked = leo("MOVE")
    assert asked is not None and asked.startswith("Which one? 1)")
    assert leo("wednesday") == asked
    assert (leo("1") or "").startswith("M is free")


def test_call_me_is_a_question_with_a_clock_to_the_lead(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    for _ in range(2):
        assert leo("CALL ME") == "OK. A is asked to call you, in the day, not at night. In danger, call 999."
    with world.database.session() as session:
        question = session.scalars(select(Question)).one()
        assert question.to_worker_id == world.ada and question.text == "Please call me." and question.due_at
    assert "Please call me." in world.client("ADA").text(f"/work/families/{world.family}/questions")


def test_not_there_marks_the_place_and_offers_others(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    answer = leo("not there") or ""
    assert answer.startswith("OK, not there. M is free: 1) Fri 16:00 by phone") and "WHERE" not in answer
    assert "Thu" not in answer
    with world.database.session() as session:
        assert session.scalars(select(UnsafePlace.words)).all() == ["Library cafe"]
    assert "Library cafe" not in world.client("LEO").text(f"/appointments/book/{world.marcus_ref}")


def test_somebody_who_may_not_know_where_they_are_is_told_no_place_and_offered_no_mentor(
    world: World, phone: Phones
) -> None:
    dan = phone(world.dan, limit="no_address")
    for said in ("BOOK", "can i see marcus", "WHERE", "NEXT", "WHO", "MOVE", "not there", "thursday"):
        answer = dan(said) or ""
        assert "Library" not in answer and "M is free" not in answer, said


def test_whoever_reads_the_phone_learns_no_name_no_place_and_no_reason(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    said = [leo(body) or "" for body in ("BOOK", "1", "NEXT", "WHO", "MOVE", "1", "CANT", "CALL ME", "MENU", "9")]
    for word in ("Marcus", "Bell", "Ada", "Obi", "Leo", "Rivera", "mentor", "Library", "worker", "service"):
        assert not any(word in answer for answer in said), word


def test_plain_words_for_those_who_chose_them(world: World, phone: Phones) -> None:
    assert (phone(world.leo, discreet=False)("BOOK") or "").startswith("Marcus is free: 1)")


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_answer_fits_two_texts_in_every_language(world: World, phone: Phones, language: str) -> None:
    leo = phone(world.leo, language=language)
    for body in ("BOOK", "where", "1", "NEXT", "WHO", "WHERE", "MOVE", "1", "CANT", "CALL ME", "MENU", "1", "sábado"):
        answer = leo(body)
        if answer:
            assert texts.parts(answer) <= 2, answer


@pytest.mark.parametrize(
    "body", ["thanks", "asdfgh", "🙂🙂", "مرحبا", "x" * 1600, "1" * 40, "2019-99-99 25:99", "%s {{7*7}}"]
)
def test_what_nobody_understands_changes_nothing(world: World, phone: Phones, body: str) -> None:
    answer = phone(world.leo)(body)
    assert answer is None or answer in ("", "Nothing waits for an answer just now. Reply NEXT, BOOK or MENU.")
    assert world.dates() == []
