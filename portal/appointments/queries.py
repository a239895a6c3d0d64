"""Appointments as they stand today: what is next, what is past, with whom, and where for those who may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.appointments.models import Appointment, AppointmentChange, AppointmentPerson, AppointmentPlace
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row, gather
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.people.queries import names_in_circles, own_scope, readers

PHONE = "Phone"
"""The place of a meeting by phone, as an import writes it."""
ON_THE_PHONE = ("phone", "by phone", "telephone")


def appointments(scope: Scope) -> AnyRows:
    """Every appointment that exists today, with its state today, its worker, its place and who comes.

    An appointment that has not started is booked unless its `status_on` has passed (docs/importing.md, "Time").
    `mine`: the viewer takes part; `answer`: what they said to this time; `last`: the last thing that happened to it.
    """
    today, now = scope.today, scope.now
    worker = aliased(Worker)
    coming = (
        select(func.string_agg(Person.name, aggregate_order_by(literal_column("'; '"), Person.id)))
        .join(AppointmentPerson, AppointmentPerson.person_id == Person.id)
        .where(AppointmentPerson.appointment_id == Appointment.id)
        .scalar_subquery()
    )
    own = AppointmentPerson.appointment_id == Appointment.id, AppointmentPerson.person_id == scope.person_id
    mine = select(AppointmentPerson.person_id).where(*own).exists()
    answer = select(AppointmentPerson.answer).where(*own).scalar_subquery()
    last = (
        select(AppointmentChange.what)
        .where(AppointmentChange.appointment_id == Appointment.id, AppointmentChange.at <= now)
        .order_by(AppointmentChange.at.desc(), AppointmentChange.id.desc())
        .limit(1)
        .scalar_subquery()
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
            Appointment.sequence,
            Appointment.by_phone,
            state_of(today, now).label("state"),
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            worker.id.label("worker_id"),
            AppointmentPlace.place,
            coming.label("coming"),
            mine.label("mine"),
            answer.label("answer"),
            last.label("last"),
        )
        .join(worker, worker.id == Appointment.worker_id)
        .outerjoin(
            AppointmentPlace,
            and_(AppointmentPlace.appointment_id == Appointment.id, scope.clause(AppointmentPlace)),
        )
        .where(scope.clause(Appointment), or_(Appointment.made_on.is_(None), Appointment.made_on <= today))
    )
    return rows.order_by(Appointment.starts_at, Appointment.id)


def state_of(today: Any, now: Any) -> ColumnElement[str]:
    """How an appointment stands on a day."""
    settled = or_(
        and_(Appointment.status_on.is_not(None), Appointment.status_on <= today),
        and_(Appointment.status_on.is_(None), Appointment.starts_at <= now),
    )
    return case((settled, Appointment.status), else_="booked")


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


SHORT = (
    *("id", "ref", "starts_at", "minutes", "purpose", "by_phone", "worker", "worker_role", "place"),
    *("mine", "answer", "last"),
)


def for_home(scope: Scope) -> AnyRows:
    """What home shows of the next dates: not who else comes, which PostgreSQL then need not look up."""
    every = next_ones(scope).subquery("next")
    return select(*(every.c[name] for name in SHORT)).order_by(every.c.starts_at, every.c.id)


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        row["purpose"] = scope.mask(row["purpose"])
        row["worker_role"] = scope.mask(row["worker_role"])
        if row["by_phone"]:
            row["place"] = PHONE
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


def next_for(session: Session, scope: Scope, limit: int = 3) -> list[Row]:
    """The next booked dates in which this family member takes part, soonest first."""
    found = readable(scope, ask(session, scope, next=every_next)["next"])
    return [row for row in found if row["mine"]][:limit]


def every_next(scope: Scope) -> AnyRows:
    """As `next_ones`, as many as anybody has ahead of them."""
    return next_ones(scope, limit=30)


def taking_part(scope: Scope) -> AnyRows:
    """Who comes to each appointment, and what they answered to its time."""
    return (
        select(
            AppointmentPerson.appointment_id,
            AppointmentPerson.person_id,
            AppointmentPerson.answer,
            Person.name,
            Person.relation,
        )
        .join(Person, Person.id == AppointmentPerson.person_id)
        .where(scope.clause(AppointmentPerson))
        .order_by(Person.id)
    )


def changes(scope: Scope) -> AnyRows:
    """What happened to each appointment up to now, and who did it, oldest first."""
    person, worker = aliased(Person), aliased(Worker)
    return (
        select(
            AppointmentChange.id,
            AppointmentChange.appointment_id,
            AppointmentChange.at,
            AppointmentChange.what,
            AppointmentChange.was_at,
            AppointmentChange.note,
            AppointmentChange.by_person_id,
            person.name.label("person"),
            worker.name.label("worker"),
        )
        .outerjoin(person, person.id == AppointmentChange.by_person_id)
        .outerjoin(worker, worker.id == AppointmentChange.by_worker_id)
        .where(scope.clause(AppointmentChange), AppointmentChange.at <= scope.now)
        .order_by(AppointmentChange.at, AppointmentChange.id)
    )


@dataclass(frozen=True)
class OneDate:
    """One appointment as one viewer sees it, with everything that its page says."""

    scope: Scope
    row: Row
    people: list[Row]
    changes: list[Row]
    names: list[str]
    """Who in the family reads it."""
    others: list[str]
    """Who in the family does not."""
    family_readers: list[Row]
    """Everybody in the family to whom something can be shown."""
    opened: OpenFamily | None = None
    """For professionals: the family it is in."""

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def starts_at(self) -> datetime:
        moment: datetime = self.row["starts_at"]
        return moment

    @property
    def is_ahead(self) -> bool:
        """Booked, and not over."""
        ends = self.starts_at + timedelta(minutes=self.row["minutes"])
        return bool(self.row["state"] == "booked" and ends > clock.now())

    @property
    def on_the_phone(self) -> bool:
        return self.row["by_phone"] or (self.row["place"] or "").casefold() in ON_THE_PHONE

    @property
    def speaks_for(self) -> list[int]:
        """For whom this viewer answers: for themselves; a parent also for a brother or sister who comes along."""
        me = self.scope.person_id
        if me is None or self.scope.supporter:
            return []
        own = next((one["relation"] for one in self.family_readers if one["id"] == me), None)
        grown = own in ("parent", "carer")
        return [
            one["person_id"]
            for one in self.people
            if one["person_id"] == me or (grown and one["relation"] == "sibling")
        ]


def one_date(session: Session, scope: Scope, ref: str, opened: OpenFamily | None = None) -> OneDate | None:
    """The appointment with this reference, if this viewer may see it today."""
    chosen = appointments(scope).where(Appointment.ref == ref)
    this = select(Appointment.id).where(Appointment.ref == ref).scalar_subquery()
    circle = select(Appointment.circle_id).where(Appointment.ref == ref).scalar_subquery()
    names = names_in_circles(scope).subquery("reader")
    found = gather(
        session,
        date=chosen,
        people=taking_part(scope).where(AppointmentPerson.appointment_id == this),
        changes=changes(scope).where(AppointmentChange.appointment_id == this),
        names=select(names).where(names.c.circle_id == circle),
        readers=readers(scope),
    )
    if not found["date"]:
        return None
    for change in found["changes"]:
        change["note"] = scope.mask(change["note"]) if change["note"] else None
    named = {row["person_id"] for row in found["names"]}
    return OneDate(
        scope,
        readable(scope, found["date"])[0],
        found["people"],
        found["changes"],
        [row["name"] for row in found["names"]],
        [row["name"] for row in found["readers"] if row["id"] not in named],
        found["readers"],
        opened,
    )


def own_date(session: Session, actor: Actor, ref: str) -> OneDate | None:
    """A family member's own sight of one appointment."""
    scope = own_scope(session, actor)
    return one_date(session, scope, ref) if scope else None


def work_date(session: Session, actor: Actor, ref: str, date: str) -> OneDate | None:
    """An appointment of a family that this professional has open."""
    opened = open_family(session, actor, ref)
    return one_date(session, opened.scope, date, opened) if opened else None
