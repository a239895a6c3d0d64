"""Telling a manager, once, what nobody did: a family without a lead, a role that changes too often, a handover left
half done. What happens while somebody acts is told at that moment; this finds what time brought."""

from __future__ import annotations

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
from portal.people.models import Family

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
