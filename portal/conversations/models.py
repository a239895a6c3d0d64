"""What the next text of somebody answers: the times that were offered, or the date that was asked about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base
from portal.foundation.fields import Encrypted

WAITS_FOR = ("slot", "yes", "which", "feeling")


class TextTalk(Base):
    """Where one person's conversation stands. Past `expires_at` a number picks nothing any more."""

    __tablename__ = "text_talk"
    __table_args__ = (CheckConstraint(f"waits_for in {WAITS_FOR}", name="waits_for"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    waits_for: Mapped[str]
    """`slot`: one of the times offered; `yes`: yes or no to one thing; `which`: one of several dates; `feeling`: how
    they are."""
    about: Mapped[str] = mapped_column(Encrypted("text_talk.about"))
    """JSON: what was offered, in the order of its numbers, and which date it would move, or who asked."""
    expires_at: Mapped[datetime]
