"""What can be done with goals and steps: made, begun, put off, handed on, done, stopped, said not to work.

Actions never commit; the request does, once. Each change is one line in the step's history. Who saves over a newer
version hears of it (`Changed`) and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import one_at_a_time
from portal.involvement.actions import alert
from portal.messages.actions import tell
from portal.organisations.models import Worker
from portal.people.models import Family
from portal.plans.conditions import OneStep
from portal.plans.models import Goal, Step, StepEvent


class Changed(Exception):
    """Somebody else saved this step in the meantime: nothing was written, and the page shows what stands there now."""


@dataclass(frozen=True)
class Owner:
    """Who does a step: one of the family, a professional, or nobody yet."""

    person_id: int | None = None
    worker_id: int | None = None


NOBODY = Owner()


@dataclass
class Wanted:
    """How somebody wants a step to be."""

    text: str
    due: date
    goal: str = ""
    why: str | None = None
    owner: Owner = field(default_factory=Owner)


def _by(scope: Scope) -> dict[str, int | None]:
    """Who writes, as events name them."""
    return {"by_person_id": scope.person_id, "by_worker_id": scope.worker_id}


def _happened(session: Session, scope: Scope, step: Any, what: str, **more: Any) -> None:
    """One line in the history of a step (a Step, or a row of one); `circle_id` when fewer read it."""
    session.add(
        StepEvent(
            step_id=step.id,
            family_id=scope.family_id,
            circle_id=more.pop("circle_id", step.circle_id),
            at=clock.now(),
            what=what,
            **_by(scope),
            **more,
        )
    )


def add_step(session: Session, scope: Scope, circle_id: int, wanted: Wanted) -> Step:
    """Put a step on the plan, promised today. The same step sent twice is one step."""
    one_at_a_time(session, "step", scope.family_id)
    same = select(Step).where(
        Step.family_id == scope.family_id,
        Step.circle_id == circle_id,
        Step.goal == wanted.goal,
        Step.text == wanted.text,
        Step.due == wanted.due,
        Step.promised_on == clock.today(),
        Step.status.in_(("todo", "doing")),
    )
    if already := session.scalar(same.limit(1)):
        return already
    made = Step(
        family_id=scope.family_id,
        circle_id=circle_id,
        goal=wanted.goal,
        text=wanted.text,
        why=wanted.why,
        owner_person_id=wanted.owner.person_id,
        owner_worker_id=wanted.owner.worker_id,
        made_by_person_id=scope.person_id,
        made_by_worker_id=scope.worker_id,
        promised_on=clock.today(),
        due=wanted.due,
        edited_at=real_now(),
    )
    session.add(made)
    session.flush()
    _happened(session, scope, made, "made", to_person_id=made.owner_person_id, to_worker_id=made.owner_worker_id)
    return made


def _save(session: Session, step_id: int, version: int, **values: Any) -> None:
    """Write these columns if nobody has saved the step since this version. Raises Changed."""
    done = session.execute(
        update(Step)
        .where(Step.id == step_id, Step.version == version)
        .values(version=version + 1, edited_at=real_now(), **values)
        .execution_options(synchronize_session=False)
        .returning(Step.id)
    )
    if done.first() is None:
        raise Changed


def change(session: Session, found: OneStep, version: int, wanted: Wanted, reason: str | None = None) -> None:
    """Word a step anew, put its date off with the reason, or give it to somebody else by name. Raises Changed."""
    row, scope = found.row, found.scope
    owner = wanted.owner
    moved = wanted.due != row.due
    handed = (owner.person_id, owner.worker_id) != (row.owner_person_id, row.owner_worker_id)
    worded = wanted.text != row.text or (wanted.why or None) != (row.why or None)
    if not (moved or handed or worded):
        return
    _save(
        session,
        row.id,
        version,
        text=wanted.text,
        why=wanted.why,
        due=wanted.due,
        owner_person_id=owner.person_id,
        owner_worker_id=owner.worker_id,
    )
    if worded:
        _happened(session, scope, row, "changed")
    if moved:
        _happened(session, scope, row, "moved", words=reason, due_before=row.due, due_after=wanted.due)
    if handed:
        _happened(session, scope, row, "handed_on", to_person_id=owner.person_id, to_worker_id=owner.worker_id)
        _tell_new_owner(session, scope, found.row.ref, owner.worker_id)


def hand_on(session: Session, step: Step, to: int, by: int) -> None:
    """Give a step to another professional by name, who is told; `by` is the worker who decided it. The family reads it
    in the step's history. Handing it to its owner changes nothing. Raises Changed."""
    if step.owner_worker_id == to:
        return
    _save(session, step.id, step.version, owner_worker_id=to, owner_person_id=None)
    session.add(
        StepEvent(
            step_id=step.id,
            family_id=step.family_id,
            circle_id=step.circle_id,
            at=clock.now(),
            what="handed_on",
            by_worker_id=by,
            to_worker_id=to,
        )
    )
    if to != by:
        alert(session, [to], step.family_id, "step_for_you", path=path_of(session, step.family_id, step.ref))
    session.expire(step)


def begin(session: Session, found: OneStep, version: int) -> None:
    """It is under way. Raises Changed."""
    if found.row.state == "todo":
        _save(session, found.row.id, version, status="doing")
        _happened(session, found.scope, found.row, "begun")


