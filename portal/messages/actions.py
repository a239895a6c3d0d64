"""Queueing a text in the transaction of what it is about, and taking one that came in. The worker process sends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Boolean, DateTime, Text, func, insert, literal, select, update
from sqlalchemy.orm import Session

from portal.foundation import clock, texts
from portal.foundation.clock import real_now
from portal.foundation.database import reference
from portal.foundation.fields import Encrypted
from portal.foundation.phones import number_hash
from portal.hearing.actions import Answer, Converse, ForAnybody, Inbound, take
from portal.messages.models import TextChoice, TextMessage, TextPause, TextSwitch
from portal.messages.queries import paused, stopped
from portal.people.models import CircleMember, Person

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


def tell_circle(
    session: Session, circle_id: int, wording: str, *, about: tuple[str, int], due_at: datetime | None = None
) -> None:
    """Queue a text for everybody in a circle, as `tell` does."""
    for person_id in session.scalars(select(CircleMember.person_id).where(CircleMember.circle_id == circle_id)).all():
        tell(session, person_id, wording, about=about, due_at=due_at)


def tell_where(
    session: Session, circle_id: int, wording: str, about: tuple[str, int], but: int | None = None, **values: Any
) -> None:
    """As `tell_circle`, about something that tells where they are: nobody with a contact limit hears that there is
    something to read, which their pages would not show. `but`: whoever did it knows already."""
    rows = (
        select(Person.id)
        .join(CircleMember, CircleMember.person_id == Person.id)
        .where(CircleMember.circle_id == circle_id, Person.contact_limit == "none", Person.id != (but or 0))
    )
    for person_id in session.scalars(rows).all():
        tell(session, person_id, wording, about=about, **values)


def unsend(session: Session, about: tuple[str, int], why: str = "not_right") -> int:
    """Drop what is still queued about this, with the reason. Returns how many texts were dropped."""
    kind, identity = about
    return int(session.scalar(func.unsend_about(kind, identity, why)) or 0)


def provider_says(session: Session, ref: str | None, sid: str, became: str | None, problem: str | None) -> bool:
    """What a provider says of a text of ours, at the door. Returns whether there is such a text."""
    said = func.text_status(literal(ref, Text), literal(sid, Text), literal(became, Text), literal(problem, Text))
    return session.scalar(said) is not None


# --- texts that come in


def receive(
    session: Session,
    got: Inbound,
    converse: Converse,
    sender: str,
    for_anybody: ForAnybody | None = None,
    *,
    answers: bool,
) -> Answer | None:
    """Take one text that came in, at the door: keep it once, understand it, answer it. Raises Again.

    `answers`: the answer travels back in this exchange; otherwise it is left to the outbox.
    """
    taken = take(session, got, converse, sender, for_anybody)
    to = taken.speaks_to
    language = texts.spoken(to.language if to else None)
    plain = taken.to is not None and not taken.to.discreet and taken.to.limit_ == "none"
    body = taken.body or (texts.say(taken.wording, language, plain, taken.values) if taken.wording else "")
    if not body or stopped(session) is not None:
        return None
    ref, now = reference(), real_now()
    gone: dict[str, Any] = {"state": "sending", "called_at": now, "claimed_at": now, "attempts": 1}
    if got.provider == "simulator":
        gone = {"state": "sent", "sent_at": clock.now(), "sid": f"demo-{ref}"}
    row = insert(TextMessage).values(
        ref=ref,
        number=got.number,
        number_hash=number_hash(got.number),
        body=body,
        person_id=taken.to.person_id if taken.to else None,
        family_id=taken.to.family_id if taken.to else None,
        answers_id=taken.id,
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


# --- what people chose, and what workers decide


def choose(session: Session, person_id: int, family_id: int, *, wanted: bool, **chosen: Any) -> None:
    """Keep when and how this person wants texts."""
    row = _choice(session, person_id, family_id)
    for name, value in chosen.items():
        setattr(row, name, value)
    row.stopped_at = None if wanted else row.stopped_at or clock.now()
    session.flush()


def number_is_safe(session: Session, person_id: int, family_id: int, *, safe: bool) -> None:
    """A worker asked: may this number be written to?"""
    _choice(session, person_id, family_id).unsafe_at = None if safe else clock.now()
    session.flush()


def pause(
    session: Session,
    people: Collection[int],
    family_id: int,
    *,
    why: str,
    until: datetime | None,
    by_worker_id: int | None = None,
) -> None:
    """Send these people nothing until then; with None, until somebody lets texts go again. What held before ends."""
    for person_id in people:
        go_on(session, person_id, by_worker_id)
        row = {"ref": reference(), "person_id": person_id, "family_id": family_id, "since": clock.now()}
        session.execute(insert(TextPause).values(**row, until=until, why=why, by_worker_id=by_worker_id).inline())


def go_on(session: Session, person_id: int, by_worker_id: int | None = None) -> bool:
    """Texts go to this person again. Somebody ends their own pause; a worker ends any. False when there was none."""
    mine = update(TextPause).where(TextPause.person_id == person_id, paused(clock.now()))
    if by_worker_id is None:
        mine = mine.where(TextPause.by_worker_id.is_(None))
    done: Any = session.execute(
        mine.values(ended_at=clock.now(), ended_by_id=by_worker_id).execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)


def _choice(session: Session, person_id: int, family_id: int) -> TextChoice:
    row = session.get(TextChoice, person_id)
    if row is None:
        row = TextChoice(person_id=person_id, family_id=family_id)
        session.add(row)
    return row


def settle(session: Session, held: TextMessage, *, again: bool) -> bool:
    """Decide about a text of which nobody knows whether it went out. False when it has settled since."""
    values: dict[str, Any] = {"state": "dropped", "problem": "left"}
    if again:
        values = {"state": "queued", "problem": None, "due_at": clock.now(), "claimed_at": None, "called_at": None}
    mine = update(TextMessage).where(TextMessage.id == held.id, TextMessage.state == "unknown").values(values)
    done: Any = session.execute(mine.execution_options(synchronize_session=False))
    return bool(done.rowcount)


def turn(session: Session, worker_id: int | None, *, stop: bool, reason: str) -> None:
    """Stop all texts, or let them go again."""
    row = insert(TextSwitch).values(at=clock.now(), stopped=stop, by_worker_id=worker_id, reason=reason)
    session.execute(row.inline())
