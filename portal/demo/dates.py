"""Marcus's week, which young people book from their phones, and how some dates stand: answered, asked to move."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.appointments.models import Appointment, AppointmentChange, AppointmentPerson
from portal.availability.models import WorkException, WorkHours, WorkRule
from portal.foundation import clock
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.places.models import UnsafePlace, UnsafePlaceSource

MARCUS, AMINA, LEO, ROSA = "W-ASH-TY1", "W-BRV-SW1", "P-LEO", "P-ROSA"


def add(session: Session, today: date) -> None:
    """Add them to the world that the folder has brought in."""
    marcus, amina = (session.scalars(select(Worker).where(Worker.source_ref == ref)).one() for ref in (MARCUS, AMINA))
    leo, rosa = (session.scalars(select(Person).where(Person.source_ref == ref)).one() for ref in (LEO, ROSA))
    _weeks(session, marcus, amina, today)
    now = clock.now()
    marked = UnsafePlace(family_id=leo.family_id, person_id=leo.id, words="Marl Street", own=True, made_at=now)
    session.add(marked)
    session.flush()
    session.add(UnsafePlaceSource(unsafe_place_id=marked.id, family_id=leo.family_id, person_id=leo.id))
    rent = _date(session, "A9")
    _answered(session, rent, rosa, "move", "asked_to_move", "Could it be after four? I start work at eight.")
    _answered(session, _date(session, "A8"), leo, "coming", "confirmed")


def _weeks(session: Session, marcus: Worker, amina: Worker, today: date) -> None:
    """Marcus at the library after school and on Saturdays, Amina by phone; one day off soon."""
    for worker, minutes, most in ((marcus, 60, 4), (amina, 30, None)):
        session.add(
            WorkRule(
                worker_id=worker.id,
                open=True,
                minutes=minutes,
                gap_minutes=15 if worker is marcus else 0,
                most_per_day=most,
                notice_hours=2,
                ahead_days=28,
            )
        )
    for weekday in (1, 3, 4):
        session.add(_hours(marcus, weekday, time(16), time(19), "Library cafe"))
    session.add(_hours(marcus, 5, time(11), time(14), "Library cafe"))
    for weekday in range(5):
        session.add(_hours(amina, weekday, time(12), time(13), None))
    free = today + timedelta(days=9)
    session.add(
        WorkException(worker_id=marcus.id, starts_on=free, ends_on=free, there=False, place=None, by_phone=False)
    )
    session.flush()


def _hours(worker: Worker, weekday: int, starts: time, ends: time, place: str | None) -> WorkHours:
    return WorkHours(worker_id=worker.id, weekday=weekday, starts=starts, ends=ends, place=place, by_phone=True)


def _date(session: Session, ref: str) -> Appointment:
    return session.scalars(select(Appointment).where(Appointment.source_ref == ref)).one()


def _answered(
    session: Session, booked: Appointment, who: Person, answer: str, what: str, note: str | None = None
) -> None:
    """What somebody said to the time of a date, two hours ago."""
    at = clock.now() - timedelta(hours=2)
    part = AppointmentPerson.appointment_id == booked.id, AppointmentPerson.person_id == who.id
    row = session.scalars(select(AppointmentPerson).where(*part)).one()
    row.answer, row.answered_at = answer, at
    session.add(
        AppointmentChange(
            appointment_id=booked.id,
            family_id=booked.family_id,
            circle_id=booked.circle_id,
            at=at,
            what=what,
            by_person_id=who.id,
            note=note,
        )
    )
    session.flush()
