"""The workers one manages, and one worker's families, each with who takes over."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.foundation import clock
from portal.foundation.database import AnyRows
from portal.handovers.models import Handover
from portal.involvement.conditions import caseload
from portal.involvement.models import Involvement
from portal.organisations.models import Organisation, Worker
from portal.organisations.queries import managed_by
from portal.people.models import Family

MOST = 300


def running() -> list[ColumnElement[bool]]:
    """Parts that run today or begin later, and were said yes to."""
    today = clock.today()
    return [
        Involvement.accepted_on.is_not(None),
        Involvement.declined_on.is_(None),
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= today),
    ]


def staff(actor: Actor) -> AnyRows:
    """The workers of every organisation this manager manages, with how many families each has, and who is away."""
    cover = aliased(Worker)
    parts = (
        select(Involvement.worker_id, func.count(Involvement.family_id.distinct()).label("families"))
        .where(*running())
        .group_by(Involvement.worker_id)
        .subquery()
    )
    return (
        select(
            Worker.id,
            Worker.ref,
            Worker.name,
            Worker.role,
            Worker.away_from,
            Worker.away_until,
            Worker.left_on,
            cover.name.label("cover"),
            func.coalesce(parts.c.families, 0).label("families"),
        )
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .outerjoin(parts, parts.c.worker_id == Worker.id)
        .outerjoin(cover, cover.id == Worker.cover_id)
        .where(managed_by(actor, Organisation), or_(Worker.left_on.is_(None), Worker.left_on >= clock.today()))
        .order_by(Worker.name, Worker.id)
        .limit(MOST)
    )


@dataclass(frozen=True)
class Colleague:
    """One worker, as they themselves or whoever manages them see to them."""

    worker: Worker
    managed: bool


def colleague(session: Session, actor: Actor, ref: str) -> Colleague | None:
    """The worker with this reference, if it is oneself or somebody one manages."""
    row = session.execute(
        select(Worker, managed_by(actor, Organisation).label("managed"))
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(Worker.ref == ref)
    ).first()
    if row is None:
        return None
    managed = bool(actor.is_manager and row.managed)
    return Colleague(row.Worker, managed) if managed or row.Worker.id == actor.worker_id else None


def families_of(actor: Actor, worker_id: int) -> AnyRows:
    """This worker's parts in families' lives, each with the handover that stands, as far as the asker has them open."""
    comes = aliased(Worker)
    stands = and_(
        Handover.from_involvement_id == Involvement.id,
        Handover.declined_on.is_(None),
        Handover.called_off_at.is_(None),
    )
    return (
        select(
            Involvement.id,
            Involvement.ref,
            Involvement.family_id,
            Involvement.function,
            Involvement.is_lead,
            Involvement.starts_on,
            Involvement.ends_on,
            Family.ref.label("family_ref"),
            Family.name.label("family"),
            Handover.ref.label("handover_ref"),
            Handover.said_yes_on,
            Handover.finished_at,
            comes.name.label("comes"),
        )
        .join(Family, Family.id == Involvement.family_id)
        .outerjoin(Handover, stands)
        .outerjoin(comes, comes.id == Handover.to_worker_id)
        .where(
            caseload(actor, settled=True).clause(Involvement, "family"), Involvement.worker_id == worker_id, *running()
        )
        .order_by(Involvement.is_lead.desc(), func.lower(Family.name), Involvement.id)
    )


def could_stand_in(session: Session, worker: Worker) -> list[Worker]:
    """Who can cover for this worker: the same organisation, or another of the same borough; nobody who leaves."""
    mine, theirs = aliased(Organisation), aliased(Organisation)
    rows = (
        select(Worker)
        .join(theirs, theirs.id == Worker.organisation_id)
        .join(mine, mine.id == worker.organisation_id)
        .where(
            Worker.id != worker.id,
            Worker.left_on.is_(None),
            or_(
                theirs.id == mine.id,
                func.coalesce(theirs.borough_id, theirs.id) == func.coalesce(mine.borough_id, mine.id),
            ),
        )
        .order_by((Worker.organisation_id == worker.organisation_id).desc(), Worker.name)
        .limit(MOST)
    )
    return list(session.scalars(rows))


def asked_to_take_over(session: Session, worker_id: int) -> list[Handover]:
    """Handovers to this worker that wait for their answer, in families the asker has open."""
    return list(
        session.scalars(
            select(Handover).where(
                Handover.to_worker_id == worker_id,
                Handover.said_yes_on.is_(None),
                Handover.declined_on.is_(None),
                Handover.called_off_at.is_(None),
            )
        )
    )
