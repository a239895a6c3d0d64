"""Announcing meetings, moving them, saying what was decided, putting it right. Actions never commit; requests do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.clock import london
from portal.foundation.working_days import after_working_days
from portal.meetings.models import WITHIN, Decision, Meeting, MeetingChange, Withholding
from portal.messages.actions import tell, unsend
from portal.people.actions import circle_of
from portal.people.models import CircleMember

MORNING = time(9)
"""When they hear of what was kept back until the day before."""


class AlreadyDecided(Exception):
    """Somebody has written down what was decided: nothing was changed."""


class Changed(Exception):
    """It was moved or called off since the page was opened, or it has begun: nothing was changed."""


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
    _tell(session, made, "meeting_new")
    return made


def move(session: Session, scope: Scope, meeting: Meeting, held_at: datetime, why: str | None, seen: int) -> None:
    """The same meeting at another time; whoever knows of it is told. `seen`: its version on the page that was sent.
    Sent twice it moves once. Raises Changed."""
    before = meeting.held_at
    if before == held_at:
        return
    due = after_working_days(london(held_at).date(), WITHIN)
    _change(session, meeting, seen, *_to_come(), held_at=held_at, due_on=due)
    _write_down(session, scope, meeting, "moved", why, held_before=before, held_after=held_at)
    unsend(session, ("meeting", meeting.id), "moved")
    _tell(session, meeting, "meeting_moved")


def call_off(session: Session, scope: Scope, meeting: Meeting, why: str, seen: int) -> None:
    """It does not take place, and why; whoever knows of it is told. Sent twice it is off once. Raises Changed."""
    if meeting.called_off_at is not None:
        return
    _change(session, meeting, seen, *_to_come(), called_off_at=clock.now())
    _write_down(session, scope, meeting, "off", why)
    unsend(session, ("meeting", meeting.id), "called_off")
    _tell(session, meeting, "meeting_off")


@dataclass(frozen=True)
class Wanted:
    """Who is to know of a meeting from now on, who of them is invited, and why the others are not."""

    readers: frozenset[int]
    invited: frozenset[int]
    why_not: str | None


def change_readers(session: Session, scope: Scope, meeting: Meeting, wanted: Wanted, seen: int) -> set[int]:
    """Others know of the meeting, or are invited. Returns who was invited and knows of it no more: nothing tells them.

    What was decided goes with it. What was changed or put right before stays with those who read it then and read it
    still. Whoever comes to know of it, and whoever is or is no longer invited, is told. Sent twice it has one effect.
    Raises Changed, NotReaders.
    """
    session.refresh(meeting, with_for_update=True)  # as it stands, and nobody else changes it until this is done
    circle = circle_of(session, meeting.family_id, wanted.readers)
    invited = sorted(wanted.invited & wanted.readers)
    before, asked, reason = _members(session, meeting.circle_id), set(meeting.invited), meeting.why_not
    other_words = sorted(asked & wanted.readers) != invited or reason != wanted.why_not
    if circle == meeting.circle_id and not other_words:
        return set()
    both = circle_of(session, meeting.family_id, before & wanted.readers)
    _change(session, meeting, seen, circle_id=circle, invited=invited, why_not=wanted.why_not)
    if other_words:
        _write_down(session, scope, meeting, "invited", reason, circle_id=both)
    if before != wanted.readers:
        _write_down(session, scope, meeting, "readers", None)
        newest = select(func.max(Decision.number)).where(Decision.meeting_id == meeting.id).scalar_subquery()
        session.execute(
            update(Decision)
            .where(Decision.meeting_id == meeting.id, Decision.number == newest)
            .values(circle_id=circle)
        )
    told = (wanted.readers - before) | ((asked ^ set(invited)) & wanted.readers)
    _tell_what_stands(session, meeting, told)
    return asked - wanted.readers


def _members(session: Session, circle: int) -> set[int]:
    return set(session.scalars(select(CircleMember.person_id).where(CircleMember.circle_id == circle)))


def _to_come() -> tuple[ColumnElement[bool], ...]:
    return Meeting.called_off_at.is_(None), Meeting.held_at > clock.now()


def _write_down(session: Session, scope: Scope, meeting: Meeting, what: str, words: str | None, **more: Any) -> None:
    """One line of the meeting's history."""
    common = {"meeting_id": meeting.id, "family_id": meeting.family_id, "circle_id": meeting.circle_id}
    by = {"at": clock.now(), "by_worker_id": scope.worker_id}
    session.add(MeetingChange(**common | by | {"what": what, "words": words} | more))
    session.flush()


