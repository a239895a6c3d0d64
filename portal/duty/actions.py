"""Raising a call for help, saying "I have it", and checking back after a visit. Actions never commit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Text, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.duty.conditions import today_and_before
from portal.foundation.database import reference
from portal.foundation.fields import Encrypted


@dataclass(frozen=True)
class Raised:
    """A call for help: its reference, the workers who were told, and whether somebody is on duty at this hour."""

    ref: str
    told: list[int]
    watched: bool
    fresh: bool
    """False: the same call stood already."""


class NotRaised(Exception):
    """Whoever asks may not raise a call for that person."""


def raise_call(
    session: Session,
    why: str,
    *,
    family_id: int | None,
    person_id: int | None = None,
    by_worker_id: int | None = None,
    said: str | None = None,
) -> Raised:
    """Tell whoever is on duty, at once. `why`: not_safe, no_show, not_back. The same call within five minutes is one.
    Raises NotRaised."""
    columns = (
        column("call_ref", Text),
        column("told", ARRAY(BigInteger)),
        column("watched", Boolean),
        column("fresh", Boolean),
    )
    holiday, before = today_and_before()
    asked = func.raise_call(
        literal(family_id, BigInteger),
        literal(person_id, BigInteger),
        literal(by_worker_id, BigInteger),
        literal(why, Text),
        literal(said, Encrypted("duty_call.said")),
        reference(),
        holiday,
        before,
    ).table_valued(*columns)
    row = session.execute(select(asked)).one_or_none()
    if row is None:
        raise NotRaised
    return Raised(row.call_ref, list(row.told or []), row.watched, row.fresh)
