"""Letting people in and out: devices, invitations, locks. Actions never commit; the request does, once."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.access.actor import token_hash
from portal.access.models import Account, Credential, Device, Invitation, Phone
from portal.access.passwords import set_pin
from portal.foundation.clock import real_now
from portal.foundation.phones import number_hash

STAFF_IDLE = 30  # minutes
SHARED_IDLE = 10  # minutes: the next person at the computer must find nothing
FAMILY_IDLE = 60 * 24 * 14  # minutes: a phone that is only theirs stays signed in for two weeks
LONGEST = timedelta(days=30)
LONGEST_STAFF = timedelta(hours=12)
HALF_IN = timedelta(minutes=10)  # between a worker's password and the second factor
INVITED = timedelta(hours=1)
SET_UP = timedelta(days=3)


def start_device(
    session: Session, account: Account, label: str, *, shared: bool = False, second_factor: bool = False
) -> str:
    """Sign this account in on one device. Returns the token for its cookie; only its hash is kept."""
    token, now, staff = secrets.token_urlsafe(32), real_now(), account.worker_id is not None
    longest = LONGEST if not staff else LONGEST_STAFF if second_factor else HALF_IN
    session.add(
        Device(
            account_id=account.id,
            token_hash=token_hash(token),
            label=label,
            shared=shared,
            signed_in_at=now,
            last_seen_at=now,
            idle_minutes=_idle(staff, shared),
            ends_at=now + longest,
            second_factor_at=now if second_factor else None,
        )
    )
    session.flush()
    return token


def _idle(staff: bool, shared: bool) -> int:
    return SHARED_IDLE if shared else STAFF_IDLE if staff else FAMILY_IDLE


def end_device(session: Session, device_id: int) -> None:
    """Sign this device out."""
    done = (
        update(Device)
        .where(Device.id == device_id)
        .values(ended_at=func.coalesce(Device.ended_at, real_now()), covered_at=None)
    )
    session.execute(done.execution_options(synchronize_session=False))


def end_all_devices(session: Session, account_id: int) -> int:
    """Sign out everywhere. Returns how many devices were signed in."""
    session.execute(update(Device).where(Device.account_id == account_id).values(covered_at=None))
    open_ = update(Device).where(Device.account_id == account_id, Device.ended_at.is_(None))
    done: Any = session.execute(open_.values(ended_at=real_now()))
    return int(done.rowcount)


def cover_device(session: Session, device_id: int) -> None:
    """Exit on a phone that is only theirs: signed out, and for a while the PIN alone brings it back."""
    now = real_now()
    session.execute(update(Device).where(Device.id == device_id).values(ended_at=now, covered_at=now))


def share_device(session: Session, device_id: int, shared: bool) -> None:
    """Say whether others use this device too: a short session and a privacy cover, or a long one."""
    session.execute(
        update(Device).where(Device.id == device_id).values(shared=shared, idle_minutes=_idle(False, shared))
    )


def new_invitation(session: Session, account: Account, worker_id: int | None, lasts: timedelta) -> str:
    """A fresh link for this account; older ones end. Returns its token, of which only the hash is kept."""
    token, now = secrets.token_urlsafe(24), real_now()
    older = update(Invitation).where(
        Invitation.account_id == account.id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    session.execute(older.values(expires_at=now))
    session.execute(
        insert(Invitation).values(
            account_id=account.id,
            family_id=account.family_id,
            token_hash=token_hash(token),
            made_by_worker_id=worker_id,
            made_at=now,
            expires_at=now + lasts,
        )
    )
    session.execute(update(Account).where(Account.id == account.id).values(invited_at=now))
    return token


def invite(session: Session, worker_id: int, account: Account) -> str | None:
    """A worker brings a person in, during a visit: `/join/<token>` works once, for an hour. It also opens a locked
    account and forgets a PIN, since the worker stands beside them. None: this person may not sign in."""
    if not session.scalar(select(func.may_come_in(account.id))):
        return None
    return new_invitation(session, account, worker_id, INVITED)


def lock_account(session: Session, account: Account) -> bool:
    """ "My phone was taken": from now on nobody gets in, no code is sent to that number, and every device that signed
    in with it is signed out. By the person, or by a worker who may bring them in; False for anybody else."""
    locked = bool(session.scalar(select(func.lock_account(account.id))))
    session.expire_all()
    return locked


def lock_by_number(session: Session, number: str, born: date) -> None:
    """At the door: lock whoever has this number and this birthday. Says nothing about whether there was anybody."""
    session.execute(select(func.lock_by_number(number_hash(number), born)))


def unlock_account(session: Session, worker_id: int, account: Account) -> str | None:
    """Let a person back after a lock: an invitation, and the lock falls as they use it. None when there is no lock."""
    return invite(session, worker_id, account) if account.locked_at is not None else None


def set_number(session: Session, account: Account, number: str) -> None:
    """A worker writes down the number (E.164) that a person has now. Codes go there from here on."""
    new = {"number": number, "number_hash": number_hash(number)}
    done: Any = session.execute(update(Phone).where(Phone.account_id == account.id).values(**new))
    if not done.rowcount:
        session.execute(insert(Phone).values(account_id=account.id, family_id=account.family_id, **new))


def come_in(session: Session, account_id: int, label: str, *, shared: bool) -> str:
    """At the door, all proved: sign the person in on this device."""
    account = session.get_one(Account, account_id)
    account.joined_at = account.joined_at or real_now()
    return start_device(session, account, label, shared=shared)


def accept_invitation(session: Session, invitation_id: int, pin: str | None, number: str | None) -> bool:
    """Use an invitation up: the lock falls, the PIN is the new one or none, a number that was missing is kept.
    False when it has been used or is over, and then nothing changed."""
    now = real_now()
    usable = Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    taken = update(Invitation).where(*usable).values(used_at=now).returning(Invitation.account_id)
    account_id = session.scalar(taken.execution_options(synchronize_session=False))
    if account_id is None:
        return False
    account = session.get_one(Account, account_id)
    account.locked_at = account.locked_by = None
    if number is not None:
        set_number(session, account, number)
    set_pin(session, account.id, pin)
    return True


def set_up_worker(session: Session, invitation_id: int, password_hash: str) -> int | None:
    """A worker's own link: keep the first (or a new) password, and sign out wherever the old one was used."""
    now = real_now()
    usable = Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    taken = update(Invitation).where(*usable).values(used_at=now).returning(Invitation.account_id)
    account_id = session.scalar(taken.execution_options(synchronize_session=False))
    if account_id is None:
        return None
    session.execute(update(Credential).where(Credential.account_id == account_id).values(password_hash=password_hash))
    session.execute(
        update(Account).where(Account.id == account_id).values(locked_at=None, locked_by=None, joined_at=now)
    )
    end_all_devices(session, account_id)
    return account_id