def _change(session: Session, meeting: Meeting, seen: int, *more: ColumnElement[bool], **values: object) -> None:
    done = session.execute(
        update(Meeting)
        .where(Meeting.id == meeting.id, Meeting.version == seen, *more)
        .values(version=seen + 1, **values)
        .execution_options(synchronize_session=False)
        .returning(Meeting.id)
    )
    if done.first() is None:
        raise Changed
    session.refresh(meeting)


def _tell(session: Session, meeting: Meeting, wording: str, whom: Collection[int] | None = None) -> None:
    """Tell whoever knows of it, or these of them, once they may; whether it is still right is asked when the text goes
    out."""
    due = None
    back = meeting.withheld_until
    if back is not None and back >= clock.today() and (meeting.withheld_whole or wording == "meeting_decided"):
        due = datetime.combine(back + timedelta(days=1), MORNING, clock.LONDON)
    for person in _members(session, meeting.circle_id) if whom is None else whom:
        tell(session, person, wording, about=("meeting", meeting.id), due_at=due)


def decide(session: Session, scope: Scope, meeting: Meeting, text: str, seen: int) -> None:
    """What was decided, for the family to read, who are told. `seen`: the meeting's version on the page, which named
    who reads it. Sent twice it is there once. Raises AlreadyDecided, Changed."""
    if _written(session, scope, meeting, text, 1, seen):
        _tell(session, meeting, "meeting_decided")
    elif session.get_one(Decision, (meeting.id, 1)).text != text:
        raise AlreadyDecided


def correct(session: Session, scope: Scope, meeting: Meeting, text: str, number: int, seen: int) -> None:
    """Put right what was written down. It reaches the same people, who are told; what stood there stays to be read.

    `number`, `seen`: of the decision and the version of the meeting on the page that was sent. Raises AlreadyDecided
    when somebody was quicker, Changed when others read it by now.
    """
    if _written(session, scope, meeting, text, number + 1, seen):
        unsend(session, ("meeting", meeting.id))
        _tell(session, meeting, "meeting_decided")
    elif session.get_one(Decision, (meeting.id, number + 1)).text != text:
        raise AlreadyDecided


def _written(session: Session, scope: Scope, meeting: Meeting, text: str, number: int, seen: int) -> bool:
    """Write it down under this number, for those whom the page named. False when there is one already."""
    session.refresh(meeting, with_for_update=True)  # as it stands, and nobody else changes it until this is done
    if meeting.version != seen:
        raise Changed
    row = insert(Decision).values(
        meeting_id=meeting.id,
        number=number,
        family_id=meeting.family_id,
        circle_id=meeting.circle_id,
        text=text,
        written_at=clock.now(),
        by_worker_id=scope.worker_id,
    )
    return session.execute(row.on_conflict_do_nothing().returning(Decision.number)).scalar() is not None


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
    # what waits to be sent would tell of it; they hear once they may read it
    unsend(session, ("meeting", meeting.id))
    _tell_what_stands(session, meeting)


def show_now(session: Session, meeting: Meeting) -> None:
    """Nothing is kept back any more."""
    meeting.withheld_until = meeting.withheld_by_id = None
    meeting.withheld_whole = False
    session.flush()
    unsend(session, ("meeting", meeting.id))
    _tell_what_stands(session, meeting)


def _tell_what_stands(session: Session, meeting: Meeting, whom: Collection[int] | None = None) -> None:
    """Tell whoever knows of it, or these of them, what there is to read: what was decided, else that there is a
    meeting."""
    decided = session.scalar(select(Decision.number).where(Decision.meeting_id == meeting.id).limit(1)) is not None
    if decided:
        _tell(session, meeting, "meeting_decided", whom)
    elif meeting.withheld_whole or (meeting.called_off_at is None and meeting.held_at > clock.now()):
        _tell(session, meeting, "meeting_new", whom)
