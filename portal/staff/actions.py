"""Being away with cover, the same day; and leaving, with each family handed over or loudly left over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation import clock
from portal.foundation.database import Row
from portal.handovers import actions as handovers
from portal.involvement.actions import alert, end_involvement
from portal.involvement.queries import Part, part
from portal.organisations.models import Worker
from portal.staff.queries import asked_to_take_over


def put_cover_in_place(worker: Worker, cover: Worker, away_from: date, away_until: date) -> None:
    """This worker is away, and somebody is there instead. The families read it at once, and the cover opens them."""
    worker.away_from, worker.away_until, worker.cover_id = away_from, away_until, cover.id


def come_back(worker: Worker) -> None:
    """The worker is here again; whoever covered keeps nothing open."""
    worker.away_from = worker.away_until = None


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
        handovers.call_off(waiting)
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
    else:
        involvement.ends_on, involvement.end_reason = day, reason
        session.flush()
