"""Queueing a text in the transaction of what it is about, and taking one that came in. The worker process sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Boolean, DateTime, Text, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from portal.duty.actions import raise_call
from portal.foundation import clock, texts
from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, Speaker, reference, speak_for
from portal.foundation.fields import Encrypted
from portal.foundation.phones import number_hash
from portal.messages.conditions import gives_initials, means_help, means_not_safe, means_start, means_stop
from portal.messages.models import TextMessage, TextNumber
from portal.messages.queries import Again, Answer, Converse, Inbound, Texter, stopped

Told = Literal["queued", "no_phone", "no_contact", "refused"]


def queue_text(session: Session, number: str, body: str, person_id: int | None = None, urgent: bool = False) -> None:
    """Queue a text to a number (E.164): a sign-in code. `urgent`: somebody waits for it, so it goes first, at night
    too. Everything else goes to a person, by `tell`."""
    row = insert(TextMessage).values(
        number=number,
        number_hash=number_hash(number),
        body=body,
        person_id=person_id,
        urgent=urgent,
        made_at=clock.now(),
        due_at=clock.now(),
    )
    # whoever queues a text may not read texts, so nothing can be asked back about the new row
    session.execute(row.inline())


def tell(
    session: Session,
    person_id: int,
    wording: str,
    *,
    about: tuple[str, int] | None = None,
    due_at: datetime | None = None,
    urgent: bool = False,
    **values: Any,
) -> Told:
    """Queue a text for a person, now or for later, in the words of templates/messages/texts/<wording>.txt.

    Number, language, plain or discreet, and whether it is still right (`about`) are decided when it is sent. Returns
    `queued`; `no_phone` or `no_contact` where nothing will be sent as things stand, and the worker's page of texts
    says so; `refused` where whoever asks has nothing to do with that person.
    """
    kind, identity = about or (None, None)
    said = session.scalar(
        func.tell_person(
            person_id,
            literal(wording, Text),
            literal(texts.packed(values), Encrypted("text_message.given")),
            literal(kind, Text),
            identity,
            literal(due_at, DateTime(timezone=True)),
            literal(urgent, Boolean),
            reference(),
        )
    )
    return cast("Told", said)


def unsend(session: Session, about: tuple[str, int], why: str = "not_right") -> int:
    """Drop what is still queued about this, with the reason. Returns how many texts were dropped."""
    kind, identity = about
    return int(session.scalar(func.unsend_about(kind, identity, why)) or 0)


def provider_says(session: Session, ref: str | None, sid: str, became: str | None, problem: str | None) -> bool:
    """What a provider says of a text of ours, at the door. Returns whether there is such a text."""
    said = func.text_status(literal(ref, Text), literal(sid, Text), literal(became, Text), literal(problem, Text))
    return session.scalar(said) is not None


# --- texts that come in


FLOOD, WINDOW = 20, timedelta(minutes=10)
"""So many texts in so long are a conversation; more are answered once."""
SPEAKS = timedelta(minutes=30)  # for whom a shared number speaks, after initials
WAITS = timedelta(minutes=15)  # how long a text waits for them


@dataclass
class _Said:
    """What was understood, who wrote, and what is answered: a wording with its values, or words as they are."""

    heard: str
    to: Any = None
    wording: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    body: str | None = None


def receive(session: Session, got: Inbound, converse: Converse, sender: str, *, answers: bool) -> Answer | None:
    """Take one text that came in, at the door: keep it once, understand it, answer it. Raises Again.

    `answers`: the answer travels back in this exchange; otherwise it is left to the outbox.
    """
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
    said = _understood(session, got, number, people, converse, sender)
    session.execute(select(func.take_inbound(identity, said.heard, said.to.person_id if said.to else None)))
    return _answered(session, got, identity, people, said, answers)


def _number(session: Session, hashed: bytes) -> TextNumber:
    """What is known of this number, held until the end: two texts at once come one after the other."""
    session.execute(insert_or(TextNumber.__table__).values(number_hash=hashed, many=0).on_conflict_do_nothing())  # type: ignore[arg-type]  # a Table
    number = session.scalars(select(TextNumber).where(TextNumber.number_hash == hashed).with_for_update()).one()
    now = real_now()
    if number.since is None or now - number.since > WINDOW:
        number.since, number.many = now, 0
    number.many = min(number.many + 1, 30_000)
    return number


def _understood(
    session: Session, got: Inbound, number: TextNumber, people: Sequence[Any], converse: Converse, sender: str
) -> _Said:
    known = [one for one in people if one.open]
    who = _who(number, known)
    if means_not_safe(got.body):
        return _not_safe(session, got, people, who)
    if got.handled == "STOP" or means_stop(got.body):
        return _stop(session, got, number, people, who, sender)
    if got.handled == "START" or means_start(got.body):
        return _start(session, got, number, people, who)
    if number.many > FLOOD:
        return _Said("flood", who, "flood" if number.many == FLOOD + 1 else None)
    if got.handled == "HELP":
        return _Said("help", who)
    if means_help(got.body):
        return _Said("help", who, "about", {"sender": sender})
    if not known:
        return _Said("unknown", None, "unknown" if number.many == 1 else None)
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


def _ask_who(session: Session, got: Inbound, number: TextNumber, known: Sequence[Any], converse: Converse) -> _Said:
    """Somebody on a shared number: who, by initials. Until then they learn nothing."""
    now = real_now()
    waits = number.waiting is not None and number.speaks_until is not None and number.speaks_until > now
    named = [one for one in known if gives_initials(got.body, one.name)]
    if waits and len(named) == 1:
        body, number.waiting = number.waiting or "", None
        number.speaks_as_id, number.speaks_until = named[0].person_id, now + SPEAKS
        session.flush()
        return _talk(session, named[0], body, converse)
    if not waits:
        number.waiting, number.speaks_as_id, number.speaks_until = got.body, None, now + WAITS
    return _Said("who", None, "who")


def _talk(session: Session, who: Any, body: str, converse: Converse) -> _Said:
    """Somebody known, with something to say: answered as far as they themselves may know."""
    if not body.strip():
        return _Said("empty", who, "empty")
    texter = Texter(who.person_id, who.family_id, who.name, who.language, who.discreet, who.limit_, who.lead)
    speak_for(session, Speaker(person_id=who.person_id))
    answer = converse(session, texter, body)
    speak_for(session, DOOR)
    if answer is None:
        return _Said("conversation", who, "menu", {"name": who.lead or ""})
    return _Said("conversation", who, body=answer)


def _not_safe(session: Session, got: Inbound, people: Sequence[Any], who: Any) -> _Said:
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
        return _Said("not_safe", who)
    if "quiet" in wanted:
        return _Said("not_safe", who, "not_safe_quiet")
    name = who.lead or "" if who else ""
    told = bool([one for one in called if one.limit_ != "no_contact"])
    return _Said("not_safe", who, "not_safe", {"name": name, "watched": watched, "told": told and bool(who)})


def _stop(session: Session, got: Inbound, number: TextNumber, people: Sequence[Any], who: Any, sender: str) -> _Said:
    """No more texts to this number. What that means and how to undo it is said once; a worker is told."""
    already = number.stopped_at is not None
    number.stopped_at = number.stopped_at or clock.now()
    number.stopped_by = number.stopped_by or ("provider" if got.handled else "person")
    if already:
        return _Said("stop", who)
    for one in people:
        session.execute(select(func.tell_lead(one.person_id, "texts_stopped")))
    return _Said("stop", who, None if got.handled else "stopped")


def _start(session: Session, got: Inbound, number: TextNumber, people: Sequence[Any], who: Any) -> _Said:
    if number.stopped_at is not None:
        number.stopped_at = number.stopped_by = None
        for one in people:
            session.execute(select(func.tell_lead(one.person_id, "texts_started")))
    return _Said("start", who, None if got.handled else "started")


def _answered(
    session: Session, got: Inbound, identity: int, people: Sequence[Any], said: _Said, answers: bool
) -> Answer | None:
    """Write the answer into the outbox: as sent on its way in this exchange, or to be sent."""
    to = said.to or (people[0] if people and len({one.language for one in people}) == 1 else None)
    language = texts.spoken(to.language if to else None)
    plain = said.to is not None and not said.to.discreet and said.to.limit_ == "none"
    body = said.body or (texts.say(said.wording, language, plain, said.values) if said.wording else "")
    if not body or stopped(session) is not None:
        return None
    ref, now = reference(), real_now()
    gone = {"state": "sending", "called_at": now, "claimed_at": now, "attempts": 1}
    if got.provider == "simulator":
        gone = {"state": "sent", "sent_at": clock.now(), "sid": f"demo-{ref}"}
    row = insert(TextMessage).values(
        ref=ref,
        number=got.number,
        number_hash=number_hash(got.number),
        body=body,
        person_id=said.to.person_id if said.to else None,
        family_id=said.to.family_id if said.to else None,
        answers_id=identity,
        urgent=True,
        made_at=clock.now(),
        due_at=clock.now(),
        language=language,
        parts=texts.parts(body),
        provider=got.provider,
        **(gone if answers else {"state": "queued"}),
    )
    session.execute(row.inline())
    return Answer(ref, body)
