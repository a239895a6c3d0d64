"""The rota, numbers out of hours, calls for help, and who was told of each."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

CALLS = ("not_safe", "no_show", "not_back")
BANK_HOLIDAY = 7
"""Stands beside the days of the week, Monday 0 to Sunday 6: a bank holiday is no Monday."""


class DutyTurn(Keyed, Base):
    """One worker's turn on an organisation's rota: these days, from then to then, over midnight where it ends early."""

    __tablename__ = "duty_turn"
    __table_args__ = (Index("ix_duty_turn_organisation_id", "organisation_id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    days: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    begins: Mapped[time]
    ends: Mapped[time]
    """The same as `begins`: round the clock."""
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    number: Mapped[str | None] = mapped_column(Encrypted("duty_turn.number"))
    """Where a call for help is texted to this worker. Says nothing but that somebody needs them."""


class DutyLine(Base):
    """The number that answers for an organisation out of hours, for the pages of those who may know where they are."""

    __tablename__ = "duty_line"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str]
    hours: Mapped[str]


class DutyCall(Keyed, Base):
    """Somebody is not safe, or did not come, or has not checked in: a worker must act now."""

    __tablename__ = "duty_call"
    __table_args__ = (
        CheckConstraint(f"why in {CALLS}", name="why"),
        Index("ix_duty_call_open", "told_at", postgresql_where=text("acknowledged_at is null")),
    )
    kind = "texts"

    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    """The worker who raised it, or whom it is about."""
    why: Mapped[str]
    said: Mapped[str | None] = mapped_column(Encrypted("duty_call.said"))
    made_at: Mapped[datetime]
    told_at: Mapped[datetime]
    """When somebody was last told: five minutes later it goes on."""
    level: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """How far up it has gone."""
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Encrypted("duty_call.outcome"))


class DutyTold(Base):
    """One worker who was told of one call."""

    __tablename__ = "duty_told"
    call_id: Mapped[int] = mapped_column(ForeignKey("duty_call.id", ondelete="CASCADE"), primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True, index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    texted_at: Mapped[datetime | None]
    """When a text went to their duty number, where there is one."""


class CheckBack(Keyed, Base):
    """A worker alone on a visit: when they mean to have checked back, and whether they did."""

    __tablename__ = "check_back"
    __table_args__ = (Index("ix_check_back_open", "due_at", postgresql_where=text("back_at is null")),)

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    where: Mapped[str | None] = mapped_column(Encrypted("check_back.where"))
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    back_at: Mapped[datetime | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("duty_call.id", ondelete="SET NULL"), index=True)
