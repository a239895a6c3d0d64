"""Safety plans: what each one does, who to call, and when it is looked at again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted


class SafetyPlan(Keyed, Base):
    """What each one does to stay safe this week, for those it concerns and nobody else (M8)."""

    __tablename__ = "safety_plan"
    kind = "risk"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    signs: Mapped[str | None] = mapped_column(Encrypted("safety_plan.signs"))
    """What tells us that it is getting worse."""
    calls: Mapped[str] = mapped_column(Encrypted("safety_plan.calls"))
    """Who to call, one in a line."""
    made_at: Mapped[datetime]
    made_by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    owner_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    """Who looks at it again with the family."""
    review_on: Mapped[date]
    reviewed_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    """The review day of which the owner was reminded."""
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))


class SafetyLine(Keyed, Base):
    """What one person does to stay safe; without a person: what those who work with the family do."""

    __tablename__ = "safety_line"
    __table_args__ = (Index("ix_safety_line_whose", "safety_plan_id", "person_id", unique=True),)
    kind = "risk"

    safety_plan_id: Mapped[int] = mapped_column(ForeignKey("safety_plan.id", ondelete="CASCADE"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Encrypted("safety_line.text"))
    edited_at: Mapped[datetime]
