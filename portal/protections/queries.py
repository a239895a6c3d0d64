"""What protects whom and until when: what runs, the first to end on top; then what has ended lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Worker
from portal.people.conditions import named_to
from portal.people.models import Person
from portal.protections.conditions import may_read, may_read_change
from portal.protections.models import DAYS_BEFORE, Protection, ProtectionChange

LATELY = timedelta(days=90)


def every_protection(scope: Scope) -> AnyRows:
    """Everything that runs, the first to end on top, then all that has ended."""
    by = aliased(Worker)
    over = Protection.ends_on < scope.today
    return (
        select(
            Protection.id,
            Protection.ref,
            Protection.circle_id,
            Protection.sort,
            Protection.what,
            Protection.starts_on,
            Protection.ends_on,
            Protection.follows,
            Protection.edited_at,
            Person.name.label("young_person"),
            by.name.label("by"),
            over.label("over"),
        )
        .select_from(Protection)
        .outerjoin(Person, and_(Person.id == Protection.young_person_id, named_to(scope)))
        .join(by, by.id == Protection.edited_by_id)
        .where(may_read(scope), Protection.made_at <= scope.now)
        .order_by(over, case((~over, Protection.ends_on)), Protection.ends_on.desc(), Protection.id)
    )


def protections(scope: Scope) -> AnyRows:
    """Everything that runs or ended in the last three months."""
    return every_protection(scope).where(Protection.ends_on >= scope.today - LATELY).limit(100)


def changes(scope: Scope) -> AnyRows:
    """What was changed of each, the latest first: `protection_id`, who, when, what, and what it said before."""
    return (
        select(
            ProtectionChange.id,
            ProtectionChange.protection_id,
            ProtectionChange.at,
            ProtectionChange.what,
            ProtectionChange.before,
            ProtectionChange.day_before,
            Worker.name.label("worker"),
        )
        .join(Worker, Worker.id == ProtectionChange.by_worker_id)
        .where(may_read_change(scope), ProtectionChange.at <= scope.now)
        .order_by(ProtectionChange.at.desc(), ProtectionChange.id.desc())
        .limit(200)
    )


def by_protection(scope: Scope, rows: list[Row]) -> dict[int, list[Row]]:
    """The changes of each, with what this viewer may not read left out of their texts."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        if row["before"]:
            row["before"] = scope.mask(row["before"])
        found.setdefault(row["protection_id"], []).append(row)
    return found


def ending(scope: Scope) -> AnyRows:
    """For home: the one that ends first, when that is within four weeks."""
    every = protections(scope).subquery("protection")
    near = every.c.ends_on <= scope.today + timedelta(days=DAYS_BEFORE), ~every.c.over
    return select(every).where(*near).order_by(every.c.ends_on, every.c.id).limit(1)


def some_ending(scope: Scope) -> AnyRows:
    """Is there any such? Their keys, without looking anything up."""
    near = Protection.ends_on.between(scope.today, scope.today + timedelta(days=DAYS_BEFORE))
    return select(Protection.id).where(may_read(scope), Protection.made_at <= scope.now, near)


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        row["what"] = scope.mask(row["what"])
        if row["follows"]:
            row["follows"] = scope.mask(row["follows"])
    return rows


def young_people(scope: Scope) -> AnyRows:
    """Whom something can protect."""
    rows = select(Person.id, Person.ref, Person.name).where(Person.family_id == scope.family_id, named_to(scope))
    return rows.where(Person.relation.in_(("young_person", "sibling"))).order_by(Person.relation.desc(), Person.id)


@dataclass(frozen=True)
class OpenProtection:
    """A protection in a family that a professional has open."""

    opened: OpenFamily
    protection: Protection

    @property
    def scope(self) -> Scope:
        return self.opened.scope

    @property
    def family_id(self) -> int:
        return self.opened.family_id


def open_protection(session: Session, actor: Actor, ref: str, protection: str) -> OpenProtection | None:
    """The protection with this reference in a family one may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    this = Protection.ref == protection, Protection.family_id == opened.family_id, Protection.made_at <= clock.now()
    found = session.scalar(select(Protection).where(*this, may_read(opened.scope)))
    return OpenProtection(opened, found) if found else None
