"""Which places somebody must not be asked to come to. Never who said so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, and_, false, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation.database import AnyRows
from portal.foundation.fields import decrypt
from portal.involvement.queries import open_family_by_id
from portal.people.models import Family, Person
from portal.places.models import UnsafePlace, UnsafePlaceSource


def marked(scope: Scope) -> AnyRows:
    """The places that stand marked: to a young person their own, to a worker those of everybody whose risks their
    function opens, and what they marked themselves. `mine`: the viewer wrote it and may take it back."""
    mine = (
        select(UnsafePlaceSource.unsafe_place_id)
        .where(
            UnsafePlaceSource.unsafe_place_id == UnsafePlace.id,
            UnsafePlaceSource.worker_id == scope.worker_id
            if scope.is_professional
            else UnsafePlaceSource.person_id == scope.person_id,
        )
        .exists()
    )
    rows = (
        select(
            UnsafePlace.id,
            UnsafePlace.ref,
            UnsafePlace.person_id,
            UnsafePlace.words,
            Person.name,
            Person.ref.label("person_ref"),
            mine.label("mine"),
        )
        .join(Person, Person.id == UnsafePlace.person_id)
        .where(UnsafePlace.family_id == scope.family_id, UnsafePlace.ended_at.is_(None), shown_to(scope, mine))
    )
    return rows.order_by(UnsafePlace.person_id, UnsafePlace.made_at, UnsafePlace.id)


def shown_to(scope: Scope, mine: ColumnElement[bool]) -> ColumnElement[bool]:
    """To those whose function opens what is risky; to others who make dates what they marked; to a young person their
    own. Not to parents, not to brothers and sisters."""
    if scope.is_professional:
        return true() if "risk" in scope.kinds else mine if "appointments" in scope.kinds else false()
    if scope.limit == "no_contact" or scope.supporter:
        return false()
    return and_(UnsafePlace.person_id == scope.person_id, UnsafePlace.own)


def words_to_avoid(session: Session, people: Collection[int]) -> list[str]:
    """What must not be offered to these people, for whoever books with them: compared, and never shown."""
    return opened(session.scalars(select(places_to_avoid(people)))) if people else []


def places_to_avoid(people: Collection[int]) -> Any:
    """As `words_to_avoid`, still sealed, for use in another question."""
    return func.places_to_avoid(literal(sorted(people), ARRAY(BigInteger)), type_=LargeBinary)


def opened(sealed: Iterable[bytes]) -> list[str]:
    """The words of `places_to_avoid`."""
    return [decrypt(bytes(words), "unsafe_place.words") for words in sealed]


@dataclass(frozen=True)
class OwnMark:
    """A place that whoever asks marked themselves."""

    id: int
    words: str
    ended_at: datetime | None
    family_ref: str


def own_mark(session: Session, actor: Actor, ref: str) -> OwnMark | None:
    """The marked place with this reference, if this actor marked it."""
    who = (
        UnsafePlaceSource.worker_id == actor.worker_id
        if actor.is_worker
        else UnsafePlaceSource.person_id == actor.person_id
    )
    row = session.execute(
        select(UnsafePlace.id, UnsafePlace.words, UnsafePlace.ended_at, Family.ref, UnsafePlace.family_id)
        .join(UnsafePlaceSource, UnsafePlaceSource.unsafe_place_id == UnsafePlace.id)
        .join(Family, Family.id == UnsafePlace.family_id)
        .where(UnsafePlace.ref == ref, who)
    ).first()
    if row is None:
        return None
    if actor.is_worker:
        opened = open_family_by_id(session, actor, row.family_id)
        if opened is None or "appointments" not in opened.scope.kinds:
            return None
    return OwnMark(row.id, row.words, row.ended_at, row.ref)
