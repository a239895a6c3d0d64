"""Writing down what protects somebody and until when. Actions never commit; the request does, once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.people.actions import circle_of
from portal.people.models import CircleMember
from portal.protections.models import Protection, ProtectionChange


class Changed(Exception):
    """Somebody else has changed it since the page was opened: nothing was saved."""


@dataclass(frozen=True)
class Written:
    """What a worker says about it."""

    young_person_id: int
    sort: str
    what: str
    starts_on: date
    ends_on: date
    follows: str | None
    readers: Collection[int]


def protect(session: Session, scope: Scope, said: Written) -> Protection:
    """Write it down. The same one sent twice is one."""
    circle = circle_of(session, scope.family_id, said.readers)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("protection"), scope.family_id)))
    before = select(Protection).where(
        Protection.family_id == scope.family_id,
        Protection.young_person_id == said.young_person_id,
        Protection.sort == said.sort,
        Protection.starts_on == said.starts_on,
        Protection.ends_on == said.ends_on,
        Protection.circle_id == circle,
    )
    for known in session.scalars(before):
        if known.what == said.what:
            return known
    made = Protection(
        family_id=scope.family_id,
        circle_id=circle,
        young_person_id=said.young_person_id,
        sort=said.sort,
        what=said.what,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        follows=said.follows,
        made_at=clock.now(),
        by_worker_id=scope.worker_id,
        edited_at=clock.real_now(),
        edited_by_id=scope.worker_id,
    )
    session.add(made)
    session.flush()
    return made


@dataclass(frozen=True)
class Wanted:
    """How somebody wants it to be from now on."""

    what: str
    ends_on: date
    follows: str | None
    readers: Collection[int]


def change(session: Session, scope: Scope, found: Protection, wanted: Wanted, seen: str) -> None:
    """Other words, another last day, what follows, or other readers; what stood there stays in its history.

    `seen`: when it was last changed, as the page showed it. Raises Changed, NotReaders.
    """
    session.refresh(found, with_for_update=True)
    circle, both = found.circle_id, found.circle_id
    before = readers_of(session, found)
    if before != set(wanted.readers):
        circle = circle_of(session, found.family_id, wanted.readers)
        both = circle_of(session, found.family_id, before & set(wanted.readers))
    changes: list[tuple[str, str | None, date | None]] = []
    if found.what != wanted.what:
        changes.append(("words", found.what, None))
    if found.follows != wanted.follows:
        changes.append(("follows", found.follows, None))
    if found.ends_on != wanted.ends_on:
        changes.append(("end", None, found.ends_on))
    if circle != found.circle_id:
        changes.append(("readers", None, None))
    if not changes:
        return
    if as_seen(found.edited_at) != seen:
        raise Changed
    by = scope.worker_id or found.edited_by_id
    found.what, found.ends_on, found.follows, found.circle_id = wanted.what, wanted.ends_on, wanted.follows, circle
    found.edited_at, found.edited_by_id = clock.real_now(), by
    session.flush()
    common = {"protection_id": found.id, "family_id": found.family_id, "at": clock.now(), "by_worker_id": by}
    for what, words, day in changes:
        # who reads it now is for those who read it now; what it said before, for those who could read that too
        session.add(
            ProtectionChange(
                **common, circle_id=circle if what == "readers" else both, what=what, before=words, day_before=day
            )
        )
    session.flush()


def readers_of(session: Session, found: Protection) -> set[int]:
    """Who in the family reads it now."""
    return set(session.scalars(select(CircleMember.person_id).where(CircleMember.circle_id == found.circle_id)))


def as_seen(edited_at: datetime) -> str:
    """What a form carries to tell whether somebody else has changed the record since."""
    return edited_at.astimezone(UTC).isoformat()
