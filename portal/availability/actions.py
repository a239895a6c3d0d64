"""Taking a time out of a worker's day and giving it back, and setting a worker's week. Actions never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.availability.models import TakenSlot, WorkException, WorkHours, WorkRule


class SlotGone(Exception):
    """Somebody took this time a moment ago, or the worker is not there then: nothing was written."""


@dataclass(frozen=True)
class Time:
    """What an appointment takes out of a worker's day."""

    worker_id: int
    starts_at: datetime
    minutes: int
    way: timedelta
    """Kept free after it, for the way to the next."""

    @property
    def during(self) -> Range[datetime]:
        """As the database compares it."""
        return Range(self.starts_at, self.starts_at + timedelta(minutes=self.minutes) + self.way, bounds="[)")


def one_day_at_a_time(session: Session, worker_id: int, day: date) -> None:
    """From here to the end of the transaction nobody else counts this worker's meetings of this day."""
    session.execute(select(func.pg_advisory_xact_lock(worker_id % 2**31, day.toordinal())))


def take(session: Session, appointment_id: int, family_id: int, circle_id: int, time: Time) -> None:
    """Take the time for a new appointment. Raises SlotGone when another one of this worker's meets it."""
    row = insert(TakenSlot).values(
        appointment_id=appointment_id,
        family_id=family_id,
        circle_id=circle_id,
        worker_id=time.worker_id,
        during=time.during,
    )
    try:
        with session.begin_nested():
            session.execute(row)
    except IntegrityError as taken:
        raise SlotGone from taken


def take_another(session: Session, appointment_id: int, family_id: int, circle_id: int, time: Time) -> None:
    """Take this time instead of the one the appointment had. Raises SlotGone, and keeps the one it had."""
    change = (
        update(TakenSlot)
        .where(TakenSlot.appointment_id == appointment_id)
        .values(worker_id=time.worker_id, during=time.during)
        .returning(TakenSlot.appointment_id)
    )
    try:
        with session.begin_nested():
            changed = session.scalar(change)
    except IntegrityError as taken:
        raise SlotGone from taken
    if changed is None:  # imported, so it never took one
        take(session, appointment_id, family_id, circle_id, time)


def give_back(session: Session, appointment_id: int) -> None:
    """The time is free again."""
    session.execute(delete(TakenSlot).where(TakenSlot.appointment_id == appointment_id))


@dataclass(frozen=True)
class Rule:
    """How a worker lets themselves be booked."""

    open: bool
    minutes: int
    gap_minutes: int
    most_per_day: int | None
    notice_hours: int
    ahead_days: int


def set_rule(session: Session, worker_id: int, rule: Rule) -> None:
    """Keep how this worker is booked from now on. What is booked stays."""
    values = vars(rule)
    row = insert_or_update(WorkRule).values(worker_id=worker_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["worker_id"], set_=values))


def add_hours(
    session: Session, worker_id: int, weekdays: list[int], starts: time, ends: time, place: str | None, by_phone: bool
) -> None:
    """Add the same stretch to these days of the week. One that is there already stays one."""
    usual = select(WorkHours.weekday, WorkHours.starts, WorkHours.ends).where(WorkHours.worker_id == worker_id)
    there = {(row.weekday, row.starts, row.ends) for row in session.execute(usual)}
    session.add_all(
        WorkHours(worker_id=worker_id, weekday=day, starts=starts, ends=ends, place=place, by_phone=by_phone)
        for day in weekdays
        if (day, starts, ends) not in there
    )
    session.flush()


@dataclass(frozen=True)
class Exceptional:
    """Days that are not as usual."""

    first: date
    last: date
    there: bool
    starts: time | None
    ends: time | None
    place: str | None
    by_phone: bool


def add_exception(session: Session, worker_id: int, day: Exceptional) -> None:
    """Add days off, or more time. The same days sent twice are there once."""
    same = select(WorkException.id).where(
        WorkException.worker_id == worker_id,
        WorkException.starts_on == day.first,
        WorkException.ends_on == day.last,
        WorkException.there == day.there,
        WorkException.starts.is_not_distinct_from(day.starts),
        WorkException.ends.is_not_distinct_from(day.ends),
    )
    if session.scalar(same) is not None:
        return
    session.add(
        WorkException(
            worker_id=worker_id,
            starts_on=day.first,
            ends_on=day.last,
            there=day.there,
            starts=day.starts,
            ends=day.ends,
            place=day.place,
            by_phone=day.by_phone,
        )
    )
    session.flush()


def remove(session: Session, found: WorkHours | WorkException) -> None:
    """The week is without it from now on. What is booked stays."""
    session.delete(found)
    session.flush()
