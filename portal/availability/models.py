"""A worker's week, what is different on some days, how they let themselves be booked, and the times that are taken."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, column, func
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted


class WorkRule(Base):
    """How a worker lets themselves be booked. Without a row nobody books time with them."""

    __tablename__ = "work_rule"
    __table_args__ = (
        CheckConstraint("minutes between 10 and 240", name="minutes"),
        CheckConstraint("gap_minutes between 0 and 180", name="gap"),
        CheckConstraint("most_per_day between 1 and 20", name="most"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True)
    open: Mapped[bool]
    """Families may take a free time themselves."""
    minutes: Mapped[int] = mapped_column(SmallInteger)
    """How long one meeting is."""
    gap_minutes: Mapped[int] = mapped_column(SmallInteger)
    """Kept free before and after a meeting in person, for the way."""
    most_per_day: Mapped[int | None] = mapped_column(SmallInteger)
    notice_hours: Mapped[int] = mapped_column(SmallInteger)
    """How long before the time it can still be taken."""
    ahead_days: Mapped[int] = mapped_column(SmallInteger)


class WorkHours(Keyed, Base):
    """One stretch of a worker's week in which they can be met."""

    __tablename__ = "work_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("starts < ends", name="order"),
        CheckConstraint("by_phone or place is not null", name="somewhere"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    """0 is Monday."""
    starts: Mapped[time]
    ends: Mapped[time]
    place: Mapped[str | None] = mapped_column(Encrypted("work_hours.place"))
    """Absent: by phone only."""
    by_phone: Mapped[bool]


class WorkException(Keyed, Base):
    """Days on which a worker is not there, or is there at other times."""

    __tablename__ = "work_exception"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint("(starts is null) = (ends is null) and starts < ends", name="order"),
        CheckConstraint("not there or (starts is not null and (by_phone or place is not null))", name="somewhere"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    there: Mapped[bool]
    """More time to be met, instead of less."""
    starts: Mapped[time | None]
    """Absent: the whole day."""
    ends: Mapped[time | None]
    place: Mapped[str | None] = mapped_column(Encrypted("work_exception.place"))
    by_phone: Mapped[bool]


class TakenSlot(Base):
    """The time that an appointment takes out of a worker's day. No two of one worker's meet: the database says so."""

    __tablename__ = "taken_slot"
    __table_args__ = (
        ExcludeConstraint(
            (func.int8range(column("worker_id"), column("worker_id"), "[]"), "&&"),
            ("during", "&&"),
            using="gist",
            name="one_at_a_time",
        ),
    )
    kind = "appointments"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    """From the start to the end, and for a meeting in person the way after it."""
