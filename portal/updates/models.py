"""Updates, who has read them, and what the family wrote back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

UNDO = timedelta(minutes=1)
"""By the real clock: so long what was posted can be taken back as if it had never been, while nobody has read it."""


class Update(Keyed, Imported, Base):
    """A few words from a worker to the people of one circle."""

    __tablename__ = "family_update"
    __table_args__ = (once_per_source(), Index("ix_family_update_family_id_posted_at", "family_id", "posted_at"))
    kind = "updates"
    words_by = "by_worker_id"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    posted_at: Mapped[datetime]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    text: Mapped[str]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("family_update.id", ondelete="CASCADE"), index=True)
    """The first of the updates that this one puts right; it has the same readers."""
    written_at: Mapped[datetime | None]
    """When it was posted by the real clock; absent: it was imported."""


class UpdateRead(Base):
    """An update has been before somebody of the family."""

    __tablename__ = "update_read"
    kind = "updates"

    update_id: Mapped[int] = mapped_column(ForeignKey("family_update.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    seen_at: Mapped[datetime]
    """When at least its beginning stood on a page of theirs: from then on it cannot be undone."""
    read_at: Mapped[datetime | None]
    """When the whole of it did."""


class Reply(Keyed, Base):
    """What somebody in the family wrote back, or the worker to that."""

    __tablename__ = "update_reply"
    __table_args__ = (CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name="somebody"),)
    kind = "updates"

    update_id: Mapped[int] = mapped_column(ForeignKey("family_update.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    to_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    """For this worker alone, and whoever stands in for them or leads; absent: for all who read the update."""
    text: Mapped[str] = mapped_column(Encrypted("update_reply.text"))
    made_at: Mapped[datetime]
    worker_seen_at: Mapped[datetime | None]
    """When the worker who wrote the update, or somebody in their place, had it before them."""
