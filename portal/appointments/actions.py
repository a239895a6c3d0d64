"""Booking, moving, answering, calling off and writing down. Actions never commit; the request does, once.

Whoever acts says which state of the date they saw (`sequence`): when it has changed since, nothing is done and they
are told (Changed). An appointment keeps its id and reference whatever happens to it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.appointments.conditions import takes_the_place
from portal.appointments.models import Appointment, AppointmentChange, AppointmentPerson, AppointmentPlace
from portal.appointments.queries import OneDate
from portal.availability.actions import SlotGone, Time, give_back, one_day_at_a_time, take, take_another
from portal.availability.conditions import Slot, the_slot
from portal.availability.queries import times_of
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.involvement.actions import alert
from portal.people.actions import circle_of
from portal.people.models import Family
from portal.places.conditions import to_avoid
from portal.places.queries import words_to_avoid
from portal.reminders.actions import forget, tell

__all__ = ["Changed", "NotThere", "SlotGone"]


class Changed(Exception):
    """The date is not as it was on the page that was sent: it moved, was called off, or was written up."""


class NotThere(Exception):
    """One of those who come must not be asked to come to this place. Nobody is told why."""


@dataclass(frozen=True)
class Plan:
    """What a worker arranges."""

    worker_id: int
    starts_at: datetime
    minutes: int
    place: str | None
    """Absent: by phone."""
    purpose: str
    people: tuple[int, ...]
    way: timedelta = timedelta()
    anyway: bool = False
    """There is no other place, and the worker has planned the way with them."""


@dataclass(frozen=True)
class Wish:
    """The time that somebody takes: with whom, when it begins, and whether they would rather talk by phone."""

    worker_id: int
    starts_at: datetime
    by_phone: bool = False


def book(session: Session, scope: Scope, wish: Wish, *, circle_id: int | None = None, purpose: str = "") -> Appointment:
    """A family member takes a free time. Booked twice by the same person, it is there once. Raises SlotGone.

    Read by themselves and those who work with them, unless a circle says otherwise.
    """
    person_id = scope.person_id
    if person_id is None:
        raise SlotGone
    if (already := _booked_already(session, scope, wish, person_id)) is not None:
        return already
    slot = _still_free(session, scope, wish, [person_id])
    circle = circle_id or circle_of(session, scope.family_id, [person_id])
    with session.begin_nested():
        made = _add(session, scope.family_id, circle, _plan_of(slot, purpose, (person_id,)), answer="coming")
        take(session, made.id, scope.family_id, circle, _time(slot))
    _write(session, made.id, scope.family_id, circle, "booked", person_id=person_id)
    _alert(session, slot.worker_id, scope.family_id, "date_booked", made.ref)
    return made


def _plan_of(slot: Slot, purpose: str, people: tuple[int, ...]) -> Plan:
    return Plan(slot.worker_id, slot.starts_at, slot.minutes, slot.place, purpose, people, slot.way)


def _time(slot: Slot | Plan) -> Time:
    return Time(slot.worker_id, slot.starts_at, slot.minutes, slot.way if slot.place else timedelta())


def _booked_already(session: Session, scope: Scope, wish: Wish, person_id: int) -> Appointment | None:
    """The same person's own booking of the same time."""
    rows = (
        select(Appointment)
        .join(AppointmentPerson, AppointmentPerson.appointment_id == Appointment.id)
        .where(
            Appointment.family_id == scope.family_id,
            Appointment.worker_id == wish.worker_id,
            Appointment.starts_at == wish.starts_at,
            Appointment.status == "booked",
            AppointmentPerson.person_id == person_id,
        )
    )
    return session.scalars(rows).first()


def _still_free(session: Session, scope: Scope, wish: Wish, people: Collection[int]) -> Slot:
    """The time as it can be taken now. Raises SlotGone when it is taken, or not offered any more."""
    day = wish.starts_at.date()
    times = times_of(session, wish.worker_id, day, day)
    if times is not None and times.most is not None:
        # two who take different times of one day must not both be the last one it holds
        one_day_at_a_time(session, wish.worker_id, day)
        times = times_of(session, wish.worker_id, day, day)
    by_phone = wish.by_phone or not scope.sees_where
    avoid = words_to_avoid(session, people)
    found = the_slot(times, clock.now(), wish.starts_at, avoid, by_phone=by_phone) if times else None
    if found is None:
        raise SlotGone
    return found


