"""Handovers: as the family reads them, as the two workers do them, and what is still in the hands of who goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Text, and_, column, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import Question as Asked
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.appointments.models import Appointment
from portal.foundation.database import AnyRows, Row
from portal.handovers.conditions import said_by_viewer, shown_to
from portal.handovers.models import ITEM_KIND, Handover, HandoverItem, HandoverMet
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation, Worker, WorkerContact
from portal.organisations.queries import at_work
from portal.people.models import CircleMember, Person
from portal.people.queries import own_scope
from portal.plans.models import Step
from portal.questions.conditions import may_read
from portal.questions.models import Question

AFTER = timedelta(days=28)
"""How long after the last day a handover stands on home for somebody who has not said that they met."""


def handovers(scope: Scope) -> AnyRows:
    """The handovers this viewer may know of, the latest first, with both workers and what they said of meeting."""
    leaves, comes = aliased(Worker), aliased(Worker)
    organisation, contact = aliased(Organisation), aliased(WorkerContact)
    rows = (
        select(
            *Handover.__table__.c,
            leaves.name.label("leaves"),
            leaves.role.label("leaves_role"),
            comes.name.label("comes"),
            comes.role.label("comes_role"),
            comes.hours.label("comes_hours"),
            comes.left_on.label("comes_left_on"),
            organisation.name.label("comes_organisation"),
            contact.phone.label("comes_phone"),
            HandoverMet.met,
            or_(
                Handover.last_day >= scope.today,
                and_(HandoverMet.met.is_not(True), Handover.last_day >= scope.today - AFTER),
            ).label("current"),
        )
        .join(leaves, leaves.id == Handover.from_worker_id)
        .join(comes, comes.id == Handover.to_worker_id)
        .outerjoin(HandoverMet, and_(HandoverMet.handover_id == Handover.id, said_by_viewer(scope, HandoverMet)))
    )
    for target, on in at_work(scope, comes, organisation, contact):
        rows = rows.outerjoin(target, on)
    return rows.where(shown_to(scope)).order_by(Handover.last_day.desc(), Handover.id.desc())


def coming(scope: Scope) -> AnyRows:
    """For home: the change this viewer is in the middle of (`current`). Until the last day, and for four weeks after
    it while this person has not said that they met."""
    every = handovers(scope).subquery()
    rows = select(
        every.c.ref, every.c.leaves, every.c.comes, every.c.is_lead, every.c.meets_on, every.c.last_day, every.c.met
    )
    return rows.where(every.c.current).order_by(every.c.last_day, every.c.id).limit(2)


def some_coming(scope: Scope) -> AnyRows:
    """Can there be any such? The keys of those that are near, without looking anything up."""
    return select(Handover.id).where(shown_to(scope), Handover.last_day >= scope.today - AFTER)


def items(scope: Scope) -> AnyRows:
    """What was passed on by name, as far as this viewer may see the thing itself."""
    seen = [HandoverItem.family_id == scope.family_id]
    if scope.is_professional:
        kinds = [what for what, kind in ITEM_KIND.items() if kind in scope.kinds]
        seen.append(HandoverItem.what.in_(kinds))
    else:
        seen.append(scope.clause(HandoverItem))
    return (
        select(
            HandoverItem.id,
            HandoverItem.handover_id,
            HandoverItem.what,
            HandoverItem.text,
            HandoverItem.at,
            Worker.name.label("worker"),
        )
        .join(Worker, Worker.id == HandoverItem.to_worker_id)
        .where(*seen, HandoverItem.at <= scope.now)
        .order_by(HandoverItem.at, HandoverItem.id)
    )


def meetings(scope: Scope) -> AnyRows:
    """For professionals: each family member who reads a handover, and what they said of meeting. `met` is absent
    where they have said nothing yet."""
    rows = of_each_reader(Handover, HandoverMet, HandoverMet.handover_id, HandoverMet.met)
    return rows.where(shown_to(scope), Person.contact_limit == "none", literal("family" in scope.kinds))


def of_each_reader(thing: Any, said: Any, key: Any, *columns: Any) -> AnyRows:
    """Each family member who reads such a thing (`thing_ref`, `thing_id`), and these columns of what they said."""
    return (
        select(thing.ref.label("thing_ref"), thing.id.label("thing_id"), Person.id.label("person_id"), Person.name)
        .add_columns(*columns, said.at)
        .select_from(thing)
        .join(CircleMember, CircleMember.circle_id == thing.circle_id)
        .join(Person, Person.id == CircleMember.person_id)
        .outerjoin(said, and_(key == thing.id, said.person_id == Person.id))
        .order_by(Person.id)
    )


def _held(scope: Scope, model: Any, holder: Any, what: str, text: Any, day: Any) -> AnyRows:
    """Rows of this model that somebody holds who hands over in this family."""
    return (
        select(
            Handover.ref.label("handover_ref"),
            model.id,
            model.ref,
            literal(what).label("what"),
            text.label("text"),
            day.label("day"),
            model.circle_id,
        )
        .join(Handover, and_(Handover.family_id == model.family_id, Handover.from_worker_id == holder))
        .where(shown_to(scope))
    )


def _london_day(moment: Any) -> Any:
    return func.date(func.timezone("Europe/London", moment), type_=Date)


def open_steps(scope: Scope) -> AnyRows:
    """Promises that are not done."""
    open_ = or_(Step.status.in_(("todo", "doing")), and_(Step.status == "done", Step.done_on > scope.today))
    rows = _held(scope, Step, Step.owner_worker_id, "step", Step.text, Step.due)
    return rows.where(scope.clause(Step), Step.promised_on <= scope.today, open_)


def open_dates(scope: Scope) -> AnyRows:
    """Dates that are booked with the one who goes for after their last day."""
    day = _london_day(Appointment.starts_at)
    known = or_(Appointment.made_on.is_(None), Appointment.made_on <= scope.today)
    booked = or_(Appointment.status == "booked", Appointment.status_on > scope.today)
    rows = _held(scope, Appointment, Appointment.worker_id, "appointment", Appointment.purpose, day)
    after = Appointment.starts_at > scope.now, day > Handover.last_day
    return rows.where(scope.clause(Appointment), known, booked, *after)


def open_questions(scope: Scope) -> AnyRows:
    """Questions without an answer, as far as whoever looks may read them."""
    rows = _held(scope, Question, Question.to_worker_id, "question", Question.text, _london_day(Question.asked_at))
    return rows.where(may_read(scope), Question.answered_at.is_(None), Question.asked_at <= scope.now)


OPEN: dict[str, Asked] = {"step": open_steps, "question": open_questions, "appointment": open_dates}
"""What can still be in the hands of the one who goes, by what each row is."""


def takers(scope: Scope) -> AnyRows:
    """Who can take something on: those who said yes to this family and are involved today or from a later day on."""
    part, worker = aliased(Involvement), aliased(Worker)
    return (
        select(worker.id, worker.ref, worker.name, worker.role)
        .join(part, part.worker_id == worker.id)
        .where(
            part.family_id == scope.family_id,
            part.accepted_on <= scope.today,
            part.declined_on.is_(None),
            or_(part.ends_on.is_(None), part.ends_on >= scope.today),
            or_(worker.left_on.is_(None), worker.left_on >= scope.today),
            literal("family" in scope.kinds),
        )
        .distinct()
        .order_by(worker.name)
    )


@dataclass(frozen=True)
class Told:
    """A handover as one family member reads it."""

    scope: Scope
    row: Row
    items: list[Row]


def told(session: Session, actor: Actor, ref: str) -> Told | None:
    """The handover with this reference, as far as this family member may know of it."""
    if (scope := family_scope(session, actor)) is None:
        return None
    found = ask(session, scope, handovers=handovers, items=items)
    row = next((row for row in found["handovers"] if row.ref == ref), None)
    return Told(scope, row, [item for item in found["items"] if item.handover_id == row.id]) if row else None


def family_scope(session: Session, actor: Actor) -> Scope | None:
    """A family member's own sight, for what is told to the family and not to those it invited."""
    scope = own_scope(session, actor)
    return None if scope is None or scope.supporter else scope


