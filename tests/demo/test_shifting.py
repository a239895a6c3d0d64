"""The demo's folder on any day: everything moved together, nobody's age and nothing's order changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.demo import shifting
from portal.demo.shifting import ANCHOR, SAMPLE, WORLD

LEAP, CLOCKS_ON, CLOCKS_BACK, NEW_YEAR = date(2028, 2, 29), date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 1)
LONDON = ZoneInfo("Europe/London")


def every_row() -> list[tuple[str, dict[str, str]]]:
    return [
        (name, row) for name in shifting.files() for folder in (SAMPLE, WORLD) for row in shifting.rows(folder, name)
    ]


def test_on_its_own_day_the_folder_is_what_was_written(tmp_path: Path) -> None:
    shifting.write_folder(tmp_path, ANCHOR)
    for name in shifting.files():
        written = [*shifting.rows(SAMPLE, name), *shifting.rows(WORLD, name)]
        found = shifting.rows(tmp_path, name)
        assert [{k: v for k, v in row.items() if v} for row in found] == [
            {k: v for k, v in row.items() if v} for row in written
        ]


@pytest.mark.parametrize("today", [LEAP, CLOCKS_ON, CLOCKS_BACK, NEW_YEAR, date(2026, 9, 1)])
def test_everything_moves_by_as_many_days_and_keeps_its_time_of_day(today: date) -> None:
    for name, row in every_row():
        moved = next(shifting.shifted([row], today))
        for column, cell in row.items():
            if not shifting.DAY.fullmatch(cell):
                continue
            before, after = datetime.fromisoformat(cell), datetime.fromisoformat(moved[column])
            assert after.time() == before.time(), f"{name} {column} {cell}"
            assert after.date() - before.date() == today - ANCHOR, f"{name} {column} {cell}"


def test_no_time_falls_into_an_hour_that_a_changing_clock_skips_or_repeats() -> None:
    for name, row in every_row():
        for cell in row.values():
            if "T" in cell and shifting.DAY.fullmatch(cell):
                assert not "01:00" <= cell[-5:] < "02:00", f"{name}: {cell} does not exist on every day of the year"


@pytest.mark.parametrize("days", range(0, 366 * 2, 7))
def test_ages_stay_and_school_years_are_those_of_that_age(days: int) -> None:
    today = date(2026, 1, 1) + timedelta(days=days)
    for _, row in every_row():
        if not row.get("date_of_birth"):
            continue
        moved = next(shifting.shifted([row], today))
        born = date.fromisoformat(moved["date_of_birth"])
        assert today - born == ANCHOR - date.fromisoformat(row["date_of_birth"])
        if moved["school_year"]:
            age = (today - born).days / 365.25
            assert 4 <= age - int(moved["school_year"]) <= 6.01, (
                f"{row['ref']} is {age:.1f} in year {moved['school_year']}"
            )


def test_a_month_named_in_a_text_moves_with_its_row() -> None:
    row = {"step": "Find a school place for September", "due": "2018-09-03"}
    assert next(shifting.shifted([row], date(2020, 1, 15)))["step"] == "Find a school place for March"
    assert next(shifting.shifted([row], ANCHOR))["step"] == row["step"]


def test_no_text_of_the_world_names_a_weekday() -> None:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    for name, row in every_row():
        for cell in row.values():
            assert not any(day in cell for day in days), f"{name}: {cell!r} would be untrue on another day"


def test_the_year_in_school_of_someone_too_young_or_grown_up_is_empty() -> None:
    assert shifting.school_year(date(2022, 1, 1), date(2026, 3, 1)) is None
    assert shifting.school_year(date(2021, 1, 1), date(2026, 3, 1)) == 0
    assert shifting.school_year(date(2007, 8, 31), date(2026, 3, 1)) is None
