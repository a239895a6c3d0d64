"""Codes sent by text: six digits, ten minutes, five tries, used once, kept only as a keyed hash."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.models import SignInCode
from portal.foundation.clock import real_now
from portal.foundation.database import reference
from portal.foundation.fields import keyed_hash
from portal.foundation.phones import number_hash

LASTS = timedelta(minutes=10)
TRIES = 5
DIGITS = 6


@dataclass(frozen=True)
class Fresh:
    """A code just made: what its page remembers, and the digits for the text."""

    ref: str
    digits: str


@dataclass(frozen=True)
class Tried:
    """What came of a try, and how many are left."""

    outcome: Literal["right", "wrong", "ended", "closed"]
    """`ended`: too old, used, or followed by a newer one; `closed`: wrong five times."""
    left: int = 0


def _hash(ref: str, digits: str) -> bytes:
    return keyed_hash(f"code:{ref}:{digits}")


def make_code(session: Session, number: str, known: bool) -> Fresh:
    """A new code for this number; older ones end. For an unknown number too, with a hash that no code has: what
    somebody then sees and can try is the same."""
    now, ref = real_now(), reference()
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    older = update(SignInCode).where(SignInCode.number_hash == number_hash(number), SignInCode.expires_at > now)
    session.execute(older.values(expires_at=now))
    session.add(
        SignInCode(
            ref=ref,
            number_hash=number_hash(number),
            code_hash=_hash(ref, digits) if known else secrets.token_bytes(32),
            made_at=now,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return Fresh(ref, digits)


def try_code(session: Session, ref: str, typed: str) -> Tried:
    """Take one try. The try is counted before it is compared, so that many at once get no more than five."""
    now = real_now()
    usable = SignInCode.ref == ref, SignInCode.used_at.is_(None), SignInCode.expires_at > now
    counted = (
        update(SignInCode)
        .where(*usable, SignInCode.tries < TRIES)
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.code_hash, SignInCode.tries)
    )
    taken = session.execute(counted.execution_options(synchronize_session=False)).one_or_none()
    if taken is None:
        return Tried("closed" if session.scalar(select(SignInCode.id).where(*usable)) else "ended")
    if not hmac.compare_digest(taken.code_hash, _hash(ref, typed)):
        return Tried("wrong" if taken.tries < TRIES else "closed", TRIES - taken.tries)
    # from here on there are ten minutes more to say who one is and to give a PIN
    used = update(SignInCode).where(*usable).values(used_at=now, expires_at=now + LASTS)
    done: Any = session.execute(used.execution_options(synchronize_session=False))
    return Tried("right" if done.rowcount else "ended")


def proved_number(session: Session, ref: str) -> bytes | None:
    """The hash of the number that somebody has just shown to be in their hand; None when that is over."""
    proved = SignInCode.ref == ref, SignInCode.used_at.is_not(None), SignInCode.expires_at > real_now()
    return session.scalar(select(SignInCode.number_hash).where(*proved))


def end_code(session: Session, ref: str) -> None:
    """Signed in: what the code proved is over."""
    session.execute(update(SignInCode).where(SignInCode.ref == ref).values(expires_at=real_now()))
