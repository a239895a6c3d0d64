"""What the law asks of services, what was asked again, and assessments that other systems keep."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

DUTIES = (
    "section_17", "section_47", "first_conference", "review_conference", "core_group", "looked_after_review",
    "referral_order_report", "referral_order_review", "ehcp_review", "homelessness", "other",
)  # fmt: skip
"""What the law makes a service do; the words and usual time limits are in forms.py."""
ELSEWHERE = ("youth_justice", "ehcp", "homelessness", "health", "other")


class _OfSection:
    """Belongs to a section of the assessment, and is read by whoever reads statements there in its circle."""

    words_by = "by_worker_id"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    section: Mapped[str]


class AskedAgain(_OfSection, Keyed, Base):
    """A worker asks again what was told before, and why: the family reads the reason (M19)."""

    __tablename__ = "asked_again"

    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_on: Mapped[date]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    reason: Mapped[str] = mapped_column(Encrypted("asked_again.reason"))


class Duty(_OfSection, Keyed, Base):
    """What the law made a service do, as a dated entry on the one assessment (M19)."""

    __tablename__ = "statutory_entry"
    __table_args__ = (CheckConstraint(f"what in {DUTIES}", name="what"),)

    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str]
    law: Mapped[str | None]
    """Under which section, such as `Children Act 1989, section 47`."""
    began_on: Mapped[date]
    due_on: Mapped[date | None]
    """The last day for it, counted in working days where the law does so."""
    working_days: Mapped[int | None] = mapped_column(SmallInteger)
    made_on: Mapped[date]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(Encrypted("statutory_entry.outcome"))


class KeptElsewhere(_OfSection, Keyed, Base):
    """An assessment that another system keeps, such as youth justice's or an EHCP: where it is, and whom to ask."""

    __tablename__ = "kept_elsewhere"
    __table_args__ = (CheckConstraint(f"what in {ELSEWHERE}", name="what"),)
    tells_where = True

    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str]
    made_on: Mapped[date]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    where_kept: Mapped[str] = mapped_column(Encrypted("kept_elsewhere.where_kept"))
    """Who keeps it, under what number, whom to ask."""
