"""How somebody who cares for a young person says they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from portal.foundation.database import Base, Keyed

FEELINGS = ("ok", "tired", "hard", "very_low", "frightened")
"""In this order: by text each is answered by its number."""
FEELING_WORDS = {
    "ok": _l("I am all right"),
    "tired": _l("I am worn out"),
    "hard": _l("It is very hard just now"),
    "very_low": _l("I cannot go on like this"),
    "frightened": _l("I am frightened"),
}
ALARMING = ("very_low", "frightened")
"""Answers after which help is shown at once, and several people are told at once."""
WANTS = ("call", "rest", "parents", "counsellor", "practical")
ASKED_AGAIN_AFTER = timedelta(days=7)
"""Nobody is asked by text more often than that."""
ANSWERED_WITHIN = {"very_low": timedelta(days=1), "frightened": timedelta(days=1), "hard": timedelta(days=3)}


class Checkin(Keyed, Base):
    """One answer to "how are you?", read by whoever gave it and the worker it goes to. The words are in a question."""

    __tablename__ = "checkin"
    __table_args__ = (
        CheckConstraint(f"feeling in {FEELINGS}", name="feeling"),
        Index("ix_checkin_person_id_made_at", "person_id", "made_at"),
    )
    kind = "family"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    to_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    """Who answers: whoever was responsible then."""
    feeling: Mapped[str]
    wants: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Of WANTS: what would help."""
    made_at: Mapped[datetime]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"))
    """Where the answer comes; absent: all is well and nothing was asked."""


class CheckinAsked(Keyed, Base):
    """A worker asked somebody by text how they are. The answer is one number, and a check-in like any other."""

    __tablename__ = "checkin_asked"
    kind = "family"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    """Of the person alone."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    to_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    """Who asked, and reads the answer."""
    asked_at: Mapped[datetime]
