"""Is a text about a date still right, and what does it say by now? Asked when it is sent, of the date as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.messages.queries import Asked, Verdict

# in SQL, because dates stand above this package
DATES = text("""
select a.id, p.person_id, a.starts_at, w.name, p.answer, coalesce(c.remind_last, 120) as last,
  a.status <> 'booked' and coalesce(a.status_on, (a.starts_at at time zone 'Europe/London')::date) <= :today as off
from appointment a join appointment_person p on p.appointment_id = a.id join worker w on w.id = a.worker_id
left join text_choice c on c.person_id = p.person_id
where a.id = any(:ids)
""")
NEWS_OF_AN_END = ("date_off",)


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """For each text about a date: why it is no longer right, or the time and the name it says now."""
    ids = list({one.about_id for one in asked})
    rows = session.execute(DATES, {"ids": ids, "today": clock.today()})
    dates = {(row.id, row.person_id): row for row in rows}
    return {one.id: _verdict(one, dates.get((one.about_id, one.person_id))) for one in asked}


def _verdict(one: Asked, date: Any) -> Verdict:
    if one.wording in NEWS_OF_AN_END:
        return {} if date is None or date.off else "not_right"
    if date is None or date.off:
        return "called_off"
    starts_at = clock.london(date.starts_at)
    if starts_at <= clock.now():
        return "too_late"
    if "at" in one.values and one.values["at"] != starts_at:
        return "moved"
    if one.wording != "reminder":
        return {}
    planned, minutes = _planned(one)
    if planned is not None and planned != int(starts_at.timestamp()):
        return "moved"
    if date.answer in ("move", "cannot"):
        return "answered"
    if date.answer == "coming" and minutes is not None and minutes > date.last:
        # the asking is over; the last reminder still goes
        return "answered"
    return {"at": starts_at, "name": date.name, "ask": date.answer is None}


def _planned(one: Asked) -> tuple[int | None, int | None]:
    """For which start, and how many minutes before it, this reminder was planned."""
    if not one.once:
        return None, None
    starts, minutes = one.once.split()[-2:]
    return int(starts), int(minutes)
