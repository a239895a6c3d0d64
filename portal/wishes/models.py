"""What matters to a young person in a mentor, and what mentors say of themselves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

GENDERS = ("woman", "man", "other")
ANSWERS = ("looking", "found", "nobody")


class MentorWish(Keyed, Base):
    """One young person's wishes, in their own words, and what was answered. Nothing here is a must for anybody."""

    __tablename__ = "mentor_wish"
    __table_args__ = (
        CheckConstraint(f"gender in {GENDERS}", name="gender"),
        CheckConstraint(f"answer in {ANSWERS}", name="answer"),
    )
    kind = "offers"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    gender: Mapped[str | None]
    """Absent: it does not matter."""
    language: Mapped[str | None]
    background: Mapped[str | None] = mapped_column(Encrypted("mentor_wish.background"))
    interests: Mapped[str | None] = mapped_column(Encrypted("mentor_wish.interests"))
    words: Mapped[str | None] = mapped_column(Encrypted("mentor_wish.words"))
    said_at: Mapped[datetime]
    answer: Mapped[str | None]
    answer_words: Mapped[str | None] = mapped_column(Encrypted("mentor_wish.answer_words"))
    answered_at: Mapped[datetime | None]
    answered_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    mentor_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    look_again_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))


class MentorProfile(Base):
    """What a worker who mentors says of themselves, for those who choose a mentor."""

    __tablename__ = "mentor_profile"
    __table_args__ = (CheckConstraint(f"gender in {GENDERS}", name="gender"),)

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True)
    gender: Mapped[str | None]
    about: Mapped[str | None]
    """Background and interests, in their own words."""
    has_room: Mapped[bool] = mapped_column(default=True, server_default=sql("true"))
    edited_at: Mapped[datetime]
