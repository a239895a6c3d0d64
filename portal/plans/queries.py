"""What was promised and what is on the plan, as it stands today; one step with all that happened to it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import BigInteger, Date, Text, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import Answer, answer, ask, named
from portal.access.scope import Scope
from portal.foundation.database import AnyRows, Row
from portal.involvement.conditions import shown_to
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily, involved_now, open_family
from portal.organisations.models import Worker
from portal.organisations.queries import answered
from portal.people.models import Person
from portal.people.queries import names_in_circles, own_scope, readers
from portal.plans.conditions import Group, OneGoal, OneStart, OneStep, by_goal
from portal.plans.models import STARTS, Goal, Step, StepEvent
from portal.questions.models import Question
from portal.questions.queries import questions


def steps(scope: Scope) -> AnyRows:
    """Every step that exists today, with its owner and its state today.

    `state` follows the dates: a step with a later `done_on` is not done yet. `owner_left`: the professional who
    owns it was involved and is no longer, as far as this viewer may know, so nobody holds it. Somebody with
    `no_address` is told that nobody holds it, and not who left: those who go tell that the family moved.
    `late`: due before today and not done. `goal`: as it is worded now, for those who may read that.
    """
    today = scope.today
    owner, person = aliased(Worker), aliased(Person)
    done = and_(Step.status == "done", or_(Step.done_on.is_(None), Step.done_on <= today))
    state = case(
        (done, "done"), (Step.status == "stopped", "stopped"), (Step.status == "done", "doing"), else_=Step.status
    )
    last_day = func.max(func.coalesce(Involvement.ends_on, literal("infinity", Text).cast(Date)))
    left = (
        select(last_day < today)
        .where(Involvement.family_id == Step.family_id, Involvement.worker_id == Step.owner_worker_id, shown_to(scope))
        .scalar_subquery()
    )
    gone = func.coalesce(left, False) if scope.sees_where else func.nobody_holds(Step.family_id, Step.owner_worker_id)
    owner_left = and_(Step.owner_worker_id.is_not(None), ~done, Step.status != "stopped", gone)
    named = [] if scope.sees_where else [~owner_left]
    worded = (
        select(Goal.text)
        .where(scope.clause(Goal), Goal.family_id == Step.family_id, Goal.first_words == Step.goal)
        .where(Goal.made_on <= today)
        .order_by(Goal.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = (
        select(
            Step.id,
            Step.ref,
            func.coalesce(worded, Step.goal).label("goal"),
            Step.goal.label("first_words"),
            Step.text,
            Step.promised_on,
            Step.due,
            Step.done_on,
            Step.circle_id,
            state.label("state"),
            and_(~done, Step.status != "stopped", Step.due < today).label("late"),
            owner_left.label("owner_left"),
            owner.name.label("worker"),
            owner.role.label("worker_role"),
            person.name.label("person"),
            Step.owner_person_id,
            Step.owner_worker_id,
            Step.made_by_person_id,
        )
        .outerjoin(owner, and_(owner.id == Step.owner_worker_id, *named))
        .outerjoin(person, person.id == Step.owner_person_id)
        .where(scope.clause(Step), Step.promised_on <= today)
    )
    return rows.order_by(Step.due, Step.id)


def promised(scope: Scope) -> AnyRows:
    """What professionals promised and have not done, the longest overdue first."""
    every = steps(scope).subquery("step")
    # only what a first page shows: what is not asked for (the goal's words, who added it), PostgreSQL does not look up
    shown = (every.c[name] for name in ("id", "ref", "text", "due", "late", "owner_left", "worker", "owner_worker_id"))
    return (
        select(*shown)
        .where(every.c.owner_worker_id.is_not(None), every.c.state.in_(("todo", "doing")))
        .order_by(every.c.due, every.c.id)
    )


def goals(scope: Scope) -> AnyRows:
    """Goals that somebody here wrote or worded anew, oldest first."""
    return (
        select(Goal.ref, Goal.first_words, Goal.text, Goal.circle_id)
        .where(scope.clause(Goal), Goal.made_on <= scope.today)
        .order_by(Goal.id)
    )


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        for field in ("goal", "text", "worker_role", "why", "answerer_role", "maker_role"):
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


ON_THE_PLAN = (
    *("ref", "first_words", "text", "promised_on", "due", "done_on", "state", "late", "owner_left"),
    *("worker", "worker_role", "person", "owner_person_id"),
)
"""What the plan shows of a step: what is not asked for, PostgreSQL does not look up, once for each of forty steps."""


def on_the_plan(scope: Scope) -> AnyRows:
    """Every step as the plan shows it. Its goal's newest words are in `goals`, which the plan asks for anyway."""
    every = steps(scope).subquery("step")
    return select(*(every.c[name] for name in ON_THE_PLAN)).order_by(every.c.due, every.c.id)


def asking_for_plan(session: Session, scope: Scope) -> Answer:
    """The whole plan for this viewer: one round trip, not read yet."""
    return answer(session, scope, steps=on_the_plan, goals=goals)


def plan_of(scope: Scope, answered: Answer) -> list[Group]:
    """What `asking_for_plan` answered, goal by goal."""
    found = answered.rows()
    said = {goal["first_words"]: goal["text"] for goal in found["goals"]}  # the newest comes last, and stands
    for step in found["steps"]:
        step["goal"] = said.get(step["first_words"], step["first_words"])
    return by_goal(readable(scope, found["steps"]), worded(scope, found["goals"]))


def plan(session: Session, scope: Scope) -> list[Group]:
    """The whole plan for this viewer, goal by goal."""
    return plan_of(scope, asking_for_plan(session, scope))


