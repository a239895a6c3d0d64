"""Organisations, their workers, and how a worker is reached."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from portal.foundation.database import Base, Imported, Keyed, once_per_source

KINDS = ("borough", "youth_justice", "youth_support", "charity", "school", "health", "housing", "police")


class Organisation(Keyed, Imported, Base):
    """A borough's children's services, or a service. Its name can tell where a family lives: closed to no_address."""

    __tablename__ = "organisation"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    borough_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    phone: Mapped[str | None]
    senior_manager_id: Mapped[int | None] = mapped_column(
        ForeignKey("worker.id", use_alter=True, deferrable=True, initially="DEFERRED"), index=True
    )
    """Absent: the borough's."""


class Worker(Keyed, Imported, Base):
    """A professional. Name and role can be seen by anybody signed in; where they work and how to reach them, apart."""

    __tablename__ = "worker"
    __table_args__ = (once_per_source(),)

    name: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    is_manager: Mapped[bool] = mapped_column(default=False)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    hours: Mapped[str | None]
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    left_on: Mapped[date | None]
    """The last day of working here."""


class WorkerContact(Base):
    """How a worker is reached: a local number says where a family lives, so it is closed to no_address."""

    __tablename__ = "worker_contact"

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str | None]
    email: Mapped[str | None]


class DutyNumbers(Base):
    """Whom a borough lets people call when a child is not safe, by day and by night. Everybody may read them."""

    __tablename__ = "duty_numbers"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    day_phone: Mapped[str | None]
    day_hours: Mapped[str | None]
    night_phone: Mapped[str | None]
    checked_on: Mapped[date]
    """When somebody last rang them."""
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    changed_at: Mapped[datetime]
