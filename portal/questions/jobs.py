"""Telling a manager, once, that a family's question has no answer in time."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.involvement.actions import alert
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
