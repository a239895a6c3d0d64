"""Questions of families to named workers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

DAYS = 7
"""Within so many days a question is answered; after that the family sees that it is late."""
ANSWER_WITHIN = timedelta(days=DAYS)
SENIOR_DAYS = 3
"""Whoever it was passed up to has fewer: the family has waited once already."""


class Question(Keyed, Base):
    """What somebody in a family asked one worker. It hangs on the family and the thing asked about, not on the worker:
    when they go, it is passed on by name."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("num_nonnulls(answered_at, answer, answered_by_id) in (0, 3)", name="answer_is_whole"),
        CheckConstraint("num_nonnulls(about_kind, about_id) in (0, 2)", name="about_something"),
        Index("ix_question_about_kind_about_id", "about_kind", "about_id"),
    )
    kind = "family"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    asked_by_person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    first_to_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    """Whom the family asked."""
    to_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    """Who has to answer now."""
    about_kind: Mapped[str | None]
    """`step`, `update`, `appointment`…: the kind of thing it is about; absent: nothing in particular."""
    about_id: Mapped[int | None]
    about_ref: Mapped[str | None]
    """The thing's public reference, to lead to it."""
    text: Mapped[str] = mapped_column(Encrypted("question.text"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When the answer is late."""
    passed_from_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """Who had to answer before."""
    passed_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """The worker who passed it on; absent when the family took it to somebody senior."""
    passed_at: Mapped[datetime | None]
    raised_at: Mapped[datetime | None]
    """When the family took it to somebody senior."""
    told_late_at: Mapped[datetime | None]
    """When the manager was told that it is late; once."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    answer: Mapped[str | None] = mapped_column(Encrypted("question.answer"))
    family_seen_at: Mapped[datetime | None]
    """When whoever asked had the answer before them."""
