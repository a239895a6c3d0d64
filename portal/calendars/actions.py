"""Making a calendar address, making another in its place, and ending it. Actions never commit."""

from __future__ import annotations

import secrets

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.calendars.models import CalendarFeed
from portal.foundation import clock
from portal.foundation.fields import keyed_hash


def renew(session: Session, scope: Scope, *, plain: bool) -> None:
    """A fresh address for this person; the one before, if any, leads nowhere from now on. Nothing else changes."""
    end(session, scope)
    secret = secrets.token_urlsafe(24)
    session.add(
        CalendarFeed(
            family_id=scope.family_id,
            person_id=scope.person_id,
            secret=secret,
            secret_hash=keyed_hash(f"calendar {secret}"),
            plain=plain,
            made_at=clock.now(),
        )
    )
    session.flush()


def end(session: Session, scope: Scope) -> None:
    """The address leads nowhere from now on."""
    session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.person_id == scope.person_id, CalendarFeed.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def say_plainly(session: Session, scope: Scope, plain: bool) -> None:
    """Choose how much the calendar says."""
    session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.person_id == scope.person_id, CalendarFeed.ended_at.is_(None))
        .values(plain=plain)
    )