def worded(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows of `goals` with what this viewer may not read left out."""
    for goal in rows:
        goal["text"] = scope.mask(goal["text"])
    return rows


THIS = named("step_ref", Text)


def one_step(scope: Scope) -> AnyRows:
    """One step of those this viewer sees, with who put it on the plan and who answers for it today."""
    every = steps(scope).where(Step.ref == THIS).subquery("found")
    maker, maker_person, answerer = aliased(Worker), aliased(Person), aliased(Worker)
    senior = aliased(Worker)
    answers = answered(func.who_answers(Step.family_id, Step.owner_worker_id))
    above = answered(func.manager_of(answerer.id))
    return (
        select(
            every,
            Step.family_id,
            Step.why,
            Step.version,
            Step.status,
            maker.name.label("maker"),
            maker.role.label("maker_role"),
            maker_person.name.label("maker_person"),
            answerer.id.label("answerer_id"),
            answerer.name.label("answerer"),
            answerer.role.label("answerer_role"),
            senior.id.label("senior_id"),
            senior.name.label("senior"),
        )
        .select_from(every)
        .join(Step, Step.id == every.c.id)
        .outerjoin(maker, maker.id == Step.made_by_worker_id)
        .outerjoin(maker_person, maker_person.id == Step.made_by_person_id)
        .outerjoin(answers, true())
        .outerjoin(answerer, answerer.id == answers.c.id)
        .outerjoin(above, true())
        .outerjoin(senior, senior.id == above.c.id)
    )


def events(scope: Scope) -> AnyRows:
    """What happened to steps, as far as this viewer may read it, oldest first."""
    worker, person, to_worker, to_person = aliased(Worker), aliased(Person), aliased(Worker), aliased(Person)
    return (
        select(
            StepEvent.id,
            StepEvent.at,
            StepEvent.what,
            StepEvent.words,
            StepEvent.due_before,
            StepEvent.due_after,
            StepEvent.circle_id,
            StepEvent.by_person_id,
            worker.name.label("worker"),
            person.name.label("person"),
            to_worker.name.label("to_worker"),
            to_person.name.label("to_person"),
        )
        .join(Step, Step.id == StepEvent.step_id)
        .outerjoin(worker, worker.id == StepEvent.by_worker_id)
        .outerjoin(person, person.id == StepEvent.by_person_id)
        .outerjoin(to_worker, to_worker.id == StepEvent.to_worker_id)
        .outerjoin(to_person, to_person.id == StepEvent.to_person_id)
        .where(scope.clause(StepEvent), StepEvent.at <= scope.now)
        .order_by(StepEvent.at, StepEvent.id)
    )


def _its_events(scope: Scope) -> AnyRows:
    return events(scope).where(Step.ref == THIS)


def asked(scope: Scope) -> AnyRows:
    """What the family asked about one step, as far as this viewer may read it, oldest first."""
    rows = questions(scope, Question.about_kind == "step", Question.about_id == named("step_id", BigInteger))
    return rows.order_by(Question.asked_at, Question.id)


def _one(session: Session, scope: Scope, ref: str, opened: OpenFamily | None = None) -> OneStep | None:
    found = ask(
        session,
        scope,
        {"step_ref": ref},
        step=one_step,
        events=_its_events,
        circles=names_in_circles,
        readers=readers,
        workers=involved_now,
    )
    if not found["step"]:
        return None
    row = readable(scope, found["step"])[0]
    for event in found["events"]:
        event["words"] = scope.mask(event["words"]) if event["words"] else None
    inside = {each["person_id"] for each in found["circles"] if each["circle_id"] == row["circle_id"]}
    return OneStep(
        scope=scope,
        row=row,
        events=found["events"],
        readers=[reader for reader in found["readers"] if reader["id"] in inside],
        everybody=found["readers"],
        workers=found["workers"],
        opened=opened,
    )


def own_step(session: Session, actor: Actor, ref: str, how: str = "") -> OneStep | None:
    """A step in a family member's own circles."""
    scope = own_scope(session, actor)
    found = _one(session, scope, ref) if scope else None
    return replace(found, how=how) if found else None


def family_step(session: Session, actor: Actor, ref: str, step: str, how: str = "") -> OneStep | None:
    """A step of a family that a professional has open."""
    opened = open_family(session, actor, ref)
    found = _one(session, opened.scope, step, opened) if opened else None
    return replace(found, how=how) if found else None


def family_start(session: Session, actor: Actor, ref: str, name: str) -> OneStart | None:
    """A plan to start from, for a family that a professional has open."""
    opened = open_family(session, actor, ref)
    start = next((one for one in STARTS if one.name == name), None)
    return OneStart(opened, start) if opened and start else None


def _goal(session: Session, scope: Scope, ref: str, opened: OpenFamily | None = None) -> OneGoal | None:
    found = ask(session, scope, steps=steps, goals=goals, circles=names_in_circles, readers=readers)
    for group in by_goal(found["steps"], found["goals"]):
        if ref == group.ref or ref in {step["ref"] for step in group.steps}:
            written = [row["circle_id"] for row in found["goals"] if row["first_words"] == group.first_words]
            circles = written[-1:] or [step["circle_id"] for step in group.steps]
            inside = {row["person_id"] for row in found["circles"] if row["circle_id"] in circles}
            return OneGoal(scope, ref, group.words, group.first_words, found["readers"], inside, opened)
    return None


def own_goal(session: Session, actor: Actor, ref: str) -> OneGoal | None:
    """A goal that a family member reads, by its own reference or that of a step toward it."""
    scope = own_scope(session, actor)
    return _goal(session, scope, ref) if scope else None


def family_goal(session: Session, actor: Actor, ref: str, goal: str) -> OneGoal | None:
    """A goal of a family that a professional has open."""
    opened = open_family(session, actor, ref)
    return _goal(session, opened.scope, goal, opened) if opened else None
