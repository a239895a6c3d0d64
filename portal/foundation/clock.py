"""What the portal calls now. Records and what is due follow `now`; codes, undo and sessions follow `real_now`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_fixed: datetime | None = None


def fix(moment: datetime | None) -> None:
    """Make `now` always answer this moment (London time when it names no zone); None lets it run again."""
    global _fixed
    _fixed = None if moment is None else london(moment)


def fixed() -> datetime | None:
    """The moment that `now` is fixed at; None while it runs."""
    return _fixed


def london(moment: datetime) -> datetime:
    """The same moment on a London clock; a moment without a zone is taken to be London's already."""
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment.astimezone(LONDON)


_held = ContextVar("held", default=False)


@contextmanager
def held() -> Iterator[None]:
    """While a query is built that will be run again later, asking for the time is a mistake: it would stay in it."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


def now() -> datetime:
    """Now in London, for records and for what is due. PORTAL_NOW can fix it in demo mode."""
    if _held.get():
        raise RuntimeError("this query is kept and run again later: use scope.today or scope.now instead of the clock")
    return _fixed or datetime.now(LONDON)


def today() -> date:
    """Today's date in London."""
    return now().date()


def real_now() -> datetime:
    """The true time in UTC, whatever PORTAL_NOW says: for codes, undo and sessions."""
    return datetime.now(UTC)
