"""Everything that needs a manager's attention, in one question, each list in the order of who could be hurt first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, Text, and_, case, column, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.duty.queries import without_rota
from portal.foundation.clock import real_now
from portal.foundation.database import AnyRows, Row, gather
from portal.involvement.conditions import HALF_A_YEAR, WHY, Caseload, caseload, why_opened
from portal.involvement.models import Involvement, UrgentAccess
from portal.involvement.queries import alerts
from portal.moments.models import Moment
from portal.organisations.models import Organisation, Worker
from portal.organisations.queries import managed_by
from portal.oversight.moving import broken_moves, open_moves
from portal.people.models import Family, Person
from portal.plans.models import Step
from portal.plans.queries import steps
from portal.schools.conditions import school_days
from portal.schools.queries import out_now

REACH_WITHIN = timedelta(hours=24)
KEPT = timedelta(days=730)  # moments stand here for two years; the family's page keeps them all
FEW, MANY = 10, 200  # lines of each list; of the one that was asked for in full
LISTS = ("gaps", "waiting", "promises", "changed", "reached_late", "moving", "without_school", "broken")


def oversight(session: Session, actor: Actor, full: str | None = None) -> dict[str, Any]:
    """The lists for this manager; `full` names the one to give in full. Each row of a list has `total`."""
    load = caseload(actor, settled=True)
    lists = {
        "gaps": gaps(load),
        "waiting": moments(load, reached=False),
        "promises": promises(load),
        "changed": changed(load),
        "reached_late": moments(load, reached=True),
        "moving": open_moves(load),
        "without_school": out_now(load),
        "broken": broken_moves(load),
    }
    questions = {
        name: _some(rows.subquery(name), MANY if name == full else FEW, name, actor) for name, rows in lists.items()
    }
    found: dict[str, Any] = gather(
        session,
        **questions,
        alerts=alerts(actor),
        searches=searches(actor),
        figures=figures(load),
        no_rota=no_rota(actor),
    )
    for name in LISTS:
        for row in found[name]:
            row["why"] = WHY[row["why"]]
    for row in [*found["waiting"], *found["reached_late"]]:
        until = row["reached_at"] or load.now
        row["waited"], row["after"] = until - row["known_at"], until - row["occurred_at"]
        row["hours"] = int(row["waited"].total_seconds() // 3600)
        row["late_known"] = row["known_at"] > row["occurred_at"]
    for row in found["without_school"]:
        row["days"] = school_days(row["since"], load.today)
    for row in found["changed"]:
        row["days"] = [date.fromisoformat(day) for day in row["days"]]
    found["figures"] = found["figures"][0]
    return found


ORDER = {
    "gaps": "since",
    "waiting": "known_at",
    "promises": "due",
    "changed": "last",
    "reached_late": "known_at",
    "moving": "since",
    "without_school": "since",
    "broken": "since",
}
LATEST_FIRST = {"waiting", "changed", "reached_late"}


def _some(rows: Any, limit: int, name: str, actor: Actor) -> AnyRows:
    """The first of these rows, with how many there are, the family's name, and why it is open."""
    key = rows.c[ORDER[name]]
    order = key.desc().nulls_last() if name in LATEST_FIRST else key.asc().nulls_first()
    # chosen first, named afterwards: joins over thousands of rows that nobody will see cost seconds
    first = select(rows, func.count().over().label("total")).order_by(order, rows.c.family_id).limit(limit).subquery()
    why = why_opened(actor).subquery()
    key = first.c[ORDER[name]]
    order = key.desc().nulls_last() if name in LATEST_FIRST else key.asc().nulls_first()
    return (
        select(first, Family.ref, Family.name.label("family"), why.c.why)
        .select_from(first)
        .join(Family, Family.id == first.c.family_id)
        .join(why, why.c.family_id == first.c.family_id)
        .order_by(order, first.c.family_id)
    )


def moments(load: Caseload, *, reached: bool) -> AnyRows:
    """Serious moments where nobody has reached the young person yet; or, with `reached`, only after more than a day.
    The day runs from when a service knew. `worker_left`: whoever was to do it is gone from this family."""
    young_person, who = aliased(Person), aliased(Worker)
    reached_at = case((Moment.contacted_at <= load.now, Moment.contacted_at))
    here = select(Involvement.id).where(
        Involvement.family_id == Moment.family_id,
        Involvement.worker_id == Moment.contact_worker_id,
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= load.today),
    )
    late = reached_at - Moment.known_at > REACH_WITHIN if reached else reached_at.is_(None)
    return (
        select(
            Moment.family_id,
            Moment.circle_id,
            Moment.kind_of_moment.label("what"),
            Moment.occurred_at,
            Moment.known_at,
            reached_at.label("reached_at"),
            young_person.name.label("young_person"),
            who.name.label("worker"),
            and_(who.id.is_not(None), ~here.exists()).label("worker_left"),
        )
        .select_from(Moment)
        .join(young_person, young_person.id == Moment.young_person_id)
        .outerjoin(who, who.id == Moment.contact_worker_id)
        .where(load.clause(Moment), Moment.known_at <= load.now, Moment.known_at > load.now - KEPT, late)
    )


