"""Letting people in and out: devices. Actions never commit; the request does, once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.access.actor import token_hash
from portal.access.models import Account, Device
from portal.foundation.clock import real_now

STAFF_IDLE = 30  # minutes, issue "Signing in"
SHARED_IDLE = 10  # minutes: the next person at the computer must find nothing
FAMILY_IDLE = 60 * 24 * 14  # minutes: a phone that is only theirs stays signed in for two weeks
LONGEST = timedelta(days=30)
LONGEST_STAFF = timedelta(hours=12)


def start_device(session: Session, account: Account, label: str, *, shared: bool = False, second_factor: bool = False) -> str:
    """Sign this account in on one device. Returns the token for its cookie; only its hash is kept."""
    token, now, staff = secrets.token_urlsafe(32), real_now(), account.worker_id is not None
    session.add(
        Device(
            account_id=account.id,
            token_hash=token_hash(token),
            label=label,
            shared=shared,
            signed_in_at=now,
            last_seen_at=now,
            idle_minutes=SHARED_IDLE if shared else STAFF_IDLE if staff else FAMILY_IDLE,
            ends_at=now + (LONGEST_STAFF if staff else LONGEST),
            second_factor_at=now if second_factor else None,
        )
    )
    session.flush()
    return token


def end_device(session: Session, device_id: int) -> None:
    """Sign this device out."""
    session.execute(update(Device).where(Device.id == device_id, Device.ended_at.is_(None)).values(ended_at=real_now()))


def end_all_devices(session: Session, account_id: int) -> int:
    """Sign out everywhere. Returns how many devices were signed in."""
    open_ = update(Device).where(Device.account_id == account_id, Device.ended_at.is_(None))
    return session.execute(open_.values(ended_at=real_now())).rowcount
