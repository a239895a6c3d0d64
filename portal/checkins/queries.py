"""How people said they were, the latest first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.checkins.conditions import may_read
from portal.checkins.models import Checkin, CheckinAsked
from portal.foundation.database import AnyRows
from portal.involvement.queries import OpenFamily, open_family
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


def asked_by_text(scope: Scope) -> AnyRows:
    """Who was asked by text how they are, the latest first, as far as this viewer may know of it."""
    return (
        select(CheckinAsked.id, CheckinAsked.person_id, CheckinAsked.asked_at, Worker.name.label("worker"))
        .join(Worker, Worker.id == CheckinAsked.to_worker_id)
        .where(may_read(scope, CheckinAsked), CheckinAsked.asked_at <= scope.now)
        .order_by(CheckinAsked.asked_at.desc(), CheckinAsked.id.desc())
        .limit(MOST)
    )


def can_be_asked(scope: Scope) -> AnyRows:
    """For professionals: those who care for the young people, whom one can ask how they are."""
    return (
        select(Person.id, Person.ref, Person.name)
        .where(
            named_to(scope),
            Person.family_id == scope.family_id,
            Person.relation.in_(("parent", "carer")),
            Person.contact_limit != "no_contact",
        )
        .order_by(Person.id)
    )


@dataclass(frozen=True)
class Asking:
    """Somebody whom a worker asks how they are."""

    opened: OpenFamily
    person: Person

    @property
    def scope(self) -> Scope:
        return self.opened.scope

    @property
    def family_id(self) -> int:
        return self.opened.family_id


def asking(session: Session, actor: Actor, ref: str, person: str) -> Asking | None:
    """The parent or carer with this reference in a family one may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    rows = session.execute(can_be_asked(opened.scope)).all()
    if person not in {row.ref for row in rows}:
        return None
    return Asking(opened, session.scalars(select(Person).where(Person.ref == person)).one())


def around(session: Session, worker_id: int) -> list[int]:
    """Who hears at once when somebody is in a bad way: this worker, who covers for them, and the manager above."""
    row = session.execute(
        select(Worker.id, Worker.cover_id, func.manager_of(Worker.id).label("above")).where(Worker.id == worker_id)
    ).one()
    return [one for one in (row.id, row.cover_id, row.above) if one]
