"""Announcing a meeting, saying what was decided, and keeping it back. Actions never commit; the request does, once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.clock import london
from portal.foundation.working_days import after_working_days
from portal.meetings.models import WITHIN, Decision, Meeting, Withholding
from portal.people.actions import circle_of


class AlreadyDecided(Exception):
    """Somebody has written down what was decided: nothing was changed."""


def announce(
    session: Session,
    scope: Scope,
    held_at: datetime,
    about: str,
    readers: Collection[int],
    invited: Collection[int],
    why_not: str | None,
) -> Meeting:
    """A meeting about a family, before or after it is held. The same one sent twice is one."""
    circle = circle_of(session, scope.family_id, readers)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("meeting"), scope.family_id)))
    before = select(Meeting).where(
        Meeting.family_id == scope.family_id, Meeting.held_at == held_at, Meeting.circle_id == circle
    )
    for known in session.scalars(before):
        if known.about == about:
            return known
    made = Meeting(
        family_id=scope.family_id,
        circle_id=circle,
        made_at=clock.now(),
        by_worker_id=scope.worker_id,
        held_at=held_at,
        about=about,
        invited=sorted(set(invited) & set(readers)),
        why_not=why_not or None,
        due_on=after_working_days(london(held_at).date(), WITHIN),
    )
    session.add(made)
    session.flush()
    return made


def decide(session: Session, scope: Scope, meeting: Meeting, text: str) -> None:
    """What was decided, for the family to read. Once: a later change is another meeting or an update. Raises
    AlreadyDecided."""
    row = insert(Decision).values(
        meeting_id=meeting.id,
        family_id=meeting.family_id,
        circle_id=meeting.circle_id,
        text=text,
        written_at=clock.now(),
        by_worker_id=scope.worker_id,
    )
    written = session.execute(row.on_conflict_do_nothing().returning(Decision.meeting_id)).scalar()
    if written is None and session.get_one(Decision, meeting.id).text != text:
        raise AlreadyDecided


def withhold(session: Session, scope: Scope, meeting: Meeting, until: date, reason: str, *, whole: bool) -> None:
    """A manager keeps what was decided, or the meeting itself, from the family until a day has passed."""
    session.add(
        Withholding(
            meeting_id=meeting.id,
            family_id=meeting.family_id,
            manager_id=scope.worker_id,
            made_at=clock.now(),
            until=until,
            reason=reason,
        )
    )
    meeting.withheld_until, meeting.withheld_by_id, meeting.withheld_whole = until, scope.worker_id, whole
    session.flush()


def show_now(session: Session, meeting: Meeting) -> None:
    """Nothing is kept back any more."""
    meeting.withheld_until = meeting.withheld_by_id = None
    meeting.withheld_whole = False
    session.flush()
