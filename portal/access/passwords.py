"""Passwords and PINs: hashed with argon2, compared in the same time whether or not there is one."""

from __future__ import annotations

from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.codes import Tried
from portal.access.models import Credential
from portal.foundation.fields import keyed_hash

PIN_TRIES = 5
SHORTEST, LONGEST = 12, 200  # characters of a password

# 19 MiB and two rounds: OWASP's smallest advice, because a web process has four threads and 150 MB
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has: checked where there is no account, so that the answer takes as long."""
    return hasher.hash("nobody at all has this one")


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return hasher.hash(password)


def password_right(kept: str | None, typed: str) -> bool:
    """Is this the password? Takes as long when there is none to compare with."""
    try:
        hasher.verify(kept or _nobodys(), typed[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def guessable(password: str, email: str) -> bool:
    """Would somebody who knows the e-mail address try this early?"""
    plain = password.casefold()
    parts = [part for part in email.casefold().replace("@", ".").split(".") if len(part) > 3]
    return len(set(plain)) < 6 or any(part in plain for part in parts)


def _pin_text(account_id: int, pin: str) -> str:
    # four digits are soon guessed by whoever has the hash, so the key of the searchable hashes goes in
    return keyed_hash(f"pin:{account_id}:{pin}").hex()


def set_pin(session: Session, account_id: int, pin: str | None) -> None:
    """Give this account a new PIN, or none; wrong tries are forgotten."""
    kept = {"pin_hash": hasher.hash(_pin_text(account_id, pin)) if pin else None, "pin_tries": 0}
    row = insert(Credential.__table__).values(account_id=account_id, **kept)  # type: ignore[arg-type]  # a Table
    session.execute(row.on_conflict_do_update(index_elements=["account_id"], set_=kept))


def try_pin(session: Session, account_id: int, pin: str) -> Tried:
    """Take one try at a PIN. After five wrong ones in a row it is closed until a worker helps."""
    counted = (
        update(Credential)
        .where(Credential.account_id == account_id, Credential.pin_hash.is_not(None), Credential.pin_tries < PIN_TRIES)
        .values(pin_tries=Credential.pin_tries + 1)
        .returning(Credential.pin_hash, Credential.pin_tries)
        .execution_options(synchronize_session=False)
    )
    taken: Any = session.execute(counted).one_or_none()
    if taken is None:
        return Tried("closed")
    try:
        hasher.verify(taken.pin_hash, _pin_text(account_id, pin))
    except VerifyMismatchError:
        return Tried("wrong" if taken.pin_tries < PIN_TRIES else "closed", PIN_TRIES - taken.pin_tries)
    session.execute(update(Credential).where(Credential.account_id == account_id).values(pin_tries=0))
    return Tried("right")
