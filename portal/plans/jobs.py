"""Whether a text about a step is still right when its time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages.conditions import still_reads
from portal.messages.queries import Asked, Verdict
from portal.plans.models import Step


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about steps those that are not: its reader reads it no more, or it does not stand that way now."""
    rows = session.execute(select(Step.id, Step.circle_id, Step.status).where(Step.id.in_({o.about_id for o in asked})))
    known = {row.id: row for row in rows}
    readers = still_reads(session, asked, {row.id: row.circle_id for row in known.values()})
    return {
        one.id: "not_right" for one in asked if one.id not in readers or not _stands(one, known[one.about_id].status)
    }


def _stands(one: Asked, status: str) -> bool:
    return status == "done" if one.wording == "promise_done" else status in ("todo", "doing")
