"""Who may read how somebody says they are: Python's lock, the same as for a question to that worker."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from portal.access.scope import Scope
from portal.checkins.models import Checkin, CheckinAsked
from portal.questions.conditions import overseen, stood_for


def may_read(scope: Scope, model: type[Checkin] | type[CheckinAsked] = Checkin) -> ColumnElement[bool]:
    """Whoever said it, or was asked; the worker it goes to, who stands in for them, and who leads."""
    if not scope.is_professional:
        return scope.clause(model)
    theirs = or_(model.to_worker_id.in_(stood_for(scope)), model.family_id.in_(overseen(scope)))
    return and_(scope.clause(model), theirs)
