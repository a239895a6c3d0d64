"""Practical help: what can be asked for, who asked, what was offered and answered, and who decides after refusals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

RESPONSES = ("accepted", "declined", "no_answer")
STATES = ("asked", "looking", "yes", "no", "arranged", "withdrawn")
THINGS = (
    "mentor",
    "mental_health",
    "parents_support",
    "parents_group",
    "bus_pass",
    "apprenticeship",
    "school_place",
    "rehousing",
    "hotel_nights",
    "money",
    "legal_advice",
    "respite",
    "activity",
)
"""What every list begins with; their words are in templates/offers/_things.html."""


class HelpThing(Keyed, Base):
    """One line of an organisation's own list of help: something of their own, or one of THINGS that they do not have.

    It can tell where a family lives ("Northfield boxing club"), so it is closed to no_address.
    """

    __tablename__ = "help_thing"
    __table_args__ = (CheckConstraint("num_nonnulls(thing, name) = 1", name="own_or_known"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    thing: Mapped[str | None]
    """One of THINGS that this organisation does not offer."""
    name: Mapped[str | None]
    about: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class Offer(Keyed, Imported, Base):
    """One offer of support to one person, and what became of it: kept for good, and offered again (M7)."""

    __tablename__ = "offer"
    __table_args__ = (once_per_source(), CheckConstraint(f"response in {RESPONSES}", name="response"))
    kind = "offers"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    offered_on: Mapped[date]
    what: Mapped[str]
    thing: Mapped[str | None]
    """One of THINGS; absent: what it is goes by its words (`thing_of` in the database)."""
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    to_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    response: Mapped[str]
    reason: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who said yes or no; absent: whom it was offered to."""
    noted_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """The worker who wrote the answer down for them."""
    again_on: Mapped[date | None]
    """When it will be offered again."""
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))


class HelpRequest(Keyed, Base):
    """A family member asks for something; a named person answers by a day (M6)."""

    __tablename__ = "help_request"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_help_request_waiting", "answer_by", postgresql_where=sql("state in ('asked', 'looking')")),
    )
    kind = "offers"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    thing: Mapped[str | None]
    what: Mapped[str]
    words: Mapped[str | None] = mapped_column(Encrypted("help_request.words"))
    asked_at: Mapped[datetime]
    asked_by_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """The worker who wrote it down for them."""
    to_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    """Who answers."""
    answer_by: Mapped[date]
    state: Mapped[str] = mapped_column(default="asked")
    looking_since: Mapped[datetime | None]
    looking_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    decided_at: Mapped[datetime | None]
    decided_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    answer: Mapped[str | None] = mapped_column(Encrypted("help_request.answer"))
    arranged_on: Mapped[date | None]
    arranged: Mapped[str | None] = mapped_column(Encrypted("help_request.arranged"))
    late_told_on: Mapped[date | None]
    """When the manager above was told that nobody answered."""
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))


class RefusalReview(Keyed, Base):
    """Two refusals by one person while the need is high: a senior person decides what changes (M7)."""

    __tablename__ = "refusal_review"
    kind = "offers"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    """Those who see the offers that were refused."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    asked_on: Mapped[date]
    to_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    decided_at: Mapped[datetime | None]
    decided_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    changes: Mapped[str | None] = mapped_column(Encrypted("refusal_review.changes"))
    """What changes, in words the family reads."""
