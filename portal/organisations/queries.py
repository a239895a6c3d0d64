"""How a worker is shown: name and role to anybody; organisation and number only where the viewer may know where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, column, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows
from portal.organisations.models import DutyNumbers, Organisation, Worker, WorkerContact


def answered(function: Any) -> Any:
    """What a function of the database answers (a worker's id), as a table with the one column `id` to join with.

    In a join's own condition the function would stand before row-level security, which keeps the index from being
    used: every worker would be read, and a first page grow slower with each borough that joins.
    """
    return function.table_valued(column("id", BigInteger)).lateral().render_derived()


def at_work(scope: Scope, worker: Any, organisation: Any, contact: Any) -> list[tuple[Any, ColumnElement[bool]]]:
    """Outer joins that bring a worker's organisation and number, for viewers who may know where the family is.

    Returns (target, on) pairs. For anybody else the joins match nothing, so the columns are null.
    """
    return [
        (organisation, and_(organisation.id == worker.organisation_id, scope.where())),
        (contact, and_(contact.worker_id == worker.id, scope.where())),
    ]


def managed_by(actor: Actor, organisation: Any) -> ColumnElement[bool]:
    """Is this manager a manager of this organisation: their own, one they are senior manager of, or one of the borough
    they are senior manager of?"""
    borough = aliased(Organisation)
    of_my_borough = exists().where(
        borough.id == organisation.borough_id, borough.kind == "borough", borough.senior_manager_id == actor.worker_id
    )
    return or_(
        organisation.id == actor.organisation_id, organisation.senior_manager_id == actor.worker_id, of_my_borough
    )


def works_here() -> ColumnElement[bool]:
    """Has this worker not left?"""
    return or_(Worker.left_on.is_(None), Worker.left_on >= clock.today())


def colleagues_managed(session: Session, actor: Actor) -> list[Worker]:
    """The workers of every organisation this manager manages, by name; the first few hundred."""
    rows = select(Worker).join(Organisation, Organisation.id == Worker.organisation_id)
    rows = rows.where(managed_by(actor, Organisation), works_here()).order_by(Worker.name).limit(300)
    return list(session.scalars(rows))


def worker_called(session: Session, text: str) -> Worker | None:
    """The worker with this work e-mail or reference, wherever they work."""
    plain = text.strip()
    found = (
        select(Worker)
        .outerjoin(WorkerContact, WorkerContact.worker_id == Worker.id)
        .where(
            or_(func.lower(WorkerContact.email) == plain.lower(), Worker.ref == plain, Worker.source_ref == plain),
            works_here(),
        )
        .order_by((Worker.source == "main").desc().nulls_last(), Worker.id)
    )
    return session.scalar(found.limit(1))


def worker_by_ref(session: Session, ref: str) -> Worker | None:
    """The worker with this public reference."""
    return session.scalar(select(Worker).where(Worker.ref == ref))


def colleagues(session: Session, organisation_id: int) -> list[Worker]:
    """Workers of one organisation who still work there, by name."""
    rows = select(Worker).where(Worker.organisation_id == organisation_id, Worker.left_on.is_(None))
    return list(session.scalars(rows.order_by(Worker.name)))


def boroughs(scope: Scope) -> AnyRows:
    """Every borough, by name, where the viewer may know of them."""
    rows = select(Organisation.id, Organisation.ref, Organisation.name).where(Organisation.kind == "borough")
    return rows.order_by(Organisation.name)


def organisation(session: Session, organisation_id: int) -> Organisation | None:
    """One organisation, where the viewer may see it."""
    return session.get(Organisation, organisation_id)


def contact(session: Session, worker_id: int) -> WorkerContact | None:
    """How a worker is reached, where the viewer may see it."""
    return session.get(WorkerContact, worker_id)


def boroughs_managed(session: Session, actor: Actor) -> list[Organisation]:
    """The boroughs that this manager manages, by name."""
    rows = select(Organisation).where(managed_by(actor, Organisation), Organisation.kind == "borough")
    return list(session.scalars(rows.order_by(Organisation.name)))


def duty_numbers(session: Session, organisation_id: int) -> DutyNumbers | None:
    """Whom this borough lets people call."""
    return session.get(DutyNumbers, organisation_id)


def worker_name(session: Session, worker_id: int) -> str:
    """What this worker is called."""
    return session.scalar(select(Worker.name).where(Worker.id == worker_id)) or ""
