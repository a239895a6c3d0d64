"""Decisions to end help, and what each family member said to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted
from portal.involvement.models import FUNCTIONS

BASES = ("done", "asked", "others", "moved", "engaged_well", "declined")
NEVER_ENOUGH = ("engaged_well", "declined")
"""Said of a boy weeks before he was killed (review 2.20, 2.27): never reason enough alone."""
SAID = ("read", "differently")


class Ending(Keyed, Base):
    """One service's help ends: who decided, why, what still protects, and the way back.

    Where a manager's name is needed it waits for them (`decided_at` is absent), and the family reads nothing yet.
    """

    __tablename__ = "ending"
    __table_args__ = (
        CheckConstraint(f"function in {FUNCTIONS}", name="function"),
        CheckConstraint(f"basis in {BASES}", name="basis"),
        Index("uq_ending_standing", "involvement_id", unique=True, postgresql_where=text("refused_at is null")),
    )
    kind = "family"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    involvement_id: Mapped[int] = mapped_column(ForeignKey("involvement.id", ondelete="CASCADE"))
    function: Mapped[str]
    is_lead: Mapped[bool]
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    """Whose help ends."""
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    """Whose name stands under it too; needed where there was a critical moment in the last twelve months."""
    last_day: Mapped[date]
    basis: Mapped[str]
    why: Mapped[str] = mapped_column(Encrypted("ending.why"))
    besides: Mapped[str | None] = mapped_column(Encrypted("ending.besides"))
    """What else is different now, where the reason is never enough alone."""
    protects: Mapped[str] = mapped_column(Encrypted("ending.protects"))
    come_back: Mapped[str] = mapped_column(Encrypted("ending.come_back"))
    come_back_to_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_reason: Mapped[str | None]


class EndingSaid(Base):
    """What one family member said: that they have read it, or that they see it differently."""

    __tablename__ = "ending_said"
    __table_args__ = (CheckConstraint(f"said in {SAID}", name="said"),)

    ending_id: Mapped[int] = mapped_column(ForeignKey("ending.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    said: Mapped[str]
    at: Mapped[datetime]
