"""Involvements, what each function may see, access out of hours, and alerts to managers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, column, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed

FUNCTIONS = (
    "social_work",
    "youth_justice",
    "youth_support",
    "mentor",
    "school",
    "health",
    "housing",
    "police_liaison",
)

SECTION_KIND = {
    "story": "story",
    "strengths": "story",
    "family": "story",
    "tried": "story",
    "hopes": "story",
    "school": "school",
    "health": "health",
    "places": "risk",
    "friends": "risk",
    "online": "risk",
    "harm": "risk",
}
"""Which part of the matrix (function_sees) opens each section."""


class Involvement(Keyed, Base):
    """One professional's part in one family's life. Two leads at once are refused by the database (M1)."""

    __tablename__ = "involvement"
    __table_args__ = (
        UniqueConstraint("family_id", "worker_id", "function", "starts_on"),
        CheckConstraint(f"function in {FUNCTIONS}", name="function"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="period"),
        ExcludeConstraint(
            (func.int8range(column("family_id"), column("family_id"), "[]"), "&&"),
            (func.daterange(column("starts_on"), column("ends_on"), "[]"), "&&"),
            where=text("is_lead and declined_on is null"),
            using="gist",
            name="one_lead_at_a_time",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index("ix_involvement_family_id_starts_on", "family_id", "starts_on"),
    )

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    function: Mapped[str]
    is_lead: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day; absent: not known yet."""
    accepted_on: Mapped[date | None]
    """The day the worker said yes: they read from then on (M19). Absent: asked, not answered."""
    declined_on: Mapped[date | None]
    """The day the worker said no, with the reason in `end_reason`. A part that was declined never began."""
    end_reason: Mapped[str | None]
    handover_to_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    closes: Mapped[bool] = mapped_column(default=False)
    """Help ended here by agreement: nobody stays accountable after it."""
    source: Mapped[str | None]
    source_digest: Mapped[bytes | None]
    edited_at: Mapped[datetime | None]


class FunctionSees(Base):
    """What each function opens: the one matrix, shown to the family, read by both locks."""

    __tablename__ = "function_sees"

    function: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)


class UrgentAccess(Keyed, Base):
    """A worker who is not involved opens a family: on duty out of hours, or by breaking the glass. Time-boxed."""

    __tablename__ = "urgent_access"
    __table_args__ = (CheckConstraint("why in ('duty', 'break_glass')", name="why"),)

    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    """Absent: nobody matched. The try is kept all the same, so that nobody can guess without being seen."""
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    why: Mapped[str]
    reason: Mapped[str]
    began_at: Mapped[datetime]
    """By the portal's clock, for reading."""
    ends_at: Mapped[datetime]
    """By the real clock: the access closes then."""


class Alert(Keyed, Base):
    """Something a worker or manager must look at."""

    __tablename__ = "alert"

    to_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    about_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    kind: Mapped[str]
    """`break_glass`, `duty`, `no_lead`."""
    note: Mapped[str | None]
    path: Mapped[str | None]
    """Where to look: a page of the portal. Absent: the family's first page."""
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
