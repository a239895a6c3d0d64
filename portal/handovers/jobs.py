"""Telling a manager, once, what nobody did: a family without a lead, a role that changes too often, a handover left
half done. What happens while somebody acts is told at that moment; this finds what time brought. And whether a text
about who comes or leaves is still right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from portal.foundation import clock
from portal.handovers.models import Handover
from portal.involvement.actions import alert
from portal.involvement.conditions import HALF_A_YEAR
from portal.involvement.models import Alert, Involvement
from portal.messages.conditions import still_reads
from portal.messages.queries import Asked, Verdict
from portal.organisations.models import Worker
from portal.people.models import Family, Person

BATCH = 500


def watch(session: Session) -> None:
    """Alert about gaps, changes too often and handovers left half done, each once."""
    for row in session.execute(_gaps()):
        _tell(session, row, "no_lead")
    for row in session.execute(_changed_often()):
        _tell(session, row, "changed_often")
    for row in session.execute(_half_done()):
        to = [who for who in (row.manager, row.made_by_id) if who]
        path = f"/work/families/{row.family_ref}/handovers/{row.ref}"
        alert(session, to, row.family_id, "handover_late", about=row.about, path=path)
    session.flush()


def _tell(session: Session, row: Found[Any], kind: str) -> None:
    if row.manager:
        alert(session, [row.manager], row.family_id, kind, about=row.about)


def _untold(kind: str, family: Any, about: Any, since: Any) -> Any:
    """Nobody has been told this of this worker in this family since then."""
    told = exists().where(
        Alert.family_id == family, Alert.kind == kind, Alert.about_worker_id == about, Alert.made_at >= since
    )
    return ~told


def _gaps() -> Any:
    """Families whose last lead's last day is past, whose help was not closed, and where nobody leads."""
    today = clock.today()
    later = aliased(Involvement)
    leads = Involvement.is_lead, Involvement.accepted_on <= today, Involvement.starts_on <= today
    follows = exists().where(
        later.family_id == Involvement.family_id,
        later.is_lead,
        later.accepted_on <= today,
        later.starts_on <= today,
        later.starts_on > Involvement.starts_on,
    )
    who = func.responsible(Involvement.family_id).table_valued("worker_id", "how").lateral()
    # a last day is set weeks before it comes, and its alert with it
    since = Involvement.ends_on - timedelta(days=366)
    return (
        select(Involvement.family_id, Involvement.worker_id.label("about"), who.c.worker_id.label("manager"))
        .join(who, literal(True))
        .where(
            *leads,
            Involvement.ends_on < today,
            ~Involvement.closes,
            ~follows,
            who.c.how == "accountable",
            _untold("no_lead", Involvement.family_id, Involvement.worker_id, since),
        )
        .limit(BATCH)
    )


def _changed_often() -> Any:
    """Roles that changed hands twice within half a year, the later time in the last half year."""
    today = clock.today()
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
        .where(Involvement.accepted_on <= today, Involvement.starts_on <= today)
        .subquery()
    )
    earlier = func.lag(row.c.starts_on).over(
        partition_by=(row.c.family_id, row.c.function), order_by=(row.c.starts_on, row.c.worker_id)
    )
    change = (
        select(row.c.family_id, row.c.worker_id.label("about"), row.c.starts_on, earlier.label("earlier"))
        .where(row.c.worker_id != row.c.before, row.c.starts_on - row.c.ended <= HALF_A_YEAR)
        .subquery()
    )
    return (
        select(change.c.family_id, change.c.about, func.manager_of(change.c.about).label("manager"))
        .where(
            change.c.starts_on - change.c.earlier <= HALF_A_YEAR,
            today - change.c.starts_on <= HALF_A_YEAR,
            _untold("changed_often", change.c.family_id, change.c.about, change.c.earlier),
        )
        .limit(BATCH)
    )


def _half_done() -> Any:
    """Handovers whose last day is past and that are not finished; and those nobody has answered on the first day."""
    today = clock.today()
    path = func.concat("/work/families/", Family.ref, "/handovers/", Handover.ref)
    late = and_(Handover.said_yes_on.is_not(None), Handover.last_day < today)
    unanswered = and_(Handover.said_yes_on.is_(None), Handover.meets_on <= today)
    return (
        select(
            Handover.ref,
            Handover.family_id,
            Handover.made_by_id,
            Handover.to_worker_id.label("about"),
            Family.ref.label("family_ref"),
            func.manager_of(Handover.from_worker_id).label("manager"),
        )
        .join(Family, Family.id == Handover.family_id)
        .where(
            Handover.finished_at.is_(None),
            Handover.declined_on.is_(None),
            Handover.called_off_at.is_(None),
            or_(late, unanswered),
            ~exists().where(Alert.kind == "handover_late", Alert.path == path),
        )
        .limit(BATCH)
    )


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about handovers: why one is no longer right, or the names that it says by now."""
    leaves, comes = aliased(Worker), aliased(Worker)
    rows = session.execute(
        select(Handover, leaves.name.label("leaves"), comes.name.label("comes"))
        .join(leaves, leaves.id == Handover.from_worker_id)
        .join(comes, comes.id == Handover.to_worker_id)
        .where(Handover.id.in_({one.about_id for one in asked}))
    ).all()
    known = {row.Handover.id: row for row in rows}
    readers = still_reads(session, asked, {row.Handover.id: row.Handover.circle_id for row in rows})
    hear = who_may_hear(session, asked)
    found: dict[int, Verdict] = {}
    for one in asked:
        row = known.get(one.about_id)
        if (
            row is None
            or one.id not in readers
            or not hear(one.person_id, row.Handover.function)
            or row.Handover.called_off_at is not None
            or row.Handover.said_yes_on is None
            or (one.wording == "worker_hello" and not row.Handover.hello)
        ):
            found[one.id] = "not_right"
        else:
            found[one.id] = {"leaves": row.leaves, "comes": row.comes}
    return found


def leaving_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about somebody who leaves: why one is no longer right, or who and when. Once somebody said yes to
    following them, the family hears of that instead."""
    follows = exists().where(
        Handover.from_involvement_id == Involvement.id,
        Handover.said_yes_on.is_not(None),
        Handover.called_off_at.is_(None),
    )
    rows = session.execute(
        select(
            Involvement.id,
            Involvement.family_id,
            Involvement.function,
            Involvement.ends_on,
            Worker.name,
            follows.label("followed"),
        )
        .join(Worker, Worker.id == Involvement.worker_id)
        .where(Involvement.id.in_({one.about_id for one in asked}))
    )
    known = {row.id: row for row in rows}
    hear = who_may_hear(session, asked)
    found: dict[int, Verdict] = {}
    for one in asked:
        row = known.get(one.about_id)
        if row is None or row.ends_on is None or row.followed or not hear(one.person_id, row.function):
            found[one.id] = "not_right"
        else:
            found[one.id] = {"name": row.name, "day": row.ends_on, "over": row.ends_on < clock.today()}
    return found


def who_may_hear(session: Session, asked: Sequence[Asked]) -> Callable[[int, str], bool]:
    """Whether a person may be told about somebody of this function: whoever reads who helps the family; of the police
    only those who chose to see them."""
    people = select(Person.id, Person.contact_limit, Person.relation, Person.sees_police).where(
        Person.id.in_({one.person_id for one in asked})
    )
    known = {row.id: row for row in session.execute(people)}

    def hears(person_id: int, function: str) -> bool:
        row = known.get(person_id)
        if row is None or row.contact_limit != "none" or row.relation == "supporter":
            return False
        return function != "police_liaison" or bool(row.sees_police)

    return hears
