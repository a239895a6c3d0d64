"""Days on which offices work in England: not weekends, not bank holidays (which the library `holidays` knows)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # some 4 MB, for the few processes that count working days

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday in England."""
    return day.weekday() < 5 and not is_bank_holiday(day)


def is_bank_holiday(day: date) -> bool:
    """A bank holiday in England."""
    return day in _bank_holidays(day.year)


def after_working_days(day: date, many: int) -> date:
    """The day so many working days after this one, which is not counted itself."""
    while many > 0:
        day += timedelta(days=1)
        many -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days after `first` until `last`, `last` included; below zero when `last` comes before."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
