"""Appointments, who comes, and the place, kept apart because it can say where somebody is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

STATUSES = ("booked", "attended", "missed", "cancelled_by_family", "cancelled_by_service")
ANSWERS = ("coming", "move", "cannot")
CHANGES = (
    "booked",
    "moved",
    "changed",
    "confirmed",
    "asked_to_move",
    "cannot",
    "called_off",
    "attended",
    "missed",
    "worker_away",
)


class Appointment(Keyed, Imported, Base):
    """A meeting with one identity for life, however often it moves."""

    __tablename__ = "appointment"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        Index("ix_appointment_family_id_starts_at", "family_id", "starts_at"),
        Index("ix_appointment_worker_id_starts_at", "worker_id", "starts_at"),
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
    sequence: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """How often time, place or state changed here: a page that shows an older one is told, and calendars follow it."""
    by_phone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """No way to go. Apart from the place, because it tells nobody where anybody is."""


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
    __table_args__ = (CheckConstraint(f"answer in {ANSWERS}", name="answer"),)
    kind = "appointments"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    answer: Mapped[str | None]
    """What they said to this time; a moved date asks again."""
    answered_at: Mapped[datetime | None]


class AppointmentChange(Keyed, Base):
    """One thing that happened to an appointment: its history, whatever time it now has."""

    __tablename__ = "appointment_change"
    __table_args__ = (CheckConstraint(f"what in {CHANGES}", name="what"),)
    kind = "appointments"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """Neither: the portal itself, which saw that the worker will not be there."""
    was_at: Mapped[datetime | None]
    """When it was before it moved."""
    note: Mapped[str | None] = mapped_column(Encrypted("appointment_change.note"))
    """In somebody's own words: which times would suit, what happens next."""
