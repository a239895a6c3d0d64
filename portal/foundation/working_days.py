"""Working days: not Saturdays, Sundays or bank holidays in England and Wales (bank_holidays.toml)."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("bank_holidays.toml")


@cache
def bank_holidays() -> frozenset[date]:
    """The bank holidays that are known; after the last year in the file only weekends are left out."""
    return frozenset(tomllib.loads(FILE.read_text(encoding="utf-8"))["days"])


def is_working_day(day: date) -> bool:
    """Do offices work on this day?"""
    return day.weekday() < 5 and day not in bank_holidays()


def working_days_after(day: date, many: int) -> date:
    """The day that is so many working days after this one."""
    while many > 0:
        day += timedelta(days=1)
        many -= is_working_day(day)
    return day
