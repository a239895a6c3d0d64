"""Safety plans as they stand, for those in their circle and for those whose work needs them."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.people.queries import names_in_circles, own_scope, readers
from portal.safety.conditions import OneSafetyPlan
from portal.safety.models import SafetyLine, SafetyPlan


def safety_plans(scope: Scope) -> AnyRows:
    """The safety plans that run today, the newest first. `answerer`: whoever looks at it again, as things stand."""
    owner, maker = aliased(Worker), aliased(Worker)
    return (
        select(
            SafetyPlan.id,
            SafetyPlan.ref,
            SafetyPlan.family_id,
            SafetyPlan.circle_id,
            SafetyPlan.signs,
            SafetyPlan.calls,
            SafetyPlan.made_at,
            maker.name.label("maker"),
            owner.id.label("owner_id"),
            owner.name.label("owner"),
            owner.role.label("owner_role"),
            SafetyPlan.review_on,
            SafetyPlan.reviewed_at,
            SafetyPlan.version,
        )
        .join(maker, maker.id == SafetyPlan.made_by_worker_id)
        .outerjoin(owner, owner.id == func.who_answers(SafetyPlan.family_id, SafetyPlan.owner_worker_id))
        .where(
            scope.clause(SafetyPlan),
            SafetyPlan.made_at <= scope.now,
            or_(SafetyPlan.ended_at.is_(None), SafetyPlan.ended_at > scope.now),
        )
        .order_by(SafetyPlan.made_at.desc(), SafetyPlan.id.desc())
    )


def safety_lines(scope: Scope) -> AnyRows:
    """What each one does, in every plan this viewer reads."""
    return (
        select(
            SafetyLine.id,
            SafetyLine.safety_plan_id,
            SafetyLine.circle_id,
            SafetyLine.person_id,
            Person.name,
            SafetyLine.text,
            SafetyLine.edited_at,
        )
        .outerjoin(Person, Person.id == SafetyLine.person_id)
        .where(scope.clause(SafetyLine))
        .order_by(SafetyLine.person_id.nulls_last(), SafetyLine.id)
    )


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        for field in ("signs", "calls", "text", "owner_role"):
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


def plans_of(session: Session, scope: Scope, opened: OpenFamily | None = None) -> list[OneSafetyPlan]:
    """Every safety plan that this viewer reads, with its lines."""
    found = ask(session, scope, plans=safety_plans, lines=safety_lines, names=names_in_circles, readers=readers)
    readable(scope, found["lines"])
    return [
        OneSafetyPlan(
            scope,
            row,
            [line for line in found["lines"] if line["safety_plan_id"] == row["id"]],
            [name for name in found["names"] if name["circle_id"] == row["circle_id"]],
            found["readers"],
            opened,
        )
        for row in readable(scope, found["plans"])
    ]


def own_safety_plan(session: Session, actor: Actor, ref: str) -> OneSafetyPlan | None:
    """A safety plan that a family member is in the circle of."""
    scope = own_scope(session, actor)
    plans = plans_of(session, scope) if scope else []
    return next((plan for plan in plans if plan.row.ref == ref), None)


def family_safety_plan(session: Session, actor: Actor, ref: str, plan: str) -> OneSafetyPlan | None:
    """A safety plan of a family that a professional has open."""
    opened = open_family(session, actor, ref)
    plans = plans_of(session, opened.scope, opened) if opened else []
    return next((one for one in plans if one.row.ref == plan), None)
