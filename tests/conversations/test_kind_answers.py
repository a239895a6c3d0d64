"""What a boy says besides asking: a greeting, a thumb, thanks, late, is anybody there. Answered as a friend would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from portal.hearing.conditions import small_talk
from portal.involvement.models import Alert
from tests.appointments.conftest import World
from tests.conversations.conftest import Phone

Phones = Callable[..., Phone]
THURSDAY = date(2019, 7, 18)


@pytest.mark.parametrize(
    ("meant", "words"),
    [
        (
            "thanks",
            "thanks|thanks bro|ok thanks|thank you so much|gracias tío|sorry|lo siento|talk later|🙏|❤️|see you later",
        ),
        ("yes", "👍|👍🏽|👌|✅"),
        ("hello", "hi|hello again|hola|yo bruv|wagwan|u there?|anyone there?|buenas"),
        ("robot", "are you a robot|is this a real person?|am I talking to a bot|eres un robot|who reads this?"),
        ("menu", "?|??|¿?"),
        (None, "😭|!|hi can i see marcus|thanks but no|sorry i cant come|later|ok|yes|see you thursday|📷"),
    ],
)
def test_small_talk_is_told_from_what_means_more(meant: str | None, words: str) -> None:
    for said in words.split("|"):
        assert small_talk(said) == meant, said


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("yo", "Hi. A can read what you write here. Reply BOOK for a time, NEXT for what is next, CALL ME to be rung."),
        ("are you a robot", "These answers come by themselves. A can read what you write."),
        ("ok", ""),
        ("👍", ""),
        ("gracias bro", ""),
        ("is it still on", "Nothing is booked just now."),
        ("i need to talk", "OK. A is asked to call you"),
        ("necesito hablar con alguien", "OK. A is asked to call you"),
        ("running late", "Nothing is booked just now."),
        ("yes", "Nothing waits for an answer just now."),
    ],
)
def test_it_is_answered_kindly(world: World, phone: Phones, said: str, answer: str) -> None:
    got = phone(world.leo)(said)
    assert got is not None and (got.startswith(answer) if answer else got == ""), got


def test_in_spanish_too(world: World, phone: Phones) -> None:
    leo = phone(world.leo, language="es")
    assert (leo("hola") or "").startswith("Hola.")
    assert (leo("eres un robot") or "").startswith("Estas respuestas salen solas.")


def test_a_thumb_says_yes_where_yes_is_asked(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    assert leo("thurs 5.15") == "OK. Thu 17:15. Reply 1 for yes, 2 for no."
    assert (leo("👍") or "").startswith("Done. Thu 17:15.")
    assert leo("ok") == "", "and ok to that needs no answer"
    assert len(world.dates()) == 1


def test_ok_to_three_times_asks_which(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    assert (leo("ok") or "").startswith("Which one? 1) Thu 16:00")
    assert (leo("2") or "").startswith("Done.")


def test_whoever_waits_hears_that_they_come_late(world: World, phone: Phones, at: Callable[[str], None]) -> None:
    leo = phone(world.leo)
    leo("thurs 4pm")
    leo("1")
    assert (leo("gonna be late") or "").startswith("Next: Thu 16:00"), "three days before, it says what is next"
    at(f"{THURSDAY}T15:50")
    assert leo("im gonna be late bro") == "OK. M is told that you come late."
    with world.database.session() as session:
        told = session.execute(select(Alert.to_worker_id, Alert.kind, Alert.path)).all()
    (late,) = [row for row in told if row.kind == "date_late"]
    assert late.to_worker_id == world.marcus
    words = world.client("MARCUS", f"{THURSDAY}T15:51").text("/work/")
    assert "Somebody of Rivera family says they come late" in words
    assert [row.status for row in world.dates()] == ["booked"]


def test_not_being_able_to_go_on_never_calls_a_date_off(world: World, at: Callable[[str], None]) -> None:
    client = world.client("LEO")
    from portal.hearing.conditions import means_not_safe

    for said in ("i cant do this anymore", "ya no puedo más"):
        assert means_not_safe(said), said
        client.browser.post("/demo/phone/+447700900102", data={"body": said})
    with world.database.session() as session:
        assert {row.kind for row in session.scalars(select(Alert))} == {"not_safe"}
