"""School days that somebody missed, what counts as agreed, and which school came before which."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.working_days import is_working_day


def school_days(first: date, last: date) -> int:
    """Days from the first to the last, both counted, on which schools can be open: Monday to Friday, no bank holiday.

    Holidays between terms are counted: they differ from school to school, and days too many alarm somebody too early,
    days too few nobody in time (decision 55).
    """
    return sum(is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))


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
