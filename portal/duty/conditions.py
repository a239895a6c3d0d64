"""True or false about days on the rota."""

from __future__ import annotations

import functools
from datetime import date, timedelta

import holidays

from portal.foundation import clock


@functools.cache
def _of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def bank_holiday(day: date) -> bool:
    """Is this a bank holiday in England?"""
    return day in _of(day.year)


def today_and_before() -> tuple[bool, bool]:
    """Whether today is a bank holiday, and whether yesterday was: a night turn began yesterday."""
    day = clock.today()
    return bank_holiday(day), bank_holiday(day - timedelta(days=1))
