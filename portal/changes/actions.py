"""Writing what was done, and following it by text. Actions never commit; the request does, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import LargeBinary, func, literal, select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.changes.models import ChangeNote
from portal.foundation import clock
from portal.foundation.database import reference
from portal.foundation.fields import Encrypted
from portal.foundation.phones import number_hash
from portal.organisations.models import Organisation


@dataclass(frozen=True)
class Done:
    """What a service says it did."""

    owner: str
    done: str
    evidence: str
    on_day: date
    state: str


def write(session: Session, actor: Actor, place: Organisation, number: int, said: Done) -> bool:
    """Add a note to a recommendation. False when this manager has just written the same (a form sent twice)."""
    same = select(ChangeNote.id).where(
        ChangeNote.recommendation == number,
        ChangeNote.by_worker_id == actor.worker_id,
        ChangeNote.done == said.done,
        ChangeNote.on_day == said.on_day,
    )
    if session.scalar(same) is not None:
        return False
    session.add(
        ChangeNote(
            recommendation=number,
            organisation_id=place.id,
            organisation=place.name,
            by_worker_id=actor.worker_id,
            made_at=clock.now(),
            **vars(said),
        )
    )
    session.flush()
    return True


def follow(session: Session, number: str, language: str) -> None:
    """Text this number when something new is written. Twice changes nothing."""
    session.execute(
        select(
            func.follow_changes(
                literal(number, Encrypted("change_follower.number")),
                literal(number_hash(number), LargeBinary),
                language,
                reference(),
            )
        )
    ).all()
