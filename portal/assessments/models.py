"""Statements and what belongs to them: drafts, checks, removals, visits, and where an assessment went or came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.contexts.models import Link as Link
from portal.foundation.database import Base, Imported, Keyed, Row, once_per_source
from portal.foundation.fields import Encrypted
from portal.involvement.models import SECTION_KIND as SECTION_KIND

SECTIONS = tuple(SECTION_KIND)
SOLICITOR_FIRST = ("harm", "places", "friends")
"""Sections before which a family member reads: speak to your solicitor first (M14)."""
EVENT_SECTIONS = ("story", "family", "tried")
EVENTS = ("loss", "move", "separation", "start", "tried", "other")
"""What shaped the family (M16); `start`: something that began, such as a birth or a new school."""
WENT = ("well", "partly", "badly")
KNOWN_TO = ("day", "month", "year")
REMOVED_BECAUSE = ("court", "wrong_person", "data_protection")


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
    __table_args__ = (CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name="by_somebody"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), index=True)
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
    arrived_at: Mapped[datetime | None]
    """When it was taken in there, as their receipt says."""
    received_by: Mapped[str | None]
    """Who said there whom it belongs to."""
    portal: Mapped[str | None]
    """The address of the portal where it is kept now."""
    heard_at: Mapped[datetime | None]
    """When the latest receipt was made: an older one says nothing new."""
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
    portal: Mapped[str | None]
    """The address of the portal it came from."""
    heard_at: Mapped[datetime | None]
    """When the latest receipt from there was made."""


@dataclass(frozen=True)
class Chapter:
    """One section of one young person's assessment, as it stands on the page."""

    name: str
    rows: list[Row]
    more: int
    """How many more there are than stand here."""

    def voices(self) -> list[tuple[str, list[Row]]]:
        """The statements by whose words they are: the young person's, the family's, those of who helps."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row["voice"], []).append(row)
        return [(name, found[name]) for name in ("young", "family", "work") if name in found]
