"""True or false about days on the rota."""

from __future__ import annotations

from datetime import timedelta

from portal.foundation import clock
from portal.foundation.working_days import is_bank_holiday


def today_and_before() -> tuple[bool, bool]:
    """Whether today is a bank holiday, and whether yesterday was: a night turn began yesterday."""
    day = clock.today()
    return is_bank_holiday(day), is_bank_holiday(day - timedelta(days=1))
