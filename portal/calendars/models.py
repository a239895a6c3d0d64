"""The private address of one person's dates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted


class CalendarFeed(Keyed, Base):
    """A calendar address that works until it is ended. Whoever has it reads the dates, and nothing else."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index("uq_calendar_feed_running", "person_id", unique=True, postgresql_where=text("ended_at is null")),
    )

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    secret: Mapped[str] = mapped_column(Encrypted("calendar_feed.secret"))
    """Sealed, so that its owner can look it up again."""
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    """Keyed: finds the feed without opening the secret."""
    plain: Mapped[bool]
    """Says what for, with whom and where; otherwise only that there is an appointment."""
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
