"""The demo's folder as it would have been sent today: every date of the sample and the world moved by as many days.

The day stands for 15 July 2019, when the sample's review looked at the Marin family. Moved are all dates, birthdays
too, so that everybody keeps their age; the time of day stays, on a London clock. Days of the week move with the rest:
keeping them would put what happens today on another day, and today is what a visitor looks at.
"""

from __future__ import annotations

import calendar
import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ANCHOR = date(2019, 7, 15)
SAMPLE = Path(__file__).parent / "sample"
WORLD = Path(__file__).parent / "world"
BESIDE = ("looks.csv",)
"""What is in the world's folder and no part of an import."""

DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2})?")
MONTHS = list(calendar.month_name)[1:]
# "may" and "march" are verbs too, so the demo's texts never name those two months
MONTH = re.compile(rf"\b({'|'.join(month for month in MONTHS if month not in ('March', 'May'))})\b")


def files() -> list[str]:
    """The names of the import's files that there are."""
    return sorted({file.name for folder in (SAMPLE, WORLD) for file in folder.glob("*.csv")} - set(BESIDE))


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one file as they are written; none when it is not there."""
    file = folder / name
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write_folder(to: Path, today: date) -> None:
    """Write the import folder of the demo as it is on this day: the sample's rows and the world's in one file each."""
    for name in files():
        found = list(shifted([*rows(SAMPLE, name), *rows(WORLD, name)], today))
        # the two may not use the same optional columns
        columns = list(dict.fromkeys(column for row in found for column in row))
        with (to / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, restval="")
            writer.writeheader()
            writer.writerows(found)


def shifted(found: list[dict[str, str]], today: date) -> Iterator[dict[str, str]]:
    """The rows with every date moved, the school years that go with them, and the months that texts name."""
    days = today - ANCHOR
    for row in found:
        moved = {column: _cell(cell or "", days) for column, cell in row.items()}
        if moved.get("school_year"):
            moved["school_year"] = str(school_year(date.fromisoformat(moved["date_of_birth"]), today) or "")
        yield moved


def moved_day(written: str, today: date) -> str:
    """One date or time moved, such as `2019-07-24T11:00` to `2026-12-03T11:00`."""
    return _cell(written, today - ANCHOR)


def _cell(cell: str, days: timedelta) -> str:
    if found := DAY.fullmatch(cell):
        return (date.fromisoformat(found[1]) + days).isoformat() + (found[2] or "")
    return MONTH.sub(lambda name: _month(name[0], days), cell)


def _month(name: str, days: timedelta) -> str:
    """The month in which the middle of that month of 2019 falls once it has moved."""
    return MONTHS[(date(ANCHOR.year, MONTHS.index(name) + 1, 15) + days).month - 1]


def school_year(born: date, today: date) -> int | None:
    """The school year in England of somebody born on this day; None before reception (0) and after year 13."""

    def begins(day: date) -> int:
        return day.year if day.month >= 9 else day.year - 1

    year = begins(today) - begins(born) - 5
    return year if 0 <= year <= 13 else None
