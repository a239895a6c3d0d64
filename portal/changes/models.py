"""What a borough says it did about a recommendation, and who follows that by text."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

STATES = ("begun", "done", "stopped")


class ChangeNote(Keyed, Base):
    """One thing done about one recommendation. Notes add up; none is ever changed, so nobody can tidy the past."""

    __tablename__ = "change_note"
    __table_args__ = (
        CheckConstraint("recommendation between 1 and 15", name="recommendation"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )

    recommendation: Mapped[int] = mapped_column(SmallInteger)
    """1 to 15, as in paragraphs 4.1.1 to 4.1.15 of the review."""
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation: Mapped[str]
    """Its name, as the public reads it."""
    owner: Mapped[str]
    done: Mapped[str]
    evidence: Mapped[str]
    on_day: Mapped[date]
    state: Mapped[str]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]


class ChangeFollower(Keyed, Base):
    """A number that wants to hear when something changed. Nothing else is known of whose it is."""

    __tablename__ = "change_follower"

    number: Mapped[str] = mapped_column(Encrypted("change_follower.number"))
    number_hash: Mapped[bytes] = mapped_column(unique=True)
    language: Mapped[str]
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
