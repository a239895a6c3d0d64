"""Decisions to end help: as the family reads them, and what whoever decides has to know first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Boolean, ColumnElement, and_, column, func, literal, or_, select, union, union_all
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.endings.models import Ending, EndingSaid
from portal.foundation.database import AnyRows, Row, gather
from portal.handovers.conditions import said_by_viewer
from portal.handovers.queries import Running, family_scope, of_each_reader, running
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily, Part, network, open_family, readable
from portal.organisations.models import Worker, WorkerContact
from portal.people.models import Person
from portal.people.queries import readers

AFTER = timedelta(days=56)
"""How long after the last day an ending stands on the first pages."""


def endings(scope: Scope) -> AnyRows:
    """The decisions this viewer may read, the latest first. The family reads one once it stands; professionals also
    one that waits for a manager's name, or that a manager refused. `current`: for eight weeks after the last day."""
    whose, by, manager, back = aliased(Worker), aliased(Worker), aliased(Worker), aliased(Worker)
    contact = aliased(WorkerContact)
    stands = Ending.decided_at <= scope.now
    rows = (
        select(
            *Ending.__table__.c,
            whose.name.label("worker"),
            whose.role.label("worker_role"),
            by.name.label("decided_by"),
            by.role.label("decided_by_role"),
            manager.name.label("manager"),
            manager.role.label("manager_role"),
            back.name.label("come_back_to"),
            back.role.label("come_back_role"),
            contact.phone.label("come_back_phone"),
            EndingSaid.said,
            (Ending.last_day >= scope.today - AFTER).label("current"),
        )
        .join(whose, whose.id == Ending.worker_id)
        .join(by, by.id == Ending.decided_by_id)
        .join(back, back.id == Ending.come_back_to_id)
        .outerjoin(manager, manager.id == Ending.manager_id)
        .outerjoin(contact, and_(contact.worker_id == back.id, scope.where()))
        .outerjoin(EndingSaid, and_(EndingSaid.ending_id == Ending.id, said_by_viewer(scope, EndingSaid)))
        .where(scope.clause(Ending), Ending.made_at <= scope.now)
        .order_by(Ending.last_day.desc(), Ending.id.desc())
    )
    return rows if scope.is_professional else rows.where(stands)


def coming(scope: Scope) -> AnyRows:
    """For home: help that ends, or ended in the last eight weeks, which this person has not said anything to yet."""
    every = endings(scope).subquery()
    rows = select(every.c.ref, every.c.worker, every.c.function, every.c.last_day, every.c.said)
    return rows.where(every.c.current, every.c.said.is_(None)).order_by(every.c.last_day, every.c.id).limit(2)


def some_coming(scope: Scope) -> AnyRows:
    """Can there be any such? The keys of those that are near, without looking anything up."""
    stands = Ending.decided_at <= scope.now, Ending.made_at <= scope.now
    return select(Ending.id).where(scope.clause(Ending), *stands, Ending.last_day >= scope.today - AFTER)


def readers_of(scope: Scope) -> AnyRows:
    """For professionals: who in the family reads each decision, and what they said to it."""
    rows = of_each_reader(Ending, EndingSaid, EndingSaid.ending_id, EndingSaid.said)
    return rows.where(scope.clause(Ending), Ending.made_at <= scope.now, Person.contact_limit != "no_contact")


