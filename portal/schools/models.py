"""A young person's schools, what school is told and tells, days without education, what one school tells the next."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

WAYS = ("told", "tells")
WHYS = ("excluded", "no_place", "moved", "not_safe", "unwell", "part_time", "other")


class SchoolPlace(Keyed, Base):
    """A young person's place at a school, and the one person there who knows."""

    __tablename__ = "school_place"
    kind = "school"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """The named person; absent: nobody is named yet."""
    since: Mapped[date]
    until: Mapped[date | None]
    told_next: Mapped[str | None] = mapped_column(Encrypted("school_place.told_next"))
    """What this school tells the next one."""
    told_next_at: Mapped[datetime | None]
    told_next_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    read_before_at: Mapped[datetime | None]
    """When the named person here read what the school before wrote."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))


class SchoolAgreement(Keyed, Base):
    """Something that school is told, or tells: agreed with the family, or shared without, with a reason on record."""

    __tablename__ = "school_agreement"
    __table_args__ = (
        CheckConstraint(f"way in {WAYS}", name="way"),
        CheckConstraint("asked or reason is not null", name="reason_when_not_asked"),
    )
    kind = "school"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    """Nobody in it: telling the family would raise risk."""
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    way: Mapped[str]
    text: Mapped[str] = mapped_column(Encrypted("school_agreement.text"))
    asked: Mapped[bool]
    """The family is asked first: it counts once one of them has said yes."""
    reason: Mapped[str | None] = mapped_column(Encrypted("school_agreement.reason"))
    """Why it is shared without asking."""
    review_on: Mapped[date | None]
    """When the family is kept from knowing: the day to look at that again."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]
    answer: Mapped[str | None]
    """yes or no."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]


class SchoolAbsence(Keyed, Base):
    """A time without education: from the first day to the last, or still."""

    __tablename__ = "school_absence"
    __table_args__ = (
        CheckConstraint(f"why in {WHYS}", name="why"),
        CheckConstraint("until is null or until >= since", name="period"),
    )
    kind = "school"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    why: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
