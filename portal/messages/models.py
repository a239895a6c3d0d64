"""The outbox, what each person chose about texts, and the one switch."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted

STATES = ("queued", "sending", "sent", "delivered", "failed", "dropped", "unknown")
"""`dropped`: it was no longer right, so it was not sent. `unknown`: it may have gone out, and a person decides."""
SAFE_REPLIES = ("numbers", "quiet", "none")
PAUSES = ("phone", "away", "loss", "asked")
"""Why nothing is sent for a while: the phone may be in the wrong hands, they are away, somebody died, they asked."""


class TextMessage(Keyed, Base):
    """One text to one number: to a person, whose number is looked up when it is sent, or, for codes, to a number."""

    __tablename__ = "text_message"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("wording is not null or body is not null", name="words"),
        Index("ix_text_message_due", "urgent", "due_at", postgresql_where=text("state = 'queued'")),
        Index("ix_text_message_claimed_at", "claimed_at", postgresql_where=text("state = 'sending'")),
        Index("ix_text_message_about", "about_kind", "about_id", postgresql_where=text("about_id is not null")),
        Index("ix_text_message_family_id_due_at", "family_id", "due_at"),
    )
    kind = "texts"

    number: Mapped[str | None] = mapped_column(Encrypted("text_message.number"))
    """Where it went; for a person it is looked up when it is sent."""
    number_hash: Mapped[bytes | None] = mapped_column(index=True)
    body: Mapped[str | None] = mapped_column(Encrypted("text_message.body"))
    """The words as sent."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    wording: Mapped[str | None]
    """The file in templates/messages/texts that says it; absent: a code, whose words are in the body already."""
    given: Mapped[str | None] = mapped_column(Encrypted("text_message.given"))
    """What fills the wording, as JSON."""
    about_kind: Mapped[str | None]
    about_id: Mapped[int | None]
    """What it is about, such as an appointment: whether it is still right is asked when it is sent."""
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_text.id", ondelete="SET NULL"), index=True)
    """The text that this one answers."""
    once: Mapped[str | None] = mapped_column(unique=True)
    """Equal for two plans of the same text, so that it is planned once."""
    urgent: Mapped[bool] = mapped_column(default=False)
    """Codes and answers go first and are not held back at night: somebody is waiting for them."""
    made_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    """The worker process that holds it; once that has no heartbeat, it is free."""
    called_at: Mapped[datetime | None]
    """When the provider was asked to send it. While its answer is missing, it is looked up before it is sent again."""
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    provider: Mapped[str | None]
    sid: Mapped[str | None] = mapped_column(unique=True)
    """The provider's own name for it."""
    language: Mapped[str | None]
    parts: Mapped[int | None] = mapped_column(SmallInteger)
    redacted_at: Mapped[datetime | None]
    """When the provider was told to forget the words."""
    told_at: Mapped[datetime | None]
    """When a worker was told that it did not arrive."""


class TextChoice(Base):
    """How one person wants to be reached by text. Absent: as it is usual."""

    __tablename__ = "text_choice"
    __table_args__ = (CheckConstraint(f"safe_reply in {SAFE_REPLIES}", name="safe_reply"),)
    kind = "contact"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    hours_from: Mapped[time] = mapped_column(default=time(8), server_default=text("'08:00'"))
    hours_until: Mapped[time] = mapped_column(default=time(20), server_default=text("'20:00'"))
    remind_first: Mapped[int] = mapped_column(SmallInteger, default=24 * 60, server_default=text("1440"))
    """Minutes before an appointment; 0: no such text."""
    remind_last: Mapped[int] = mapped_column(SmallInteger, default=2 * 60, server_default=text("120"))
    safe_reply: Mapped[str] = mapped_column(default="numbers", server_default=text("'numbers'"))
    """What comes back after "I am not safe": help numbers, a few words that say nothing, or nothing."""
    stopped_at: Mapped[datetime | None]
    """They want no texts, chosen on their page."""
    unsafe_at: Mapped[datetime | None]
    """Somebody said that this number is not safe for them now."""


class TextPause(Keyed, Base):
    """Nothing is sent to somebody for a while, because they or a worker said so. What a worker began they end."""

    __tablename__ = "text_pause"
    __table_args__ = (
        CheckConstraint(f"why in {PAUSES}", name="why"),
        Index("ix_text_pause_open", "person_id", postgresql_where=text("ended_at is null")),
    )
    kind = "contact"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """Absent: until somebody lets them go again."""
    why: Mapped[str]
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """Absent: they themselves, on their page."""
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))


class TextSwitch(Base):
    """Each time somebody stopped all texts or let them go again. The last row says how it is."""

    __tablename__ = "text_switch"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    stopped: Mapped[bool]
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    reason: Mapped[str]
