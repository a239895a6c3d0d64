"""What a worker's day shows, each list a question of its own, all of them asked in one round trip."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Text,
    and_,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.models import Account, Phone
from portal.appointments import queries as dates
from portal.appointments.models import Appointment, AppointmentPerson
from portal.courses.models import PROVIDERS, CourseOrganiser
from portal.foundation.database import AnyRows, Row
from portal.handovers.queries import waiting_for_me
from portal.involvement import queries as network
from portal.involvement.conditions import Caseload, caseload, running_urgently
from portal.involvement.models import Involvement, UrgentAccess
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person
from portal.plans import queries as plan
from portal.plans.models import Step
from portal.questions import queries as asked_of
from portal.updates.models import Update
from portal.updates.queries import written_back

AHEAD = 14  # days: promises due within two weeks stand on my day, later ones on the plan
QUIET = 14  # days without an update after which a family waits to be written to
SOON = 3  # days in which a date must be sure
MOST = 50  # lines in one list of my day


def day(session: Session, actor: Actor) -> dict[str, list[Row]]:
    """A worker's day: dates, what waits for them, the families they lead, and what a manager must see. One round trip,
    the query built once for each shape of worker."""
    questions = MANAGERS_DAY if actor.is_manager else DAY
    return ask(session, caseload(actor), **questions)


def _own_dates(load: Caseload) -> AnyRows:
    """This worker's appointments in order of time."""
    every = dates.appointments(load).subquery()
    return (
        select(every, Family.ref.label("family_ref"), Family.name.label("family"))
        .select_from(every)
        .join(Appointment, Appointment.id == every.c.id)
        .join(Family, Family.id == Appointment.family_id)
        .where(every.c.worker_id == load.worker_id)
        .order_by(every.c.starts_at, every.c.id)
    )


def _midnight(load: Caseload, days: int) -> Any:
    """The beginning of a day on a London clock, so many days from today."""
    return func.timezone("Europe/London", cast(load.today + timedelta(days=days), DateTime))


def _today(load: Any) -> AnyRows:
    """This worker's appointments today."""
    rows = _own_dates(load)
    at = rows.selected_columns.starts_at
    return rows.where(at >= _midnight(load, 0), at < _midnight(load, 1))


def _later(load: Any) -> AnyRows:
    """The next three after today."""
    rows = _own_dates(load)
    columns = rows.selected_columns
    return rows.where(columns.starts_at >= _midnight(load, 1), columns.state == "booked").limit(3)


def _calls(load: Any) -> AnyRows:
    """The numbers of those who come to today's appointments, where the worker's function opens them."""
    todays = _today(load).subquery()
    return (
        select(AppointmentPerson.appointment_id, Person.name, Person.contact_limit, Phone.number)
        .join(todays, todays.c.id == AppointmentPerson.appointment_id)
        .join(Person, Person.id == AppointmentPerson.person_id)
        .join(Account, Account.person_id == Person.id)
        .join(Phone, Phone.account_id == Account.id)
        .where(load.clause(AppointmentPerson, "contact"), Person.contact_limit != "no_contact")
        .order_by(Person.id)
    )


def _own_promises(load: Any) -> AnyRows:
    """What this worker promised and has not done: late, or due within two weeks; the longest overdue first."""
    every = plan.steps(load).subquery()
    return (
        select(every, Family.ref.label("family_ref"), Family.name.label("family"))
        .select_from(every)
        .join(Step, Step.id == every.c.id)
        .join(Family, Family.id == Step.family_id)
        .where(
            every.c.owner_worker_id == load.worker_id,
            every.c.state.in_(("todo", "doing")),
            every.c.due <= load.today + timedelta(days=AHEAD),
        )
        .order_by(every.c.due, every.c.id)
        .limit(MOST)
    )


def _own_parts(load: Caseload) -> list[ColumnElement[bool]]:
    """This worker's own parts that run today."""
    return [
        load.clause(Involvement, "family"),
        Involvement.worker_id == load.worker_id,
        Involvement.accepted_on <= load.today,
        Involvement.starts_on <= load.today,
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= load.today),
    ]


def _unwritten(load: Any) -> AnyRows:
    """Families of this worker to whom nobody has written for two weeks, the longest first; where their function opens
    the updates. `since`: the last update, or the worker's first day when there is none after it."""
    last = (
        select(func.date(func.timezone("Europe/London", func.max(Update.posted_at)), type_=Date))
        .where(Update.family_id == Involvement.family_id, Update.posted_at <= load.now)
        .scalar_subquery()
    )
    since = func.max(func.greatest(last, Involvement.starts_on), type_=Date).label("since")
    writes = load.clause(Involvement, "updates")
    return (
        select(Family.ref.label("family_ref"), Family.name.label("family"), since)
        .select_from(Involvement)
        .join(Family, Family.id == Involvement.family_id)
        .where(*_own_parts(load), writes)
        .group_by(Family.id, Family.ref, Family.name)
        .having(since <= load.today - timedelta(days=QUIET))
        .order_by(since, Family.id)
        .limit(MOST)
    )


