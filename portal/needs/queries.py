"""Whose name a decision on the level of need can carry."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.organisations.models import Organisation, Worker
from portal.organisations.queries import works_here


def managers_near(session: Session, actor: Actor) -> list[Worker]:
    """The managers whose name a decision of this worker's can carry: of their service and their borough."""
    mine, theirs = aliased(Organisation), aliased(Organisation)
    rows = (
        select(Worker)
        .join(theirs, theirs.id == Worker.organisation_id)
        .join(mine, mine.id == actor.organisation_id)
        .where(Worker.is_manager, works_here(), theirs.id.in_((mine.id, mine.borough_id)))
    )
    return list(session.scalars(rows.order_by(Worker.name).limit(100)))
