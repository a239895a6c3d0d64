"""Statements and what belongs to them, links to places and people in each borough, and what the law asks for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
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
SOLICITOR_FIRST = ("harm", "places", "friends")
"""Sections before which a family member reads: speak to your solicitor first (M14)."""
EVENT_SECTIONS = ("story", "family", "tried")
EVENTS = ("loss", "move", "separation", "start", "tried", "other")
"""What shaped the family (M16); `start`: something that began, such as a birth or a new school."""
WENT = ("well", "partly", "badly")
KNOWN_TO = ("day", "month", "year")
REMOVED_BECAUSE = ("court", "wrong_person", "data_protection")
DUTIES = (
    "section_17", "section_47", "first_conference", "review_conference", "core_group", "looked_after_review",
    "referral_order_report", "referral_order_review", "ehcp_review", "homelessness", "other",
)  # fmt: skip
"""What the law makes a service do; the words and usual time limits are in forms.py."""
ELSEWHERE = ("youth_justice", "ehcp", "homelessness", "health", "other")
LINK_KINDS = ("school", "friends", "family", "youth_club", "place", "home", "other")


class Statement(Keyed, Imported, Base):
    """What somebody said, in their words. Nothing is overwritten: a change is a new version."""

    __tablename__ = "statement"
    __table_args__ = (
        once_per_source("version"),
        CheckConstraint(f"section in {SECTIONS}", name="section"),
        CheckConstraint(f"event in {EVENTS}", name="event"),
        CheckConstraint(f"went in {WENT}", name="went"),
        CheckConstraint(f"happened_known in {KNOWN_TO}", name="happened_known"),
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
    disagrees_with_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"), index=True)
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id", use_alter=True), index=True)
    """The next version of the same statement; absent: this is the newest."""
    written_at: Mapped[datetime | None]
    """When it was written here; absent: it came with an import."""
    language: Mapped[str | None]
    """The language it was written in, when that is known."""
    event: Mapped[str | None]
    """It tells of something that happened to the family, and of what kind (M16)."""
    happened_on: Mapped[date | None]
    happened_known: Mapped[str | None]
    """How exactly that day is known: `day`, `month` or `year`."""
    went: Mapped[str | None]
    """For what has been tried: how it went."""


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


class _OfStatement:
    """Belongs to a section of the assessment, and is read by whoever reads statements there in its circle."""

    words_by = "by_worker_id"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    section: Mapped[str]


class Draft(Keyed, Base):
    """Words not said yet: kept while somebody types, read by nobody else."""

    __tablename__ = "statement_draft"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, worker_id) = 1", name="somebodys"),
        CheckConstraint(f"section in {SECTIONS}", name="section"),
        UniqueConstraint(
            "person_id", "worker_id", "young_person_id", "section", "answers_id", "changes_id",
            name="uq_statement_draft_one_each", postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    section: Mapped[str]
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id", ondelete="SET NULL"))
    changes_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Encrypted("statement_draft.text"))
    reader_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    saved_at: Mapped[datetime]


class Check(_OfStatement, Keyed, Base):
    """Somebody said that a statement is still true, or no longer."""

    __tablename__ = "statement_check"
    __table_args__ = (
        CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name="by_somebody"),
        UniqueConstraint(
            "statement_id", "by_person_id", "by_worker_id", "made_on",
            name="uq_statement_check_once_a_day", postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"))
    made_on: Mapped[date]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    still_true: Mapped[bool]


class Removal(_OfStatement, Keyed, Base):
    """A statement's words were taken out: who decided it and why stays (M14)."""

    __tablename__ = "statement_removal"
    __table_args__ = (CheckConstraint(f"because in {REMOVED_BECAUSE}", name="because"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), unique=True)
    made_on: Mapped[date]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    because: Mapped[str]
    note: Mapped[str] = mapped_column(Encrypted("statement_removal.note"))


class AskedAgain(_OfStatement, Keyed, Base):
    """A worker asks again what was told before, and why: the family reads the reason (M19)."""

    __tablename__ = "asked_again"

    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_on: Mapped[date]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    reason: Mapped[str] = mapped_column(Encrypted("asked_again.reason"))


class Duty(_OfStatement, Keyed, Base):
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


class KeptElsewhere(_OfStatement, Keyed, Base):
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


class Question(Keyed, Base):
    """What another borough or a school was asked about a young person, by when it answers, and what came back (M15)."""

    __tablename__ = "context_question"
    __table_args__ = (CheckConstraint("num_nonnulls(to_worker_id, to_name) = 1", name="to_somebody"),)
    kind = "links"
    tells_where = True

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


class Visit(Base):
    """When a family member last read the assessment, so that the page can say what is new since then."""

    __tablename__ = "assessment_visit"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    before: Mapped[datetime | None]
    """The visit before this one."""


class PassedOn(Keyed, Base):
    """An assessment that went to another installation: the copy here is read-only until it comes back."""

    __tablename__ = "assessment_passed_on"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    file: Mapped[str] = mapped_column(unique=True)
    """The file's own number."""
    receiver: Mapped[str]
    """The receiving installation's public key."""
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """It came back, or the file was never used: the copy here can be written in again."""
    ended_because: Mapped[str | None]


class Received(Keyed, Base):
    """A file from another installation that was taken in: the same one is refused a second time."""

    __tablename__ = "assessment_received"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    file: Mapped[str] = mapped_column(unique=True)
    sender: Mapped[str]
    at: Mapped[datetime]
    confirmed_by: Mapped[str]
    """Who said whom it belongs to."""