def _unconfirmed(load: Any) -> AnyRows:
    """People who have not said whether they come to a date of this worker's in the next three days."""
    rows = _own_dates(load)
    columns = rows.selected_columns
    soon = rows.where(
        columns.state == "booked", columns.starts_at > load.now, columns.starts_at < _midnight(load, SOON)
    ).subquery()
    names = func.string_agg(Person.name, aggregate_order_by(literal_column("'; '"), Person.id)).label("names")
    return (
        select(soon.c.ref, soon.c.family_ref, soon.c.family, soon.c.starts_at, soon.c.purpose, names)
        .join(AppointmentPerson, AppointmentPerson.appointment_id == soon.c.id)
        .join(Person, Person.id == AppointmentPerson.person_id)
        .where(AppointmentPerson.answer.is_(None), Person.contact_limit != "no_contact")
        .group_by(soon.c.id, soon.c.ref, soon.c.family_ref, soon.c.family, soon.c.starts_at, soon.c.purpose)
        .order_by(soon.c.starts_at, soon.c.id)
        .limit(MOST)
    )


def _led(load: Any) -> AnyRows:
    """The families this worker leads today."""
    return (
        select(Family.ref, Family.name, Involvement.starts_on, Involvement.ends_on)
        .select_from(Involvement)
        .join(Family, Family.id == Involvement.family_id)
        .where(
            load.clause(Involvement, "family"),
            Involvement.worker_id == load.worker_id,
            Involvement.is_lead,
            Involvement.starts_on <= load.today,
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= load.today),
        )
        .order_by(func.lower(Family.name), Family.id)
        .limit(MOST)
    )


def _asked(load: Any) -> AnyRows:
    """Families this worker was asked to join and has not answered: the name and whom to ask, nothing more yet."""
    told = func.my_invitations().table_valued(
        column("involvement_id", BigInteger), column("family", Text), column("led_by", Text)
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
        .select_from(Involvement)
        .join(told, told.c.involvement_id == Involvement.id)
        .where(
            Involvement.worker_id == load.worker_id,
            Involvement.accepted_on.is_(None),
            Involvement.declined_on.is_(None),
        )
        .order_by(Involvement.starts_on, Involvement.id)
    )


def _handed(load: Any) -> AnyRows:
    """Families that somebody wants to hand over to this worker."""
    return waiting_for_me()


def _me(load: Any) -> AnyRows:
    return select(Worker.ref).where(Worker.id == load.worker_id)


def _alerts(load: Any) -> AnyRows:
    return network.alerts(load.actor, load.now)


def _covering(load: Any) -> AnyRows:
    """Colleagues who are away today and whom this worker covers."""
    return (
        select(Worker.name, Worker.away_until)
        .where(
            Worker.cover_id == load.worker_id,
            Worker.away_from <= load.today,
            Worker.away_until >= load.today,
        )
        .order_by(Worker.name)
    )


def _running(load: Any) -> AnyRows:
    """Families open to this worker for a short time, on duty or in an emergency."""
    return (
        running_urgently(load.actor, load.now)
        .with_only_columns(Family.ref, Family.name, UrgentAccess.why, UrgentAccess.ends_at)
        .select_from(UrgentAccess)
        .join(Family, Family.id == UrgentAccess.family_id)
        .order_by(UrgentAccess.ends_at)
    )


def _answering(load: Any) -> AnyRows:
    """Families for whom this manager answers because nobody leads, the longest gap first."""
    mine = select(func.unnest(func.families_i_answer_for()).label("id")).subquery()
    who = func.responsible(Family.id).table_valued(column("how", Text), column("since", Date)).lateral()
    return (
        select(Family.ref, Family.name, who.c.how, who.c.since)
        .select_from(Family)
        .join(mine, mine.c.id == Family.id)
        .join(who, true())
        .order_by(who.c.since.nulls_first(), Family.id)
        .limit(MOST)
    )


def _courses(load: Any) -> AnyRows:
    """Whether they organise courses, and whether they say who does."""
    mine = CourseOrganiser.worker_id == load.worker_id, CourseOrganiser.ended_at.is_(None)
    names = and_(Worker.is_manager, Organisation.kind.in_(PROVIDERS))
    rows = select(select(CourseOrganiser).where(*mine).exists().label("runs"), names.label("names"))
    return rows.join_from(Worker, Organisation, Organisation.id == Worker.organisation_id).where(
        Worker.id == load.worker_id
    )


DAY: dict[str, Any] = {
    "today": _today,
    "later": _later,
    "calls": _calls,
    "promises_due": _own_promises,
    "unwritten": _unwritten,
    "unconfirmed": _unconfirmed,
    "led": _led,
    "asked": _asked,
    "handed": _handed,
    "me": _me,
    "covering": _covering,
    "urgent": _running,
    "alerts": _alerts,
    "questions": asked_of.waiting,
    "written_back": written_back,
    "courses": _courses,
}
MANAGERS_DAY = DAY | {"answering": _answering}
"""What a day asks for. Each is a function of its own, so that the query that was built for it is found again."""
