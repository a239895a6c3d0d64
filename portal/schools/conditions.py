"""School days that somebody missed, what counts as agreed, and which school came before which."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from dateutil.easter import easter  # type: ignore[import-untyped]  # dateutil ships no types

from portal.foundation import clock
from portal.foundation.database import Row

MOVED = {2020: (date(2020, 5, 4), date(2020, 5, 8)), 2022: (date(2022, 5, 30), date(2022, 6, 2))}
"""Bank holidays that were put on another day: for VE Day, and for the Platinum Jubilee."""
ONCE = (date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))
"""Bank holidays for one year only: the jubilee, a funeral, a coronation."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a year (gov.uk/bank-holidays)."""
    may, easter_day = date(year, 5, 1), easter(year)
    found = {easter_day - timedelta(days=2), easter_day + timedelta(days=1)}
    found.add(may + timedelta(days=-may.weekday() % 7))
    for last in (date(year, 5, 31), date(year, 8, 31)):
        found.add(last - timedelta(days=last.weekday()))
    # one that falls on a weekend is given on the next weekday that is none already
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() >= 5 or day in found:
            day += timedelta(days=1)
        found.add(day)
    if year in MOVED:
        found = found - {MOVED[year][0]} | {MOVED[year][1]}
    return frozenset(found | {day for day in ONCE if day.year == year})


def school_days(first: date, last: date) -> int:
    """Days from the first to the last, both counted, on which schools can be open: Monday to Friday, no bank holiday.

    Holidays between terms are counted: they differ from school to school, and days too many alarm somebody too early,
    days too few nobody in time (decision 55).
    """
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 and day not in bank_holidays(day.year) for day in days)


def with_days(absences: list[Row]) -> list[Row]:
    """Each time without education with `days` up to its end or today, and `still` when it goes on."""
    today = clock.today()
    for row in absences:
        row["still"] = row["until"] is None or row["until"] >= today
        row["days"] = school_days(row["since"], today if row["still"] else row["until"])
    return absences


def standing(agreement: Any) -> str:
    """How an agreement stands: asked, agreed, refused, shared (without asking), or ended."""
    if agreement["ended_on"] is not None and agreement["ended_on"] <= clock.today():
        return "ended"
    if not agreement["asked"]:
        return "shared"
    return {"yes": "agreed", "no": "refused"}.get(agreement["answer"] or "", "asked")


def children(members: list[Row], places: list[Row], agreements: list[Row], absences: list[Row]) -> list[dict[str, Any]]:
    """What there is of each young person: the school now, those before, what is agreed, and days without education."""
    today, found = clock.today(), []
    for person in members:
        theirs = [row for row in places if row["young_person_id"] == person["id"]]
        agreed = [row | {"standing": standing(row)} for row in agreements if row["young_person_id"] == person["id"]]
        out = [row for row in absences if row["young_person_id"] == person["id"]]
        if not (theirs or agreed or out) and person["relation"] != "young_person":
            continue
        now = next((row for row in theirs if row["until"] is None or row["until"] >= today), None)
        before = [row for row in theirs if row is not now]
        found.append(
            {
                "person": person,
                "now": now,
                "before": before,
                "told": [row for row in agreed if row["way"] == "told" and row["standing"] != "ended"],
                "tells": [row for row in agreed if row["way"] == "tells" and row["standing"] != "ended"],
                "absences": out,
                "days": sum(row["days"] for row in out),
                "out": next((row for row in out if row["still"]), None),
            }
        )
    return found
