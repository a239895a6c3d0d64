"""What of a meeting the family may read today: Python's lock beside the database's."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal.access.scope import Scope
from portal.meetings.models import Decision, Meeting, MeetingChange


def may_read(scope: Scope) -> ColumnElement[bool]:
    """The meetings this viewer may know of. In a family not those that a manager keeps back whole."""
    if scope.is_professional:
        return scope.clause(Meeting)
    shown = or_(Meeting.withheld_until.is_(None), Meeting.withheld_until < scope.today, ~Meeting.withheld_whole)
    return and_(scope.clause(Meeting), shown)


def may_read_decision(scope: Scope) -> ColumnElement[bool]:
    """What was decided, once nothing keeps it back."""
    if scope.is_professional:
        return scope.clause(Decision)
    of = aliased(Meeting)
    free = exists().where(
        of.id == Decision.meeting_id, or_(of.withheld_until.is_(None), of.withheld_until < scope.today)
    )
    return and_(scope.clause(Decision), free)


def may_read_change(scope: Scope) -> ColumnElement[bool]:
    """What was changed of a meeting that this viewer may know of, for those who knew of it then."""
    known = select(Meeting.id).where(Meeting.id == MeetingChange.meeting_id, may_read(scope))
    return and_(scope.clause(MeetingChange), known.exists())
