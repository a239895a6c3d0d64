"""Whether a text about an update, or about what a worker wrote back, is still right when its time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from portal.messages.conditions import still_reads
from portal.messages.queries import Asked, Verdict
from portal.updates.models import Reply, Update, UpdateRead


def update_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts those that are not: it was taken back or put right since, or its reader has read it."""
    later = aliased(Update)
    put_right = select(later.id).where(
        later.corrects_id == func.coalesce(Update.corrects_id, Update.id), later.id > Update.id
    )
    rows = session.execute(
        select(Update.id, Update.circle_id, put_right.exists().label("put_right")).where(
            Update.id.in_({one.about_id for one in asked})
        )
    )
    known = {row.id: row for row in rows}
    read = {
        (row.update_id, row.person_id)
        for row in session.execute(
            select(UpdateRead.update_id, UpdateRead.person_id).where(
                UpdateRead.update_id.in_(known), UpdateRead.read_at.is_not(None)
            )
        )
    }
    readers = still_reads(session, asked, {row.id: row.circle_id for row in known.values()})
    found: dict[int, Verdict] = {}
    for one in asked:
        if one.id not in readers or known[one.about_id].put_right:
            found[one.id] = "not_right"
        elif (one.about_id, one.person_id) in read:
            found[one.id] = "seen"
    return found


def reply_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts those that are not: its reader reads it no more, or a later one of the same says the same."""
    later = aliased(Reply)
    more = select(later.id).where(
        and_(later.update_id == Reply.update_id, later.circle_id == Reply.circle_id),
        later.by_worker_id == Reply.by_worker_id,
        later.id > Reply.id,
    )
    rows = session.execute(
        select(Reply.id, Reply.circle_id, more.exists().label("more")).where(
            Reply.id.in_({one.about_id for one in asked})
        )
    )
    known = {row.id: row for row in rows}
    readers = still_reads(session, asked, {row.id: row.circle_id for row in known.values()})
    return {one.id: "not_right" for one in asked if one.id not in readers or known[one.about_id].more}
