"""Yes or no to a move or a conference, and taking that back. Functions in the database do it and check who asks (0011),
since whoever answers has nothing to do with the family yet; the family is told from there. Never commits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from portal.foundation.fields import Encrypted
from portal.organisations.models import Worker


def accept(session: Session, invitation_id: int, lead: Worker | None, function: str, first_day: date) -> str:
    """Yes, with the name of who will lead: ok, answered, taken (another borough was first), or not_yours."""
    return str(session.scalar(select(func.accept_move(invitation_id, lead.id if lead else None, function, first_day))))


def decline(session: Session, invitation_id: int, reason: str) -> str:
    """No, with reasons: ok, answered, or not_yours when it is not the senior manager who says it."""
    sealed = literal(reason, Encrypted("move_invitation.reason"))
    return str(session.scalar(select(func.decline_move(invitation_id, sealed))))


def take_back(session: Session, invitation_id: int) -> str:
    """What was answered today is taken back, and the question stands again: ok, too_late, or not_yours."""
    return str(session.scalar(select(func.take_answer_back(invitation_id))))
