"""What of somebody's protection a viewer may read: Python's lock."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import Row
from portal.protections.models import DAYS_BEFORE, TELL, Protection, ProtectionChange


def may_read(scope: Scope) -> ColumnElement[bool]:
    """By circle; for somebody with no_address not housing, workers and money, which could tell where somebody is."""
    if scope.sees_where:
        return scope.clause(Protection)
    return and_(scope.clause(Protection), Protection.sort.not_in(TELL))


def may_read_change(scope: Scope) -> ColumnElement[bool]:
    """What was changed of a protection that this viewer reads, for those who could read what it said before."""
    known = select(Protection.id).where(Protection.id == ProtectionChange.protection_id, may_read(scope))
    return and_(scope.clause(ProtectionChange), known.exists())


def is_near(row: Row) -> bool:
    """Does it end within four weeks?"""
    return bool(row["ends_on"] <= clock.today() + timedelta(days=DAYS_BEFORE))
