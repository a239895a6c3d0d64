"""Forgetting what signing in leaves behind, once it protects nobody any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from portal.access import limits
from portal.access.models import Attempt, Device, Invitation, SignInCode
from portal.foundation.clock import real_now

CODES_KEPT = timedelta(days=1)
DEVICES_KEPT = timedelta(days=30)
INVITATIONS_KEPT = timedelta(days=90)


def forget_old(session: Session) -> None:
    """Delete tries after two days, codes after one, devices 30 days after they ended, links 90 days after theirs."""
    now = real_now()
    session.execute(delete(Attempt).where(Attempt.at < now - limits.KEPT))
    session.execute(delete(SignInCode).where(SignInCode.expires_at < now - CODES_KEPT))
    over = now - DEVICES_KEPT
    session.execute(delete(Device).where(or_(Device.ends_at < over, Device.ended_at < over)))
    session.execute(delete(Invitation).where(Invitation.expires_at < now - INVITATIONS_KEPT))
