"""The record of every opening by a professional, and of openings that are shown later for a stated reason."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed


class Look(Keyed, Base):
    """One opening of a family's record by a professional, written at the gate (review 3.6.11)."""

    __tablename__ = "look"
    __table_args__ = (Index("ix_look_family_at", "family_id", "at"),)

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str]
    """What was opened: `family`, `plan`, `assessment`, …: the words are in records/who_has_looked.html."""
    why: Mapped[str]
    """Why it was allowed: involved, manager, cover, accountable, duty or break_glass."""
    reason: Mapped[str | None]
    """The worker's own reason, for duty and break_glass."""
    circles: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Circles of the records on the page: a family member reads the opening only if they are in one of these."""


class LookDelay(Keyed, Base):
    """A manager's decision that one worker's openings are shown to the family only later, with reason and date."""

    __tablename__ = "look_delay"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    manager_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    reason: Mapped[str]
    made_at: Mapped[datetime]
    until: Mapped[date]
    """The last day of not showing; from the next day on the family sees them."""
