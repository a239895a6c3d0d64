"""Meetings about a family, what was decided there, and why a manager kept something back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

WITHIN = 2
"""Working days after a meeting by which the family reads what was decided."""


class Meeting(Keyed, Base):
    """One meeting. No place: where people meet stands with their dates."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("num_nonnulls(withheld_until, withheld_by_id) in (0, 2)", name="withheld_by_somebody"),
        Index("ix_meeting_family_id_held_at", "family_id", "held_at"),
    )
    kind = "plan"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    made_at: Mapped[datetime]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    """Who tells the family what was decided."""
    held_at: Mapped[datetime]
    about: Mapped[str] = mapped_column(Encrypted("meeting.about"))
    invited: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    """Keys of the family members who are invited."""
    why_not: Mapped[str | None] = mapped_column(Encrypted("meeting.why_not"))
    """Why the others are not."""
    due_on: Mapped[date]
    """The day by which they read what was decided."""
    withheld_until: Mapped[date | None]
    """The last day on which the family does not read it."""
    withheld_whole: Mapped[bool] = mapped_column(default=False)
    """Kept back is the meeting itself, not only what was decided."""
    withheld_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    told_late_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    """One more with each change: who moves it from a page that is old is told."""


CHANGES = ("moved", "off", "invited", "readers")


class MeetingChange(Keyed, Base):
    """Something that was changed of a meeting, with what stood there before: nothing a family was told goes away."""

    __tablename__ = "meeting_change"
    __table_args__ = (CheckConstraint(f"what in {CHANGES}", name="what"),)
    kind = "plan"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    """Those who read of the meeting then: whoever came later does not read what it said before."""
    at: Mapped[datetime]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    what: Mapped[str]
    held_before: Mapped[datetime | None]
    held_after: Mapped[datetime | None]
    words: Mapped[str | None] = mapped_column(Encrypted("meeting_change.words"))
    """Why it was moved or called off; when it is about who is invited, the reason that stood there before."""


class Decision(Base):
    """What was decided at a meeting. Apart, so that the database can keep it back while the meeting is shown.

    What was put right is one more row with the next number: nothing is overwritten, and the last one stands.
    """

    __tablename__ = "meeting_decision"
    kind = "plan"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, default=1, server_default=sql("1"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    text: Mapped[str] = mapped_column(Encrypted("meeting_decision.text"))
    written_at: Mapped[datetime]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))


class Withholding(Keyed, Base):
    """Why a manager kept a meeting back. The family reads by whom and until when; the reason those who help them."""

    __tablename__ = "meeting_withholding"
    kind = "plan"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(Encrypted("meeting_withholding.reason"))
