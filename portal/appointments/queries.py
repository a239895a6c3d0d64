"""Appointments as they stand today: what is next, what is past, with whom, and where for those who may know."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, case, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.appointments.models import Appointment, AppointmentPerson, AppointmentPlace
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.organisations.models import Worker
from portal.people.models import Person


def appointments(scope: Scope) -> AnyRows:
    """Every appointment that exists today, with its state today, its worker, its place and who comes.

    An appointment that has not started is booked unless its `status_on` has passed (docs/importing.md, "Time").
    `mine`: the viewer takes part.
    """
    today, now = scope.today, scope.now
    worker = aliased(Worker)
    settled = or_(
        and_(Appointment.status_on.is_not(None), Appointment.status_on <= today),
        and_(Appointment.status_on.is_(None), Appointment.starts_at <= now),
    )
    state = case((settled, Appointment.status), else_="booked")
    coming = (
        select(func.string_agg(Person.name, aggregate_order_by(literal_column("'; '"), Person.id)))
        .join(AppointmentPerson, AppointmentPerson.person_id == Person.id)
        .where(AppointmentPerson.appointment_id == Appointment.id)
        .scalar_subquery()
    )
    mine = (
        select(AppointmentPerson.person_id)
        .where(AppointmentPerson.appointment_id == Appointment.id, AppointmentPerson.person_id == scope.person_id)
        .exists()
    )
    rows = (
        select(
            Appointment.id,
            Appointment.ref,
            Appointment.starts_at,
            Appointment.minutes,
            Appointment.purpose,
            Appointment.status_on,
            Appointment.circle_id,
            state.label("state"),
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            worker.id.label("worker_id"),
            AppointmentPlace.place,
            coming.label("coming"),
            mine.label("mine"),
        )
        .join(worker, worker.id == Appointment.worker_id)
        .outerjoin(
            AppointmentPlace,
            and_(AppointmentPlace.appointment_id == Appointment.id, scope.clause(AppointmentPlace)),
        )
        .where(scope.clause(Appointment), or_(Appointment.made_on.is_(None), Appointment.made_on <= today))
    )
    return rows.order_by(Appointment.starts_at, Appointment.id)


def next_ones(scope: Scope, limit: int = 3) -> AnyRows:
    """The next booked appointments; one that is under way is still next."""
    every = appointments(scope).subquery("appointment")
    ends = every.c.starts_at + func.make_interval(0, 0, 0, 0, 0, every.c.minutes)
    return (
        select(every)
        .where(every.c.state == "booked", ends > scope.now)
        .order_by(every.c.starts_at, every.c.id)
        .limit(limit)
    )


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        row["purpose"] = scope.mask(row["purpose"])
        row["worker_role"] = scope.mask(row["worker_role"])
    return rows


def coming_and_past(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """What is still to come, soonest first, and what is past or called off, latest first."""
    now = clock.now()
    coming = [
        row for row in rows if row["state"] == "booked" and row["starts_at"] + timedelta(minutes=row["minutes"]) > now
    ]
    kept = {row["id"] for row in coming}
    return coming, [row for row in reversed(rows) if row["id"] not in kept]


def dates(session: Session, scope: Scope) -> list[Row]:
    """Every appointment for this viewer, in order of time."""
    return readable(scope, ask(session, scope, dates=appointments)["dates"])
