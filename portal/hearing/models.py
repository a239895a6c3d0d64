"""Texts that came in, and what is known of each number, whoever holds it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

HEARD = ("not_safe", "stop", "start", "help", "conversation", "who", "unknown", "flood", "empty")


class InboundText(Keyed, Base):
    """One text that somebody sent to us, kept once however often the provider tells of it."""

    __tablename__ = "inbound_text"
    __table_args__ = (
        CheckConstraint(f"heard in {HEARD}", name="heard"),
        Index("ix_inbound_text_family_id_at", "family_id", "at"),
    )
    kind = "texts"

    provider: Mapped[str]
    sid: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(Encrypted("inbound_text.number"))
    number_hash: Mapped[bytes] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Encrypted("inbound_text.body"))
    media: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many pictures came with it. They are not fetched."""
    at: Mapped[datetime]
    heard: Mapped[str]
    """What it was taken for."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))


class TextNumber(Base):
    """What is known of one number, whoever holds it: stopped, introduced, whom it speaks for just now."""

    __tablename__ = "text_number"

    number_hash: Mapped[bytes] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
    """`person`, or `provider` where the provider answered a lone STOP itself."""
    introduced_at: Mapped[datetime | None]
    """When it was first said who may write and how to stop."""
    speaks_as_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """On a shared number: who answered with their initials, until `speaks_until`."""
    speaks_until: Mapped[datetime | None]
    waiting: Mapped[str | None] = mapped_column(Encrypted("text_number.waiting"))
    """The text that waits until we know who wrote it."""
    since: Mapped[datetime | None]
    many: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """How many texts came since `since`: a flood is answered once."""
