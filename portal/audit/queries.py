"""Which openings a family member may read (M31). Python's lock; the database has its own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, func, select

from portal.access.scope import Scope
from portal.audit.models import Look, LookDelay


def looks_shown_to(scope: Scope) -> ColumnElement[bool]:
    """Openings up to now of records this family member may see themselves, unless a manager put off showing them.

    An opening that showed no records (circles empty) is read by those without a contact limit.
    """
    if scope.person_id is None:
        return false()
    put_off = (
        select(LookDelay.id)
        .where(LookDelay.family_id == Look.family_id, LookDelay.worker_id == Look.worker_id, LookDelay.until >= scope.today)
        .exists()
    )
    theirs = Look.circles.overlap(scope.circle_array)
    if scope.sees_where:
        theirs = theirs | (func.cardinality(Look.circles) == 0)
    return and_(Look.family_id == scope.family_id, Look.at <= scope.now, theirs, ~put_off)
