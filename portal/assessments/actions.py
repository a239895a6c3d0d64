"""Reading leaves a mark of its own: when somebody last looked. Actions never commit; the request does, once."""

from __future__ import annotations

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.assessments.models import Visit
from portal.assessments.queries import ONE_VISIT
from portal.foundation import clock


def note_visit(session: Session, scope: Scope) -> None:
    """Remember that this family member is reading now, and when they read before."""
    now = clock.now()
    values = {"person_id": scope.person_id, "family_id": scope.family_id, "at": now}
    again = case((Visit.at < now - ONE_VISIT, Visit.at), else_=Visit.before)
    session.execute(
        insert(Visit)
        .values(values)
        .on_conflict_do_update(index_elements=["person_id"], set_={"at": now, "before": again})
    )
