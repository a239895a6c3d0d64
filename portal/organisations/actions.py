"""Keeping the numbers of a borough's duty team. Actions never commit; the request does, once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation import clock
from portal.organisations.models import DutyNumbers, Organisation


@dataclass(frozen=True)
class Numbers:
    """What a borough says about its duty team; at least one number."""

    day_phone: str | None
    day_hours: str | None
    night_phone: str | None


def keep_duty_numbers(session: Session, actor: Actor, borough: Organisation, numbers: Numbers) -> None:
    """Keep these in place of what stood there. Whoever keeps them says that they were rung today."""
    values = {
        "day_phone": numbers.day_phone,
        "day_hours": numbers.day_hours,
        "night_phone": numbers.night_phone,
        "checked_on": clock.today(),
        "changed_by_id": actor.worker_id,
        "changed_at": clock.now(),
    }
    row = insert(DutyNumbers).values(organisation_id=borough.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["organisation_id"], set_=values))
