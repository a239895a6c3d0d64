"""What can be asked of accounts: who answers to a number, what an invitation opens, which devices are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Boolean, Integer, Row, String, and_, cast, column, func, or_, select
from sqlalchemy.orm import Session

from portal.access.actor import token_hash
from portal.access.models import Account, Credential, Device, Invitation, Phone
from portal.foundation.clock import real_now
from portal.foundation.phones import number_hash

COVERED = timedelta(days=14)
"""How long a PIN alone opens again what Exit closed."""


@dataclass(frozen=True)
class State:
    """How one account stands, for the worker who brings people in."""

    state: Literal["shut", "locked", "joined", "invited", "new"]
    """`shut`: may not sign in (no contact, or no longer a supporter); `invited`: a link is open just now."""
    since: datetime | None = None
    by: str | None = None
    """Who locked it: `self` or `worker`."""
    until: datetime | None = None


def people_on(session: Session, hash_: bytes) -> list[Row[Any]]:
    """At the door: who answers to a number and may come in, with account_id, account_ref, name, relation, language,
    joined, welcomed, has_pin, born_known, shared."""
    rows = func.people_on_number(hash_).table_valued(
        "account_id",
        column("account_ref", String),
        column("name", String),
        column("relation", String),
        column("language", String),
        column("joined", Boolean),
        column("welcomed", Boolean),
        column("has_pin", Boolean),
        column("born_known", Boolean),
        column("shared", Boolean),
    )
    return list(session.execute(select(rows)))


def number_open(session: Session, hash_: bytes, *, invited: bool = False) -> bool:
    """At the door: may a code go to this number? Not while somebody on it is locked out or may not be in contact."""
    return not session.scalar(select(func.number_closed(hash_, invited)))


def born_on(session: Session, account_id: int, day: date) -> bool:
    """At the door: is this the person's birthday?"""
    return bool(session.scalar(select(func.born_on(account_id, day))))


def birthday_known(session: Session, account_id: int) -> bool:
    """At the door: is there a birthday to ask for?"""
    return bool(session.scalar(select(func.birthday_known(account_id))))


def language_of(session: Session, account_id: int) -> str | None:
    """At the door: the language this person chose, or the one on record."""
    return session.scalar(select(func.language_of(account_id)))


def invitation(
    session: Session, *, token: str | None = None, ref: str | None = None, staff: bool = False
) -> Invitation | None:
    """At the door: an invitation that can still be used, by the token in its link or by its reference. A family's
    opens nothing for staff, and the other way round."""
    which = Invitation.ref == ref if token is None else Invitation.token_hash == token_hash(token)
    usable = which, Invitation.used_at.is_(None), Invitation.expires_at > real_now()
    rows = select(Invitation).join(Account, Account.id == Invitation.account_id).where(*usable)
    theirs = Account.worker_id.is_not(None) if staff else Account.person_id.is_not(None)
    return session.scalar(rows.where(theirs, func.may_come_in(Account.id)))


def number_of(session: Session, account_id: int) -> str | None:
    """The number codes for this account go to."""
    return session.scalar(select(Phone.number).where(Phone.account_id == account_id))


def shares_number(session: Session, account_id: int, number: str) -> bool:
    """At the door: does somebody else answer to this number?"""
    others = Phone.number_hash == number_hash(number), Phone.account_id != account_id
    return session.scalar(select(Phone.id).where(*others).limit(1)) is not None


def covered(session: Session, token: str) -> Device | None:
    """At the door: the device that Exit closed and a PIN may open again."""
    now = real_now()
    row = (
        select(Device)
        .join(Account, Account.id == Device.account_id)
        .where(
            Device.token_hash == token_hash(token),
            Device.covered_at > now - COVERED,
            Device.ends_at > now,
            Account.locked_at.is_(None),
            func.may_come_in(Account.id),
        )
    )
    return session.scalar(row)


def staff_credential(session: Session, email: str) -> Credential | None:
    """At the door: the credential of a worker who works here and is not locked out."""
    row = (
        select(Credential)
        .join(Account, Account.id == Credential.account_id)
        .where(
            Credential.email == email,
            Account.worker_id.is_not(None),
            Account.locked_at.is_(None),
            func.may_come_in(Account.id),
        )
    )
    return session.scalar(row)


def devices(session: Session, account_id: int) -> list[Device]:
    """Where this account is signed in, and where a PIN would bring it back; the latest first."""
    now = real_now()
    awake = Device.last_seen_at > now - func.make_interval(0, 0, 0, 0, 0, cast(Device.idle_minutes, Integer))
    open_ = or_(and_(Device.ended_at.is_(None), awake), Device.covered_at > now - COVERED)
    rows = select(Device).where(Device.account_id == account_id, Device.ends_at > now, open_)
    return list(session.scalars(rows.order_by(Device.last_seen_at.desc(), Device.id.desc())))


def has_pin(session: Session, account_id: int) -> bool:
    """Has this account a PIN? One's own, or at the door."""
    return session.scalar(select(Credential.pin_hash.is_not(None)).where(Credential.account_id == account_id)) or False


def my_number_is_shared(session: Session) -> bool:
    """Does somebody else sign in with the number of whoever asks?"""
    return bool(session.scalar(select(func.my_number_is_shared())))


def account_state(session: Session, account: Account) -> State:
    """How a person's account stands, for a worker who may see it."""
    if not session.scalar(select(func.may_come_in(account.id))):
        return State("shut")
    open_until = session.scalar(
        select(func.max(Invitation.expires_at)).where(
            Invitation.account_id == account.id, Invitation.used_at.is_(None), Invitation.expires_at > real_now()
        )
    )
    if account.locked_at is not None:
        return State("locked", since=account.locked_at, by=account.locked_by, until=open_until)
    if open_until is not None:
        return State("invited", since=account.invited_at, until=open_until)
    if account.joined_at is not None:
        return State("joined", since=account.joined_at)
    return State("new", since=account.invited_at)
