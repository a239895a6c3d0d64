"""Beginning a move, meeting, passing the lead on, calling it off. Never commits.

What crosses from one borough to another is done by functions in the database (0011_moves.py), because no single
person may change what lies on both sides; they check who asks. What they answer is given back as a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.fields import Encrypted
from portal.involvement.actions import alert, ask_to_join
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily
from portal.messages.actions import tell_where, unsend
from portal.moves.models import Move, MoveInvitation, MovePart, MoveTask
from portal.moves.queries import OneMove, home_borough
from portal.organisations.models import Organisation, Worker


class AlreadyMoving(Exception):
    """A move of this family runs already: one at a time, whoever begins it."""


class AskedAlready(Exception):
    """This organisation was asked and has not answered yet."""


@dataclass(frozen=True)
class Plan:
    """What is known of a move when it is begun."""

    to: Organisation
    circle_id: int
    need: str | None
    """The level of need today: it carries over."""
    move_day: date | None = None
    leads_on: date | None = None
    old_lead_until: date | None = None
    staying: list[int] = field(default_factory=list)


def begin(session: Session, actor: Actor, opened: OpenFamily, plan: Plan) -> Move:
    """Begin a move and ask the new borough to take it on. Nothing else changes yet. Raises AlreadyMoving."""
    move = Move(
        family_id=opened.family_id,
        circle_id=plan.circle_id,
        from_borough_id=home_borough(session, opened.family_id),
        to_borough_id=plan.to.id,
        planned_on=clock.today(),
        need_before=plan.need,
        started_at=clock.now(),
        started_by_id=actor.worker_id,
        move_day=plan.move_day,
        leads_on=plan.leads_on,
        old_lead_until=plan.old_lead_until,
        staying=plan.staying,
        edited_at=real_now(),
    )
    try:
        with session.begin_nested():
            session.add(move)
            session.flush()
    except IntegrityError as twice:
        raise AlreadyMoving from twice
    invite(session, actor, move, plan.to, "transfer")
    tell_where(session, move.circle_id, "move_new", ("move", move.id), what="begun")
    return move


def invite(
    session: Session, actor: Actor, move: Move, organisation: Organisation, to: str, meets_on: date | None = None
) -> MoveInvitation:
    """Ask an organisation to take the move on, or to come to a conference; its senior manager hears of it."""
    asked = MoveInvitation(
        move_id=move.id,
        family_id=move.family_id,
        circle_id=move.circle_id,
        asked_to=to,
        organisation_id=organisation.id,
        asked_by_id=actor.worker_id,
        asked_on=clock.today(),
        meets_on=meets_on,
    )
    try:
        with session.begin_nested():
            session.add(asked)
            session.flush()
    except IntegrityError as twice:
        raise AskedAlready from twice
    senior = session.scalar(select(func.senior_of(organisation.id)))
    if senior is not None:
        alert(session, [senior], move.family_id, "move_asked", about=actor.worker_id, path=f"/work/moves/{asked.ref}")
    return asked


def say_met(session: Session, move: Move, day: date | None, why: str, by: int | None = None) -> str:
    """The new lead or the family says that they met: waiting for the other, handed, led_already, or no.
    The family hears of it by a discreet text, but for whoever of them says it (`by`)."""
    said = str(session.scalar(select(func.say_met(move.id, day, why))))
    session.refresh(move)
    name = session.scalar(select(Worker.name).where(Worker.id == move.new_lead_id)) or ""
    about = ("move", move.id)
    if said == "handed":
        unsend(session, about)
        tell_where(session, move.circle_id, "move_leads", about, by, name=name, day=move.finished_on)
    elif said == "waiting" and by is None and move.family_said_at is None:
        unsend(session, about)
        tell_where(session, move.circle_id, "move_met", about, name=name)
    return said


def say_not_met(session: Session, move: Move) -> str:
    """The family says that they have not met: what the new lead said is taken back, and their manager hears of it."""
    return str(session.scalar(select(func.say_not_met(move.id))))


def they_moved(session: Session, move: Move, day: date) -> str:
    """The family lives in the new borough from this day on: ok or no."""
    return str(session.scalar(select(func.they_moved(move.id, day))))


def call_off(session: Session, move: Move, reason: str, why: str) -> str:
    """Everything goes back as it was: ok, already, too_late (the new one leads), or no. `why` stands at each part."""
    sealed = literal(reason, Encrypted("move.called_off_reason"))
    said = str(session.scalar(select(func.call_off_move(move.id, sealed, why))))
    if said == "ok":
        about = ("move", move.id)
        unsend(session, about)
        tell_where(session, move.circle_id, "move_new", about, what="off")
    return said


def change_days(move: Move, move_day: date | None, leads_on: date | None, old_lead_until: date | None) -> None:
    """Other days for the move; those who are asked or have joined keep theirs."""
    move.move_day, move.leads_on, move.old_lead_until = move_day, leads_on, old_lead_until


@dataclass(frozen=True)
class Staying:
    """What becomes of one worker's part: their last day, or how long they stay past the move and who pays."""

    does: str
    until: date | None
    paid_by: str | None
    reason: str


