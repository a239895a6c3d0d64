"""Links to schools, places and people in each borough, and what a borough or a school was asked about them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

LINK_KINDS = ("school", "friends", "family", "youth_club", "place", "home", "other")


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


class Enquiry(Keyed, Base):
    """What another borough or a school was asked about a young person, by when it answers, and what came back (M15)."""

    __tablename__ = "context_question"
    __table_args__ = (CheckConstraint("num_nonnulls(to_worker_id, to_name) = 1", name="to_somebody"),)
    kind = "links"
    tells_where = True
    words_by = "asked_by_id"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """Who is asked: a borough or a school."""
    link_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    """Which links it asks about."""
    to_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    to_name: Mapped[str | None] = mapped_column(Encrypted("context_question.to_name"))
    """Somebody who is not on the portal, asked by phone or e-mail."""
    about: Mapped[str] = mapped_column(Encrypted("context_question.about"))
    """The name and birthday by which whoever is asked can look: they cannot open the family."""
    text: Mapped[str] = mapped_column(Encrypted("context_question.text"))
    asked_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    answer: Mapped[str | None] = mapped_column(Encrypted("context_question.answer"))
