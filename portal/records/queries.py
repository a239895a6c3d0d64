"""Openings by professionals, gathered by day: as the family reads them, and as those who work with them do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import Question
from portal.access.scope import Scope
from portal.audit.models import Look, LookDelay
from portal.foundation.database import AnyRows, Row, gather
from portal.involvement.models import Involvement
from portal.meetings import queries as meetings
from portal.organisations.models import Organisation, Worker
from portal.organisations.queries import managed_by
from portal.people.conditions import looks_shown_to
from portal.people.queries import by_circle, names_in_circles
from portal.plans.models import Step
from portal.plans.queries import events
from portal.protections.queries import by_protection, changes, every_protection, readable

LONGEST = 200  # lines; older ones are in the copy of the record


def looks_by_day(session: Session, scope: Scope) -> list[tuple[date, list[Row]]]:
    """(day, lines) newest first; a worker who opened the same page five times that day is one line with `times`."""
    day = func.date(func.timezone("Europe/London", Look.at))
    rows = (
        select(
            day.label("day"),
            Look.what,
            Look.why,
            Look.reason,
            Worker.name,
            Worker.role,
            Organisation.name.label("organisation"),
            func.count().label("times"),
            func.max(Look.at).label("at"),
        )
        .join(Worker, Worker.id == Look.worker_id)
        .outerjoin(Organisation, and_(Organisation.id == Worker.organisation_id, scope.where()))
        .where(looks_shown_to(scope))
        .group_by(day, Look.what, Look.why, Look.reason, Worker.id, Worker.name, Worker.role, Organisation.name)
        .order_by(func.max(Look.at).desc())
        .limit(LONGEST)
    )
    days: dict[date, list[Row]] = {}
    for row in gather(session, looks=rows)["looks"]:
        row["role"] = scope.mask(row["role"])
        row["reason"] = row["reason"] and scope.mask(row["reason"])
        days.setdefault(row["at"].date(), []).append(row)
    return list(days.items())


def looks_at_work(session: Session, scope: Scope) -> tuple[list[tuple[date, list[Row]]], list[Row]]:
    """(day, lines) of every opening of this family, for professionals; and where showing them has been put off."""
    day = func.date(func.timezone("Europe/London", Look.at))
    rows = (
        select(
            day.label("day"),
            Look.what,
            Look.why,
            Look.reason,
            Worker.name,
            Worker.role,
            Organisation.name.label("organisation"),
            func.count().label("times"),
            func.max(Look.at).label("at"),
        )
        .join(Worker, Worker.id == Look.worker_id)
        .outerjoin(Organisation, Organisation.id == Worker.organisation_id)
        .where(Look.family_id == scope.family_id, Look.at <= scope.now, literal("family" in scope.kinds))
        .group_by(day, Look.what, Look.why, Look.reason, Worker.id, Worker.name, Worker.role, Organisation.name)
        .order_by(func.max(Look.at).desc())
        .limit(LONGEST)
    )
    manager = aliased(Worker)
    put_off = (
        select(Worker.name, LookDelay.until, LookDelay.reason, LookDelay.made_at, manager.name.label("manager"))
        .join(Worker, Worker.id == LookDelay.worker_id)
        .join(manager, manager.id == LookDelay.manager_id)
        .where(LookDelay.family_id == scope.family_id, LookDelay.until >= scope.today, literal("family" in scope.kinds))
        .order_by(LookDelay.until.desc())
    )
    found = gather(session, looks=rows, put_off=put_off)
    days: dict[date, list[Row]] = {}
    for row in found["looks"]:
        days.setdefault(row["at"].date(), []).append(row)
    return list(days.items()), found["put_off"]


def step_events(scope: Scope) -> AnyRows:
    """All that happened to each step, with the references by which an export may call it."""
    return events(scope).add_columns(Step.ref.label("step_ref"), Step.source_ref.label("step_source_ref"))


@dataclass(frozen=True)
class History:
    """What the import format has no column for: what happened to the steps, what was met about, what protects."""

    happened: dict[str, list[Row]]
    """By the step's reference, the sender's or ours."""
    meetings: list[Row]
    earlier: dict[int, list[Row]]
    changed: dict[int, list[Row]]
    reasons: list[Row]
    protections: list[Row]
    altered: dict[int, list[Row]]
    readers: dict[int, list[str]]


def history(scope: Scope, found: dict[str, list[Row]]) -> History:
    """All of it out of the answers to `HISTORY`, as far as this viewer may read it."""
    happened: dict[str, list[Row]] = {}
    for row in found["happened"]:
        row["words"] = row["words"] and scope.mask(row["words"])
        for ref in {row["step_ref"], row["step_source_ref"]} - {None}:
            happened.setdefault(ref, []).append(row)
    return History(
        happened,
        meetings.readable(scope, found["meetings"]),
        meetings.by_meeting(scope, found["earlier"]),
        meetings.by_meeting(scope, found["changed"]),
        found["reasons"],
        readable(scope, found["protections"]),
        by_protection(scope, found["altered"]),
        by_circle(found["names"]),
    )


def _meetings(scope: Scope) -> AnyRows:
    return meetings.meetings(scope).limit(None)


def _earlier(scope: Scope) -> AnyRows:
    return meetings.earlier(scope).limit(None)


def _changed(scope: Scope) -> AnyRows:
    return meetings.changes(scope).limit(None)


def _altered(scope: Scope) -> AnyRows:
    return changes(scope).limit(None)


def whose_looks_may_wait(session: Session, actor: Actor, scope: Scope) -> list[Worker]:
    """Workers whom this manager manages and who opened this family or are involved with it; never oneself."""
    looked = select(Look.id).where(Look.worker_id == Worker.id, Look.family_id == scope.family_id).exists()
    involved = (
        select(Involvement.id)
        .where(Involvement.worker_id == Worker.id, Involvement.family_id == scope.family_id)
        .exists()
    )
    rows = (
        select(Worker)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(managed_by(actor, Organisation), Worker.id != actor.worker_id, or_(looked, involved))
        .order_by(Worker.name)
    )
    return list(session.scalars(rows)) if actor.is_manager else []


HISTORY: dict[str, Question] = {
    "happened": step_events,
    "meetings": _meetings,
    "earlier": _earlier,
    "changed": _changed,
    "reasons": meetings.reasons,
    "protections": every_protection,
    "altered": _altered,
    "names": names_in_circles,
}
"""What `history` is made of, to be asked with whatever else the page shows; unlike on their pages, nothing old is left
out."""
