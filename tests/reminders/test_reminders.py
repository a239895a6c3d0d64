"""Reminders come a day and two hours before, as each person chose, never at night, each once, never for what is off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from portal.conversations.jobs import still_right
from portal.conversations.models import TextTalk
from portal.foundation import clock
from portal.foundation.database import PortalSession
from portal.messages.models import TextChoice, TextMessage
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from portal.reminders.jobs import plan_reminders
from tests import factories as make
from tests.appointments.conftest import World

At = Callable[[str], None]


@dataclass
class Asked:
    """A text about a date whose time has come."""

    id: int
    person_id: int
    wording: str
    about_id: int
    values: dict[str, Any] = field(default_factory=dict)


def dated(world: World, starts: str, *people: int, made_on: str = "2019-07-01", **more: Any) -> int:
    with world.database.session() as session:
        coming = [session.get_one(Person, one) for one in people or (world.leo,)]
        circle = make.circle(session, session.get_one(Family, world.family_id), *coming)
        day = datetime.fromisoformat(made_on).date()
        made = make.appointment(
            session, circle, session.get_one(Worker, world.marcus), starts, *coming, made_on=day, **more
        )
        session.commit()
        return made.id


def plan(world: World) -> None:
    with PortalSession(world.database.worker) as session:
        plan_reminders(session)
        session.commit()


def planned(world: World) -> list[str]:
    with world.database.session() as session:
        rows = session.scalars(select(TextMessage.due_at).where(TextMessage.wording == "reminder").order_by(text("1")))
        return [f"{clock.london(due):%a %d %H:%M}" for due in rows]


def test_a_day_and_two_hours_before_once_each_however_often_it_is_planned(world: World, at: At) -> None:
    dated(world, "2019-07-18T16:00")
    at("2019-07-15T10:00")
    for _ in range(3):
        plan(world)
    assert planned(world) == ["Wed 17 16:00", "Thu 18 14:00"]


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("2019-07-18T09:00", ["Wed 17 09:00", "Wed 17 19:30"]),
        ("2019-07-18T20:30", ["Wed 17 19:30", "Thu 18 18:30"]),
        ("2019-07-18T10:00", ["Wed 17 10:00", "Thu 18 08:00"]),
        # the clocks go back in the night between: twenty-four hours are twenty-four hours
        ("2019-10-27T09:30", ["Sat 26 10:30", "Sat 26 19:30"]),
    ],
)
def test_one_that_would_fall_in_the_night_goes_the_evening_before(
    world: World, at: At, starts: str, expected: list[str]
) -> None:
    dated(world, starts)
    at((datetime.fromisoformat(starts) - timedelta(days=3)).isoformat())
    plan(world)
    assert planned(world) == expected


def test_each_person_chooses_and_a_later_choice_counts(world: World, at: At) -> None:
    dated(world, "2019-07-18T16:00")
    at("2019-07-15T10:00")
    plan(world)
    with world.database.session() as session:
        session.execute(
            insert(TextChoice).values(person_id=world.leo, family_id=world.family_id, remind_first=2880, remind_last=60)
        )
        session.commit()
    plan(world)
    assert planned(world) == ["Tue 16 16:00", "Thu 18 15:00"]


def test_nobody_is_reminded_who_has_no_number_or_may_not_be_reached(world: World, at: At) -> None:
    dated(world, "2019-07-18T16:00", world.mia)
    with world.database.session() as session:
        session.execute(text("update person set contact_limit = 'no_contact' where id = :id"), {"id": world.dan})
        session.commit()
    dated(world, "2019-07-18T18:00", world.dan)
    at("2019-07-15T10:00")
    plan(world)
    assert planned(world) == []


def test_what_is_called_off_or_was_made_an_hour_ago_is_not_made_up_for(world: World, at: At) -> None:
    dated(world, "2019-07-18T16:00", status="cancelled_by_service", status_on=date(2019, 7, 14))
    dated(world, "2019-07-18T18:00", made_on="2019-07-18")
    at("2019-07-18T15:00")
    plan(world)
    assert planned(world) == ["Thu 18 16:00"], "a day before is long over; two hours before is still to come"


def ask(world: World, wording: str, about: int, person: int, **values: Any) -> Any:
    with PortalSession(world.database.worker) as session:
        found = still_right(session, [Asked(7, person, wording, about, values)])[7]
        session.commit()
        return found


def test_when_its_time_has_come_a_reminder_says_the_time_as_it_is_now(world: World, at: At) -> None:
    booked = dated(world, "2019-07-18T16:00")
    at("2019-07-17T16:00")
    with world.database.session() as session:
        session.execute(text("update appointment set starts_at = '2019-07-18T18:00+01:00'"))
        session.commit()
    said = ask(world, "reminder", booked, world.leo)
    assert f"{said['at']:%H:%M}" in ("18:00", "17:00") and said["name"] == "Marcus Bell" and said["ask"]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ("update appointment set status = 'cancelled_by_family'", "cancelled"),
        ("update appointment set starts_at = '2019-07-17T10:00+01:00'", "too_late"),
        ("update appointment_person set answer = 'cannot'", "not_coming"),
        ("delete from appointment_person", "not_right"),
    ],
)
def test_what_is_no_longer_right_is_not_sent(world: World, at: At, change: str, verdict: str) -> None:
    booked = dated(world, "2019-07-18T16:00")
    at("2019-07-17T16:00")
    with world.database.session() as session:
        session.execute(text(change))
        session.commit()
    assert ask(world, "reminder", booked, world.leo) == verdict


def test_whoever_has_answered_is_reminded_and_not_asked(world: World, at: At) -> None:
    booked = dated(world, "2019-07-18T16:00")
    at("2019-07-17T16:00")
    with world.database.session() as session:
        session.execute(text("update appointment_person set answer = 'coming'"))
        session.commit()
    assert ask(world, "reminder", booked, world.leo)["ask"] is False
    with world.database.session() as session:
        assert session.scalars(select(TextTalk.person_id)).all() == []


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # the day before, an hour late: it goes out at once, and the last one in its time
        ("2019-07-17T12:00", ["Wed 17 11:00", "Thu 18 09:00"]),
        # late in the evening: closer to the last one than to its own time
        ("2019-07-18T08:00", ["Thu 18 09:00"]),
        # an hour before: one, not two
        ("2019-07-18T10:00", ["Thu 18 09:00"]),
        ("2019-07-18T11:00", []),
    ],
)
def test_a_date_that_is_known_late_brings_one_reminder_and_not_two_at_once(
    world: World, at: At, moment: str, expected: list[str]
) -> None:
    dated(world, "2019-07-18T11:00")
    at(moment)
    plan(world)
    assert planned(world) == expected


def test_who_chose_only_the_first_gets_it_however_late(world: World, at: At) -> None:
    dated(world, "2019-07-18T11:00")
    with world.database.session() as session:
        session.add(TextChoice(person_id=world.leo, family_id=world.family_id, remind_last=0))
        session.commit()
    at("2019-07-18T10:00")
    plan(world)
    assert planned(world) == ["Wed 17 11:00"]


def test_held_up_until_the_last_one_is_due_the_first_is_dropped(world: World, at: At) -> None:
    """The provider was down all night: two at once would say no more than one."""
    made = dated(world, "2019-07-18T11:00")
    first = Asked(1, world.leo, "reminder", made, {"last": False})
    last = Asked(2, world.leo, "reminder", made, {"last": True})
    at("2019-07-18T10:00")
    with PortalSession(world.database.worker) as session:
        found = still_right(session, [first, last])
    assert found[1] == "too_late"
    assert isinstance(found[2], dict)
    at("2019-07-17T12:00")
    with PortalSession(world.database.worker) as session:
        assert isinstance(still_right(session, [first])[1], dict)


def test_on_the_night_the_clocks_go_back_each_goes_once_at_its_hour(world: World, at: At) -> None:
    """Half past one comes twice on 27 October 2019."""
    dated(world, "2019-10-27T11:00")
    for moment in ("2019-10-26T09:00", "2019-10-27T00:30", "2019-10-27T01:30", "2019-10-27T03:00"):
        at(moment)
        plan(world)
        # twenty-four hours are twenty-four hours: noon in summer time
        assert planned(world) == ["Sat 26 12:00", "Sun 27 09:00"]
