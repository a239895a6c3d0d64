"""Taking a text that came in: kept once, understood, and what is to be said back. Actions never commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.duty.actions import raise_call
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, Speaker, reference, speak_for
from portal.foundation.fields import Encrypted
from portal.foundation.phones import number_hash
from portal.hearing.conditions import (
    gives_initials,
    means_help,
    means_not_safe,
    means_start,
    means_stop,
    small_talk,
)
from portal.hearing.models import TextNumber


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


ForAnybody = Callable[[Session, str, str], str | None]
"""Answers what is about no family, such as a course's word, by number and text; the session is at the door. It is kept
under nobody's name, so that no worker reads that this parent joined a course. None: it is not of that kind."""


class Again(Exception):
    """This very text was here before."""


FLOOD, WINDOW = 20, timedelta(minutes=10)
"""So many texts in so long are a conversation; more are answered once."""
SPEAKS = timedelta(minutes=30)  # for whom a shared number speaks, after initials
WAITS = timedelta(minutes=15)  # how long a text waits for them


@dataclass
class Taken:
    """What was understood, who wrote, and what is to be said back: a wording with its values, or words as they are."""

    heard: str
    to: Any = None
    wording: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    body: str | None = None
    id: int = 0
    speaks_to: Any = None
    """Whose language is answered in, also where it is not clear who wrote."""


def take(
    session: Session, got: Inbound, converse: Converse, sender: str, for_anybody: ForAnybody | None = None
) -> Taken:
    """Keep this text once and understand it; the session is at the door. Raises Again when it was here before."""
    hashed = number_hash(got.number)
    identity = session.scalar(
        func.keep_inbound(
            reference(),
            got.provider,
            got.sid,
            literal(got.number, Encrypted("inbound_text.number")),
            hashed,
            literal(got.body, Encrypted("inbound_text.body")),
            got.media,
        )
    )
    if identity is None:
        raise Again
    number = _number(session, hashed)
    people = session.execute(select(text("*")).select_from(func.people_behind(hashed))).all()
    taken = _understood(session, got, number, people, converse, sender, for_anybody)
    session.execute(select(func.take_inbound(identity, taken.heard, taken.to.person_id if taken.to else None)))
    taken.id = identity
    one_language = people and len({one.language for one in people}) == 1
    taken.speaks_to = taken.to or (people[0] if one_language else None)
    return taken


def _number(session: Session, hashed: bytes) -> TextNumber:
    """What is known of this number, held until the end: two texts at once come one after the other."""
    session.execute(insert(TextNumber.__table__).values(number_hash=hashed, many=0).on_conflict_do_nothing())  # type: ignore[arg-type]  # a Table
    number = session.scalars(select(TextNumber).where(TextNumber.number_hash == hashed).with_for_update()).one()
    now = real_now()
    if number.since is None or now - number.since > WINDOW:
        number.since, number.many = now, 0
    number.many = min(number.many + 1, 30_000)
    return number


def _understood(
    session: Session,
    got: Inbound,
    number: TextNumber,
    people: Sequence[Any],
    converse: Converse,
    sender: str,
    for_anybody: ForAnybody | None,
) -> Taken:
    known = [one for one in people if one.open]
    who = _who(number, known)
    if means_not_safe(got.body):
        return _not_safe(session, got, people, who)
    if got.handled == "STOP" or means_stop(got.body):
        return _stop(session, got, number, people, who, sender)
    if got.handled == "START" or means_start(got.body):
        return _start(session, got, number, people, who)
    if number.many > FLOOD:
        return Taken("flood", who, "flood" if number.many == FLOOD + 1 else None)
    if got.handled == "HELP":
        return Taken("help", who)
    if means_help(got.body):
        return Taken("help", who, "about", {"sender": sender})
    if for_anybody is not None and (answer := for_anybody(session, got.number, got.body)) is not None:
        return Taken("conversation", None, body=answer)
    if not known:
        return Taken("unknown", None, "unknown" if number.many == 1 else None)
    if who is None:
        return _ask_who(session, got, number, known, converse)
    return _talk(session, who, got.body, converse)


