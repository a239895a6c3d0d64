"""What decides about a text: may it still go out now, is it somebody's hour, and what does it say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.foundation import clock, texts
from portal.foundation.clock import LONDON, london
from portal.foundation.fields import decrypt
from portal.messages.gateways import Outgoing
from portal.messages.queries import Asked, Check, Recipient, recipients
from portal.people.models import CircleMember, Person

log = structlog.get_logger("texts")

CODES_LAST = timedelta(minutes=10)
TOO_LATE = timedelta(hours=24)
ATTEMPTS = 6  # at writing one text, before it is given up
WAIT = timedelta(minutes=5)  # before a text that could not be written is tried again
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=5)  # before the provider is asked again


@dataclass(frozen=True)
class Drop:
    """It will not be sent. `failed`: a worker is told, because the family was not reached."""

    problem: str
    failed: bool = False


@dataclass(frozen=True)
class Hold:
    """Not now; later."""

    until: datetime
    problem: str | None = None


@dataclass(frozen=True)
class Became:
    """What a row is from now on, where it was not sent."""

    state: str
    problem: str | None = None
    due: datetime | None = None
    claimed: datetime | None = None
    called: bool = False
    """The provider may have it already."""
    undone: int = 0


@dataclass(frozen=True)
class Ready:
    """A text written out, to be handed over now. With `called_at`: it was before, and is looked up."""

    id: int
    out: Outgoing
    number_hash: bytes
    language: str | None
    parts: int
    called_at: datetime | None = None
    introduces: bool = False
    """Its last words say who writes, which a number hears once."""
    alone: str | None = None
    """What it says without those, should another sender have said them meanwhile."""
    sealed: bool = False
    """Number and words stand in its row already."""


def decide(
    session: Session, rows: Sequence[Any], checks: Mapping[str, Check], sender: str
) -> tuple[list[Ready], dict[int, Drop | Hold]]:
    """Of these claimed rows: those to hand over, and what becomes of the others. One question for everybody they go
    to, and one for each kind of thing they are about."""
    people = recipients(session, {row.person_id for row in rows if row.person_id and row.wording})
    said = _still_right(session, rows, checks)
    introduced = {to.number_hash for to in people.values() if to.introduced}
    ready: list[Ready] = []
    other: dict[int, Drop | Hold] = {}
    for row in rows:
        try:
            to = people.get(row.person_id)
            first = to is not None and to.number_hash not in introduced
            verdict = _one(row, to, said.get(row.id), sender if first else None)
        except Exception as wrong:
            # sealed with a key that is not here, or a wording that cannot be filled: it fails alone
            log.warning("a text could not be written", row=row.id, problem=type(wrong).__name__)
            late = row.attempts >= ATTEMPTS
            kind = type(wrong).__name__
            verdict = Drop(kind, failed=True) if late else Hold(clock.now() + WAIT, kind)
        if isinstance(verdict, Ready):
            ready.append(verdict)
            if verdict.introduces:
                introduced.add(verdict.number_hash)
        else:
            other[row.id] = verdict
    return ready, other


def _still_right(session: Session, rows: Sequence[Any], checks: Mapping[str, Check]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for kind in {row.about_kind for row in rows if row.about_kind in checks and row.called_at is None}:
        asked = []
        for row in rows:
            if row.about_kind == kind and row.called_at is None:
                asked.append(
                    Asked(row.id, row.person_id, row.wording, row.about_id, row.due_at, row.once, _values(row))
                )
        found |= checks[kind](session, asked)
    return found


def _values(row: Any) -> dict[str, Any]:
    return texts.unpacked(decrypt(bytes(row.given), "text_message.given")) if row.given else {}


def _one(row: Any, to: Recipient | None, right: Any, first_from: str | None) -> Ready | Drop | Hold:
    now = clock.now()
    if row.called_at is not None:
        number, body = decrypt(row.number, "text_message.number"), decrypt(row.body, "text_message.body")
        return Ready(row.id, Outgoing(row.ref, number, body), row.number_hash, None, texts.parts(body), row.called_at)
    if row.wording is None:
        # from when it was asked for: each try at a provider that is away moves the time at which it is due
        if row.urgent and min(row.due_at, row.made_at or row.due_at) < now - CODES_LAST:
            # nobody can use it any more; a code that comes hours later only frightens
            return Drop("too_late", failed=True)
        number, body = decrypt(row.number, "text_message.number"), decrypt(row.body, "text_message.body")
        out = Outgoing(row.ref, number, body)
        return Ready(row.id, out, row.number_hash, None, texts.parts(body), sealed=True)
    if to is None or to.limit == "no_contact":
        return Drop("no_contact")
    if (why := closed(to)) is not None:
        return why
    if isinstance(right, str):
        return Drop(right)
    if not row.urgent and row.due_at < now - TOO_LATE:
        return Drop("too_late")
    if not row.urgent and not in_hours(now, to.begins, to.ends):
        return Hold(next_opening(now, to.begins))
    return _written(row, to, _values(row) | (right or {}), first_from)


def closed(to: Recipient) -> Drop | None:
    """Why this person is not written to at all just now."""
    if to.silenced:
        return Drop("silenced")
    if to.number is None or to.number_hash is None:
        return Drop("no_phone", failed=True)
    if to.locked:
        return Drop("locked")
    if to.unsafe:
        return Drop("unsafe")
    if to.stopped:
        return Drop("stopped")
    return None


def _written(row: Any, to: Recipient, values: dict[str, Any], first_from: str | None) -> Ready:
    language = texts.spoken(to.language)
    # somebody who may not know where the others are is never told more than the discreet words
    plain = not to.discreet and to.limit == "none"
    body = texts.say(row.wording, language, plain, values)
    alone: str | None = None
    if first_from is not None:
        longer = f"{body} {texts.say('first', language, plain, {'sender': first_from})}"
        if texts.parts(longer) <= texts.MOST_PARTS:
            body, alone = longer, body
    number = decrypt(bytes(to.number or b""), "phone.number")
    out, introduces = Outgoing(row.ref, number, body), alone is not None
    return Ready(row.id, out, to.number_hash or b"", language, texts.parts(body), introduces=introduces, alone=alone)


def without_introduction(one: Ready) -> Ready:
    """The same text, where another one has said meanwhile who writes."""
    body = one.alone or one.out.body
    return replace(one, out=replace(one.out, body=body), parts=texts.parts(body), introduces=False, alone=None)


def still_reads(session: Session, asked: Sequence[Asked], circles: Mapping[int, int]) -> set[int]:
    """The texts of these (by id) whose person is in the circle of what it is about now (`circles`: by `about_id`)."""
    people = {one.person_id for one in asked}
    rows = select(CircleMember.circle_id, CircleMember.person_id).where(
        CircleMember.circle_id.in_(set(circles.values())), CircleMember.person_id.in_(people)
    )
    inside = {(row.circle_id, row.person_id) for row in session.execute(rows)}
    return {one.id for one in asked if (circles.get(one.about_id), one.person_id) in inside}


def still_reads_where(session: Session, asked: Sequence[Asked], circles: Mapping[int, int]) -> set[int]:
    """As `still_reads`, of what tells where they are: without anybody who has had a contact limit since."""
    free = set(
        session.scalars(
            select(Person.id).where(
                Person.id.in_({one.person_id for one in asked}),
                Person.contact_limit == "none",
                Person.relation != "supporter",
            )
        )
    )
    return still_reads(session, [one for one in asked if one.person_id in free], circles)


def in_hours(moment: datetime, begins: time, ends: time) -> bool:
    """Is this within somebody's hours on a London clock? Hours may run over midnight; equal ends: always."""
    at = london(moment).time()
    if begins == ends:
        return True
    return begins <= at < ends if begins < ends else at >= begins or at < ends


def next_opening(moment: datetime, begins: time) -> datetime:
    """When somebody's hours begin next, on a London clock, whatever the clocks do that night."""
    here = london(moment)
    day = here.date() if here.time() < begins else here.date() + timedelta(days=1)
    return datetime.combine(day, begins, LONDON)


def became_of(verdicts: Mapping[int, Drop | Hold], rows: Sequence[Any]) -> dict[int, Became]:
    """What becomes of texts that are not sent now."""
    found: dict[int, Became] = {}
    for identity, verdict in verdicts.items():
        if isinstance(verdict, Drop):
            found[identity] = Became("failed" if verdict.failed else "dropped", verdict.problem)
        else:
            found[identity] = Became("queued", verdict.problem, due=verdict.until, undone=0 if verdict.problem else 1)
    return found


def longer(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10), LONGEST_WAIT)
