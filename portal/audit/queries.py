"""Which openings a family member may read (M31). Python's lock; the database has its own."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, and_, cast, false, func, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from portal.access.scope import Scope
from portal.audit.models import Look, LookDelay
from portal.foundation import clock


def looks_shown_to(scope: Scope) -> ColumnElement[bool]:
    """Openings up to now of records this family member may see themselves, unless a manager put off showing them.

    An opening that showed no records (circles empty) is read by those without a contact limit.
    """
    if scope.person_id is None:
        return false()
    put_off = (
        select(LookDelay.id)
        .where(LookDelay.family_id == Look.family_id, LookDelay.worker_id == Look.worker_id, LookDelay.until >= clock.today())
        .exists()
    )
    theirs = Look.circles.overlap(cast(array(sorted(scope.circles)), ARRAY(BigInteger)))
    if scope.sees_where:
        theirs = theirs | (func.cardinality(Look.circles) == 0)
    return and_(Look.family_id == scope.family_id, Look.at <= clock.now(), theirs, ~put_off)
