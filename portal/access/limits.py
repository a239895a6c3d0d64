"""Tries at a door, counted in PostgreSQL: whichever process answers, the count is the same."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.access.models import Attempt
from portal.foundation.clock import real_now
from portal.foundation.fields import keyed_hash

Limits = tuple[tuple[int, timedelta], ...]

# From one address, and from all together: else whoever knows a number could use up its codes from afar, and keep the
# one it belongs to outside.
CODES_FOR_NUMBER: Limits = ((3, timedelta(minutes=15)), (10, timedelta(days=1)))
CODES_FOR_NUMBER_ANYWHERE: Limits = ((6, timedelta(minutes=15)), (20, timedelta(days=1)))
# A whole mobile network, school or office can share one address, so asking is cheap there and being wrong is not.
CODES_FROM_ADDRESS: Limits = ((100, timedelta(hours=1)),)
WRONG_FROM_ADDRESS: Limits = ((30, timedelta(hours=1)),)
# The same for a worker's e-mail address, which is easily guessed.
PASSWORDS_FOR_EMAIL: Limits = ((10, timedelta(minutes=15)), (50, timedelta(days=1)))
PASSWORDS_FOR_EMAIL_ANYWHERE: Limits = ((60, timedelta(minutes=15)), (300, timedelta(days=1)))
SECOND_FACTORS: Limits = ((5, timedelta(minutes=15)), (30, timedelta(days=1)))
BIRTHDAYS: Limits = ((5, timedelta(days=1)),)
LOCKS_FOR_NUMBER: Limits = ((5, timedelta(days=1)),)
LOCKS_FROM_ADDRESS: Limits = ((20, timedelta(hours=1)),)
# a school hall on its own network signs up together; a machine does not stop at thirty
COURSES_FROM_ADDRESS: Limits = ((30, timedelta(hours=1)),)
COURSES_FOR_NUMBER: Limits = ((6, timedelta(hours=1)),)
FOLLOWERS_FROM_ADDRESS: Limits = ((20, timedelta(hours=1)),)
KEPT = timedelta(days=2)
"""Longer than every limit above looks back. Older tries are deleted."""


def _key(door: str, whom: str) -> bytes:
    return keyed_hash(f"{door}:{whom}")


def full(session: Session, door: str, whom: str, limits: Limits) -> bool:
    """Have there been too many tries already?"""
    now = real_now()
    counts = [func.count().filter(Attempt.at > now - window) for _, window in limits]
    found = session.execute(select(*counts).where(Attempt.key == _key(door, whom), Attempt.at > now - KEPT)).one()
    return any(count >= most for count, (most, _) in zip(found, limits, strict=True))


def note(session: Session, door: str, whom: str) -> None:
    """Count one try."""
    session.execute(insert(Attempt).values(key=_key(door, whom), at=real_now()))


def allowed(session: Session, door: str, whom: str, limits: Limits) -> bool:
    """Count one try and say whether it is within the limits. Two at once cannot both be the last one allowed."""
    turn = int.from_bytes(_key(door, whom)[:8], signed=True)
    session.execute(select(func.pg_advisory_xact_lock(turn)))
    if full(session, door, whom, limits):
        return False
    note(session, door, whom)
    return True
