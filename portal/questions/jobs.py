"""Telling a manager, once, that a question has no answer in time; and whether a text about an answer is still right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.involvement.actions import alert
from portal.messages.queries import Asked, Verdict
from portal.people.models import Family
from portal.questions.models import Question

BATCH = 200


def tell_of_late_answers(session: Session) -> None:
    """The manager above whoever has to answer is told of each question that is late now."""
    late = (
        select(Question, Family.ref, func.manager_of(Question.to_worker_id).label("above"))
        .join(Family, Family.id == Question.family_id)
        .where(Question.answered_at.is_(None), Question.due_at < clock.now(), Question.told_late_at.is_(None))
        .order_by(Question.due_at)
        .limit(BATCH)
        .with_for_update(of=Question, skip_locked=True)
    )
    for question, ref, above in session.execute(late).all():
        question.told_late_at = real_now()
        path = f"/work/families/{ref}/questions/{question.ref}"
        to = [above or question.to_worker_id]
        alert(session, to, question.family_id, "question_late", about=question.to_worker_id, path=path)
    session.flush()


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about answers those that are not: there is none, it is not theirs, or they have read it."""
    rows = session.scalars(select(Question).where(Question.id.in_({one.about_id for one in asked})))
    known = {row.id: row for row in rows}
    found: dict[int, Verdict] = {}
    for one in asked:
        row = known.get(one.about_id)
        if row is None or row.answered_at is None or row.asked_by_person_id != one.person_id:
            found[one.id] = "not_right"
        elif row.family_seen_at is not None:
            found[one.id] = "seen"
    return found
