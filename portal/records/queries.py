"""Openings by professionals, gathered by day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.audit.models import Look
from portal.foundation.database import Row, gather
from portal.organisations.models import Organisation, Worker
from portal.people.conditions import looks_shown_to

LONGEST = 200  # lines; older ones are in the copy of the record


def looks_by_day(session: Session, scope: Scope) -> list[tuple[date, list[Row]]]:
    """(day, lines) newest first; a worker who opened the same page five times that day is one line with `times`."""
    day = func.date(func.timezone("Europe/London", Look.at))
    rows = (
        select(
            day.label("day"), Look.what, Look.why, Look.reason, Worker.name, Worker.role,
            Organisation.name.label("organisation"), func.count().label("times"), func.max(Look.at).label("at"),
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
