"""What waits for a worker, as one list: the oldest first, whatever it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.foundation.clock import london
from portal.foundation.database import Row


def still_waiting(found: dict[str, Any]) -> list[Row]:
    """Questions, promises due, families nobody has written to, and people who have not confirmed, the oldest first.

    Each row has `kind` and `day`: the day since which it waits, or on which it is due, besides its own columns.
    """
    rows = [
        *(Row(row, kind="question", day=_day(row["asked_at"])) for row in found["questions"]),
        *(Row(row, kind="promise", day=row["due"]) for row in found["promises_due"]),
        *(Row(row, kind="unwritten", day=row["since"]) for row in found["unwritten"]),
        *(Row(row, kind="unconfirmed", day=_day(row["starts_at"])) for row in found["unconfirmed"]),
    ]
    return sorted(rows, key=lambda row: row["day"])


def _day(moment: Any) -> date:
    return london(moment).date()
