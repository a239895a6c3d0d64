"""Meetings as a viewer may read them: those to come, then the latest."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import OpenFamily, open_family
from portal.meetings.conditions import may_read, may_read_change, may_read_decision
from portal.meetings.models import Decision, Meeting, MeetingChange, Withholding
from portal.organisations.models import Worker
from portal.people.conditions import named_to
from portal.people.models import Person
from portal.people.queries import own_scope

MOST = 60


def meetings(scope: Scope) -> AnyRows:
    """Meetings known up to now, those to come first. `late`: they should have read by now what was decided."""
    worker, manager = aliased(Worker), aliased(Worker)
    names = (
        select(func.string_agg(Person.name, aggregate_order_by(literal_column("'; '"), Person.id)))
        .where(Person.id == func.any(Meeting.invited), named_to(scope))
        .scalar_subquery()
    )
    held_back = Meeting.withheld_until >= scope.today
    over = Meeting.held_at <= scope.now
    off = Meeting.called_off_at <= scope.now
    known = Decision.meeting_id == Meeting.id, Decision.written_at <= scope.now
    newest = select(func.max(Decision.number)).where(*known).correlate(Meeting).scalar_subquery()
    return (
        select(
            Meeting.id,
            Meeting.ref,
            Meeting.circle_id,
            Meeting.held_at,
            Meeting.about,
            Meeting.invited,
            names.label("invited_names"),
            Meeting.why_not,
            Meeting.due_on,
            Meeting.by_worker_id,
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            over.label("over"),
            case((held_back, Meeting.withheld_until)).label("withheld_until"),
            and_(held_back, Meeting.withheld_whole).label("withheld_whole"),
            case((held_back, manager.name)).label("withheld_by"),
            Decision.text.label("decided"),
            Decision.written_at,
            Decision.number,
            Meeting.version,
            func.coalesce(off, false()).label("off"),
            and_(over, ~func.coalesce(off, false()), Decision.meeting_id.is_(None), Meeting.due_on < scope.today).label(
                "late"
            ),
        )
        .select_from(Meeting)
        .join(worker, worker.id == Meeting.by_worker_id)
        .outerjoin(manager, manager.id == Meeting.withheld_by_id)
        .outerjoin(
            Decision,
            and_(*known, Decision.number == newest, may_read_decision(scope)),
        )
        .where(may_read(scope), Meeting.made_at <= scope.now)
        .order_by(over, case((~over, Meeting.held_at)), Meeting.held_at.desc(), Meeting.id)
        .limit(MOST)
    )


def earlier(scope: Scope) -> AnyRows:
    """What was written down before it was put right, the latest first: `meeting_id`, `text`, `written_at`, `worker`."""
    later = aliased(Decision)
    put_right = select(later.number).where(
        later.meeting_id == Decision.meeting_id, later.number > Decision.number, later.written_at <= scope.now
    )
    return (
        select(Decision.meeting_id, Decision.text, Decision.written_at, Worker.name.label("worker"))
        .join(Worker, Worker.id == Decision.by_worker_id)
        .where(may_read_decision(scope), Decision.written_at <= scope.now, put_right.exists())
        .order_by(Decision.meeting_id, Decision.number.desc())
        .limit(MOST)
    )


def changes(scope: Scope) -> AnyRows:
    """What was changed of each meeting, the latest first: `meeting_id`, who, when, what, and what it was before."""
    return (
        select(
            MeetingChange.id,
            MeetingChange.meeting_id,
            MeetingChange.at,
            MeetingChange.what,
            MeetingChange.held_before,
            MeetingChange.held_after,
            MeetingChange.words,
            Worker.name.label("worker"),
        )
        .join(Worker, Worker.id == MeetingChange.by_worker_id)
        .where(may_read_change(scope), MeetingChange.at <= scope.now)
        .order_by(MeetingChange.at.desc(), MeetingChange.id.desc())
        .limit(200)
    )


def reasons(scope: Scope) -> AnyRows:
    """For those who work with the family: why meetings were kept back, the latest first."""
    manager = aliased(Worker)
    rows = select(Withholding.meeting_id, Withholding.until, Withholding.reason, manager.name.label("manager"))
    rows = rows.join(manager, manager.id == Withholding.manager_id).where(Withholding.made_at <= scope.now)
    return rows.where(clause(scope)).order_by(Withholding.made_at.desc(), Withholding.id.desc())


def clause(scope: Scope) -> ColumnElement[bool]:
    """The reasons this viewer may read: a family none."""
    return scope.clause(Withholding) if scope.is_professional else false()


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        for field in ("about", "why_not", "decided", "worker_role", "words", "text"):
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


def by_meeting(scope: Scope, rows: list[Row]) -> dict[int, list[Row]]:
    """The rows of each meeting, with what this viewer may not read left out of their texts."""
    found: dict[int, list[Row]] = {}
    for row in readable(scope, rows):
        found.setdefault(row["meeting_id"], []).append(row)
    return found


@dataclass(frozen=True)
class OwnMeeting:
    """A meeting that a family member may know of."""

    scope: Scope
    meeting: Meeting


def own_meeting(session: Session, actor: Actor, ref: str) -> OwnMeeting | None:
    """The meeting with this reference, if this family member may know of it."""
    scope = own_scope(session, actor)
    if scope is None:
        return None
    this = Meeting.ref == ref, Meeting.made_at <= clock.now()
    found = session.scalar(select(Meeting).where(*this, may_read(scope)))
    return OwnMeeting(scope, found) if found else None


@dataclass(frozen=True)
class OpenMeeting:
    """A meeting about a family that a professional has open."""

    opened: OpenFamily
    meeting: Meeting

    @property
    def scope(self) -> Scope:
        return self.opened.scope

    @property
    def family_id(self) -> int:
        return self.opened.family_id


def open_meeting(session: Session, actor: Actor, ref: str, meeting: str) -> OpenMeeting | None:
    """The meeting with this reference about a family one may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    this = Meeting.ref == meeting, Meeting.family_id == opened.family_id, Meeting.made_at <= clock.now()
    found = session.scalar(select(Meeting).where(*this, may_read(opened.scope)))
    return OpenMeeting(opened, found) if found else None
