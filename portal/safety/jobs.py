"""Whoever looks at a safety plan again is reminded the day before; three days late, the manager above them hears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.involvement.actions import alert
from portal.messages.conditions import still_reads
from portal.messages.queries import Asked, Verdict
from portal.safety.actions import path_of
from portal.safety.models import SafetyPlan

BEFORE = timedelta(days=1)
LATE = timedelta(days=3)


def remind_of_reviews(session: Session) -> None:
    """Alert the owner once for each review day, and once more, with their manager, when it is three days late."""
    today = clock.today()
    due = select(SafetyPlan).where(
        SafetyPlan.ended_at.is_(None),
        or_(
            (SafetyPlan.review_on <= today + BEFORE)
            & (SafetyPlan.reminded_on.is_(None) | (SafetyPlan.reminded_on < SafetyPlan.review_on)),
            (SafetyPlan.review_on <= today - LATE) & (SafetyPlan.reminded_on < SafetyPlan.review_on + LATE),
        ),
    )
    for plan in session.scalars(due.order_by(SafetyPlan.review_on, SafetyPlan.id)).all():
        late = plan.review_on <= today - LATE
        owner = session.scalar(select(func.who_answers(plan.family_id, plan.owner_worker_id)))
        above = session.scalar(select(func.manager_of(owner))) if owner and late else None
        to = [one for one in (owner, above) if one]
        alert(session, to, plan.family_id, "safety_review", path=path_of(session, plan.family_id))
        # dated by the review, so that a day on which nothing ran sends one reminder and not two
        said = plan.review_on + LATE if late else plan.review_on
        session.execute(update(SafetyPlan).where(SafetyPlan.id == plan.id).values(reminded_on=said))


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about safety plans those that are not: it has ended, or its reader reads it no more."""
    rows = session.scalars(select(SafetyPlan).where(SafetyPlan.id.in_({one.about_id for one in asked}))).all()
    circles = {row.id: row.circle_id for row in rows if row.ended_at is None}
    readers = still_reads(session, asked, circles)
    return {one.id: "not_right" for one in asked if one.id not in readers}
