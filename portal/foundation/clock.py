"""What the portal calls now. Records and what is due follow `now`; codes, undo and sessions follow `real_now`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_fixed: datetime | None = None


def fix(moment: datetime | None) -> None:
    """Make `now` always answer this moment (London time when it names no zone); None lets it run again."""
    global _fixed
    _fixed = None if moment is None else london(moment)


def london(moment: datetime) -> datetime:
    """The same moment on a London clock; a moment without a zone is taken to be London's already."""
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment.astimezone(LONDON)


def now() -> datetime:
    """Now in London, for records and for what is due. PORTAL_NOW can fix it in demo mode."""
    return _fixed or datetime.now(LONDON)


def today() -> date:
    """Today's date in London."""
    return now().date()


def real_now() -> datetime:
    """The true time in UTC, whatever PORTAL_NOW says: for codes, undo and sessions."""
    return datetime.now(UTC)
