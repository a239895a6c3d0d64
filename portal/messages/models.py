"""The outbox of texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

STATES = ("queued", "sending", "sent", "failed")


class TextMessage(Keyed, Base):
    """One text to one number."""

    __tablename__ = "text_message"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_text_message_due", "urgent", "due_at", postgresql_where=text("state = 'queued'")),
    )

    number: Mapped[str] = mapped_column(Encrypted("text_message.number"))
    number_hash: Mapped[bytes] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Encrypted("text_message.body"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    urgent: Mapped[bool] = mapped_column(default=False)
    """Sign-in codes go first and are not held back at night: somebody is waiting for them."""
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]
