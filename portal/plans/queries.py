"""What was promised and what is on the plan, as it stands today."""

from __future__ import annotations

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.foundation.database import AnyRows, Row
from portal.involvement.conditions import shown_to
from portal.involvement.models import Involvement
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.plans.models import Step


def steps(scope: Scope) -> AnyRows:
    """Every step that exists today, with its owner and its state today.

    `state` follows the dates: a step with a later `done_on` is not done yet. `owner_left`: the professional who
    owns it was involved and is no longer, as far as this viewer may know, so nobody holds it.
    `late`: due before today and not done.
    """
    today = scope.today
    owner, person = aliased(Worker), aliased(Person)
    done = and_(Step.status == "done", or_(Step.done_on.is_(None), Step.done_on <= today))
    state = case(
        (done, "done"), (Step.status == "stopped", "stopped"), (Step.status == "done", "doing"), else_=Step.status
    )
    theirs = select(Involvement.id).where(
        Involvement.family_id == Step.family_id, Involvement.worker_id == Step.owner_worker_id, shown_to(scope)
    )
    left = and_(
        theirs.where(Involvement.ends_on < today).exists(),
        ~theirs.where(or_(Involvement.ends_on.is_(None), Involvement.ends_on >= today)).exists(),
    )
    rows = (
        select(
            Step.id,
            Step.ref,
            Step.goal,
            Step.text,
            Step.promised_on,
            Step.due,
            Step.done_on,
            Step.circle_id,
            state.label("state"),
            and_(~done, Step.status != "stopped", Step.due < today).label("late"),
            and_(Step.owner_worker_id.is_not(None), ~done, Step.status != "stopped", left).label("owner_left"),
            owner.name.label("worker"),
            owner.role.label("worker_role"),
            person.name.label("person"),
            Step.owner_person_id,
            Step.owner_worker_id,
        )
        .outerjoin(owner, owner.id == Step.owner_worker_id)
        .outerjoin(person, person.id == Step.owner_person_id)
        .where(scope.clause(Step), Step.promised_on <= today)
    )
    return rows.order_by(Step.due, Step.id)


def promised(scope: Scope) -> AnyRows:
    """What professionals promised and have not done, the longest overdue first."""
    every = steps(scope).subquery("step")
    return (
        select(every)
        .where(every.c.owner_worker_id.is_not(None), every.c.state.in_(("todo", "doing")))
        .order_by(every.c.due, every.c.id)
    )


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        row["goal"], row["text"] = scope.mask(row["goal"]), scope.mask(row["text"])
        if row["worker_role"]:
            row["worker_role"] = scope.mask(row["worker_role"])
    return rows


def by_goal(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """The steps under their goals: goals with something late first, done steps last within each."""
    goals: dict[str, list[Row]] = {}
    for row in rows:
        goals.setdefault(row["goal"], []).append(row)
    for steps_ in goals.values():
        steps_.sort(key=lambda step: (step["state"] in ("done", "stopped"), step["due"]))
    return sorted(goals.items(), key=lambda goal: (not any(step["late"] for step in goal[1]), goal[1][0]["due"]))


def plan(session: Session, scope: Scope) -> list[Row]:
    """The whole plan for this viewer."""
    return readable(scope, ask(session, scope, steps=steps)["steps"])
