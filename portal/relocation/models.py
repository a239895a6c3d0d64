"""The moving conversation (review 3.4.27–30), what people said in it, and the money of each way (M22, M23)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

TOPICS = (
    "same_life",
    "new_place",
    "helpers",
    "strain",
    "accept",
    "breathing",
    "home_seen",
    "tenancy",
    "question",
)
"""The four risks of review 3.4.27, then what they would accept, a short rest, the home, the tenancy, questions."""
RISKS = TOPICS[:4]
SIDES = ("stay", "move", "both")
DECISIONS = ("stay", "move", "rest")
WAYS = ("stay", "move", "rest")
"""Staying, moving, or a short rest somewhere safe, to have time to think."""
STANCES = ("pause", "go_on")


class Relocation(Keyed, Base):
    """One conversation on staying or moving: open until a director signs what was decided."""

    __tablename__ = "relocation"
    __table_args__ = (
        CheckConstraint(f"decision is null or decision in {DECISIONS}", name="decision"),
        CheckConstraint("decision is null or (signed_by_id is not null and reason is not null)", name="signed"),
        Index("ix_relocation_open", "family_id", unique=True, postgresql_where=text("decision is null")),
    )
    kind = "moves"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    opened_at: Mapped[datetime]
    to_borough_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """Where they might go, when that is known."""
    decide_by: Mapped[date | None]
    decision: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Encrypted("relocation.reason"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    signed_at: Mapped[datetime | None]


class RelocationAnswer(Keyed, Base):
    """What somebody said on one topic. A private one has a circle of its own."""

    __tablename__ = "relocation_answer"
    __table_args__ = (
        CheckConstraint(f"topic in {TOPICS}", name="topic"),
        CheckConstraint(f"side in {SIDES}", name="side"),
        CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name="by_somebody"),
    )
    kind = "moves"
    tells_where = True

    relocation_id: Mapped[int] = mapped_column(ForeignKey("relocation.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    topic: Mapped[str]
    side: Mapped[str]
    text: Mapped[str] = mapped_column(Encrypted("relocation_answer.text"))
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]


class RelocationStance(Base):
    """Whether a family member says: pause, we need to think. While one does, nothing is signed."""

    __tablename__ = "relocation_stance"
    __table_args__ = (CheckConstraint(f"stance in {STANCES}", name="stance"),)
    kind = "moves"
    tells_where = True

    relocation_id: Mapped[int] = mapped_column(ForeignKey("relocation.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    stance: Mapped[str]
    said_at: Mapped[datetime]


class RelocationMoney(Keyed, Base):
    """What one way costs, in pence a week, from what people entered. It never says what somebody is entitled to."""

    __tablename__ = "relocation_money"
    __table_args__ = (CheckConstraint(f"way in {WAYS}", name="way"), UniqueConstraint("relocation_id", "way"))
    kind = "moves"
    tells_where = True

    relocation_id: Mapped[int] = mapped_column(ForeignKey("relocation.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    way: Mapped[str]
    weeks: Mapped[int] = mapped_column(SmallInteger)
    home_now: Mapped[int]
    home_new: Mapped[int]
    travel: Mapped[int]
    other: Mapped[int]
    income: Mapped[int]
    help: Mapped[int]
    help_weeks: Mapped[int] = mapped_column(SmallInteger)
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    changed_at: Mapped[datetime]
