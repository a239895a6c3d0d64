"""What duty does by itself: hand a call on when nobody answers, and notice who has not checked back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.duty.actions import raise_call
from portal.duty.conditions import today_and_before
from portal.duty.models import CheckBack, DutyCall
from portal.foundation import clock

HAND_ON = timedelta(minutes=5)
TOP = 3  # steps above whoever was told first
GRACE = timedelta(minutes=15)  # after the time somebody meant to be back


def hand_on(session: Session) -> None:
    """A call that nobody has taken for five minutes goes to whoever is above, up to the senior manager."""
    now = clock.now()
    waiting = (
        select(DutyCall.id)
        .where(
            DutyCall.acknowledged_at.is_(None),
            DutyCall.ended_at.is_(None),
            DutyCall.told_at <= now - HAND_ON,
            DutyCall.level <= TOP,
        )
        .order_by(DutyCall.id)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    holiday, before = today_and_before()
    for identity in session.scalars(waiting).all():
        session.execute(select(func.tell_duty(identity, holiday, before)))


def notice_who_is_not_back(session: Session) -> None:
    """A worker on a visit alone who has not checked back a quarter of an hour after they meant to."""
    late = (
        select(CheckBack)
        .where(CheckBack.back_at.is_(None), CheckBack.call_id.is_(None), CheckBack.due_at <= clock.now() - GRACE)
        .with_for_update(skip_locked=True)
    )
    for check in session.scalars(late).all():
        raised = raise_call(
            session, "not_back", family_id=check.family_id, by_worker_id=check.worker_id, said=check.where
        )
        check.call_id = session.scalar(select(DutyCall.id).where(DutyCall.ref == raised.ref))
