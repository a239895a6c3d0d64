"""Offers of support and their answers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source

RESPONSES = ("accepted", "declined", "no_answer")


class Offer(Keyed, Imported, Base):
    """One offer of support to one person."""

    __tablename__ = "offer"
    __table_args__ = (once_per_source(), CheckConstraint(f"response in {RESPONSES}", name="response"))
    kind = "offers"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    offered_on: Mapped[date]
    what: Mapped[str]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    to_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    response: Mapped[str]
    reason: Mapped[str | None]
