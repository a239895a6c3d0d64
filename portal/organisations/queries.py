"""How a worker is shown: name and role to anybody; organisation and number only where the viewer may know where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.organisations.models import Organisation, Worker, WorkerContact


def at_work(scope: Scope, worker: Any, organisation: Any, contact: Any) -> list[tuple[Any, ColumnElement[bool]]]:
    """Outer joins that bring a worker's organisation and number, for viewers who may know where the family is.

    Returns (target, on) pairs. For anybody else the joins match nothing, so the columns are null.
    """
    return [
        (organisation, and_(organisation.id == worker.organisation_id, scope.where())),
        (contact, and_(contact.worker_id == worker.id, scope.where())),
    ]


def worker_by_ref(session: Session, ref: str) -> Worker | None:
    """The worker with this public reference."""
    return session.scalar(select(Worker).where(Worker.ref == ref))


def colleagues(session: Session, organisation_id: int) -> list[Worker]:
    """Workers of one organisation who still work there, by name."""
    rows = select(Worker).where(Worker.organisation_id == organisation_id, Worker.left_on.is_(None))
    return list(session.scalars(rows.order_by(Worker.name)))


def organisation(session: Session, organisation_id: int) -> Organisation | None:
    """One organisation, where the viewer may see it."""
    return session.get(Organisation, organisation_id)


def contact(session: Session, worker_id: int) -> WorkerContact | None:
    """How a worker is reached, where the viewer may see it."""
    return session.get(WorkerContact, worker_id)
