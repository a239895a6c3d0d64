"""Moves between boroughs, whom they ask, and what must not slip. Times are London's."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.moves.models import Move, MoveInvitation, MoveTask
from portal.organisations.models import Organisation, Worker
from portal.people.models import Circle, Person
from tests.factories.records import moment_of


def move(session: Session, seen_by: Circle, old: Organisation, new: Organisation, by: Worker, **more: Any) -> Move:
    """A move that `by` began on 10 June."""
    made = Move(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        from_borough_id=old.id,
        to_borough_id=new.id,
        planned_on=date(2019, 6, 10),
        started_at=moment_of("2019-06-10T12:00"),
        started_by_id=by.id,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def asked_about(session: Session, of: Move, whom: Organisation, by: Worker, to: str = "transfer") -> MoveInvitation:
    """An organisation asked to take a move on, without an answer."""
    made = MoveInvitation(
        move_id=of.id,
        family_id=of.family_id,
        circle_id=of.circle_id,
        asked_to=to,
        organisation_id=whom.id,
        asked_by_id=by.id,
        asked_on=date(2019, 6, 10),
    )
    session.add(made)
    session.flush()
    return made


def move_task(session: Session, of: Move, owner: Worker | Person, by: Worker, text: str = "School place") -> MoveTask:
    """Something that must not slip at a move."""
    made = MoveTask(
        move_id=of.id,
        family_id=of.family_id,
        circle_id=of.circle_id,
        text=text,
        owner_worker_id=owner.id if isinstance(owner, Worker) else None,
        owner_person_id=owner.id if isinstance(owner, Person) else None,
        due=date(2019, 7, 1),
        made_by_id=by.id,
        made_at=moment_of("2019-06-10T12:00"),
    )
    session.add(made)
    session.flush()
    return made
