"""Who is responsible, who helps and helped, and what a professional may open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import BigInteger, Date, Text, and_, case, column, func, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import AnyRows, Row
from portal.involvement.conditions import WHY, shown_to, what_opens
from portal.involvement.models import Alert, FunctionSees, Involvement
from portal.organisations.models import Organisation, Worker, WorkerContact
from portal.organisations.queries import answered, at_work, managed_by
from portal.people.models import Family, Person

ABROAD = func.coalesce(Worker.source.like("portal:%"), False).label("abroad")
"""Works in another installation: reads nothing here, so nothing is asked of them here."""


def involved_now(scope: Scope) -> AnyRows:
    """The professionals who can be given something to do: everybody this viewer knows of who is involved today."""
    return (
        select(Worker.id, Worker.ref, Worker.name, Worker.role)
        .where(
            Worker.id.in_(
                select(Involvement.worker_id).where(
                    shown_to(scope),
                    Involvement.accepted_on <= scope.today,
                    Involvement.starts_on <= scope.today,
                    or_(Involvement.ends_on.is_(None), Involvement.ends_on >= scope.today),
                )
            )
        )
        .order_by(Worker.name, Worker.id)
    )


def responsible(scope: Scope) -> AnyRows:
    """The one responsible person today (M1): exactly one row, whatever has or has not been arranged.

    `how`: leads; accountable (the last lead ended and nobody followed: a senior manager answers, since the day
    after); closed (help ended by agreement, `since` is the last day); new (nobody has led yet).
    `until` and `next_lead`: the family hears of a change before it happens (App I 17), once the next one said yes;
    not somebody with `no_address`, whom a new service could tell where the family went.
    """
    who = func.responsible(scope.family_id).table_valued(
        column("worker_id", BigInteger),
        column("how", Text),
        column("since", Date),
        column("last_lead_id", BigInteger),
        column("organisation_id", BigInteger),
        column("until", Date),
        column("next_lead_id", BigInteger),
    )
    organisation, contact = aliased(Organisation), aliased(WorkerContact)
    manager, manager_org, manager_contact = aliased(Worker), aliased(Organisation), aliased(WorkerContact)
    cover, cover_contact, last, following = aliased(Worker), aliased(WorkerContact), aliased(Worker), aliased(Worker)
    above = answered(func.manager_of(Worker.id))
    rows = (
        select(
            who.c.how,
            who.c.since,
            Worker.id.label("worker_id"),
            Worker.ref,
            Worker.name,
            Worker.role,
            Worker.hours,
            ABROAD,
            Worker.away_from,
            Worker.away_until,
            organisation.name.label("organisation"),
            organisation.phone.label("organisation_phone"),
            contact.phone,
            manager.name.label("manager"),
            manager.role.label("manager_role"),
            manager_contact.phone.label("manager_phone"),
            manager_org.name.label("manager_organisation"),
            cover.name.label("cover"),
            cover.role.label("cover_role"),
            cover_contact.phone.label("cover_phone"),
            last.name.label("last_lead"),
            case((scope.where(), who.c.until)).label("until"),
            following.name.label("next_lead"),
        )
        .select_from(who)
        .outerjoin(Worker, Worker.id == who.c.worker_id)
        .outerjoin(above, true())
        .outerjoin(manager, manager.id == above.c.id)
        .outerjoin(cover, cover.id == Worker.cover_id)
        .outerjoin(last, last.id == who.c.last_lead_id)
        .outerjoin(following, and_(following.id == who.c.next_lead_id, scope.where()))
    )
    joins = [
        *at_work(scope, Worker, organisation, contact),
        *at_work(scope, manager, manager_org, manager_contact),
        (cover_contact, and_(cover_contact.worker_id == cover.id, scope.where())),
    ]
    for target, on in joins:
        rows = rows.outerjoin(target, on)
    return rows


def network(scope: Scope) -> AnyRows:
    """Everybody involved, joining or gone, newest first, with the manager above each (M2)."""
    today = scope.today
    organisation, contact = aliased(Organisation), aliased(WorkerContact)
    manager, manager_org, manager_contact = aliased(Worker), aliased(Organisation), aliased(WorkerContact)
    above = answered(func.manager_of(Worker.id))
    # who comes after is named once they have said yes
    successor, follows, cover = aliased(Worker), aliased(Involvement), aliased(Worker)
    said_yes = select(follows.id).where(
        follows.family_id == Involvement.family_id, follows.worker_id == successor.id, follows.accepted_on <= today
    )
    rows = (
        select(
            Involvement.id,
            Involvement.ref.label("involvement_ref"),
            Involvement.function,
            Involvement.is_lead,
            Involvement.starts_on,
            Involvement.ends_on,
            Involvement.accepted_on,
            Involvement.declined_on,
            Involvement.end_reason,
            Involvement.closes,
            Involvement.worker_id,
            Worker.ref,
            Worker.name,
            Worker.role,
            Worker.hours,
            ABROAD,
            Worker.away_from,
            Worker.away_until,
            organisation.name.label("organisation"),
            contact.phone,
            manager.name.label("manager"),
            manager.role.label("manager_role"),
            manager_contact.phone.label("manager_phone"),
            manager_org.name.label("manager_organisation"),
            successor.name.label("handover_to"),
            cover.name.label("cover"),
        )
        .join(Worker, Worker.id == Involvement.worker_id)
        .outerjoin(above, true())
        .outerjoin(manager, manager.id == above.c.id)
        .outerjoin(cover, cover.id == Worker.cover_id)
        .outerjoin(successor, and_(successor.id == Involvement.handover_to_id, said_yes.exists()))
    )
    for target, on in (
        *at_work(scope, Worker, organisation, contact),
        *at_work(scope, manager, manager_org, manager_contact),
    ):
        rows = rows.outerjoin(target, on)
    return rows.where(shown_to(scope)).order_by(Involvement.starts_on.desc(), Involvement.id.desc())


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        for field in ("role", "manager_role", "cover_role", "end_reason", "hours"):
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


def parts_i_manage(scope: Scope) -> AnyRows:
    """The involvements of this family whose worker the professional manages."""
    return select(Involvement.ref).where(
        Involvement.family_id == scope.family_id,
        func.i_manage(Involvement.worker_id),
        Involvement.worker_id != scope.worker_id,
    )


def matrix(session: Session) -> dict[str, list[str]]:
    """What each function may open, as both locks read it."""
    found: dict[str, list[str]] = {}
    for row in session.execute(
        select(FunctionSees.function, FunctionSees.kind).order_by(FunctionSees.function, FunctionSees.kind)
    ):
        found.setdefault(row.function, []).append(row.kind)
    return found


def professional_scope(session: Session, actor: Actor, family_id: int) -> Scope | None:
    """What a professional may open of this family today, and why; None when nothing (Python's lock)."""
    if actor.worker_id is None:
        return None
    return _scope(actor, family_id, session.execute(union_all(*what_opens(actor, family_id))).all())


def _scope(actor: Actor, family_id: int, opened: Sequence[Any]) -> Scope | None:
    """The sight that these rows of `what_opens` give. The first reason that opens something is the one that the
    family reads (M31)."""
    found: dict[str, set[str]] = {}
    said: dict[str, Any] = {}
    for row in opened:
        found.setdefault(row.why, set()).add(row.kind)
        said[row.why] = row
    for why in WHY:
        if why in found:
            return Scope(
                family_id=family_id,
                kinds=frozenset().union(*found.values()),
                worker_id=actor.worker_id,
                why=why,
                reason=said[why].reason,
                until=said[why].ends_at,
            )
    return None


@dataclass(frozen=True)
class OpenFamily:
    """A family as one professional has it open: the record and what they may see of it."""

    family: Family
    scope: Scope

    @property
    def family_id(self) -> int:
        return self.family.id

    @property
    def minutes_left(self) -> int | None:
        """How long duty or emergency access still runs; None for those who need neither."""
        return None if self.scope.until is None else max(0, ceil((self.scope.until - real_now()).total_seconds() / 60))


def open_family(session: Session, actor: Actor, ref: str) -> OpenFamily | None:
    """The family with this reference, if this professional may open it now.

    `ref` is the public reference, or the sender's own when exactly one visible family carries it (the sender `main`
    first), so that a worker can use the number their own case system knows.
    """
    if actor.worker_id is None:
        return None
    called = or_(Family.ref == ref, Family.source_ref == ref)
    order = ((Family.ref == ref).desc(), (Family.source == "main").desc(), Family.id)
    # the family and what opens it in one round trip
    opens = union_all(*(part.correlate(Family) for part in what_opens(actor, Family.id))).lateral()
    rows = session.execute(
        select(Family, opens)
        .join(opens, true())
        .where(Family.id.in_(select(Family.id).where(called).order_by(*order).limit(3)))
        .order_by(*order)
    ).all()
    if not rows:
        return None
    family = rows[0].Family
    scope = _scope(actor, family.id, [row for row in rows if row.Family is family])
    return OpenFamily(family, scope) if scope else None


def open_family_by_id(session: Session, actor: Actor, family_id: int) -> OpenFamily | None:
    """As `open_family`, for code that knows the family's key."""
    scope = professional_scope(session, actor, family_id)
    family = session.get(Family, family_id) if scope else None
    return OpenFamily(family, scope) if family and scope else None


def senior_after(session: Session, worker_id: int) -> Worker | None:
    """The manager who stays accountable when this lead ends and nobody follows."""
    organisation = select(Worker.organisation_id).where(Worker.id == worker_id).scalar_subquery()
    return session.scalar(select(Worker).where(Worker.id == func.senior_of(organisation)))


@dataclass(frozen=True)
class Member:
    """One person of a family that a professional has open."""

    opened: OpenFamily
    person: Person

    @property
    def scope(self) -> Scope:
        return self.opened.scope


def member(session: Session, actor: Actor, ref: str, person: str) -> Member | None:
    """The person with this reference in the family with that one, if this professional may open it now."""
    if not (opened := open_family(session, actor, ref)):
        return None
    found = session.scalar(select(Person).where(Person.ref == person, Person.family_id == opened.family_id))
    return Member(opened, found) if found else None


@dataclass(frozen=True)
class Part:
    """One worker's part in a family that a professional has open."""

    opened: OpenFamily
    involvement: Involvement
    worker: Worker
    managed: bool
    """The one who asks manages this worker."""


def part(session: Session, actor: Actor, ref: str, involvement: str) -> Part | None:
    """The involvement with this reference in a family one may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    row = session.execute(
        select(Involvement, Worker, managed_by(actor, Organisation).label("managed"))
        .join(Worker, Worker.id == Involvement.worker_id)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(Involvement.ref == involvement, Involvement.family_id == opened.family_id)
    ).first()
    return Part(opened, row.Involvement, row.Worker, actor.is_manager and row.managed) if row else None


def own_part(session: Session, actor: Actor, ref: str) -> Involvement | None:
    """One's own involvement, asked for or running, whether or not the family is open yet."""
    return session.scalar(
        select(Involvement).where(
            Involvement.ref == ref,
            Involvement.worker_id == actor.worker_id,
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= clock.today()),
        )
    )


MOST_ALERTS = 50


def alerts(actor: Actor, now: datetime | None = None) -> AnyRows:
    """What this worker must look at and has not ticked, oldest first. A family they may not open has no name here."""
    about = aliased(Worker)
    return (
        select(
            Alert.ref,
            Alert.kind,
            Alert.note,
            Alert.path,
            Alert.made_at,
            Family.ref.label("family_ref"),
            Family.name.label("family"),
            about.name.label("about"),
            about.role.label("about_role"),
        )
        .select_from(Alert)
        .outerjoin(Family, Family.id == Alert.family_id)
        .outerjoin(about, about.id == Alert.about_worker_id)
        .where(
            Alert.to_worker_id == actor.worker_id,
            Alert.seen_at.is_(None),
            Alert.made_at <= (clock.now() if now is None else now),
        )
        .order_by(Alert.made_at, Alert.id)
        .limit(MOST_ALERTS)
    )


def own_alert(session: Session, actor: Actor, ref: str) -> Alert | None:
    """An alert on this worker's own list."""
    return session.scalar(select(Alert).where(Alert.ref == ref, Alert.to_worker_id == actor.worker_id))
