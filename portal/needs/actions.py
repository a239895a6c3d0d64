"""Writing down how much help a family needs. Never commits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation import clock
from portal.involvement.actions import alert
from portal.involvement.queries import OpenFamily
from portal.moves.models import NeedLevel
from portal.organisations.models import Worker


@dataclass(frozen=True)
class Need:
    """A decision on the level of need."""

    level: str
    circle_id: int
    grounds: list[str]
    evidence: str
    manager: Worker | None


def decide_need(session: Session, actor: Actor, opened: OpenFamily, need: Need) -> None:
    """Write down a level of need, on what it stands, and the manager whose name it carries; they hear of it."""
    session.add(
        NeedLevel(
            family_id=opened.family_id,
            circle_id=need.circle_id,
            level=need.level,
            decided_on=clock.today(),
            decided_by_id=actor.worker_id,
            manager_id=need.manager.id if need.manager else None,
            grounds=need.grounds,
            evidence=need.evidence,
            made_at=clock.now(),
        )
    )
    session.flush()
    if need.manager is not None and need.manager.id != actor.worker_id:
        alert(session, [need.manager.id], opened.family_id, "need_lowered", about=actor.worker_id)
