"""A family's move from one borough to another."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source

NEEDS = ("early_help", "child_in_need", "child_protection")
INVITATIONS = ("none", "accepted", "declined")


class Move(Keyed, Imported, Base):
    """One move, with the level of need before and after, and what became of the invitation to a conference."""

    __tablename__ = "move"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"invitation in {INVITATIONS}", name="invitation"),
        CheckConstraint(f"need_before is null or need_before in {NEEDS}", name="need_before"),
        CheckConstraint(f"need_after is null or need_after in {NEEDS}", name="need_after"),
    )
    kind = "moves"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    from_borough_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    to_borough_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    planned_on: Mapped[date]
    moved_on: Mapped[date | None]
    need_before: Mapped[str | None]
    need_after: Mapped[str | None]
    conference_on: Mapped[date | None]
    invitation: Mapped[str] = mapped_column(default="none")
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    declined_reason: Mapped[str | None]
