"""Files of assessments between this portal and others: what went, what came, and what is known of it since."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.assessments.models import PassedOn, Received
from portal.foundation.database import AnyRows
from portal.involvement.queries import responsible
from portal.people.models import Person

MOST = 100  # files on a page, the newest


def travels(scope: Scope, model: type[PassedOn | Received]) -> ColumnElement[bool]:
    """Between installations: for all of the family who may know where, and for those whose function opens the story."""
    if scope.supporter or not scope.sees_kind("story"):
        return false()
    return and_(model.family_id == scope.family_id, scope.where())


def went(scope: Scope) -> AnyRows:
    """Each young person's record that went to another installation: when, and who took it in there (M19)."""
    columns = (
        PassedOn.id, Person.name.label("young"), PassedOn.at, PassedOn.arrived_at, PassedOn.received_by,
        PassedOn.portal,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Person, Person.id == PassedOn.young_person_id)
        .where(travels(scope, PassedOn), PassedOn.ended_at.is_(None), PassedOn.at <= scope.now)
        .ext(distinct_on(PassedOn.young_person_id))
        .order_by(PassedOn.young_person_id, PassedOn.at.desc())
    )


def came(scope: Scope) -> AnyRows:
    """Each young person's record that came from another installation: when, and who took it in here (M19)."""
    return (
        select(Received.id, Person.name.label("young"), Received.at, Received.confirmed_by, Received.portal)
        .join(Person, Person.id == Received.young_person_id)
        .where(travels(scope, Received), Received.at <= scope.now)
        .ext(distinct_on(Received.young_person_id))
        .order_by(Received.young_person_id, Received.at.desc())
    )


def sent(scope: Scope) -> AnyRows:
    """Every file that went out, the newest first. `again`: made again since, so that another one is waited for."""
    later = aliased(PassedOn)
    again = (
        select(func.min(later.at))
        .where(later.young_person_id == PassedOn.young_person_id, later.at > PassedOn.at, later.at <= scope.now)
        .scalar_subquery()
    )
    columns = (
        PassedOn.id, PassedOn.file, PassedOn.receiver, Person.name.label("young"), PassedOn.at, PassedOn.arrived_at,
        PassedOn.received_by, PassedOn.portal, PassedOn.heard_at, PassedOn.ended_at, PassedOn.ended_because,
        again.label("again"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Person, Person.id == PassedOn.young_person_id)
        .where(travels(scope, PassedOn), PassedOn.at <= scope.now)
        .order_by(PassedOn.at.desc(), PassedOn.id.desc())
        .limit(MOST)
    )


def taken_in(scope: Scope) -> AnyRows:
    """Every file that came in, the newest first."""
    columns = (
        Received.id, Received.file, Received.sender, Person.name.label("young"), Received.at, Received.confirmed_by,
        Received.portal, Received.heard_at,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Person, Person.id == Received.young_person_id)
        .where(travels(scope, Received), Received.at <= scope.now)
        .order_by(Received.at.desc(), Received.id.desc())
        .limit(MOST)
    )


def page_of(session: Session, scope: Scope) -> dict[str, Any]:
    """Everything on the page about files, in one question."""
    found: dict[str, Any] = ask(session, scope, sent=sent, taken_in=taken_in, who=responsible)
    return found | {"who": next(iter(found["who"]), None)}