def gaps(load: Caseload) -> AnyRows:
    """Families in which nobody leads, though help was not closed: since when, who answers, and who was asked."""
    today = load.today
    leads = and_(
        Involvement.is_lead,
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= today),
        Involvement.starts_on <= today,
        Involvement.accepted_on <= today,
    )
    now = select(Involvement.id).where(Involvement.family_id == Family.id, leads).exists()
    # OFFSET 0: who answers is asked for these families only, not for every family first
    led_by_nobody = select(Family.id).where(Family.id.in_(load.opened("family")), ~now).offset(0).subquery()
    asked = (
        select(Worker.name)
        .join(Involvement, Involvement.worker_id == Worker.id)
        .where(
            Involvement.family_id == led_by_nobody.c.id,
            Involvement.is_lead,
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= today),
            or_(Involvement.starts_on > today, Involvement.accepted_on.is_(None)),
            Involvement.declined_on.is_(None),
        )
        .order_by(Involvement.starts_on)
        .limit(1)
        .scalar_subquery()
    )
    who = (
        func.responsible(led_by_nobody.c.id)
        .table_valued(
            column("worker_id", BigInteger),
            column("how", Text),
            column("since", Date),
            column("last_lead_id", BigInteger),
        )
        .lateral()
    )
    answers, last = aliased(Worker), aliased(Worker)
    return (
        select(
            led_by_nobody.c.id.label("family_id"),
            who.c.how,
            who.c.since,
            answers.name.label("answers"),
            last.name.label("last_lead"),
            asked.label("asked"),
        )
        .select_from(led_by_nobody)
        .join(who, true())
        .outerjoin(answers, answers.id == who.c.worker_id)
        .outerjoin(last, last.id == who.c.last_lead_id)
        .where(who.c.how.in_(("accountable", "new")))
    )


def promises(load: Caseload) -> AnyRows:
    """What professionals promised and have not done in time, also those whose owner is gone."""
    every = steps(load).subquery()
    return (
        select(
            Step.family_id,
            every.c.circle_id,
            every.c.text,
            every.c.due,
            every.c.worker,
            every.c.owner_left,
        )
        .select_from(every)
        .join(Step, Step.id == every.c.id)
        .where(every.c.late, every.c.owner_worker_id.is_not(None))
    )


def _changes(load: Caseload) -> Any:
    """Each day on which the worker in a function changed (as conditions.changes counts it), for all open families."""
    line: dict[str, Any] = {
        "partition_by": (Involvement.family_id, Involvement.function),
        "order_by": (Involvement.starts_on, Involvement.id),
    }
    row = (
        select(
            Involvement.family_id,
            Involvement.function,
            Involvement.worker_id,
            Involvement.starts_on,
            func.lag(Involvement.worker_id).over(**line).label("before"),
            func.lag(Involvement.ends_on).over(**line).label("ended"),
        )
        .where(
            Involvement.family_id.in_(load.opened("family")),
            Involvement.starts_on <= load.today,
            Involvement.accepted_on <= load.today,
        )
        .subquery()
    )
    return (
        select(
            row.c.family_id,
            row.c.function,
            row.c.starts_on,
            func.lag(row.c.starts_on)
            .over(partition_by=(row.c.family_id, row.c.function), order_by=row.c.starts_on)
            .label("earlier"),
        )
        .where(row.c.worker_id != row.c.before, row.c.starts_on - row.c.ended <= HALF_A_YEAR)
        .subquery()
    )


def changed(load: Caseload) -> AnyRows:
    """Families in which one role changed hands twice within half a year, the later time in the last half year (M3)."""
    change = _changes(load)
    later = func.max(change.c.starts_on)
    often = func.bool_or(
        and_(change.c.starts_on - change.c.earlier <= HALF_A_YEAR, load.today - change.c.starts_on <= HALF_A_YEAR)
    )
    days = func.json_agg(aggregate_order_by(change.c.starts_on, change.c.starts_on)).filter(
        load.today - change.c.starts_on <= 2 * HALF_A_YEAR
    )
    return (
        select(change.c.family_id, change.c.function, days.label("days"), later.label("last"))
        .group_by(change.c.family_id, change.c.function)
        .having(often)
    )


def no_rota(actor: Actor) -> AnyRows:
    """Organisations one manages in which nobody is ever on duty."""
    return without_rota().where(managed_by(actor, Organisation))


def searches(actor: Actor) -> AnyRows:
    """Tries by one's workers to open a family in an emergency that found nobody, in the last four weeks."""
    return (
        select(Worker.name, UrgentAccess.why, UrgentAccess.reason, UrgentAccess.ends_at.label("at"))
        .join(Worker, Worker.id == UrgentAccess.worker_id)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .where(
            UrgentAccess.family_id.is_(None),
            managed_by(actor, Organisation),
            UrgentAccess.ends_at > real_now() - timedelta(days=28),
        )
        .order_by(UrgentAccess.ends_at.desc())
        .limit(FEW)
    )


def figures(load: Caseload) -> AnyRows:
    """Numbers, after people: how many families are open, and how often a worker changed in the last half year."""
    change = _changes(load)
    lately = select(func.count()).select_from(change).where(load.today - change.c.starts_on <= HALF_A_YEAR)
    families = select(func.count()).select_from(load.opened("family").subquery())
    return select(lately.scalar_subquery().label("changes"), families.scalar_subquery().label("families"))


def shown(found: dict[str, Any]) -> list[Row]:
    """The rows that show somebody's records, for who-has-looked."""
    every = ("waiting", "promises", "reached_late", "moving", "without_school", "broken")
    return [row for name in every for row in found[name]]
