"""What can be asked of texts: what reached a number, what waits, and everything that decides whether one goes out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, and_, false, func, or_, select, text, type_coerce
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.access.models import Account, Phone
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows, gather
from portal.foundation.phones import number_hash
from portal.hearing.actions import Again, Answer, Converse, ForAnybody, Inbound, Texter
from portal.hearing.models import InboundText, TextNumber
from portal.messages.models import TextChoice, TextMessage, TextPause, TextSwitch
from portal.organisations.models import Worker
from portal.people.models import Person

__all__ = ["Again", "Answer", "Converse", "ForAnybody", "Inbound", "Texter"]
"""Who converses by text takes these from here too."""


@dataclass(frozen=True)
class Asked:
    """A text of which its subject is asked whether it is still right, and what it should say by now."""

    id: int
    person_id: int
    wording: str
    about_id: int
    due_at: datetime
    once: str | None
    values: Mapping[str, Any]


EARLIEST, LATEST = time(8), time(20)
"""Somebody's hours, where they chose none."""
BEHIND = 2**62
"""Places a text that answers nothing behind those that do, at the same moment."""
Verdict = str | dict[str, Any]
"""Why it is no longer right (templates/work/_texts.html says each); or values that fill its wording now."""
Check = Callable[[Session, Sequence[Asked]], Mapping[int, Verdict]]
"""Asked of all texts about one kind of thing at once, by id. A text that is not in the answer is right as it is."""


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


def paused(now: datetime) -> ColumnElement[bool]:
    """Pauses in which nothing is sent now."""
    open_end = or_(TextPause.until.is_(None), TextPause.until > now)
    return and_(TextPause.since <= now, open_end, or_(TextPause.ended_at.is_(None), TextPause.ended_at > now))


def pause_of(session: Session, person_id: int) -> Any:
    """The pause that holds this person's texts back now, with the name of the worker who began it; a worker's first."""
    rows = (
        select(TextPause.until, TextPause.why, TextPause.since, TextPause.by_worker_id, Worker.name.label("by"))
        .outerjoin(Worker, Worker.id == TextPause.by_worker_id)
        .where(TextPause.person_id == person_id, paused(clock.now()))
        .order_by(TextPause.by_worker_id.is_(None), TextPause.until.desc().nulls_first())
    )
    return session.execute(rows.limit(1)).first()


def everybody_in(session: Session, family_id: int) -> list[int]:
    """Whoever of a family may be written to at all, those they invited too."""
    rows = select(Person.id).where(Person.family_id == family_id, Person.contact_limit != "no_contact")
    return list(session.scalars(rows.order_by(Person.id)))


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
            # about the number, not the person: somebody else on it is not written to either
            func.number_unsafe(Phone.number_hash).label("unsafe"),
            select(TextPause.id)
            .where(TextPause.person_id == Person.id, paused(clock.now()))
            .exists()
            .label("silenced"),
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
            row.silenced,
            bool(row.unsafe),
            row.introduced_at is not None,
        )
        for row in session.execute(rows)
    }


def texts(scope: Scope) -> AnyRows:
    """Texts to this family, for professionals whose function opens them. Nobody else reads them here."""
    open_ = scope.clause(TextMessage) if scope.is_professional else false()
    return select(
        TextMessage.id,
        TextMessage.ref,
        TextMessage.person_id,
        TextMessage.body,
        TextMessage.wording,
        TextMessage.state,
        TextMessage.problem,
        TextMessage.due_at,
        TextMessage.sent_at,
        TextMessage.delivered_at,
        TextMessage.answers_id,
    ).where(open_)


def inbound_texts(scope: Scope) -> AnyRows:
    """Texts from this family, as `texts`."""
    open_ = scope.clause(InboundText) if scope.is_professional else false()
    return select(
        InboundText.id, InboundText.person_id, InboundText.body, InboundText.heard, InboundText.at, InboundText.media
    ).where(open_)


def choices(scope: Scope) -> AnyRows:
    """What people chose about texts: one's own, and for professionals whose function opens how they are reached."""
    own = TextChoice.person_id == scope.person_id
    return select(
        TextChoice.person_id, TextChoice.stopped_at, TextChoice.unsafe_at, TextChoice.hours_from, TextChoice.hours_until
    ).where(scope.clause(TextChoice) if scope.is_professional else own)


def pauses(scope: Scope) -> AnyRows:
    """While which nothing is sent to somebody, for whom as `choices`."""
    own = TextPause.person_id == scope.person_id
    return (
        select(TextPause.id, TextPause.person_id, TextPause.why, TextPause.until, Worker.name.label("by"))
        .outerjoin(Worker, Worker.id == TextPause.by_worker_id)
        .where(scope.clause(TextPause) if scope.is_professional else own, paused(scope.now))
    )


