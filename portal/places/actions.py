"""Marking a place, and taking the mark back. Actions never commit; the request does, once."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.places.conditions import same_place
from portal.places.models import UnsafePlace, UnsafePlaceSource
from portal.places.queries import OwnMark


def mark(session: Session, scope: Scope, person_id: int, words: str) -> bool:
    """Mark a place for this person. False when whoever writes has marked the same before (a form sent twice).

    A family member marks for themselves only; who marked is kept apart, where nobody but themselves reads it.
    """
    mine = (
        UnsafePlaceSource.worker_id == scope.worker_id
        if scope.is_professional
        else UnsafePlaceSource.person_id == scope.person_id
    )
    before = (
        select(UnsafePlace.words)
        .join(UnsafePlaceSource, UnsafePlaceSource.unsafe_place_id == UnsafePlace.id)
        .where(UnsafePlace.person_id == person_id, UnsafePlace.ended_at.is_(None), mine)
    )
    if any(same_place(words, said) and same_place(said, words) for said in session.scalars(before)):
        return False
    marked = UnsafePlace(
        family_id=scope.family_id,
        person_id=person_id,
        words=words,
        own=not scope.is_professional,
        made_at=clock.now(),
    )
    session.add(marked)
    session.flush()
    session.add(
        UnsafePlaceSource(
            unsafe_place_id=marked.id,
            family_id=scope.family_id,
            person_id=None if scope.is_professional else scope.person_id,
            worker_id=scope.worker_id,
        )
    )
    session.flush()
    return True


def take_back(session: Session, found: OwnMark) -> None:
    """Meetings may be offered there again, as far as this one mark goes."""
    session.execute(
        update(UnsafePlace)
        .where(UnsafePlace.id == found.id, UnsafePlace.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
