"""Updates that a viewer may read, newest first, with the names of who else reads each."""

from __future__ import annotations

from sqlalchemy import func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.foundation.database import AnyRows, Row
from portal.organisations.models import Worker
from portal.people.conditions import named_to
from portal.people.models import CircleMember, Person
from portal.updates.models import Update


def updates(scope: Scope, limit: int | None = None) -> AnyRows:
    """Updates posted up to now. `readers`: the names of the family members who read it, joined by `; `."""
    worker = aliased(Worker)
    readers = (
        select(func.string_agg(Person.name, aggregate_order_by(literal_column("'; '"), Person.id)))
        .join(CircleMember, CircleMember.person_id == Person.id)
        .where(CircleMember.circle_id == Update.circle_id, Person.contact_limit != "no_contact", named_to(scope))
        .scalar_subquery()
    )
    rows = (
        select(
            Update.id,
            Update.ref,
            Update.posted_at,
            Update.text,
            Update.circle_id,
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            readers.label("readers"),
        )
        .join(worker, worker.id == Update.by_worker_id)
        .where(scope.clause(Update), Update.posted_at <= scope.now)
        .order_by(Update.posted_at.desc(), Update.id.desc())
    )
    return rows.limit(limit) if limit else rows


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        row["text"], row["worker_role"] = scope.mask(row["text"]), scope.mask(row["worker_role"])
    return rows


def feed(session: Session, scope: Scope) -> list[Row]:
    """Every update for this viewer."""
    return readable(scope, ask(session, scope, updates=updates)["updates"])