def masked(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    texts = ("why", "besides", "protects", "come_back", "worker_role", "decided_by_role", "manager_role")
    for row in rows:
        for field in (*texts, "come_back_role"):
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


@dataclass(frozen=True)
class Told:
    """A decision as one family member reads it, and who else still helps."""

    scope: Scope
    row: Row
    others: list[Row]


def told(session: Session, actor: Actor, ref: str) -> Told | None:
    """The decision with this reference, if this family member may read it."""
    if (scope := family_scope(session, actor)) is None:
        return None
    found = ask(session, scope, endings=endings, involved=network)
    row = next((row for row in masked(scope, found["endings"]) if row.ref == ref), None)
    return Told(scope, row, others(readable(scope, found["involved"]), row)) if row else None


def others(involved: list[Row], ending: Row) -> list[Row]:
    """Who helps on after this one has ended, each once."""
    stay = {
        row.worker_id: row
        for row in involved
        if row.worker_id != ending.worker_id
        and row.accepted_on is not None
        and (row.ends_on is None or row.ends_on > ending.last_day)
    }
    return list(stay.values())


@dataclass(frozen=True)
class Before:
    """What stands in the way of ending help, or asks for a manager's name."""

    clock_running: bool
    """Somebody still has to be reached after a critical moment."""
    within_a_year: bool
    """There was a critical moment in the last twelve months."""


def before_ending(session: Session, family_id: int) -> Before:
    """What must be known before help ends, also by those whose work shows no moments."""
    row = session.execute(_before(family_id)).one()
    return Before(row.clock_running, row.within_a_year)


def _before(family_id: int) -> AnyRows:
    said = func.moments_and_ending(family_id).table_valued(
        column("clock_running", Boolean), column("within_a_year", Boolean)
    )
    return select(said)


@dataclass(frozen=True)
class Deciding:
    """What the page needs on which it is decided that this help ends."""

    standing: str | None
    """The decision there is already."""
    before: Before
    readers: list[Row]
    managers: list[Row]
    """Whose names can stand under it."""
    back: list[Row]
    """To whom the family can come back."""


def deciding(session: Session, part: Part) -> Deciding:
    """All that in one round trip."""
    family_id, worker_id = part.opened.family_id, part.worker.id
    found = gather(
        session,
        standing=select(Ending.ref).where(*_stands(part.involvement.id)),
        before=_before(family_id),
        readers=readers(part.opened.scope),
        managers=managers_above(worker_id),
        back=ways_back(family_id, worker_id),
    )
    standing, before = found["standing"], found["before"][0]
    return Deciding(
        standing[0].ref if standing else None,
        Before(before.clock_running, before.within_a_year),
        found["readers"],
        found["managers"],
        found["back"],
    )


def managers_above(worker_id: int) -> AnyRows:
    """Whose names can stand under a decision about this worker's help: those above them, the nearest first."""
    organisation = select(Worker.organisation_id).where(Worker.id == worker_id).scalar_subquery()
    above = union_all(
        select(literal(1).label("place"), func.manager_of(worker_id).label("worker_id")),
        select(literal(2), func.manager_of(func.manager_of(worker_id))),
        select(literal(3), func.senior_of(organisation)),
    ).subquery()
    nearest = select(above.c.worker_id, func.min(above.c.place).label("place")).group_by(above.c.worker_id).subquery()
    rows = select(*_CHOSEN).join(nearest, nearest.c.worker_id == Worker.id)
    return rows.where(Worker.is_manager).order_by(nearest.c.place)


def ways_back(family_id: int, worker_id: int) -> AnyRows:
    """To whom the family can come back: the one who ends, those above them, and everybody else involved."""
    involved = select(Involvement.worker_id).where(
        Involvement.family_id == family_id, Involvement.accepted_on.is_not(None), Involvement.ends_on.is_(None)
    )
    rows = select(*_CHOSEN).where(
        or_(Worker.id.in_(union(involved, select(func.manager_of(worker_id)))), Worker.id == worker_id)
    )
    return rows.where(Worker.left_on.is_(None)).order_by(Worker.name)


_CHOSEN = (Worker.id, Worker.ref, Worker.name, Worker.role)


def reading(session: Session, actor: Actor, ref: str, ending: str) -> Running | None:
    """The way to a decision: the family, open to this professional, and which one."""
    return running(session, actor, ref, ending)


@dataclass(frozen=True)
class Waiting:
    """A decision that waits for a manager's name."""

    opened: OpenFamily
    ending: Ending

    @property
    def scope(self) -> Scope:
        return self.opened.scope


def waiting(session: Session, actor: Actor, ref: str, ending: str) -> Waiting | None:
    """The decision with this reference in a family one may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    row = session.scalar(select(Ending).where(Ending.ref == ending, Ending.family_id == opened.family_id))
    return Waiting(opened, row) if row else None


def standing(session: Session, involvement_id: int) -> Ending | None:
    """The decision about this part that waits or stands."""
    return session.scalar(select(Ending).where(*_stands(involvement_id)))


def _stands(involvement_id: int) -> tuple[ColumnElement[bool], ...]:
    return Ending.involvement_id == involvement_id, Ending.refused_at.is_(None)
