"""Families, people, circles and the family's own supporters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

RELATIONS = ("young_person", "parent", "carer", "sibling", "other", "supporter")
LIMITS = ("none", "no_address", "no_contact")


class Family(Keyed, Imported, Base):
    """One family, as services speak of it."""

    __tablename__ = "family"
    __table_args__ = (once_per_source(),)

    name: Mapped[str]
    home_borough_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Where they live now; before a move that is on record, the borough they moved from."""


class Person(Keyed, Imported, Base):
    """A member of a family, or somebody they invited (`supporter`)."""

    __tablename__ = "person"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"relation in {RELATIONS}", name="relation"),
        CheckConstraint(f"contact_limit in {LIMITS}", name="contact_limit"),
    )

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    relation: Mapped[str]
    date_of_birth: Mapped[date | None]
    language: Mapped[str | None]
    interpreter: Mapped[bool] = mapped_column(default=False)
    school_year: Mapped[int | None] = mapped_column(SmallInteger)
    parental_responsibility: Mapped[bool] = mapped_column(default=False)
    """Recorded, and opens nothing."""
    contact_limit: Mapped[str] = mapped_column(default="none")
    """`no_address`: nothing that tells where the others are. `no_contact`: nothing at all, and no sign-in."""
    sees_police: Mapped[bool] = mapped_column(default=False)
    """A police contact on a teenager's phone can mark him an informer: shown only to those who choose it (M2)."""


class Address(Base):
    """Where a person lives. Apart, so that contact limits close it in the database too."""

    __tablename__ = "address"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Encrypted("address.text"))


class LivesWith(Base):
    """Who lives with whom."""

    __tablename__ = "lives_with"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    with_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)


class Circle(Keyed, Base):
    """A set of named people who see something. No members: the professionals only."""

    __tablename__ = "circle"
    __table_args__ = (UniqueConstraint("family_id", "members_key"),)

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    members_key: Mapped[str]
    """Sorted person ids joined by commas, so that the same people are one circle; `family` for the whole family."""


class CircleMember(Base):
    """One person in one circle."""

    __tablename__ = "circle_member"

    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)


class Supporter(Base):
    """A relative or friend whom somebody in the family invited, and what they may see (M2, App I 24)."""

    __tablename__ = "supporter"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    who: Mapped[str]
    """In the family's words: "my brother", "Leo's coach"."""
    sees_network: Mapped[bool] = mapped_column(default=False)
    """May see who helps the family and how to reach them. Otherwise: only who leads."""
    comes_to_conference: Mapped[bool] = mapped_column(default=False)
    """Would come to a family group conference."""
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
