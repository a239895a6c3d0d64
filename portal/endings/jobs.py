"""Whether a text about help that ends is still right when its time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.endings.models import Ending, EndingSaid
from portal.messages.conditions import still_reads
from portal.messages.queries import Asked, Verdict
from portal.organisations.models import Worker
from portal.people.models import Person


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts: why one is no longer right, or whose help ends and when."""
    rows = session.execute(
        select(
            Ending.id,
            Ending.circle_id,
            Ending.function,
            Ending.last_day,
            Ending.decided_at,
            Ending.refused_at,
            Worker.name,
        )
        .join(Worker, Worker.id == Ending.worker_id)
        .where(Ending.id.in_({one.about_id for one in asked}))
    )
    known = {row.id: row for row in rows}
    said = {
        (row.ending_id, row.person_id)
        for row in session.execute(
            select(EndingSaid.ending_id, EndingSaid.person_id).where(EndingSaid.ending_id.in_(known))
        )
    }
    see_police = set(
        session.scalars(select(Person.id).where(Person.id.in_({one.person_id for one in asked}), Person.sees_police))
    )
    readers = still_reads(session, asked, {row.id: row.circle_id for row in known.values()})
    found: dict[int, Verdict] = {}
    for one in asked:
        row = known.get(one.about_id)
        if (
            row is None
            or one.id not in readers
            or row.decided_at is None
            or row.refused_at is not None
            or (row.function == "police_liaison" and one.person_id not in see_police)
        ):
            found[one.id] = "not_right"
        elif (one.about_id, one.person_id) in said:
            found[one.id] = "seen"
        else:
            found[one.id] = {"name": row.name, "day": row.last_day}
    return found
