"""Asking, answering, passing on. Actions never commit; the request does, once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.involvement.actions import alert
from portal.messages.actions import tell
from portal.organisations.models import Worker
from portal.people.actions import circle_of
from portal.people.models import Family
from portal.questions.models import ANSWER_WITHIN, Question
from portal.questions.queries import somebody_senior

About = tuple[str, int] | tuple[str, int, str]
"""A kind of thing, its key, and where it is known its public reference, so that pages can lead to it."""


class NotWholeFamily(Exception):
    """A supporter, or nobody of this family, asked: only its members ask."""


class AlreadyAnswered(Exception):
    """Somebody else answered in the meantime: nothing was changed."""


class NobodyAbove(Exception):
    """There is nobody above the one who has to answer."""


class NotTheirs(Exception):
    """Whoever passes this on may not, or the one named does not work with the family."""


def ask(
    session: Session,
    scope: Scope,
    to_worker_id: int,
    text: str,
    about: About | None = None,
    circle_id: int | None = None,
    within: timedelta = ANSWER_WITHIN,
) -> Question:
    """A family member asks a worker. Without a circle only the one who asks reads it, and the workers.

    The same question to the same worker, not answered yet, is the one that is there: a form sent twice has one effect.
    Raises NotWholeFamily.
    """
    if scope.person_id is None or scope.supporter or scope.limit == "no_contact":
        raise NotWholeFamily
    kind, thing, ref = (*about, None)[:3] if about else (None, None, None)
    # two taps at once wait for each other here
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("question"), scope.person_id)))
    before = select(Question).where(
        Question.asked_by_person_id == scope.person_id,
        Question.first_to_worker_id == to_worker_id,
        Question.answered_at.is_(None),
        Question.about_kind.is_not_distinct_from(kind),
        Question.about_id.is_not_distinct_from(thing),
    )
    for known in session.scalars(before):
        if known.text == text:
            return known
    now = clock.now()
    question = Question(
        family_id=scope.family_id,
        circle_id=circle_id or circle_of(session, scope.family_id, [scope.person_id]),
        asked_by_person_id=scope.person_id,
        first_to_worker_id=to_worker_id,
        to_worker_id=to_worker_id,
        about_kind=kind,
        about_id=thing,
        about_ref=ref,
        text=text,
        asked_at=now,
        due_at=now + within,
    )
    session.add(question)
    session.flush()
    return question


def answer(session: Session, question: Question, by_worker_id: int, text: str) -> None:
    """A worker answers. Once: what a family was told does not change under them. Raises AlreadyAnswered."""
    held = (
        select(Question).where(Question.id == question.id).with_for_update().execution_options(populate_existing=True)
    )
    session.scalars(held).one()
    if question.answered_at is not None:
        raise AlreadyAnswered
    question.answer, question.answered_by_id, question.answered_at = text, by_worker_id, clock.now()
    session.flush()
    name = session.scalar(select(Worker.name).where(Worker.id == by_worker_id))
    tell(session, question.asked_by_person_id, "answer", about=("question", question.id), name=name)


def pass_on(session: Session, question: Question, to_worker_id: int, by: int) -> None:
    """A worker passes a question on to a colleague by name, who is told; the family's clock runs on.

    Raises AlreadyAnswered, NotTheirs.
    """
    if to_worker_id != question.to_worker_id:
        _pass(session, question, to_worker_id, "question_passed", by)


def ask_senior(session: Session, question: Question) -> Worker:
    """Whoever asked takes it to the manager above the one who has not answered. Returns the manager, who is told.

    Raises AlreadyAnswered, NobodyAbove.
    """
    senior = somebody_senior(session, question)
    if senior is None:
        raise NobodyAbove
    _pass(session, question, senior.id, "question_raised", question.to_worker_id)
    return senior


def _pass(session: Session, question: Question, to: int, kind: str, about: int) -> None:
    family_id, ref = question.family_id, question.ref
    family = session.scalar(select(Family.ref).where(Family.id == family_id))
    # a function of the database's: whoever passes a question on may no longer see the row it becomes
    done = session.scalar(select(func.pass_on_question(question.id, to, kind == "question_raised")))
    if done == "answered":
        raise AlreadyAnswered
    if done != "passed":
        raise NotTheirs
    session.expunge(question)
    alert(session, [to], family_id, kind, about=about, path=f"/work/families/{family}/questions/{ref}")


def see_answers(session: Session, scope: Scope, refs: list[str]) -> None:
    """Whoever asked has these answers before them now."""
    mine = Question.ref.in_(refs), Question.asked_by_person_id == scope.person_id, Question.family_seen_at.is_(None)
    session.execute(update(Question).where(*mine).values(family_seen_at=clock.now()))
