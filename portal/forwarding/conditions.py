"""How a file that went to another portal stands."""

from __future__ import annotations

from datetime import timedelta

from portal.foundation import clock
from portal.foundation.clock import london
from portal.foundation.database import Row

LATE = timedelta(days=7)
"""So long a file may be on its way; then somebody asks."""


def state(row: Row) -> str:
    """In one word: back, arrived, again (another one was made since), late, or way."""
    if row["ended_at"] is not None and row["ended_at"] <= clock.now():
        return "back"
    if row["arrived_at"] is not None:
        return "arrived"
    if row["again"] is not None:
        return "again"
    return "late" if days_ago(row) > LATE.days else "way"


def days_ago(row: Row) -> int:
    """How many days ago it went."""
    return (clock.today() - london(row["at"]).date()).days
