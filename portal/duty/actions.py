"""Raising a call for help, saying "I have it", and checking back after a visit. Actions never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Text, column, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.duty.conditions import today_and_before
from portal.duty.models import CheckBack, DutyCall, DutyLine, DutyTurn
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import reference
from portal.foundation.fields import Encrypted
from portal.involvement.actions import LASTS
from portal.involvement.models import UrgentAccess
from portal.involvement.queries import open_family_by_id


@dataclass(frozen=True)
class Raised:
    """A call for help: its reference, the workers who were told, and whether somebody is on duty at this hour."""

    ref: str
    told: list[int]
    watched: bool
    fresh: bool
    """False: the same call stood already."""


class NotRaised(Exception):
    """Whoever asks may not raise a call for that person."""


def raise_call(
    session: Session,
    why: str,
    *,
    family_id: int | None,
    person_id: int | None = None,
    by_worker_id: int | None = None,
    said: str | None = None,
) -> Raised:
    """Tell whoever is on duty, at once. `why`: not_safe, no_show, not_back. The same call within five minutes is one.
    Raises NotRaised."""
    columns = (
        column("call_ref", Text),
        column("told", ARRAY(BigInteger)),
        column("watched", Boolean),
        column("fresh", Boolean),
    )
    holiday, before = today_and_before()
    asked = func.raise_call(
        literal(family_id, BigInteger),
        literal(person_id, BigInteger),
        literal(by_worker_id, BigInteger),
        literal(why, Text),
        literal(said, Encrypted("duty_call.said")),
        reference(),
        holiday,
        before,
    ).table_valued(*columns)
    row = session.execute(select(asked)).one_or_none()
    if row is None:
        raise NotRaised
    return Raised(row.call_ref, list(row.told or []), row.watched, row.fresh)


def have_it(session: Session, actor: Actor, call: DutyCall) -> bool:
    """ "I have it": nobody else is told any more, and the family is open to this worker for the night, written down
    like every opening in an emergency. False when somebody else was first."""
    mine = (
        update(DutyCall)
        .where(DutyCall.id == call.id, DutyCall.acknowledged_at.is_(None))
        .values(acknowledged_at=clock.now(), acknowledged_by_id=actor.worker_id)
    )
    done: Any = session.execute(mine.execution_options(synchronize_session=False))
    if not done.rowcount:
        return False
    if call.family_id is not None and open_family_by_id(session, actor, call.family_id) is None:
        session.add(
            UrgentAccess(
                family_id=call.family_id,
                worker_id=actor.worker_id,
                why="duty",
                reason=REASONS[call.why],
                began_at=clock.now(),
                ends_at=real_now() + LASTS["duty"],
            )
        )
        session.flush()
    return True


REASONS = {
    "not_safe": "Answering a call for help",
    "no_show": "Somebody did not come, and a worker was worried",
    "not_back": "A worker on a visit had not checked back",
}
"""What the family reads of why their record was opened."""


def end_call(session: Session, call: DutyCall, outcome: str) -> None:
    """What came of it. Ending it twice keeps the first words."""
    if call.ended_at is None:
        call.ended_at, call.outcome = clock.now(), outcome
        session.flush()


def add_turn(session: Session, organisation_id: int, worker_id: int, **turn: Any) -> None:
    """Put a worker on the rota. The same turn again changes nothing."""
    same = select(DutyTurn.id).where(
        DutyTurn.organisation_id == organisation_id,
        DutyTurn.worker_id == worker_id,
        DutyTurn.begins == turn["begins"],
        DutyTurn.ends == turn["ends"],
        DutyTurn.days == turn["days"],
        DutyTurn.last_on.is_(None),
    )
    if session.scalar(same) is None:
        session.add(DutyTurn(organisation_id=organisation_id, worker_id=worker_id, first_on=clock.today(), **turn))
        session.flush()


def go_alone(session: Session, actor: Actor, due_at: datetime, where: str | None, family_id: int | None = None) -> None:
    """A worker says where they go and by when they check back. A new visit takes the place of the one before."""
    for before in session.scalars(
        select(CheckBack).where(CheckBack.worker_id == actor.worker_id, CheckBack.back_at.is_(None))
    ):
        before.back_at = clock.now()
    session.add(
        CheckBack(worker_id=actor.worker_id, family_id=family_id, where=where, made_at=clock.now(), due_at=due_at)
    )
    session.flush()


def is_back(session: Session, check: CheckBack) -> None:
    """They are back. If somebody was told already, they read it there."""
    if check.back_at is None:
        check.back_at = clock.now()
        session.flush()


def set_line(session: Session, organisation_id: int, phone: str, hours: str) -> None:
    """The number that answers for this organisation out of hours."""
    row = session.get(DutyLine, organisation_id)
    if row is None:
        session.add(DutyLine(organisation_id=organisation_id, phone=phone, hours=hours))
    else:
        row.phone, row.hours = phone, hours
    session.flush()
