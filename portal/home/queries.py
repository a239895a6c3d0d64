"""Everything the first pages show, each in one question to the database: a family's home, a worker's day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import BigInteger, Date, Text, column, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import Answer, answer
from portal.access.models import Account, Phone
from portal.access.scope import Scope
from portal.appointments import queries as dates
from portal.appointments.models import Appointment, AppointmentPerson
from portal.assessments.models import Statement
from portal.endings import queries as endings
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row, gather
from portal.handovers.queries import coming, waiting_for_me
from portal.involvement import queries as network
from portal.involvement.conditions import WHY, Caseload, caseload, running_urgently, why_opened
from portal.involvement.models import Involvement, UrgentAccess
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person
from portal.plans import queries as plan
from portal.plans.models import Step
from portal.questions import queries as asked_of
from portal.updates import queries as feed
from portal.updates.models import Update


def home(session: Session, scope: Scope) -> Answer:
    """Who is responsible, what is next, what was promised, what is new: one round trip, not read yet."""
    return answer(
        session,
        scope,
        who=network.responsible,
        next=dates.next_ones,
        promised=plan.promised,
        new=partial(feed.updates, limit=2),
        handovers=coming,
        endings=endings.coming,
        answers=asked_of.new_answers,
    )


def home_rows(scope: Scope, answered: Answer) -> dict[str, list[Row]]:
    """What `home` answered, read, with what this viewer may not read left out."""
    found = answered.rows()
    dates.readable(scope, found["next"])
    plan.readable(scope, found["promised"])
    feed.readable(scope, found["new"])
    asked_of.readable(scope, found["answers"])
    network.readable(scope, found["who"])
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
        "promises_due": _own_promises(load),
        "led": _led(load),
        "asked": _asked(actor),
        "handed": waiting_for_me(),
        "covering": _covering(actor),
        "urgent": _running(actor),
        "alerts": network.alerts(actor),
        "questions": asked_of.waiting(load),
    }
    if actor.is_manager:
        questions["answering"] = _answering(actor)
    return gather(session, **questions)


def _own_dates(load: Caseload) -> tuple[AnyRows, AnyRows]:
    """This worker's appointments today, in order of time, and the next three after today."""
    every = dates.appointments(load).subquery()
    tomorrow = clock.london(datetime.combine(clock.today() + timedelta(days=1), time.min))
    mine = (
        select(every, Family.ref.label("family_ref"), Family.name.label("family"))
        .select_from(every)
        .join(Appointment, Appointment.id == every.c.id)
        .join(Family, Family.id == Appointment.family_id)
        .where(every.c.worker_id == load.worker_id)
        .order_by(every.c.starts_at, every.c.id)
    )
    midnight = tomorrow - timedelta(days=1)
    today = mine.where(every.c.starts_at >= midnight, every.c.starts_at < tomorrow)
    return today, mine.where(every.c.starts_at >= tomorrow, every.c.state == "booked").limit(3)


def _calls(load: Caseload, today: AnyRows) -> AnyRows:
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


def _own_promises(load: Caseload) -> AnyRows:
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
            every.c.due <= clock.today() + timedelta(days=AHEAD),
        )
        .order_by(every.c.due, every.c.id)
        .limit(MOST)
    )


def _led(load: Caseload) -> AnyRows:
    """The families this worker leads today."""
    return (
        select(Family.ref, Family.name, Involvement.starts_on, Involvement.ends_on)
        .select_from(Involvement)
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


def _asked(actor: Actor) -> AnyRows:
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
            Involvement.worker_id == actor.worker_id,
            Involvement.accepted_on.is_(None),
            Involvement.declined_on.is_(None),
        )
        .order_by(Involvement.starts_on, Involvement.id)
    )


def _covering(actor: Actor) -> AnyRows:
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


def _running(actor: Actor) -> AnyRows:
    """Families open to this worker for a short time, on duty or in an emergency."""
    return (
        running_urgently(actor)
        .with_only_columns(Family.ref, Family.name, UrgentAccess.why, UrgentAccess.ends_at)
        .select_from(UrgentAccess)
        .join(Family, Family.id == UrgentAccess.family_id)
        .order_by(UrgentAccess.ends_at)
    )


def _answering(actor: Actor) -> AnyRows:
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


PAGE = 50  # families on one page of the list


def families(session: Session, actor: Actor, search: str = "", number: int = 1) -> tuple[list[Row], int]:
    """One page of the families this professional may open today, and how many there are: by name, with who is
    responsible, where they live, and why they are open."""
    best = why_opened(actor).subquery()
    found = select(Family.id, Family.ref, Family.name, best.c.why, func.count().over().label("total"))
    found = found.select_from(Family).join(best, best.c.family_id == Family.id)
    if search:
        named = select(Person.id).where(Person.family_id == Family.id, Person.name.icontains(search, autoescape=True))
        found = found.where(
            or_(
                Family.name.icontains(search, autoescape=True),
                Family.source_ref == search,
                Family.ref == search,
                named.exists(),
            )
        )
    shown = found.order_by(func.lower(Family.name), Family.id).limit(PAGE).offset((number - 1) * PAGE).subquery()
    who = (
        func.responsible(shown.c.id)
        .table_valued(column("worker_id", BigInteger), column("how", Text), column("since", Date))
        .lateral()
    )
    page = (
        select(shown, who.c.how, who.c.since, Worker.name.label("lead"), Organisation.name.label("home"))
        .select_from(shown)
        .join(who, true())
        .outerjoin(Worker, Worker.id == who.c.worker_id)
        .outerjoin(Organisation, Organisation.id == func.home_borough(shown.c.id))
        .order_by(func.lower(shown.c.name), shown.c.id)
    )
    rows = gather(session, families=page)["families"]
    for row in rows:
        row["why"] = WHY[row["why"]]
    return rows, rows[0]["total"] if rows else 0


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
    later = aliased(Statement)
    said = select(Statement.family_id, Statement.made_on, Statement.section, Statement.text).where(
        Statement.said_by_worker_id == actor.worker_id,
        Statement.made_on <= clock.today(),
        # only their own newer words replace it: what others said since is no longer theirs to know of
        ~select(later.id)
        .where(
            later.id == Statement.replaced_by_id,
            later.made_on <= clock.today(),
            later.said_by_worker_id == actor.worker_id,
        )
        .exists(),
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
