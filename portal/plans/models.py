"""Steps of the plan."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source

STATUSES = ("todo", "doing", "done", "stopped")


class Step(Keyed, Imported, Base):
    """One step toward a goal, with one owner: a family member or a professional."""

    __tablename__ = "step"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("num_nonnulls(owner_person_id, owner_worker_id) <= 1", name="one_owner"),
        Index("ix_step_family_id_due", "family_id", "due"),
    )
    kind = "plan"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    goal: Mapped[str]
    """In the family's words."""
    text: Mapped[str]
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    owner_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    promised_on: Mapped[date]
    due: Mapped[date]
    status: Mapped[str] = mapped_column(default="todo")
    done_on: Mapped[date | None]
    """A step with a later day here is not done yet."""
