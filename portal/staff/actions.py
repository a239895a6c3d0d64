"""Being away with cover, the same day; and leaving, with each family handed over or loudly left over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation import clock
from portal.foundation.database import Row
from portal.handovers import actions as handovers
from portal.involvement.actions import alert, end_involvement
from portal.involvement.models import Involvement
from portal.involvement.queries import Part, part
from portal.messages.actions import tell, unsend
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.staff.queries import asked_to_take_over

MORNING = time(8)
"""When the families hear on the first day of an absence, unless it has begun."""


def put_cover_in_place(session: Session, worker: Worker, cover: Worker, away_from: date, away_until: date) -> None:
    """This worker is away, and somebody is there instead. The families read it at once, the cover opens them, and they
    are told by text on the first day. The same sent twice tells once."""
    same = (worker.away_from, worker.away_until, worker.cover_id) == (away_from, away_until, cover.id)
    worker.away_from, worker.away_until, worker.cover_id = away_from, away_until, cover.id
    session.flush()
    if same:
        return
    unsend(session, ("cover", worker.id))
    first = datetime.combine(away_from, MORNING, clock.LONDON)
    for person_id in session.scalars(_who_hears(worker.id, away_from, away_until)).all():
        tell(session, person_id, "cover", about=("cover", worker.id), due_at=max(first, clock.now()))


def _who_hears(worker_id: int, first: date, last: date) -> Any:
    """Everybody in this worker's families who reads who helps them; the police are left to those who chose to see them
    when the text goes out (portal/staff/jobs.py)."""
    return (
        select(Person.id)
        .join(Involvement, Involvement.family_id == Person.family_id)
        .where(
            Involvement.worker_id == worker_id,
            Involvement.accepted_on.is_not(None),
            Involvement.declined_on.is_(None),
            Involvement.starts_on <= last,
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= first),
            Person.contact_limit == "none",
            Person.relation != "supporter",
        )
        .distinct()
        .order_by(Person.id)
    )


def come_back(session: Session, worker: Worker) -> None:
    """The worker is here again; whoever covered keeps nothing open, and nobody is told any more that they are away."""
    worker.away_from = worker.away_until = None
    session.flush()
    unsend(session, ("cover", worker.id))


@dataclass(frozen=True)
class Leaving:
    """What leaving led to."""

    asked: int
    left_over: int


def leave(
    session: Session, actor: Actor, worker: Worker, last_day: date, reason: str, parts: list[Row], to: dict[str, Worker]
) -> Leaving:
    """Set a worker's last day here, end each part with it, and ask the successors chosen (`to`, by the part's
    reference) to take over. Whatever nobody was chosen for alerts the manager."""
    worker.left_on = last_day
    session.flush()
    for waiting in asked_to_take_over(session, worker.id):
        try:
            handovers.call_off(session, waiting)
        except handovers.Settled:  # they answered this very moment: it stands, and shows among their families
            continue
        alert(session, [waiting.made_by_id, waiting.from_worker_id], waiting.family_id, "handover_no", about=worker.id)
    asked = left_over = 0
    for row in parts:
        found = part(session, actor, row.family_ref, row.ref)
        if found is None:
            continue
        successor = to.get(row.ref)
        followed = row.handover_ref is not None
        if not followed and successor is not None:
            followed = _asked(session, actor, found, successor, last_day, reason)
            asked += followed
        if not followed:
            left_over += 1
            alert(session, [actor.worker_id or 0], row.family_id, "left_over", about=worker.id)
        _end(session, found, last_day, reason, alone=not followed)
    return Leaving(asked, left_over)


def _asked(session: Session, actor: Actor, found: Part, successor: Worker, last_day: date, reason: str) -> bool:
    from_day = min(max(clock.today(), found.involvement.starts_on), last_day)
    said = handovers.Plan(to=successor, meets_on=from_day, last_day=last_day, reason=reason)
    try:
        handovers.plan(session, found, actor.worker_id or 0, said)
    except (handovers.AlreadyPlanned, handovers.Leaves):
        return False
    return True


def _end(session: Session, found: Part, last_day: date, reason: str, *, alone: bool) -> None:
    """Nobody goes on leading from a desk that is empty: the part ends with the last day, whoever follows."""
    involvement = found.involvement
    if involvement.ends_on is not None and involvement.ends_on <= last_day:
        return
    day = max(last_day, involvement.starts_on)
    if alone:
        end_involvement(session, involvement, day, reason)
        handovers.tell_of_leaving(session, involvement)
    else:
        involvement.ends_on, involvement.end_reason = day, reason
        session.flush()