def finish(session: Session, found: OneStep, version: int) -> None:
    """It is done, today. Saying it twice changes nothing. Raises Changed."""
    if found.row.state in ("todo", "doing"):
        _save(session, found.row.id, version, status="done", done_on=clock.today())
        _happened(session, found.scope, found.row, "done")


def reopen(session: Session, found: OneStep, version: int) -> None:
    """It is not done, or it goes on after all. Raises Changed."""
    if found.row.state in ("done", "stopped"):
        _save(session, found.row.id, version, status="doing", done_on=None)
        _happened(session, found.scope, found.row, "reopened")


def stop(session: Session, found: OneStep, version: int, why: str) -> None:
    """Nobody goes on with it, and why. Raises Changed."""
    if found.row.state in ("todo", "doing"):
        _save(session, found.row.id, version, status="stopped", done_on=None)
        _happened(session, found.scope, found.row, "stopped", words=why)


def say_not_working(session: Session, found: OneStep, circle_id: int, why: str) -> None:
    """A family member says that a step does not help them, and why; whoever answers for it is alerted."""
    one_at_a_time(session, "not_working", found.row.id)
    said = select(StepEvent).where(StepEvent.step_id == found.row.id, StepEvent.what == "not_working")
    if any(one.words == why for one in session.scalars(said.where(StepEvent.by_person_id == found.scope.person_id))):
        return
    _happened(session, found.scope, found.row, "not_working", words=why, circle_id=circle_id)
    tell_staff(session, found, "not_working")


def tell_staff(session: Session, found: OneStep, kind: str) -> None:
    """Alert whoever answers for a step, and whoever covers for them today, that the family said something about it."""
    to = with_cover(session, found.row.answerer_id)
    alert(session, to, found.family_id, kind, path=path_of(session, found.family_id, found.row.ref))


def with_cover(session: Session, worker_id: int | None) -> list[int]:
    """The worker, and while they are away whoever covers for them."""
    if worker_id is None:
        return []
    cover = select(Worker.cover_id).where(
        Worker.id == worker_id, Worker.away_from <= clock.today(), Worker.away_until >= clock.today()
    )
    return [worker_id, *(one for one in session.scalars(cover) if one)]


def path_of(session: Session, family_id: int, step_ref: str) -> str:
    """Where those who work with the family find this step."""
    ref = session.scalar(select(Family.ref).where(Family.id == family_id))
    return f"/work/families/{ref}/plan/{step_ref}"


def _tell_new_owner(session: Session, scope: Scope, ref: str, worker_id: int | None) -> None:
    if worker_id is not None and worker_id != scope.worker_id:
        alert(session, [worker_id], scope.family_id, "step_for_you", path=path_of(session, scope.family_id, ref))


def tell_readers(session: Session, scope: Scope, made: Step, people: list[int]) -> None:
    """Something was put on the plan: each reader hears of it by a discreet text, and a colleague whose step it is."""
    _tell_new_owner(session, scope, made.ref, made.owner_worker_id)
    for person_id in people:
        tell(session, person_id, "promised", about=("step", made.id))


def tell_done(session: Session, found: OneStep) -> None:
    """A professional's promise was kept: its readers hear of it by a discreet text."""
    if found.row.owner_worker_id is not None:
        for reader in found.readers:
            tell(session, reader["id"], "promise_done", about=("step", found.row.id))


def nobody_holds(session: Session, scope: Scope, made: Step) -> None:
    """A family added a step that somebody has to take on: whoever is responsible is alerted."""
    answerer = session.scalar(select(func.who_answers(scope.family_id, None)))
    alert(
        session,
        with_cover(session, answerer),
        scope.family_id,
        "step_for_nobody",
        path=path_of(session, scope.family_id, made.ref),
    )


def add_goal(session: Session, scope: Scope, circle_id: int, words: str) -> Goal:
    """Write a goal down. The same words for the same readers are one goal."""
    one_at_a_time(session, "goal", scope.family_id)
    same = select(Goal).where(Goal.family_id == scope.family_id, Goal.circle_id == circle_id, Goal.text == words)
    if already := session.scalar(same.limit(1)):
        return already
    made = _goal(scope, circle_id, words, words)
    session.add(made)
    session.flush()
    return made


def _goal(scope: Scope, circle_id: int, first: str, words: str) -> Goal:
    by = {"family_id": scope.family_id, "made_on": clock.today(), **_by(scope)}
    return Goal(circle_id=circle_id, first_words=first, text=words, **by)


def reword_goal(session: Session, scope: Scope, first_words: str, circle_id: int, words: str) -> None:
    """Put a goal into other words for these readers. Its steps stay under it; others go on reading the old words."""
    one_at_a_time(session, "goal", scope.family_id)
    standing = session.scalar(
        select(Goal)
        .where(Goal.family_id == scope.family_id, Goal.first_words == first_words, Goal.circle_id == circle_id)
        .order_by(Goal.id.desc())
        .limit(1)
    )
    if standing is not None:
        if standing.text != words:
            standing.text, standing.version = words, standing.version + 1
            standing.by_person_id, standing.by_worker_id = scope.person_id, scope.worker_id
        return
    session.add(_goal(scope, circle_id, first_words, words))
