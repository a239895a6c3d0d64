"""Statements and links to places and people in each borough."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

SECTION_KIND = {
    "story": "story",
    "strengths": "story",
    "family": "story",
    "tried": "story",
    "hopes": "story",
    "school": "school",
    "health": "health",
    "places": "risk",
    "friends": "risk",
    "online": "risk",
    "harm": "risk",
}
"""Which part of the matrix (function_sees) opens each section."""

SECTIONS = tuple(SECTION_KIND)
LINK_KINDS = ("school", "friends", "family", "youth_club", "place", "home", "other")


class Statement(Keyed, Imported, Base):
    """What somebody said, in their words. Nothing is overwritten: a change is a new version."""

    __tablename__ = "statement"
    __table_args__ = (
        once_per_source("version"),
        CheckConstraint(f"section in {SECTIONS}", name="section"),
        CheckConstraint("num_nonnulls(said_by_person_id, said_by_worker_id) = 1", name="said_by_somebody"),
        Index("ix_statement_family_id_made_on", "family_id", "made_on"),
    )
    words_by = "said_by_worker_id"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    section: Mapped[str]
    made_on: Mapped[date]
    said_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    said_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str] = mapped_column(Encrypted("statement.text"))
    disagrees_with_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id", use_alter=True))
    """The next version of the same statement; absent: this is the newest."""


class Link(Keyed, Imported, Base):
    """A school, place or friendship in a borough, and whether that borough was asked what it knows (M15)."""

    __tablename__ = "link"
    __table_args__ = (once_per_source(), CheckConstraint(f"what in {LINK_KINDS}", name="what"))
    kind = "links"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    borough_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    what: Mapped[str]
    since: Mapped[date | None]
    until: Mapped[date | None]
    asked_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Encrypted("link.note"))
