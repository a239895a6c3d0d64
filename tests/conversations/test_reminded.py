"""What a reminder asks is answered with a number; whoever loses their worker is offered another time in one text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, text

from portal.appointments.models import AppointmentPerson
from portal.availability.models import WorkException, WorkHours, WorkRule
from portal.conversations.jobs import tell_who_lost_their_worker
from portal.foundation import texts
from portal.foundation.database import PortalSession
from portal.involvement.models import Alert
from portal.messages.models import TextMessage
from tests.appointments.conftest import World
from tests.conversations.conftest import Phone
from tests.reminders.test_reminders import ask

Phones = Callable[..., Phone]


def reminded(world: World, phone: Phones, at: Callable[[str], None]) -> Phone:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    with world.database.session() as session:
        session.execute(text("update appointment_person set answer = null"))
        session.commit()
    at("2019-07-17T16:00")
    assert ask(world, "reminder", world.dates()[0].id, world.leo)["ask"]
    return leo


def test_one_says_yes_to_the_reminder(world: World, phone: Phones, at: Callable[[str], None]) -> None:
    leo = reminded(world, phone, at)
    assert leo("1") == "Good. tomorrow 16:00. M knows."
    with world.database.session() as session:
        assert session.scalars(select(AppointmentPerson.answer)).all() == ["coming"]
    assert leo("1") == "Nothing waits for an answer just now. Reply NEXT, BOOK or MENU."


def test_two_finds_another_time(world: World, phone: Phones, at: Callable[[str], None]) -> None:
    leo = reminded(world, phone, at)
    assert (leo("2") or "").startswith("M is free: 1) tomorrow 17:15")
    assert (leo("1") or "").startswith("Done. tomorrow 17:15.")
    assert len(world.dates()) == 1


def test_yes_to_a_reminder_of_a_time_that_moved_since_is_told(
    world: World, phone: Phones, at: Callable[[str], None]
) -> None:
    leo = reminded(world, phone, at)
    with world.database.session() as session:
        session.execute(text("update appointment set starts_at = starts_at + interval '1 hour', sequence = 5"))
        session.commit()
    assert leo("yes") == "That has changed. Now it is tomorrow 17:00. Reply MOVE or CANT."


def away(world: World) -> list[dict[str, object]]:
    """Let the worker process look; what was queued to be said."""
    for _ in range(2):
        with PortalSession(world.database.worker) as session:
            tell_who_lost_their_worker(session)
            session.commit()
    with world.database.session() as session:
        given = session.scalars(select(TextMessage.given).where(TextMessage.wording == "date_away")).all()
        return [texts.unpacked(one) for one in given]


def test_a_mentor_on_holiday_is_told_with_other_times_once(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    with world.database.session() as session:
        session.add(
            WorkException(
                worker_id=world.marcus, starts_on=date(2019, 7, 18), ends_on=date(2019, 7, 18), there=False,
                by_phone=False,
            )
        )  # fmt: skip
        session.commit()
    said = away(world)
    assert len(said) == 1
    body = texts.say("date_away", "en", False, said[0])
    assert body.startswith("M can't make Thu 16:00. M is free: 1) Fri 16:00 by phone 2) Thu 25/7 16:00")
    assert "Needs another time" in world.client("LEO").text("/appointments")
    assert (leo("1") or "").startswith("Done. Fri 16:00 by phone.")
    assert [date.status for date in world.dates()] == ["booked"] and world.dates()[0].by_phone
    assert away(world) == said, "told once"


def test_a_mentor_who_left_is_followed_by_whoever_has_time(world: World, phone: Phones) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    with world.database.session() as session:
        session.execute(
            text("update involvement set ends_on = '2019-07-16' where worker_id = :id"), {"id": world.marcus}
        )
        session.add(WorkRule(worker_id=world.ada, open=True, minutes=30, gap_minutes=0, notice_hours=1, ahead_days=14))
        session.add(
            WorkHours(
                worker_id=world.ada, weekday=1, starts=text("'10:00'"), ends=text("'11:00'"), place=None, by_phone=True
            )
        )
        session.commit()
    said = away(world)[0]
    assert "A is free: 1) tomorrow 10:00 by phone" in texts.say("date_away", "en", False, said)
    assert (leo("1") or "").startswith("Done. tomorrow 10:00 by phone.")
    assert world.dates()[0].worker_id == world.ada
    with world.database.session() as session:
        assert "date_away" in session.scalars(select(Alert.kind).where(Alert.to_worker_id == world.ada)).all()


@pytest.mark.parametrize("language", ["en", "es"])
def test_told_with_nobody_free(world: World, phone: Phones, language: str) -> None:
    leo = phone(world.leo)
    leo("BOOK")
    leo("1")
    with world.database.session() as session:
        session.execute(text("update worker set left_on = '2019-07-16' where id = :id"), {"id": world.marcus})
        session.commit()
    body = texts.say("date_away", language, False, away(world)[0])
    assert texts.parts(body) == 1 and ("CALL ME" in body or "LLAMAME" in body)