def arrange(session: Session, scope: Scope, plan: Plan, circle_id: int) -> Appointment:
    """A worker makes a date with people of a family. What has begun already is written down as having taken place.

    Raises SlotGone when the worker has another date then, NotThere when somebody must not be asked to come there.
    """
    if not plan.anyway and to_avoid(plan.place, words_to_avoid(session, plan.people)):
        raise NotThere
    over = plan.starts_at <= clock.now()
    same = select(Appointment).where(
        Appointment.family_id == scope.family_id,
        Appointment.worker_id == plan.worker_id,
        Appointment.starts_at == plan.starts_at,
        Appointment.circle_id == circle_id,
        Appointment.status.in_(("booked", "attended")),
    )
    if (already := session.scalars(same).first()) is not None:
        return already
    status = "attended" if over else "booked"
    with session.begin_nested():
        made = _add(session, scope.family_id, circle_id, plan, status=status)
        if not over:
            take(session, made.id, scope.family_id, circle_id, _time(plan))
    _write(session, made.id, scope.family_id, circle_id, status, worker_id=scope.worker_id)
    if over:
        return made
    tell(session, made.id, plan.people, "date_booked")
    if plan.worker_id != scope.worker_id:
        _alert(session, plan.worker_id, scope.family_id, "date_booked", made.ref)
    return made


def _add(
    session: Session, family_id: int, circle_id: int, plan: Plan, *, status: str = "booked", answer: str | None = None
) -> Appointment:
    made = Appointment(
        family_id=family_id,
        circle_id=circle_id,
        worker_id=plan.worker_id,
        made_on=min(clock.today(), plan.starts_at.date()),
        starts_at=plan.starts_at,
        minutes=plan.minutes,
        purpose=plan.purpose,
        by_phone=plan.place is None,
        status=status,
        edited_at=real_now(),
    )
    session.add(made)
    session.flush()
    common = {"appointment_id": made.id, "family_id": family_id, "circle_id": circle_id}
    if plan.place:
        session.execute(insert(AppointmentPlace).values(place=plan.place, **common))
    for person_id in plan.people:
        answered = clock.now() if answer else None
        session.execute(
            insert(AppointmentPerson).values(person_id=person_id, answer=answer, answered_at=answered, **common)
        )
    return made


def _write(
    session: Session,
    appointment_id: int,
    family_id: int,
    circle_id: int,
    what: str,
    *,
    person_id: int | None = None,
    worker_id: int | None = None,
    was_at: datetime | None = None,
    note: str | None = None,
) -> None:
    session.add(
        AppointmentChange(
            appointment_id=appointment_id,
            family_id=family_id,
            circle_id=circle_id,
            at=clock.now(),
            what=what,
            by_person_id=person_id,
            by_worker_id=worker_id,
            was_at=was_at,
            note=note,
        )
    )
    session.flush()


def _write_on(
    session: Session, date: OneDate, what: str, note: str | None = None, was_at: datetime | None = None
) -> None:
    who = date.scope
    _write(
        session, date.id, date.family_id, date.row["circle_id"], what,
        person_id=who.person_id, worker_id=who.worker_id, note=note or None, was_at=was_at,
    )  # fmt: skip


def _alert(session: Session, worker_id: int, family_id: int, kind: str, date_ref: str) -> None:
    """Tell the worker whose date it is. The page it leads to is theirs to open, or nobody's."""
    family = session.scalar(select(Family.ref).where(Family.id == family_id))
    alert(session, [worker_id], family_id, kind, path=f"/work/families/{family}/appointments/{date_ref}")


def _answer(session: Session, date: OneDate, answer: str) -> None:
    """What those for whom this family member speaks say to this very time. Raises Changed."""
    _unchanged(session, date)
    session.execute(
        update(AppointmentPerson)
        .where(AppointmentPerson.appointment_id == date.id, AppointmentPerson.person_id.in_(date.speaks_for))
        .values(answer=answer, answered_at=clock.now())
    )


def _unchanged(session: Session, date: OneDate) -> None:
    """Hold the date as it was seen until this transaction ends. Raises Changed when it is another already."""
    held = select(Appointment.sequence, Appointment.starts_at).where(Appointment.id == date.id).with_for_update()
    row = session.execute(held).first()
    if row is None or row.sequence != date.row["sequence"] or not date.is_ahead:
        raise Changed


def confirm(session: Session, date: OneDate) -> None:
    """They will be there. Said twice, it is written down once. Raises Changed."""
    _answer(session, date, "coming")
    if date.row["last"] != "confirmed" or date.row["answer"] != "coming":
        _write_on(session, date, "confirmed")


def ask_to_move(session: Session, date: OneDate, words: str) -> None:
    """Ask the worker for another time, in one's own words. Raises Changed."""
    _answer(session, date, "move")
    if date.row["last"] == "asked_to_move" and date.changes[-1]["note"] == words:
        return
    _write_on(session, date, "asked_to_move", words)
    _alert(session, date.row["worker_id"], date.family_id, "date_move", date.row["ref"])


