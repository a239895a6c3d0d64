"""Which times are free with whom, and how a worker has set their week."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import LargeBinary, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.availability.conditions import Off, OpenTimes, Slot, Stretch, slots
from portal.availability.models import WorkException, WorkHours, WorkRule
from portal.foundation import clock
from portal.foundation.database import AnyRows
from portal.foundation.fields import decrypt
from portal.involvement.conditions import shown_to
from portal.involvement.models import Involvement
from portal.organisations.models import Worker
from portal.places.queries import opened, places_to_avoid

CLOSEST = ("mentor", "youth_support", "youth_justice", "social_work", "school", "health", "housing")
"""With whom somebody means to meet when they do not say: those whose work is meeting them come first."""


def bookable(scope: Scope) -> AnyRows:
    """The workers with whom this viewer can take a free time themselves, the closest first."""
    today = scope.today
    first = func.min(func.array_position(list(CLOSEST), Involvement.function))
    return (
        select(Worker.id, Worker.ref, Worker.name, Worker.role)
        .join(Involvement, Involvement.worker_id == Worker.id)
        .join(WorkRule, WorkRule.worker_id == Worker.id)
        .where(
            shown_to(scope),
            WorkRule.open,
            Involvement.function.in_(CLOSEST),
            Involvement.starts_on <= today,
            Involvement.accepted_on <= today,
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= today),
            or_(Worker.left_on.is_(None), Worker.left_on >= today),
        )
        .group_by(Worker.id, Worker.ref, Worker.name, Worker.role)
        .order_by(first, Worker.id)
    )


def times_of(session: Session, worker_id: int, first: date, last: date) -> OpenTimes | None:
    """Everything that decides when this worker can be met in those days; None for whom they do not work with."""
    found = session.scalar(select(func.open_times(worker_id, first, last)))
    return _times(found) if found else None


def _times(found: dict[str, Any]) -> OpenTimes:
    rule = found["rule"] or {}
    usual = [
        Stretch(_time(row["starts"]), _time(row["ends"]), _place(row, "work_hours"), row["by_phone"], row["weekday"])
        for row in found["hours"]
    ]
    more = [
        Stretch(
            _time(row["starts"]),
            _time(row["ends"]),
            _place(row, "work_exception"),
            row["by_phone"],
            first=_date(row["starts_on"]),
            last=_date(row["ends_on"]),
        )
        for row in found["exceptions"]
        if row["there"]
    ]
    off = [
        Off(
            _date(row["starts_on"]),
            _date(row["ends_on"]),
            _time(row["starts"]) if row["starts"] else None,
            _time(row["ends"]) if row["ends"] else None,
        )
        for row in found["exceptions"]
        if not row["there"]
    ]
    if found["away_from"]:
        off.append(Off(_date(found["away_from"]), _date(found["away_until"]) if found["away_until"] else date.max))
    last = [_date(day) for day in (found["left_on"], found["ends_on"]) if day]
    return OpenTimes(
        worker_id=found["worker_id"],
        ref=found["ref"],
        name=found["name"],
        role=found["role"],
        open=bool(rule.get("open")),
        minutes=rule.get("minutes", 60),
        gap=timedelta(minutes=rule.get("gap_minutes", 0)),
        most=rule.get("most_per_day"),
        notice=timedelta(hours=rule.get("notice_hours", 0)),
        ahead=timedelta(days=rule.get("ahead_days", 28)),
        stretches=tuple(usual + more),
        off=tuple(off),
        busy=tuple((_moment(begins), _moment(ends), _moment(over)) for begins, ends, over in found["busy"]),
        last_day=min(last) if last else None,
    )


def _place(row: dict[str, Any], table: str) -> str | None:
    return decrypt(bytes.fromhex(row["place"][2:]), f"{table}.place") if row["place"] else None


def _time(text: str) -> time:
    return time.fromisoformat(text)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _moment(text: str) -> datetime:
    return clock.london(datetime.fromisoformat(text))


def free_slots(
    session: Session,
    scope: Scope,
    worker_id: int,
    *,
    people: Collection[int] = (),
    first: date | None = None,
    last: date | None = None,
    limit: int = 200,
) -> list[Slot]:
    """Times that can be taken with this worker, soonest first; at none of the places marked for these people.

    For somebody with `no_address` by phone only: where a worker is met could tell where the others are.
    """
    now = clock.now()
    first = first or now.date()
    last = last or first + timedelta(days=28)
    sealed = func.array(select(places_to_avoid(people)).scalar_subquery(), type_=ARRAY(LargeBinary))
    row = session.execute(select(func.open_times(worker_id, first, last).label("times"), sealed.label("avoid"))).one()
    if not row.times:
        return []
    times, avoid = _times(row.times), opened(row.avoid)
    return list(islice(slots(times, now, first, last, avoid, phone_only=not scope.sees_where), limit))


def week(worker_id: int) -> dict[str, AnyRows]:
    """How a worker has set their week: the rule, the hours, what differs from them now or later."""
    return {
        "rule": select(
            WorkRule.open,
            WorkRule.minutes,
            WorkRule.gap_minutes,
            WorkRule.most_per_day,
            WorkRule.notice_hours,
            WorkRule.ahead_days,
        ).where(WorkRule.worker_id == worker_id),
        "hours": select(
            WorkHours.ref, WorkHours.weekday, WorkHours.starts, WorkHours.ends, WorkHours.place, WorkHours.by_phone
        )
        .where(WorkHours.worker_id == worker_id)
        .order_by(WorkHours.weekday, WorkHours.starts, WorkHours.id),
        "exceptions": select(
            WorkException.ref,
            WorkException.starts_on,
            WorkException.ends_on,
            WorkException.there,
            WorkException.starts,
            WorkException.ends,
            WorkException.place,
            WorkException.by_phone,
        )
        .where(WorkException.worker_id == worker_id, WorkException.ends_on >= clock.today())
        .order_by(WorkException.starts_on, WorkException.id),
    }


def own_hours(session: Session, actor: Actor, ref: str) -> WorkHours | None:
    """A stretch of this worker's own week."""
    return session.scalar(select(WorkHours).where(WorkHours.ref == ref, WorkHours.worker_id == actor.worker_id))


def own_exception(session: Session, actor: Actor, ref: str) -> WorkException | None:
    """One of this worker's own exceptions."""
    rows = select(WorkException).where(WorkException.ref == ref, WorkException.worker_id == actor.worker_id)
    return session.scalar(rows)
