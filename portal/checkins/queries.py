"""How people said they were, the latest first."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.checkins.conditions import may_read
from portal.checkins.models import Checkin
from portal.foundation.database import AnyRows
from portal.organisations.models import Worker
from portal.people.conditions import named_to
from portal.people.models import Person

MOST = 30


def checkins(scope: Scope) -> AnyRows:
    """Answers up to now, each with its question's key where something was asked."""
    return (
        select(
            Checkin.id,
            Checkin.ref,
            Checkin.person_id,
            Person.name.label("person"),
            Worker.name.label("to"),
            Checkin.feeling,
            Checkin.wants,
            Checkin.made_at,
            Checkin.question_id,
        )
        .select_from(Checkin)
        .join(Worker, Worker.id == Checkin.to_worker_id)
        .outerjoin(Person, and_(Person.id == Checkin.person_id, named_to(scope)))
        .where(may_read(scope), Checkin.made_at <= scope.now)
        .order_by(Checkin.made_at.desc(), Checkin.id.desc())
        .limit(MOST)
    )


def around(session: Session, worker_id: int) -> list[int]:
    """Who hears at once when somebody is in a bad way: this worker, who covers for them, and the manager above."""
    row = session.execute(
        select(Worker.id, Worker.cover_id, func.manager_of(Worker.id).label("above")).where(Worker.id == worker_id)
    ).one()
    return [one for one in (row.id, row.cover_id, row.above) if one]
