"""Handovers, who has met, and what was passed on by name."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted
from portal.involvement.models import FUNCTIONS

ITEM_KIND = {"step": "plan", "question": "family", "appointment": "appointments"}
"""What can be passed on, and what a function must open for its workers to see that it was."""
ITEMS = tuple(ITEM_KIND)


class Handover(Keyed, Base):
    """One function in one family's help goes from one worker to the next.

    The family hears of it once the next one said yes. It tells where: a new service is a new place.
    """

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint(f"function in {FUNCTIONS}", name="function"),
        CheckConstraint("from_worker_id <> to_worker_id", name="somebody_else"),
        CheckConstraint("meets_on <= last_day", name="period"),
        Index(
            "uq_handover_open",
            "from_involvement_id",
            unique=True,
            postgresql_where=text("declined_on is null and called_off_at is null"),
        ),
        Index("ix_handover_family_id_made_at", "family_id", "made_at"),
    )
    kind = "family"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    function: Mapped[str]
    is_lead: Mapped[bool]
    from_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    to_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    from_involvement_id: Mapped[int] = mapped_column(ForeignKey("involvement.id", ondelete="CASCADE"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]
    meets_on: Mapped[date]
    """From this day both are there."""
    last_day: Mapped[date]
    """Of the one who goes."""
    reason: Mapped[str]
    """Why, as the family reads it."""
    goodbye: Mapped[str | None] = mapped_column(Encrypted("handover.goodbye"))
    hello: Mapped[str | None] = mapped_column(Encrypted("handover.hello"))
    passed_on: Mapped[str | None] = mapped_column(Encrypted("handover.passed_on"))
    """What the next one knows from the last one."""
    not_again: Mapped[str | None] = mapped_column(Encrypted("handover.not_again"))
    """What the family need not say again."""
    said_yes_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    declined_reason: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]


class HandoverMet(Base):
    """Whether one family member has met the new worker, as they say it themselves."""

    __tablename__ = "handover_met"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    met: Mapped[bool]
    at: Mapped[datetime]


class HandoverItem(Keyed, Base):
    """One promise, question or date that was passed on by name. Whoever may see the thing may see that it was."""

    __tablename__ = "handover_item"
    __table_args__ = (CheckConstraint(f"what in {ITEMS}", name="what"),)
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"), index=True)
    what: Mapped[str]
    text: Mapped[str] = mapped_column(Encrypted("handover_item.text"))
    to_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    at: Mapped[datetime]