def of_family(session: Session, scope: Scope, most: int = 100) -> dict[str, Any]:
    """The last texts both ways, newest first, and how each person stands: their number, hours, what they stopped."""
    choice = choices(scope).subquery("choice")
    latest = TextPause.person_id, TextPause.until.desc().nulls_first(), TextPause.id.desc()
    pause = pauses(scope).ext(distinct_on(TextPause.person_id)).order_by(*latest).subquery("pause")
    people = (
        select(
            Person.id,
            Person.ref,
            Person.name,
            Person.contact_limit,
            Phone.id.label("phone"),
            choice.c.stopped_at,
            choice.c.unsafe_at,
            choice.c.hours_from,
            choice.c.hours_until,
            pause.c.why.label("paused"),
            pause.c.until.label("paused_until"),
            pause.c.by.label("paused_by"),
            TextNumber.stopped_at.label("number_stopped_at"),
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Phone, Phone.account_id == Account.id)
        .outerjoin(choice, choice.c.person_id == Person.id)
        .outerjoin(pause, pause.c.person_id == Person.id)
        .outerjoin(TextNumber, TextNumber.number_hash == Phone.number_hash)
        .where(Person.family_id == scope.family_id, Person.relation != "supporter")
        .order_by(Person.id)
    )
    at = func.coalesce(TextMessage.sent_at, TextMessage.due_at)
    out = texts(scope).order_by(at.desc(), TextMessage.id.desc()).limit(most)
    into = inbound_texts(scope).order_by(InboundText.at.desc(), InboundText.id.desc()).limit(most)
    found = gather(session, out=out, into=into, people=people)
    names = {row.id: row.name for row in found["people"]}
    lines: list[dict[str, Any]] = []
    for row in found["out"]:
        lines.append({**row, "mine": False, "at": row.sent_at or row.due_at, "place": (row.answers_id or BEHIND, 1)})
    for row in found["into"]:
        lines.append({**row, "mine": True, "place": (row.id, 0), "ref": None})
    for line in lines:
        line["name"] = names.get(line["person_id"], "")
    lines.sort(key=lambda line: (line["at"], line["place"]), reverse=True)
    return {"lines": lines[:most], "people": found["people"]}


def choices_of(session: Session, person_id: int) -> dict[str, str]:
    """What this person chose, as a form shows it."""
    row, pause = session.get(TextChoice, person_id), pause_of(session, person_id)
    wanted = "pause" if pause and pause.by_worker_id is None else "yes"
    return {
        "texts": "no" if row is not None and row.stopped_at else wanted,
        "hours_from": f"{row.hours_from if row else EARLIEST:%H:%M}",
        "hours_until": f"{row.hours_until if row else LATEST:%H:%M}",
        "remind_first": str(row.remind_first if row else 24 * 60),
        "remind_last": str(row.remind_last if row else 2 * 60),
        "safe_reply": row.safe_reply if row else "numbers",
    }


# --- the outbox's own statements, for many rows at once

CLAIM = text("""
with urgent as (select id, 0 as place, due_at from text_message where state = 'queued' and urgent and due_at <= :now
                order by due_at, id limit :many for update skip locked),
usual as (select id, 1 as place, due_at from text_message where state = 'queued' and not urgent and due_at <= :now
          order by due_at, id limit :many for update skip locked),
abandoned as (select id, 2 as place, due_at from text_message t where state = 'sending' and (claimed_at < :expired
              or (claimed_by is not null and claimed_at < :gone
                  and not exists (select 1 from heartbeat h where h.name = t.claimed_by and h.at > :gone)))
              order by id limit :many for update skip locked),
mine as (select * from (select * from urgent union all select * from usual union all select * from abandoned) every
         order by place, due_at, id limit :many)
update text_message t set state = 'sending', claimed_at = :real, claimed_by = :name, attempts = attempts + 1
from mine where t.id = mine.id
returning t.id, t.ref, t.number, t.number_hash, t.body, t.person_id, t.family_id, t.wording, t.given, t.about_kind,
  t.about_id, t.once, t.urgent, t.made_at, t.due_at, t.attempts, t.called_at, mine.place
""")
CALLED = text("""
update text_message t set called_at = :real, number = coalesce(r.number, t.number),
  number_hash = r.hash, body = coalesce(r.body, t.body),
  language = r.language, parts = r.parts, provider = :provider, problem = null
from unnest(cast(:ids as bigint[]), cast(:numbers as bytea[]), cast(:hashes as bytea[]), cast(:bodies as bytea[]),
            cast(:languages as text[]), cast(:parts as smallint[])) r(id, number, hash, body, language, parts)
where t.id = r.id
""")
# a callback may have been quicker than we are: what it said stands. A name that another row has is not taken twice
SENT = text("""
update text_message t set state = case when t.state = 'sending' then 'sent' else t.state end,
  sid = coalesce(t.sid, r.sid),
  sent_at = coalesce(t.sent_at, :now), problem = case when t.state = 'sending' then null else t.problem end
from unnest(cast(:ids as bigint[]), cast(:sids as text[])) r(id, sid) where t.id = r.id
  and not exists (select 1 from text_message o where o.sid = r.sid and o.id <> t.id)
""")
BECAME = text("""
update text_message t set state = r.state, problem = r.problem, due_at = coalesce(r.due, t.due_at),
  claimed_at = r.claimed, claimed_by = null, called_at = case when r.called then t.called_at end,
  attempts = greatest(t.attempts - r.undone, 0)
from unnest(cast(:ids as bigint[]), cast(:states as text[]), cast(:problems as text[]), cast(:dues as timestamptz[]),
            cast(:claims as timestamptz[]), cast(:called as boolean[]), cast(:undone as int[]))
  r(id, state, problem, due, claimed, called, undone)
where t.id = r.id and t.state = 'sending' and t.claimed_by = :name
""")
