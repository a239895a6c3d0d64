"""What is known of a family's move: who was asked, who comes and goes, what must not slip, the need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Date, Text, and_, case, column, func, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.assessments.models import SECTION_KIND, Statement
from portal.audit.models import Look
from portal.forwarding import queries as forwarding
from portal.foundation.database import AnyRows, Row
from portal.involvement import queries as network
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily, open_family
from portal.moves.conditions import current, is_open
from portal.moves.models import Move, MoveInvitation, MovePart, MoveTask, NeedLevel
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person
from portal.people.queries import members, names_in_circles, own_scope
from portal.plans.queries import promised


def moves(scope: Scope) -> AnyRows:
    """Every move planned up to today, the latest first. `declined_senior`: whoever declined was the senior manager."""
    old, new = aliased(Organisation), aliased(Organisation)
    lead, no, off, person = aliased(Worker), aliased(Worker), aliased(Worker), aliased(Person)
    columns = (
        Move.id, Move.ref, Move.circle_id, Move.planned_on, Move.moved_on, Move.move_day, Move.staying,
        Move.need_before, Move.need_after, Move.conference_on, Move.invitation, no.name.label("declined_by"),
        no.role.label("declined_role"), (func.senior_of(no.organisation_id) == no.id).label("declined_senior"),
        Move.declined_reason, Move.started_at, Move.new_lead_id, lead.name.label("new_lead"),
        lead.role.label("new_lead_role"), Move.leads_on, Move.old_lead_until, Move.met_on, Move.lead_said_at,
        Move.family_said_at, person.name.label("family_said_by"), Move.finished_on, Move.called_off_on,
        Move.called_off_reason, off.name.label("called_off_by"), old.name.label("from_borough"),
        new.name.label("to_borough"), Move.from_borough_id, Move.to_borough_id,
    )  # fmt: skip
    return (
        select(*columns)
        .join(old, old.id == Move.from_borough_id)
        .join(new, new.id == Move.to_borough_id)
        .outerjoin(no, no.id == Move.declined_by_id)
        .outerjoin(lead, lead.id == Move.new_lead_id)
        .outerjoin(off, off.id == Move.called_off_by_id)
        .outerjoin(person, person.id == Move.family_said_by_id)
        .where(scope.clause(Move), Move.planned_on <= scope.today)
        .order_by(Move.planned_on.desc(), Move.id.desc())
    )


def invitations(scope: Scope) -> AnyRows:
    """Whom this family's moves asked, and what they answered, oldest first."""
    by, answered = aliased(Worker), aliased(Worker)
    known = MoveInvitation.answered_on <= scope.today
    columns = (
        MoveInvitation.id, MoveInvitation.ref, MoveInvitation.move_id, MoveInvitation.asked_to,
        MoveInvitation.asked_on, MoveInvitation.meets_on, Organisation.name.label("organisation"),
        by.name.label("asked_by"), case((known, MoveInvitation.answer)).label("answer"),
        MoveInvitation.answered_on, answered.name.label("answered_by"), answered.role.label("answered_role"),
        MoveInvitation.reason,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Organisation, Organisation.id == MoveInvitation.organisation_id)
        .join(by, by.id == MoveInvitation.asked_by_id)
        .outerjoin(answered, answered.id == MoveInvitation.answered_by_id)
        .where(scope.clause(MoveInvitation), MoveInvitation.asked_on <= scope.today)
        .order_by(MoveInvitation.asked_on, MoveInvitation.id)
    )


def parts(scope: Scope) -> AnyRows:
    """What this family's moves changed in whose part, and who pays for those who stay."""
    return select(
        MovePart.id, MovePart.move_id, MovePart.involvement_id, MovePart.does, MovePart.until, MovePart.paid_by
    ).where(scope.clause(MovePart), MovePart.made_at <= scope.now)


