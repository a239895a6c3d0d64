"""Telling those who follow it that something new was written: one text a day at most."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.changes.models import ChangeFollower, ChangeNote
from portal.foundation import clock, texts
from portal.messages.actions import queue_text


def tell_followers(session: Session, url: str) -> None:
    """Text each follower who was not told since the newest note, nor within a day."""
    newest = session.scalar(select(func.max(ChangeNote.made_at)))
    now = clock.now()
    if newest is None:
        return
    told = ChangeFollower.told_at
    due = select(ChangeFollower).where(
        ChangeFollower.since < newest,
        or_(told.is_(None), told < newest),
        or_(told.is_(None), told < now - timedelta(days=1)),
    )
    for one in session.scalars(due.with_for_update(skip_locked=True)):
        one.told_at = now
        words = texts.say("changes_new", texts.spoken(one.language), False, {"link": f"{url}/what-changed"})
        queue_text(session, one.number, words)
