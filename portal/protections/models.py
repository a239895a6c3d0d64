"""Whatever keeps somebody safe and ends on a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

SORTS = ("order", "conditions", "funding", "worker", "housing", "other")
TELL = ("housing", "worker", "funding")
"""Sorts that could tell where somebody is or who helps them: closed to no_address as a whole."""
DAYS_BEFORE = 28


class Protection(Keyed, Base):
    """One thing that protects, as far as whoever reads it knows of it already."""

    __tablename__ = "protection"
    __table_args__ = (
        CheckConstraint(f"sort in {SORTS}", name="sort"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        Index("ix_protection_family_id_ends_on", "family_id", "ends_on"),
    )
    kind = "plan"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    sort: Mapped[str]
    what: Mapped[str] = mapped_column(Encrypted("protection.what"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day."""
    follows: Mapped[str | None] = mapped_column(Encrypted("protection.follows"))
    """What comes after; absent: nothing is settled."""
    made_at: Mapped[datetime]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    edited_at: Mapped[datetime]
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    told_for: Mapped[date | None]
    """The last day for which the lead and the manager were told that nothing follows; once for each last day."""


CHANGES = ("words", "follows", "end", "readers")


class ProtectionChange(Keyed, Base):
    """Something that was changed, with what stood there before: nothing a family was told goes away."""

    __tablename__ = "protection_change"
    __table_args__ = (CheckConstraint(f"what in {CHANGES}", name="what"),)
    kind = "plan"

    protection_id: Mapped[int] = mapped_column(ForeignKey("protection.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    """Those who read it before and after: whoever came later does not read what it said before."""
    at: Mapped[datetime]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    what: Mapped[str]
    before: Mapped[str | None] = mapped_column(Encrypted("protection_change.before"))
    """What it said, or what followed; absent: nothing was settled, or it is not about words."""
    day_before: Mapped[date | None]
