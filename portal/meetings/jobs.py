"""Telling the lead and the manager, once, that a family has not read in time what was decided."""

from __future__ import annotations

from sqlalchemy import BigInteger, column, func, select, true
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.involvement.actions import alert
from portal.meetings.models import Decision, Meeting
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
        .where(Meeting.due_on < clock.today(), ~decided, Meeting.told_late_at.is_(None))
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
