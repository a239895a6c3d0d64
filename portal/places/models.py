"""Places that are not safe for somebody, and, apart from them, who said so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted


class UnsafePlace(Keyed, Base):
    """A place or an area where this person must not be asked to come."""

    __tablename__ = "unsafe_place"
    kind = "risk"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Encrypted("unsafe_place.words"))
    own: Mapped[bool]
    """Written by the person themselves, who then sees it and can take it back; a worker's never shows to the family."""
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class UnsafePlaceSource(Base):
    """Who said it: read by themselves alone. It could put them, or whoever told them, in danger."""

    __tablename__ = "unsafe_place_source"
    __table_args__ = (CheckConstraint("num_nonnulls(person_id, worker_id) = 1", name="somebody"),)

    unsafe_place_id: Mapped[int] = mapped_column(ForeignKey("unsafe_place.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