def _who(number: TextNumber, known: Sequence[Any]) -> Any:
    """The one who writes: the only one on this number, or who gave initials a while ago."""
    if len(known) == 1:
        return known[0]
    if number.speaks_as_id is not None and number.speaks_until is not None and number.speaks_until > real_now():
        return next((one for one in known if one.person_id == number.speaks_as_id), None)
    return None


def _ask_who(session: Session, got: Inbound, number: TextNumber, known: Sequence[Any], converse: Converse) -> Taken:
    """Somebody on a shared number: who, by initials. Until then they learn nothing."""
    now = real_now()
    waits = number.waiting is not None and number.speaks_until is not None and number.speaks_until > now
    named = [one for one in known if gives_initials(got.body, one.name)]
    if waits and len(named) == 1:
        body, number.waiting = number.waiting or "", None
        number.speaks_as_id, number.speaks_until = named[0].person_id, now + SPEAKS
        session.flush()
        return _talk(session, named[0], body, converse)
    if small_talk(got.body) == "thanks":
        return Taken("conversation")  # whoever of them it was: it needs no answer
    if not waits:
        number.waiting, number.speaks_as_id, number.speaks_until = got.body, None, now + WAITS
    return Taken("who", None, "who")


def _talk(session: Session, who: Any, body: str, converse: Converse) -> Taken:
    """Somebody known, with something to say: answered as far as they themselves may know."""
    if not body.strip():
        return Taken("empty", who, "empty")
    texter = Texter(who.person_id, who.family_id, who.name, who.language, who.discreet, who.limit_, who.lead)
    speak_for(session, Speaker(person_id=who.person_id))
    answer = converse(session, texter, body)
    speak_for(session, DOOR)
    if answer is None:
        # said to be read, so it is: whoever leads hears that it is there, once until they look
        session.execute(select(func.tell_lead(who.person_id, "text_came")))
        return Taken("conversation", who, "menu", {"name": who.lead or "", "call": who.relation != "supporter"})
    return Taken("conversation", who, body=answer)


def _not_safe(session: Session, got: Inbound, people: Sequence[Any], who: Any) -> Taken:
    """Somebody on duty hears at once, whoever on this number it was; the answer is the one they chose beforehand."""
    watched = False
    called = [who] if who else list({one.family_id: one for one in reversed(people)}.values())
    for one in called:
        if one.limit_ == "no_contact":
            continue
        raised = raise_call(session, "not_safe", family_id=one.family_id, person_id=one.person_id, said=got.body)
        watched = watched or raised.watched
    # not clear who: the most careful of their choices
    wanted = {one.safe_reply for one in ([who] if who else people)}
    if "none" in wanted:
        return Taken("not_safe", who)
    if "quiet" in wanted:
        return Taken("not_safe", who, "not_safe_quiet")
    name = who.lead or "" if who else ""
    told = bool([one for one in called if one.limit_ != "no_contact"])
    return Taken("not_safe", who, "not_safe", {"name": name, "watched": watched, "told": told and bool(who)})


def _stop(session: Session, got: Inbound, number: TextNumber, people: Sequence[Any], who: Any, sender: str) -> Taken:
    """No more texts to this number. What that means and how to undo it is said once; a worker is told."""
    already = number.stopped_at is not None
    number.stopped_at = number.stopped_at or clock.now()
    number.stopped_by = number.stopped_by or ("provider" if got.handled else "person")
    if already:
        return Taken("stop", who)
    for one in people:
        session.execute(select(func.tell_lead(one.person_id, "texts_stopped")))
    return Taken("stop", who, None if got.handled else "stopped")


def _start(session: Session, got: Inbound, number: TextNumber, people: Sequence[Any], who: Any) -> Taken:
    if number.stopped_at is not None:
        number.stopped_at = number.stopped_by = None
        for one in people:
            session.execute(select(func.tell_lead(one.person_id, "texts_started")))
    # a worker holds texts to somebody here back: that they come again would not be true
    held = [session.scalar(select(func.texts_again(one.person_id))) for one in people]
    return Taken("start", who, None if got.handled or any(held) else "started")
