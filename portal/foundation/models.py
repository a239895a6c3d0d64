"""What the worker process remembers: when each timetable entry ran, and that it is alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base


class Timetable(Base):
    """A recurring job and when it last ran."""

    __tablename__ = "timetable"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_run_at: Mapped[datetime | None]


class Heartbeat(Base):
    """A process that says it is alive; one row for each."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
