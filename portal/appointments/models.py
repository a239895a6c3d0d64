"""Appointments, who comes, and the place, kept apart because it can say where somebody is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

STATUSES = ("booked", "attended", "missed", "cancelled_by_family", "cancelled_by_service")


class Appointment(Keyed, Imported, Base):
    """A meeting with one identity for life, however often it moves."""

    __tablename__ = "appointment"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        Index("ix_appointment_family_id_starts_at", "family_id", "starts_at"),
    )
    kind = "appointments"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    made_on: Mapped[date | None]
    """It exists from this day on; absent: always known."""
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    purpose: Mapped[str]
    status: Mapped[str] = mapped_column(default="booked")
    status_on: Mapped[date | None]
    """The day from which the status holds; absent: from the start of the appointment."""


class AppointmentPlace(Base):
    """Where it is. Closed to no_address in both locks."""

    __tablename__ = "appointment_place"
    kind = "appointments"
    tells_where = True

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    place: Mapped[str] = mapped_column(Encrypted("appointment_place.place"))


class AppointmentPerson(Base):
    """A family member who takes part."""

    __tablename__ = "appointment_person"
    kind = "appointments"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
