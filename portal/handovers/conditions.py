"""Who may know of a handover, how it stands, and what keeps it from being finished."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import Row
from portal.handovers.models import Handover
from portal.people.conditions import chose_police


def shown_to(scope: Scope) -> ColumnElement[bool]:
    """The handovers this viewer may know of: for the family from the day the next one said yes, of the police when
    they chose to, and never for somebody with `no_address`, whom a new service could tell where they are."""
    seen = and_(scope.clause(Handover), Handover.made_at <= scope.now)
    if scope.is_professional:
        return seen
    return and_(
        seen,
        Handover.said_yes_on <= scope.today,
        Handover.called_off_at.is_(None),
        or_(Handover.function != "police_liaison", chose_police(scope)),
    )


def said_by_viewer(scope: Scope, said: Any) -> ColumnElement[bool]:
    """What the viewer themselves said of a handover or an end (`said`: where it is kept); professionals say nothing."""
    return said.person_id == scope.person_id if scope.person_id is not None else false()


def state(row: Any) -> str:
    """How it stands today: called_off, declined, asked, finished, coming, together, or late (the last day is past and
    something is still open)."""
    today = clock.today()
    if row.called_off_at is not None:
        return "called_off"
    if row.declined_on is not None:
        return "declined"
    if row.said_yes_on is None:
        return "asked"
    if row.finished_at is not None and row.finished_at <= clock.now():
        return "finished"
    if today < row.meets_on:
        return "coming"
    return "together" if today <= row.last_day else "late"


def is_part_of(row: Any, worker_id: int | None) -> bool:
    """Is this worker one of the two?"""
    return worker_id in (row.from_worker_id, row.to_worker_id)


def still_open(found: dict[str, list[Row]]) -> list[Row]:
    """What the one who goes still holds, in the order of when it is due."""
    rows = [row for what in ("step", "question", "appointment") for row in found.get(what, [])]
    return sorted(rows, key=lambda row: (row["day"], row["what"], row["ref"]))
