"""Everything the first pages show, each in one question to the database: a family's home, a worker's day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Date, String, column, func, or_, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Select

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.models import Account, Phone
from portal.access.scope import Scope
from portal.appointments import queries as dates
from portal.appointments.models import Appointment, AppointmentPerson
from portal.assessments.models import Statement
from portal.foundation import clock
from portal.foundation.database import Row, gather
from portal.involvement import queries as network
from portal.involvement.conditions import Caseload, caseload, running_urgently
from portal.involvement.models import Alert, Involvement, UrgentAccess
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from portal.plans import queries as plan
from portal.plans.models import Step
from portal.updates import queries as feed
from portal.updates.models import Update


def home(session: Session, scope: Scope) -> dict[str, list[Row]]:
    """Who is responsible, what is next, what was promised, what is new: one round trip."""
    found = ask(
        session,
        scope,
        who=network.responsible,
        next=dates.next_ones,
        promised=plan.promised,
        new=partial(feed.updates, limit=2),
    )
    dates.readable(scope, found["next"])
    plan.readable(scope, found["promised"])
    feed.readable(scope, found["new"])
    for row in found["who"]:
        for field in ("role", "manager_role", "cover_role"):
            row[field] = row[field] and scope.mask(row[field])
    return found


AHEAD = 14  # days: promises due within two weeks stand on my day, later ones on the plan
MOST = 50  # lines in one list of my day


def day(session: Session, actor: Actor) -> dict[str, list[Row]]:
    """A worker's day: dates, promises, the families they lead, who waits for their yes, and what a manager must see."""
    load = caseload(actor)
    today, later = _own_dates(load)
    questions = {
        "today": today,
        "later": later,
        "calls": _calls(load, today),
        "promises": _own_promises(load),
        "led": _led(load),
        "asked": _asked(actor),
        "covering": _covering(actor),
        "urgent": _running(actor),
        "alerts": alerts(actor),
    }
    if actor.is_manager:
        questions["answering"] = _answering(actor)
    return gather(session, **questions)


def _own_dates(load: Caseload) -> tuple[Select[Any], Select[Any]]:
    """This worker's appointments today, in order of time, and the next three after today."""
    every = dates.appointments(load).subquery()
    tomorrow = clock.london(datetime.combine(clock.today() + timedelta(days=1), time.min))
    mine = (
        select(every, Family.ref.label("family_ref"), Family.name.label("family"))
        .join(Appointment, Appointment.id == every.c.id)
        .join(Family, Family.id == Appointment.family_id)
        .where(every.c.worker_id == load.worker_id)
        .order_by(every.c.starts_at, every.c.id)
    )
    midnight = tomorrow - timedelta(days=1)
    today = mine.where(every.c.starts_at >= midnight, every.c.starts_at < tomorrow)
    return today, mine.where(every.c.starts_at >= tomorrow, every.c.state == "booked").limit(3)


def _calls(load: Caseload, today: Select[Any]) -> Select[Any]:
    """The numbers of those who come to today's appointments, where the worker's function opens them."""
    todays = today.subquery()
    return (
        select(AppointmentPerson.appointment_id, Person.name, Person.contact_limit, Phone.number)
        .join(todays, todays.c.id == AppointmentPerson.appointment_id)
        .join(Person, Person.id == AppointmentPerson.person_id)
        .join(Account, Account.person_id == Person.id)
        .join(Phone, Phone.account_id == Account.id)
        .where(load.clause(AppointmentPerson, "contact"), Person.contact_limit != "no_contact")
        .order_by(Person.id)
    )


def _own_promises(load: Caseload) -> Select[Any]:
    """What this worker promised and has not done: late, or due within two weeks; the longest overdue first."""
    every = plan.steps(load).subquery()
    return (
        select(every, Family.ref.label("family_ref"), Family.name.label("family"))
        .join(Step, Step.id == every.c.id)
        .join(Family, Family.id == Step.family_id)
        .where(
            every.c.owner_worker_id == load.worker_id,
            every.c.state.in_(("todo", "doing")),
            every.c.due <= clock.today() + timedelta(days=AHEAD),
        )
        .order_by(every.c.due, every.c.id)
        .limit(MOST)
    )


def _led(load: Caseload) -> Select[Any]:
    """The families this worker leads today."""
    return (
        select(Family.ref, Family.name, Involvement.starts_on, Involvement.ends_on)
        .join(Family, Family.id == Involvement.family_id)
        .where(
            load.clause(Involvement, "family"),
            Involvement.worker_id == load.worker_id,
            Involvement.is_lead,
            Involvement.starts_on <= clock.today(),
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= clock.today()),
        )
        .order_by(func.lower(Family.name), Family.id)
        .limit(MOST)
    )