@dataclass(frozen=True)
class Running:
    """A handover, or an end, in a family that a professional has open. The page asks for the rest in one question."""

    opened: OpenFamily
    ref: str

    @property
    def scope(self) -> Scope:
        return self.opened.scope

    @property
    def family_id(self) -> int:
        return self.opened.family_id


def running(session: Session, actor: Actor, ref: str, handover: str) -> Running | None:
    """The way to a handover: the family, open to this professional, and which one."""
    opened = open_family(session, actor, ref)
    return Running(opened, handover) if opened else None


@dataclass(frozen=True)
class Doing:
    """As Running, with the handover itself: for those who change it."""

    opened: OpenFamily
    handover: Handover
    manager: bool
    """The one who asks manages one of the two workers."""

    @property
    def scope(self) -> Scope:
        return self.opened.scope


def doing(session: Session, actor: Actor, ref: str, handover: str) -> Doing | None:
    """The handover with this reference in a family one may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    row = session.execute(
        select(
            Handover,
            or_(func.i_manage(Handover.from_worker_id), func.i_manage(Handover.to_worker_id)).label("manager"),
        ).where(Handover.ref == handover, Handover.family_id == opened.family_id, shown_to(opened.scope))
    ).first()
    return Doing(opened, row.Handover, row.manager) if row else None


def asked_of(session: Session, actor: Actor, ref: str) -> Row | None:
    """A handover that waits for this worker's yes: the family's name, from whom, when. Nothing more yet."""
    found = session.execute(waiting_for_me().where(column("ref") == ref)).mappings().first()
    return Row(found) if found else None


def waiting_for_me() -> AnyRows:
    """The handovers that wait for the yes of whoever asks the database."""
    told_ = func.my_handovers().table_valued(
        column("handover_id", BigInteger),
        column("ref", Text),
        column("family", Text),
        column("family_id", BigInteger),
        column("family_ref", Text),
        column("from_worker", Text),
        column("from_worker_id", BigInteger),
        column("made_by_id", BigInteger),
        column("function", Text),
        column("is_lead", Boolean),
        column("meets_on", Date),
        column("last_day", Date),
    )
    return select(told_).order_by(told_.c.meets_on, told_.c.handover_id)


def by_ref(session: Session, ref: str) -> Handover | None:
    """The handover with this reference, where the database lets the asker read it."""
    return session.scalar(select(Handover).where(Handover.ref == ref))


def standing(session: Session, involvement_id: int) -> Handover | None:
    """The handover of this part in a family's life that is neither declined nor called off."""
    return session.scalar(
        select(Handover).where(
            Handover.from_involvement_id == involvement_id,
            Handover.declined_on.is_(None),
            Handover.called_off_at.is_(None),
        )
    )
