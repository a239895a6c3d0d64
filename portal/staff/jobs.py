"""Whether a text about somebody who is away, and who is there instead, is still right when its time has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.foundation import clock
from portal.handovers.jobs import who_may_hear
from portal.involvement.models import Involvement
from portal.messages.queries import Asked, Verdict
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.staff.queries import running


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts: why one is no longer right (they are back, or help this family no more), or who is there."""
    today, cover = clock.today(), aliased(Worker)
    workers = {one.about_id for one in asked}
    away = session.execute(
        select(Worker.id, Worker.name, Worker.away_until, cover.name.label("cover"))
        .join(cover, cover.id == Worker.cover_id)
        .where(Worker.id.in_(workers), Worker.away_from <= today, Worker.away_until >= today)
    )
    known = {row.id: row for row in away}
    parts = session.execute(
        select(Involvement.worker_id, Involvement.function, Person.id.label("person_id"))
        .join(Person, Person.family_id == Involvement.family_id)
        .where(
            Involvement.worker_id.in_(known),
            Person.id.in_({one.person_id for one in asked}),
            Involvement.starts_on <= today,
            *running(),
        )
    ).all()
    hear = who_may_hear(session, asked)
    helps = {(row.worker_id, row.person_id) for row in parts if hear(row.person_id, row.function)}
    found: dict[int, Verdict] = {}
    for one in asked:
        row = known.get(one.about_id)
        if row is None or (one.about_id, one.person_id) not in helps:
            found[one.id] = "not_right"
        else:
            found[one.id] = {"name": row.name, "cover": row.cover, "until": row.away_until}
    return found