def _asked(actor: Actor) -> Select[Any]:
    """Families this worker was asked to join and has not answered: the name and whom to ask, nothing more yet."""
    told = func.my_invitations().table_valued(
        column("involvement_id", BigInteger), column("family", String), column("led_by", String)
    )
    return (
        select(
            Involvement.ref,
            Involvement.function,
            Involvement.is_lead,
            Involvement.starts_on,
            told.c.family,
            told.c.led_by,
        )
        .join(told, told.c.involvement_id == Involvement.id)
        .where(Involvement.worker_id == actor.worker_id, Involvement.accepted_on.is_(None))
        .order_by(Involvement.starts_on, Involvement.id)
    )


def _covering(actor: Actor) -> Select[Any]:
    """Colleagues who are away today and whom this worker covers."""
    return (
        select(Worker.name, Worker.away_until)
        .where(
            Worker.cover_id == actor.worker_id,
            Worker.away_from <= clock.today(),
            Worker.away_until >= clock.today(),
        )
        .order_by(Worker.name)
    )


def _running(actor: Actor) -> Select[Any]:
    """Families open to this worker for a short time, on duty or in an emergency."""
    return (
        running_urgently(actor)
        .with_only_columns(Family.ref, Family.name, UrgentAccess.why, UrgentAccess.ends_at)
        .join(Family, Family.id == UrgentAccess.family_id)
        .order_by(UrgentAccess.ends_at)
    )


def alerts(actor: Actor) -> Select[Any]:
    """What this worker must look at and has not ticked, oldest first. A family they may not open has no name here."""
    about = aliased(Worker)
    return (
        select(
            Alert.ref,
            Alert.kind,
            Alert.note,
            Alert.made_at,
            Family.ref.label("family_ref"),
            Family.name.label("family"),
            about.name.label("about"),
            about.role.label("about_role"),
        )
        .outerjoin(Family, Family.id == Alert.family_id)
        .outerjoin(about, about.id == Alert.about_worker_id)
        .where(Alert.to_worker_id == actor.worker_id, Alert.seen_at.is_(None), Alert.made_at <= clock.now())
        .order_by(Alert.made_at, Alert.id)
        .limit(MOST)
    )


def _answering(actor: Actor) -> Select[Any]:
    """Families for whom this manager answers because nobody leads, the longest gap first."""
    mine = select(func.unnest(func.families_i_answer_for()).label("id")).subquery()
    who = func.responsible(Family.id).table_valued(column("how", String), column("since", Date)).lateral()
    return (
        select(Family.ref, Family.name, who.c.how, who.c.since)
        .join(mine, mine.c.id == Family.id)
        .join(who, true())
        .order_by(who.c.since.nulls_first(), Family.id)
        .limit(MOST)
    )


def wrote(session: Session, actor: Actor) -> list[Row]:
    """What this worker wrote for families that are no longer open to them: when they were involved, the updates, the
    statements.

    Nothing else of the family: not who leads today, not even its name, which can have changed for its safety.
    """
    still = caseload(actor).opened("family")
    involved = (
        select(
            Involvement.family_id,
            func.min(Involvement.starts_on).label("first"),
            func.max(func.coalesce(Involvement.ends_on, clock.today())).label("last"),
        )
        .where(Involvement.worker_id == actor.worker_id, Involvement.starts_on <= clock.today())
        .group_by(Involvement.family_id)
    )
    said = select(Statement.family_id, Statement.made_on, Statement.section, Statement.text).where(
        Statement.said_by_worker_id == actor.worker_id,
        Statement.made_on <= clock.today(),
        Statement.family_id.not_in(still),
    )
    posted = select(Update.family_id, Update.posted_at, Update.text).where(
        Update.by_worker_id == actor.worker_id, Update.posted_at <= clock.now(), Update.family_id.not_in(still)
    )
    found = gather(
        session,
        involved=involved,
        said=said.order_by(Statement.made_on.desc(), Statement.id.desc()),
        posted=posted.order_by(Update.posted_at.desc(), Update.id.desc()),
    )
    when = {row["family_id"]: row for row in found["involved"]}
    families: dict[int, Row] = {}
    for part in ("said", "posted"):
        for row in found[part]:
            new = Row(when.get(row["family_id"], {"first": None, "last": None}), said=[], posted=[])
            families.setdefault(row["family_id"], new)[part].append(row)
    return sorted(families.values(), key=lambda family: family["last"] or date.min, reverse=True)
