"""Two working days are neither a weekend nor a bank holiday."""

from __future__ import annotations

from datetime import date

import pytest

from portal.foundation.working_days import after_working_days


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2019, 7, 15), date(2019, 7, 17)),  # Monday: Wednesday
        (date(2019, 7, 18), date(2019, 7, 22)),  # Thursday: Monday
        (date(2019, 7, 20), date(2019, 7, 23)),  # Saturday: Tuesday
        (date(2019, 4, 18), date(2019, 4, 24)),  # before Easter
        (date(2022, 9, 16), date(2022, 9, 21)),  # the state funeral
        (date(2026, 12, 24), date(2026, 12, 30)),  # Boxing Day on a Saturday
    ],
)
def test_two_after_working_days(day: date, after: date) -> None:
    assert after_working_days(day, 2) == after