def tasks(scope: Scope) -> AnyRows:
    """What must not slip between, the soonest first."""
    worker, person = aliased(Worker), aliased(Person)
    done = MoveTask.done_on <= scope.today
    columns = (
        MoveTask.id, MoveTask.ref, MoveTask.move_id, MoveTask.text, MoveTask.due, MoveTask.owner_person_id,
        MoveTask.owner_worker_id, worker.name.label("worker"), worker.role.label("worker_role"),
        person.name.label("person"), case((done, MoveTask.done_on)).label("done_on"), and_(~func.coalesce(done,
        False), MoveTask.due < scope.today).label("late"),
    )  # fmt: skip
    return (
        select(*columns)
        .outerjoin(worker, worker.id == MoveTask.owner_worker_id)
        .outerjoin(person, person.id == MoveTask.owner_person_id)
        .where(scope.clause(MoveTask), MoveTask.made_at <= scope.now)
        .order_by(MoveTask.due, MoveTask.id)
    )


def needs_decided(scope: Scope) -> AnyRows:
    """Each decision on the level of need, the latest first."""
    by, manager = aliased(Worker), aliased(Worker)
    columns = (
        NeedLevel.id, NeedLevel.level, NeedLevel.decided_on, NeedLevel.grounds, NeedLevel.evidence,
        by.name.label("by"), manager.name.label("manager"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(by, by.id == NeedLevel.decided_by_id)
        .outerjoin(manager, manager.id == NeedLevel.manager_id)
        .where(scope.clause(NeedLevel), NeedLevel.decided_on <= scope.today)
        .order_by(NeedLevel.decided_on.desc(), NeedLevel.id.desc())
    )


def told(scope: Scope) -> AnyRows:
    """Who has read what was said, and when last."""
    return (
        select(Worker.id.label("worker_id"), Worker.name, func.max(Look.at).label("read_at"))
        .select_from(Look)
        .join(Worker, Worker.id == Look.worker_id)
        .where(Look.family_id == scope.family_id, Look.what == "assessment", Look.at <= scope.now)
        .group_by(Worker.id, Worker.name)
    )


def said(scope: Scope) -> AnyRows:
    """How many things the family said that this viewer may see."""
    return select(func.count().label("many")).where(
        scope.statements(Statement, SECTION_KIND),
        Statement.made_on <= scope.today,
        Statement.said_by_person_id.is_not(None),
    )


def accountable(scope: Scope) -> AnyRows:
    """The borough that is accountable today: that of whoever is responsible."""
    who = func.responsible(scope.family_id).table_valued(
        column("worker_id", BigInteger), column("how", Text), column("since", Date)
    )
    place, borough = aliased(Organisation), aliased(Organisation)
    return (
        select(Worker.id.label("worker_id"), Worker.name, func.coalesce(borough.name, place.name).label("borough"))
        .select_from(who)
        .join(Worker, Worker.id == who.c.worker_id)
        .join(place, place.id == Worker.organisation_id)
        .outerjoin(borough, borough.id == place.borough_id)
        .where(scope.where())
    )


def page_of(session: Session, scope: Scope) -> dict[str, Any]:
    """Everything on the page about a move, in one question; `move` is the latest, or None."""
    questions: dict[str, Any] = {
        "moves": moves,
        "invitations": invitations,
        "parts": parts,
        "tasks": tasks,
        "needs": needs_decided,
        "who": network.responsible,
        "accountable": accountable,
        "involved": network.network,
        "members": members,
        "circles": names_in_circles,
        "said": said,
    }
    if scope.sees_kind("plan"):
        questions["promised"] = promised
    if scope.sees_kind("story"):
        questions |= {"read": told, "went": forwarding.went, "came": forwarding.came}
    found: dict[str, Any] = ask(session, scope, **questions)
    found["who"] = found["who"][0]
    found["accountable"] = next(iter(found["accountable"]), None)
    found["said"] = found["said"][0]["many"]
    found["move"] = current(found["moves"])
    return found


def names_of(rows: list[Row], circle_id: int) -> list[str]:
    """The names in one circle."""
    return [row["name"] for row in rows if row["circle_id"] == circle_id]


# --- one record, for the gate


@dataclass(frozen=True)
class OneMove:
    """A move in a family that a professional has open."""

    opened: OpenFamily
    move: Move

    @property
    def scope(self) -> Scope:
        """What the professional may see of the family."""
        return self.opened.scope

    @property
    def family_id(self) -> int:
        """The family's key."""
        return self.opened.family_id


@dataclass(frozen=True)
class OwnMove:
    """A move that a family member may read of."""

    scope: Scope
    move: Move


@dataclass(frozen=True)
class OnePart(OneMove):
    """A move, and the part in it of one worker."""

    involvement: Involvement
    name: str


def one_move(session: Session, actor: Actor, ref: str, move: str) -> OneMove | None:
    """The running move with this reference, in a family one may open now."""
    return _move_of(session, open_family(session, actor, ref), move)


def _move_of(session: Session, opened: OpenFamily | None, move: str) -> OneMove | None:
    if opened is None:
        return None
    found = session.scalar(
        select(Move).where(opened.scope.clause(Move), Move.ref == move, Move.started_at.is_not(None))
    )
    return OneMove(opened, found) if found else None


def own_move(session: Session, actor: Actor, move: str) -> OwnMove | None:
    """The running move with this reference, if this family member may read of it."""
    if not (scope := own_scope(session, actor)):
        return None
    found = session.scalar(select(Move).where(scope.clause(Move), Move.ref == move, Move.started_at.is_not(None)))
    return OwnMove(scope, found) if found else None


def led_family(session: Session, actor: Actor, ref: str) -> OpenFamily | None:
    """The family, for whoever is responsible for it today, or a manager who may open it."""
    opened = open_family(session, actor, ref)
    if opened is None or actor.is_manager:
        return opened
    who = func.responsible(opened.family_id).table_valued(column("worker_id", BigInteger))
    return opened if session.scalar(select(who.c.worker_id)) == actor.worker_id else None


def led_move(session: Session, actor: Actor, ref: str, move: str) -> OneMove | None:
    """As `one_move`, for whoever is responsible for the family today, or a manager who may open it."""
    return _move_of(session, led_family(session, actor, ref), move)


def one_part(session: Session, actor: Actor, ref: str, move: str, involvement: str) -> OnePart | None:
    """Somebody's part, other than that of who leads, which passes on by itself once both have said that they met."""
    one = one_move(session, actor, ref, move)
    if one is None or not is_open(one.move):
        return None
    row = session.execute(
        select(Involvement, Worker.name)
        .join(Worker, Worker.id == Involvement.worker_id)
        .where(Involvement.ref == involvement, Involvement.family_id == one.family_id, ~Involvement.is_lead)
    ).first()
    return OnePart(one.opened, one.move, row.Involvement, row.name) if row else None


def own_task(session: Session, actor: Actor, task: str) -> MoveTask | None:
    """A task of this family member's own."""
    if not (scope := own_scope(session, actor)):
        return None
    return session.scalar(
        select(MoveTask).where(
            scope.clause(MoveTask), MoveTask.ref == task, MoveTask.owner_person_id == scope.person_id
        )
    )


def work_task(session: Session, actor: Actor, ref: str, task: str) -> tuple[OpenFamily, MoveTask] | None:
    """A task of a move, in a family one may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    found = session.scalar(select(MoveTask).where(opened.scope.clause(MoveTask), MoveTask.ref == task))
    return (opened, found) if found else None


def boroughs(session: Session, but: Any = None) -> list[Organisation]:
    """The boroughs there are, by name, without one: its key, or what works it out."""
    rows = select(Organisation).where(Organisation.kind == "borough", Organisation.id != func.coalesce(but, 0))
    return list(session.scalars(rows.order_by(Organisation.name).limit(400)))


def home_borough(session: Session, family_id: int) -> int | None:
    """Where the family lives today."""
    return session.scalar(select(func.home_borough(family_id).cast(BigInteger)))
