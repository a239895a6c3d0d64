"""What can be asked of texts: what reached a number, what waits, and everything that decides whether one goes out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import LargeBinary, func, select, type_coerce
from sqlalchemy.orm import Session

from portal.access.models import Account, Phone
from portal.foundation.phones import number_hash
from portal.messages.models import InboundText, TextChoice, TextMessage, TextNumber, TextSwitch
from portal.people.models import Person


@dataclass(frozen=True)
class Asked:
    """A text of which its subject is asked whether it is still right, and what it should say by now."""

    id: int
    person_id: int
    wording: str
    about_id: int
    due_at: datetime
    values: Mapping[str, Any]


Verdict = str | dict[str, Any]
"""Why it is no longer right, in a word of `dropped_words`; or values that fill its wording as things stand now."""
Check = Callable[[Session, Sequence[Asked]], Mapping[int, Verdict]]
"""Asked of all texts about one kind of thing at once, by id. A text that is not in the answer is right as it is."""


@dataclass(frozen=True)
class Inbound:
    """A text as a provider brings it."""

    provider: str
    sid: str
    number: str
    body: str
    media: int = 0
    handled: str | None = None
    """STOP, START or HELP, where the provider has answered that itself."""


@dataclass(frozen=True)
class Texter:
    """Who wrote, once it is clear."""

    person_id: int
    family_id: int
    name: str
    language: str | None
    discreet: bool
    limit: str
    lead: str | None
    """Who leads, by name."""


@dataclass(frozen=True)
class Answer:
    """What is said back, and the reference of its row in the outbox."""

    ref: str
    body: str


Converse = Callable[[Session, Texter, str], str | None]
"""Answers somebody who wrote; the session speaks as that person. None: it does not fit, and the menu is sent."""


class Again(Exception):
    """This very text was here before."""


def sent_to(session: Session, number: str, limit: int = 50) -> list[TextMessage]:
    """The last texts sent to this number, oldest first."""
    rows = select(TextMessage).where(
        TextMessage.number_hash == number_hash(number), TextMessage.state.in_(("sent", "delivered"))
    )
    latest = session.scalars(rows.order_by(TextMessage.sent_at.desc(), TextMessage.id.desc()).limit(limit))
    return list(reversed(latest.all()))


def said_by(session: Session, number: str, limit: int = 50) -> list[InboundText]:
    """The last texts that came from this number, oldest first."""
    rows = select(InboundText).where(InboundText.number_hash == number_hash(number))
    return list(reversed(session.scalars(rows.order_by(InboundText.id.desc()).limit(limit)).all()))


def on_the_way(session: Session, number: str) -> int:
    """How many texts to this number wait to be sent."""
    waiting = TextMessage.number_hash == number_hash(number), TextMessage.state.in_(("queued", "sending"))
    return session.scalar(select(func.count()).select_from(TextMessage).where(*waiting)) or 0


def stopped(session: Session) -> TextSwitch | None:
    """The switch, where somebody stopped all texts."""
    last = session.scalars(select(TextSwitch).order_by(TextSwitch.id.desc()).limit(1)).one_or_none()
    return last if last is not None and last.stopped else None


@dataclass(frozen=True)
class Recipient:
    """Everything about a person that decides whether, when and how they are written to."""

    person_id: int
    limit: str
    language: str | None
    discreet: bool
    locked: bool
    number: bytes | None
    """Still sealed: one that cannot be opened fails alone."""
    number_hash: bytes | None
    begins: time
    ends: time
    stopped: bool
    silenced: bool
    unsafe: bool
    introduced: bool


def recipients(session: Session, people: Collection[int]) -> dict[int, Recipient]:
    """These people, by id."""
    rows = (
        select(
            Person.id,
            Person.contact_limit,
            func.coalesce(Account.language, Person.language).label("language"),
            func.coalesce(Account.discreet, True).label("discreet"),
            Account.locked_at,
            type_coerce(Phone.number, LargeBinary).label("number"),
            Phone.number_hash,
            TextChoice.hours_from,
            TextChoice.hours_until,
            TextChoice.stopped_at,
            TextChoice.silenced_at,
            TextChoice.unsafe_at,
            TextNumber.stopped_at.label("number_stopped_at"),
            TextNumber.introduced_at,
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Phone, Phone.account_id == Account.id)
        .outerjoin(TextChoice, TextChoice.person_id == Person.id)
        .outerjoin(TextNumber, TextNumber.number_hash == Phone.number_hash)
        .where(Person.id.in_(people))
    )
    return {
        row.id: Recipient(
            row.id,
            row.contact_limit,
            row.language,
            row.discreet,
            row.locked_at is not None,
            row.number,
            row.number_hash,
            row.hours_from or EARLIEST,
            row.hours_until or LATEST,
            row.stopped_at is not None or row.number_stopped_at is not None,
            row.silenced_at is not None,
            row.unsafe_at is not None,
            row.introduced_at is not None,
        )
        for row in session.execute(rows)
    }


EARLIEST, LATEST = time(8), time(20)
"""Somebody's hours, where they chose none."""


@dataclass
class Figures:
    """Proof that texts go out."""

    waiting: int = 0
    oldest_due: datetime | None = None
    unknown: int = 0
    today: Mapping[str, int] = field(default_factory=dict)


def figures(session: Session, now: datetime) -> Figures:
    """What waits and since when, what nobody knows the fate of, and what became of today's texts."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    due = TextMessage.state.in_(("queued", "sending")), TextMessage.due_at <= now
    waiting, oldest = session.execute(select(func.count(), func.min(TextMessage.due_at)).where(*due)).one()
    unknown = session.scalar(select(func.count()).where(TextMessage.state == "unknown")) or 0
    today = select(TextMessage.state, func.count().label("many")).where(
        TextMessage.due_at >= midnight, TextMessage.due_at <= now
    )
    counted = {row.state: row.many for row in session.execute(today.group_by(TextMessage.state))}
    return Figures(waiting, oldest, unknown, counted)
