"""Courses, their groups and meetings, and who signed up: read by the course's own organisers and nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

MODES = ("place", "online")
STATES = ("booked", "waiting", "offered", "declined", "lapsed", "left", "cancelled")
HOLDS = ("booked", "waiting", "offered")
"""States in which a number is on a group's list."""
VIA = ("web", "text", "poster", "offer")
PROVIDERS = ("charity", "school")
"""Kinds of organisation that may run courses: never children's services, who must not see who signed up."""


class CourseOrganiser(Base):
    """A worker who organises the courses of their charity or school, named by its manager."""

    __tablename__ = "course_organiser"

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    named_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Course(Keyed, Base):
    """What a course is about, honestly. It is shown once it is published."""

    __tablename__ = "course"
    __table_args__ = (CheckConstraint("year_from >= 0 and year_to >= year_from and year_to <= 13", name="years"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    provider: Mapped[str]
    """The organisation's name, as the public reads it."""
    title: Mapped[str]
    summary: Mapped[str]
    covers: Mapped[str]
    """What it covers, one thing a line."""
    year_from: Mapped[int] = mapped_column(SmallInteger)
    """School years of the children; 0 is Reception."""
    year_to: Mapped[int] = mapped_column(SmallInteger)
    cost: Mapped[str | None]
    """Absent: free."""
    keyword: Mapped[str | None] = mapped_column(unique=True)
    """What parents text to join, in capitals."""
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))


class CourseGroup(Keyed, Base):
    """One dated run of a course, with so many places."""

    __tablename__ = "course_group"
    __table_args__ = (
        CheckConstraint(f"mode in {MODES}", name="mode"),
        CheckConstraint("places between 1 and 500", name="places"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"), index=True)
    mode: Mapped[str]
    place: Mapped[str | None]
    """The place and street; online, the link, which is shown only to those who have a place."""
    getting_in: Mapped[str | None]
    """Steps, lift, buggies, parking, the bus."""
    creche: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str]
    places: Mapped[int] = mapped_column(SmallInteger)
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str | None]


class CourseMeeting(Base):
    """One evening or morning of a group."""

    __tablename__ = "course_meeting"
    __table_args__ = (UniqueConstraint("group_id", "starts_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("course_group.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(SmallInteger)


class SignUp(Keyed, Base):
    """One parent, or two who come together or not at all, on one group's list."""

    __tablename__ = "course_sign_up"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("people between 1 and 2", name="people"),
        CheckConstraint(f"via in {VIA}", name="via"),
        CheckConstraint("rating is null or rating between 1 and 5", name="rating"),
        Index(
            "uq_course_sign_up_one_place",
            "group_id",
            "number_hash",
            unique=True,
            postgresql_where=text(f"state in {HOLDS}"),
        ),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("course_group.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("course_sign_up.name"))
    """Empty where somebody joined by text and has not said it."""
    number: Mapped[str] = mapped_column(Encrypted("course_sign_up.number"))
    number_hash: Mapped[bytes] = mapped_column(index=True)
    companion: Mapped[str | None] = mapped_column(Encrypted("course_sign_up.companion"))
    people: Mapped[int] = mapped_column(SmallInteger)
    language: Mapped[str]
    state: Mapped[str]
    via: Mapped[str]
    poster: Mapped[str | None]
    """The school whose poster led here."""
    token: Mapped[str] = mapped_column(Encrypted("course_sign_up.token"))
    """The secret of the link in their texts."""
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    """Until when a place on offer is held."""
    ended_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """When they were asked how it was."""
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    said: Mapped[str | None] = mapped_column(Encrypted("course_sign_up.said"))


class Came(Base):
    """How many of a sign-up came to one meeting."""

    __tablename__ = "course_came"

    sign_up_id: Mapped[int] = mapped_column(ForeignKey("course_sign_up.id", ondelete="CASCADE"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("course_meeting.id", ondelete="CASCADE"), primary_key=True)
    people: Mapped[int] = mapped_column(SmallInteger)


class CourseReminder(Base):
    """A reminder that was written: each once."""

    __tablename__ = "course_reminder"

    sign_up_id: Mapped[int] = mapped_column(ForeignKey("course_sign_up.id", ondelete="CASCADE"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("course_meeting.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
