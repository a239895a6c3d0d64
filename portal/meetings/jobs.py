"""Telling the lead and the manager, once, that a family has not read in time what was decided; and whether a text about
a meeting is still right when its time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, column, func, select, true
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.involvement.actions import alert
from portal.meetings.models import Decision, Meeting
from portal.messages.conditions import still_reads
from portal.messages.queries import Asked, Verdict
from portal.people.models import Family

BATCH = 200


def tell_of_late_decisions(session: Session) -> None:
    """Whoever was to tell them, whoever is responsible and the manager above are told of each meeting that is late."""
    who = func.responsible(Meeting.family_id).table_valued(column("worker_id", BigInteger)).lateral()
    decided = select(Decision.meeting_id).where(Decision.meeting_id == Meeting.id).exists()
    late = (
        select(Meeting, Family.ref, who.c.worker_id, func.manager_of(who.c.worker_id).label("above"))
        .join(Family, Family.id == Meeting.family_id)
        .join(who, true())
        .where(
            Meeting.due_on < clock.today(), ~decided, Meeting.told_late_at.is_(None), Meeting.called_off_at.is_(None)
        )
        .order_by(Meeting.due_on)
        .limit(BATCH)
        .with_for_update(of=Meeting, skip_locked=True)
    )
    for meeting, ref, lead, above in session.execute(late).all():
        meeting.told_late_at = real_now()
        to = [one for one in (meeting.by_worker_id, lead, above) if one]
        path = f"/work/families/{ref}/meetings/{meeting.ref}"
        alert(session, to, meeting.family_id, "meeting_late", about=meeting.by_worker_id, path=path)
    session.flush()


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about meetings: why one is no longer right, or the time that it says by now and who is invited."""
    rows = session.scalars(select(Meeting).where(Meeting.id.in_({one.about_id for one in asked}))).all()
    known = {row.id: row for row in rows}
    decided = set(session.scalars(select(Decision.meeting_id).where(Decision.meeting_id.in_(known))))
    readers = still_reads(session, asked, {row.id: row.circle_id for row in rows})
    return {one.id: _verdict(one, known.get(one.about_id), decided, one.id in readers) for one in asked}


def _verdict(one: Asked, row: Meeting | None, decided: set[int], reads: bool) -> Verdict:
    if row is None or not reads:
        return "not_right"
    kept_back = row.withheld_until is not None and row.withheld_until >= clock.today()
    if kept_back and (row.withheld_whole or one.wording == "meeting_decided"):
        return "not_right"
    said: dict[str, Any] = {"at": row.held_at, "invited": one.person_id in row.invited}
    if one.wording == "meeting_decided":
        return said if row.id in decided else "not_right"
    if one.wording == "meeting_off":
        return said if row.called_off_at is not None else "not_right"
    if row.called_off_at is not None:
        return "called_off"
    if one.wording == "meeting_moved" and row.held_at <= clock.now():
        return "too_late"
    return said | {"over": row.held_at <= clock.now()}