def cannot_come(session: Session, date: OneDate, words: str = "") -> bool:
    """They can't come. When nobody is left who comes, the date is called off and the time is free again.

    Returns whether it was called off. Raises Changed.
    """
    _answer(session, date, "cannot")
    still = select(AppointmentPerson.person_id).where(
        AppointmentPerson.appointment_id == date.id, AppointmentPerson.answer.is_distinct_from("cannot")
    )
    off = session.scalar(still.limit(1)) is None
    _write_on(session, date, "cannot", words)
    if off:
        _close(session, date, "cancelled_by_family")
    _alert(session, date.row["worker_id"], date.family_id, "date_off" if off else "date_cannot", date.row["ref"])
    return off


def _close(session: Session, date: OneDate, status: str) -> None:
    """The date does not take place; nobody is reminded of it, and its time is free again."""
    session.execute(
        update(Appointment)
        .where(Appointment.id == date.id)
        .values(status=status, status_on=clock.today(), sequence=Appointment.sequence + 1, edited_at=real_now())
    )
    give_back(session, date.id)
    forget(session, date.id)


def move(session: Session, date: OneDate, wish: Wish) -> None:
    """A family member takes another free time for the same date. Raises SlotGone, Changed."""
    _unchanged(session, date)
    people = [one["person_id"] for one in date.people]
    slot = takes_the_place(date, _still_free(session, date.scope, wish, people))
    if slot is None:
        raise SlotGone
    _move(session, date, _plan_of(slot, date.row["purpose"], tuple(people)))
    if slot.worker_id != date.row["worker_id"]:
        _alert(session, date.row["worker_id"], date.family_id, "date_off", date.row["ref"])
    _alert(session, slot.worker_id, date.family_id, "date_moved", date.row["ref"])


def rearrange(session: Session, date: OneDate, plan: Plan) -> None:
    """A worker changes time, place, length or purpose. Raises SlotGone, NotThere, Changed."""
    _unchanged(session, date)
    if not plan.anyway and to_avoid(plan.place, words_to_avoid(session, plan.people)):
        raise NotThere
    _move(session, date, plan)


def _move(session: Session, date: OneDate, plan: Plan) -> None:
    """The same date at another time or place; everybody who comes is asked anew, whoever moved it comes."""
    take_another(session, date.id, date.family_id, date.row["circle_id"], _time(plan))
    moved = plan.starts_at != date.starts_at or plan.worker_id != date.row["worker_id"]
    session.execute(
        update(Appointment)
        .where(Appointment.id == date.id)
        .values(
            worker_id=plan.worker_id,
            starts_at=plan.starts_at,
            minutes=plan.minutes,
            purpose=plan.purpose,
            by_phone=plan.place is None,
            sequence=Appointment.sequence + 1,
            edited_at=real_now(),
        )
    )
    _put(session, date, plan.place)
    come = AppointmentPerson.appointment_id == date.id
    session.execute(update(AppointmentPerson).where(come).values(answer=None, answered_at=None))
    if date.speaks_for:
        own = come, AppointmentPerson.person_id.in_(date.speaks_for)
        session.execute(update(AppointmentPerson).where(*own).values(answer="coming", answered_at=clock.now()))
    _write_on(session, date, "moved" if moved else "changed", was_at=date.starts_at if moved else None)
    forget(session, date.id)
    others = [person for person in plan.people if person not in date.speaks_for]
    tell(session, date.id, others, "date_moved")


def _put(session: Session, date: OneDate, place: str | None) -> None:
    """Keep where it is now; by phone it is nowhere."""
    if place is None:
        if date.scope.sees_where:
            session.execute(delete(AppointmentPlace).where(AppointmentPlace.appointment_id == date.id))
        return
    row = insert_or_update(AppointmentPlace).values(
        appointment_id=date.id, family_id=date.family_id, circle_id=date.row["circle_id"], place=place
    )
    session.execute(row.on_conflict_do_update(index_elements=["appointment_id"], set_={"place": place}))


def call_off(session: Session, date: OneDate, words: str) -> None:
    """A worker calls it off and says why; those who would have come are told. Raises Changed."""
    _unchanged(session, date)
    _write_on(session, date, "called_off", words)
    _close(session, date, "cancelled_by_service")
    tell(session, date.id, [one["person_id"] for one in date.people], "date_off")


def write_up(session: Session, date: OneDate, took_place: bool, words: str = "") -> None:
    """A worker writes down that it took place, or that it did not, and then what happens next. No blame, no reason."""
    status = "attended" if took_place else "missed"
    if date.row["state"] == status and not words:
        return
    session.execute(
        update(Appointment)
        .where(Appointment.id == date.id)
        .values(status=status, status_on=None, sequence=Appointment.sequence + 1, edited_at=real_now())
    )
    _write_on(session, date, status, words)
    forget(session, date.id)