def settle_part(session: Session, actor: Actor, one: OneMove, part: Involvement, asked: Staying) -> None:
    """Set until when somebody stays. What was before is kept, so that it can go back when the move is called off."""
    before = session.scalar(select(MovePart).where(MovePart.move_id == one.move.id, MovePart.involvement_id == part.id))
    if before is None:
        session.add(
            MovePart(
                move_id=one.move.id,
                family_id=one.move.family_id,
                circle_id=one.move.circle_id,
                involvement_id=part.id,
                does=asked.does,
                until=asked.until,
                paid_by=asked.paid_by,
                before_ends_on=part.ends_on,
                before_reason=part.end_reason,
                made_by_id=actor.worker_id,
                made_at=clock.now(),
            )
        )
    else:
        before.does, before.until, before.paid_by = asked.does, asked.until, asked.paid_by
        before.made_by_id, before.made_at = actor.worker_id, clock.now()
    part.ends_on, part.end_reason, part.edited_at = asked.until, asked.reason, real_now()
    session.flush()


def ask_worker(
    session: Session, actor: Actor, one: OneMove, worker: Worker, function: str, first_day: date
) -> Involvement:
    """Ask a worker of the new borough to join from a day on, as part of this move. Raises AlreadyThere."""
    asked = ask_to_join(session, one.opened, worker, function, first_day, False)
    session.add(
        MovePart(
            move_id=one.move.id,
            family_id=one.move.family_id,
            circle_id=one.move.circle_id,
            involvement_id=asked.id,
            does="joins",
            made_by_id=actor.worker_id,
            made_at=clock.now(),
        )
    )
    session.flush()
    return asked


def add_task(
    session: Session, actor: Actor, move: Move, text: str, due: date, *, worker: int | None, person: int | None
) -> bool:
    """Something that must not slip, with one owner. False when the same stands there already (a form sent twice)."""
    same = select(MoveTask.text).where(
        MoveTask.move_id == move.id,
        MoveTask.due == due,
        MoveTask.owner_worker_id.is_not_distinct_from(worker),
        MoveTask.owner_person_id.is_not_distinct_from(person),
    )
    if text in set(session.scalars(same)):
        return False
    session.add(
        MoveTask(
            move_id=move.id,
            family_id=move.family_id,
            circle_id=move.circle_id,
            text=text,
            owner_worker_id=worker,
            owner_person_id=person,
            due=due,
            made_by_id=actor.worker_id,
            made_at=clock.now(),
        )
    )
    session.flush()
    if worker is not None and worker != actor.worker_id:
        alert(session, [worker], move.family_id, "move_task", about=actor.worker_id)
    return True


def tick(task: MoveTask, done: bool) -> None:
    """Done, or not done after all."""
    task.done_on = (task.done_on or clock.today()) if done else None
