"""Texts about a date, planned in the transaction that makes, moves or calls it off. Actions never commit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session


def tell(session: Session, appointment_id: int, people: Collection[int], wording: str, starts_at: datetime) -> None:
    """Tell these people at once that a date was made, moved or called off."""


def remind(session: Session, appointment_id: int, people: Collection[int], starts_at: datetime) -> None:
    """Plan the reminders of these people for this date."""


def forget(session: Session, appointment_id: int) -> None:
    """Drop whatever is still to be sent about this date."""
