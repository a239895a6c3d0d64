"""Who wrote, what their last texts were about, and what can be offered to them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.availability.conditions import Slot, the_slot
from portal.availability.queries import bookable, free_slots, times_of
from portal.conversations.models import TextTalk
from portal.foundation import clock, texts
from portal.foundation.database import Row
from portal.people.models import CircleMember
from portal.people.queries import words_to_hide
from portal.places.queries import words_to_avoid


class Texter(Protocol):
    """Who wrote: as portal/messages knows them."""

    @property
    def person_id(self) -> int: ...
    @property
    def family_id(self) -> int: ...
    @property
    def language(self) -> str | None: ...
    @property
    def discreet(self) -> bool: ...
    @property
    def limit(self) -> str: ...
    @property
    def lead(self) -> str | None: ...


@dataclass(frozen=True)
class Offer:
    """A time as it was offered by text."""

    worker_id: int
    name: str
    starts_at: datetime
    place: str | None
    """Absent: by phone."""

    @property
    def phone(self) -> bool:
        return self.place is None

    def said(self) -> dict[str, Any]:
        """What a wording needs of it."""
        return {"at": self.starts_at, "phone": self.phone}


def offer_of(slot: Slot) -> Offer:
    """The slot, as it is offered."""
    return Offer(slot.worker_id, slot.worker, slot.starts_at, slot.place)


@dataclass
class Live:
    """What the next text answers."""

    waits_for: str
    does: str
    """`book`, `move`, `confirm`, `cannot`: what happens when it is answered."""
    offers: list[Offer] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    """References of the dates it is about, in the order of their numbers."""
    sequence: int | None = None
    """Of the one date it is about, when it was asked."""

    def sealed(self) -> str:
        """As it is kept."""
        offers = [[one.worker_id, one.name, one.starts_at.isoformat(), one.place] for one in self.offers]
        return json.dumps({"does": self.does, "offers": offers, "dates": self.dates, "sequence": self.sequence})


def live(session: Session, person_id: int, now: datetime) -> Live | None:
    """What somebody's next text answers; None when nothing does any more."""
    row = session.execute(
        select(TextTalk.waits_for, TextTalk.about).where(TextTalk.person_id == person_id, TextTalk.expires_at > now)
    ).first()
    if row is None:
        return None
    found = json.loads(row.about)
    offers = [
        Offer(who, name, clock.london(datetime.fromisoformat(at)), place) for who, name, at, place in found["offers"]
    ]
    return Live(row.waits_for, found["does"], offers, found["dates"], found["sequence"])


def scope_of(session: Session, texter: Texter) -> Scope:
    """The sight of whoever wrote, as their pages have it. The session speaks as them."""
    circles = session.scalars(select(CircleMember.circle_id).where(CircleMember.person_id == texter.person_id))
    scope = Scope(texter.family_id, person_id=texter.person_id, circles=frozenset(circles), limit=texter.limit)
    if texter.limit == "none":
        return scope
    return Scope(
        texter.family_id,
        person_id=texter.person_id,
        circles=scope.circles,
        limit=texter.limit,
        mask=words_to_hide(session, texter.family_id),
    )


def meant_worker(session: Session, scope: Scope, said: str) -> Row | None:
    """With whom they want to meet: whoever they name, else the closest who has free times."""
    workers = ask(session, scope, workers=bookable)["workers"]
    words = said.split()
    named = [one for one in workers if one["name"].split()[0].casefold() in words]
    found = named or workers
    return found[0] if found else None


def free(session: Session, scope: Scope, worker_id: int, people: list[int], days: int = 28) -> list[Slot]:
    """The times that can be taken with this worker in the next weeks."""
    now = clock.now()
    return free_slots(
        session, scope, worker_id, people=people, first=now.date(), last=now.date() + timedelta(days=days)
    )


def exactly(
    session: Session, scope: Scope, worker_id: int, people: list[int], at: datetime, *, by_phone: bool
) -> Slot | None:
    """This very time, if it is free: also one that starts between those that would be offered."""
    times = times_of(session, worker_id, at.date(), at.date())
    if times is None:
        return None
    phone_only = by_phone or not scope.sees_where
    return the_slot(times, clock.now(), at, words_to_avoid(session, people), by_phone=phone_only)


def lead_id(session: Session, family_id: int) -> int | None:
    """Who is responsible for this family."""
    who = func.responsible(family_id).table_valued("worker_id")
    return session.scalar(select(who.c.worker_id))


MOST = 3  # times in one text


def spread(slots: list[Slot]) -> list[Slot]:
    """At most three of these times, on different days where there are such, in order."""
    first_of_day: dict[Any, Slot] = {}
    for slot in slots:
        first_of_day.setdefault(slot.starts_at.date(), slot)
    chosen = list(first_of_day.values())[:MOST]
    chosen += [slot for slot in slots if slot not in chosen][: MOST - len(chosen)]
    return sorted(chosen, key=lambda slot: slot.starts_at)


def offered(language: str, plain: bool, name: str, offers: list[Offer], why: str) -> tuple[str, list[Offer]]:
    """The text that offers these times, and those that fit: fewer where the letters of a language cost more."""
    while True:
        values = {
            "name": name,
            "slots": [one.said() for one in offers],
            "why": why,
            "where": any(one.place for one in offers),
        }
        body = texts.say("talk_offer", language, plain, values)
        if texts.parts(body) <= texts.MOST_PARTS or len(offers) == 1:
            return body, offers
        offers = offers[:-1]
