"""A family's move from one borough to another: who was asked, who comes and goes, what must not slip, and the need."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

NEEDS = ("early_help", "child_in_need", "child_protection")
INVITATIONS = ("none", "accepted", "declined")
ASKED_TO = ("transfer", "conference")
ANSWERS = ("accepted", "declined", "withdrawn")
DOES = ("joins", "leads", "stays", "leaves")


class Move(Keyed, Imported, Base):
    """One move, with the level of need before and after, and what became of the invitation to a conference.

    One that was begun here (`started_at`) has more: who leads next, what both have said, and how it ended. One that
    came by an import is history: it is shown as it was and marked where it broke the rules.
    """

    __tablename__ = "move"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"invitation in {INVITATIONS}", name="invitation"),
        CheckConstraint(f"need_before is null or need_before in {NEEDS}", name="need_before"),
        CheckConstraint(f"need_after is null or need_after in {NEEDS}", name="need_after"),
        # one family is in one move at a time, whoever begins it
        Index(
            "ix_move_open",
            "family_id",
            unique=True,
            postgresql_where=text("started_at is not null and finished_on is null and called_off_on is null"),
        ),
    )
    kind = "moves"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    from_borough_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    to_borough_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    planned_on: Mapped[date]
    """The day it was planned: it exists from then on."""
    moved_on: Mapped[date | None]
    need_before: Mapped[str | None]
    need_after: Mapped[str | None]
    conference_on: Mapped[date | None]
    invitation: Mapped[str] = mapped_column(default="none")
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    declined_reason: Mapped[str | None]
    started_at: Mapped[datetime | None]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    move_day: Mapped[date | None]
    """When they mean to move."""
    staying: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """People of the family who do not move: it is split across two boroughs, and still has one lead."""
    new_lead_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    leads_on: Mapped[date | None]
    """Not before this day does the new one lead."""
    old_lead_until: Mapped[date | None]
    """Until when whoever led before stays beside the new one."""
    met_on: Mapped[date | None]
    lead_said_at: Mapped[datetime | None]
    """When the new lead said that they have met."""
    family_said_at: Mapped[datetime | None]
    family_said_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    finished_on: Mapped[date | None]
    """The new lead's first day: both have said that they met."""
    called_off_on: Mapped[date | None]
    called_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    called_off_reason: Mapped[str | None] = mapped_column(Encrypted("move.called_off_reason"))


class MoveInvitation(Keyed, Base):
    """An organisation asked to take a transfer, or to come to a conference, and what it answered (M20)."""

    __tablename__ = "move_invitation"
    __table_args__ = (
        CheckConstraint(f"asked_to in {ASKED_TO}", name="asked_to"),
        CheckConstraint(f"answer is null or answer in {ANSWERS}", name="answer"),
        CheckConstraint("answer is distinct from 'declined' or reason is not null", name="declined_with_reason"),
        Index(
            "ix_move_invitation_waiting",
            "move_id",
            "asked_to",
            "organisation_id",
            unique=True,
            postgresql_where=text("answer is null"),
        ),
        # two boroughs can be asked; one of them takes it
        Index(
            "ix_move_invitation_taken",
            "move_id",
            unique=True,
            postgresql_where=text("answer = 'accepted' and asked_to = 'transfer'"),
        ),
    )
    kind = "moves"
    tells_where = True

    move_id: Mapped[int] = mapped_column(ForeignKey("move.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    asked_to: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    asked_on: Mapped[date]
    meets_on: Mapped[date | None]
    """The day of the conference."""
    answer: Mapped[str | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    answered_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Encrypted("move_invitation.reason"))


class MovePart(Keyed, Base):
    """What a move changed in somebody's part, and how it was before, so that it can go back as it was."""

    __tablename__ = "move_part"
    __table_args__ = (CheckConstraint(f"does in {DOES}", name="does"), UniqueConstraint("move_id", "involvement_id"))
    kind = "moves"
    tells_where = True

    move_id: Mapped[int] = mapped_column(ForeignKey("move.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    involvement_id: Mapped[int] = mapped_column(ForeignKey("involvement.id", ondelete="CASCADE"), index=True)
    does: Mapped[str]
    until: Mapped[date | None]
    """The last day that the move set."""
    paid_by: Mapped[str | None]
    """Who pays for a trusted worker who stays past the move."""
    before_ends_on: Mapped[date | None]
    before_reason: Mapped[str | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]


class MoveTask(Keyed, Base):
    """Something that must not slip between two boroughs, with one owner and a day."""

    __tablename__ = "move_task"
    __table_args__ = (CheckConstraint("num_nonnulls(owner_person_id, owner_worker_id) = 1", name="one_owner"),)
    kind = "moves"
    tells_where = True

    move_id: Mapped[int] = mapped_column(ForeignKey("move.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    text: Mapped[str] = mapped_column(Encrypted("move_task.text"))
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    owner_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    due: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]
    done_on: Mapped[date | None]
    file: Mapped[str | None]
    """The number of the file whose arrival in another portal it waits for: done when their receipt says so."""


class NeedLevel(Keyed, Base):
    """A decision on how much help a family needs. Around a move, lowering it stands on more than the move (M21)."""

    __tablename__ = "need_level"
    __table_args__ = (CheckConstraint(f"level in {NEEDS}", name="level"),)
    kind = "moves"
    tells_where = True

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    level: Mapped[str]
    decided_on: Mapped[date]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    grounds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What has changed: see forms.GROUNDS."""
    evidence: Mapped[str] = mapped_column(Encrypted("need_level.evidence"))
    made_at: Mapped[datetime]
