"""Duty and what people chose about texts, in the random worlds: drawn, written down, asked, and judged plainly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import select

from portal import tables as t
from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.duty.queries import calls
from portal.foundation import clock
from portal.foundation.database import PortalSession
from portal.messages.models import TextPause
from portal.messages.queries import choices, paused, pauses

EARLY = datetime(2010, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Choice:
    """When and how one person wants texts."""

    id: int
    """The person's: there is one for each."""
    family: int


@dataclass(frozen=True)
class Pause:
    """Nothing is sent to somebody for a while."""

    id: int
    family: int
    person: int
    worker: int | None
    since: datetime


@dataclass(frozen=True)
class Turn:
    """A worker's turn on a rota."""

    id: int
    organisation: int
    worker: int


@dataclass(frozen=True)
class Line:
    """The number that answers for an organisation out of hours; its id is the organisation's."""

    id: int


@dataclass(frozen=True)
class Call:
    """A call for help; `told`: the workers who heard of it."""

    id: int
    family: int | None
    person: int | None
    worker: int | None
    at: datetime
    told: frozenset[int]


@dataclass(frozen=True)
class Told:
    """One worker was told of one call."""

    id: tuple[int, int]
    family: int | None
    worker: int


@dataclass(frozen=True)
class Back:
    """A visit alone: when that worker means to have checked back."""

    id: int
    family: int | None
    worker: int


ABOUT_TEXTS = Choice | Pause | Turn | Line | Call | Told | Back
KINDS: dict[type, str] = {
    Choice: "text_choice",
    Pause: "text_pause",
    Turn: "duty_turn",
    Line: "duty_line",
    Call: "duty_call",
    Told: "duty_told",
    Back: "check_back",
}
EVERYWHERE = ("duty_turn", "duty_line")
"""They stand in no family: open whichever world they are of."""


def rows(world: Any) -> list[tuple[str, Any, Any]]:
    """Every one of them as (kind, key, record)."""
    return [(KINDS[type(row)], row.id, row) for row in world.texting]


# --- who: said from the documents alone


def worker_may(me: Any, row: Any, kinds: Callable[[int | None], set[str]], manages: Callable[[int], bool]) -> bool:
    """`kinds`: what is open to them of a family; `manages`: do they manage that worker?"""
    match row:
        case Choice() | Pause():
            return "contact" in kinds(row.family)
        case Turn() | Line():
            return True  # who is on duty, and on which number, is no secret among workers
        case Call():
            # whoever was told, whoever raised it, and those to whom a young person writes
            return me.id in row.told or row.worker == me.id or "texts" in kinds(row.family)
        case Told():
            return row.worker == me.id or "texts" in kinds(row.family)
        case _:
            return row.worker == me.id or manages(row.worker)


def member_may(me: Any, row: Any) -> bool:
    """One's own choices and pauses; the number that answers, for whoever may know where the family is; nothing else."""
    if isinstance(row, Choice):
        return row.id == me.id
    if isinstance(row, Pause):
        return row.person == me.id
    return isinstance(row, Line) and me.limit == "none"


def there(world: Any, row: Any) -> bool:
    """Is it there today: a pause that has begun, a call that was made."""
    if isinstance(row, Pause):
        return row.since <= world.now
    return not isinstance(row, Call) or row.at <= world.now


# --- drawn


def draw(maker: Any) -> None:
    """Once all families are there; with dice and numbers of their own."""
    whole, (maker.draw, maker.ids) = (maker.draw, maker.ids), (maker.more, maker.more_ids)
    world, die = maker.world, maker.draw
    staff = sorted(world.workers)
    for place in sorted(world.organisations):
        if maker.maybe(0.5):
            world.texting.append(Turn(next(maker.ids), place, die.choice(staff)))
            world.texting.append(Line(place))
    for family in world.families:
        mine = [person.id for person in world.people.values() if person.family == family]
        world.texting += [Choice(person, family) for person in die.sample(mine, 2)]
        for person in die.sample(mine, 2):
            by = die.choice([None, *staff])
            world.texting.append(Pause(next(maker.ids), family, person, by, maker.moment()))
        call(maker, family, die.choice(mine), None)
        call(maker, family, None, die.choice(staff))
        world.texting.append(Back(next(maker.ids), family, die.choice(staff)))
    # a number that nobody knows called, and a visit somewhere else
    call(maker, None, None, None)
    world.texting.append(Back(next(maker.ids), None, die.choice(staff)))
    maker.draw, maker.ids = whole


def call(maker: Any, family: int | None, person: int | None, by: int | None) -> None:
    """One call, and who was told of it."""
    told = maker.draw.sample(sorted(maker.world.workers), 2)
    made = Call(next(maker.ids), family, person, by, maker.moment(), frozenset(told))
    maker.world.texting += [made, *(Told((made.id, worker), family, worker) for worker in told)]


# --- written down


def fill(add: Callable[[Any, list[dict[str, Any]]], None], world: Any) -> None:
    """Into the database, as the owner."""
    every: dict[type, list[Any]] = {kind: [row for row in world.texting if isinstance(row, kind)] for kind in KINDS}
    add(t.messages.TextChoice, [{"person_id": row.id, "family_id": row.family} for row in every[Choice]])
    add(
        t.messages.TextPause,
        [
            {"id": r.id, "ref": f"tp{r.id}", "family_id": r.family, "person_id": r.person, "by_worker_id": r.worker}
            | {"since": r.since, "why": "away"}
            for r in every[Pause]
        ],
    )
    hours = {"days": [0, 7], "begins": time(9), "ends": time(17), "first_on": EARLY.date()}
    add(
        t.duty.DutyTurn,
        [
            {"id": r.id, "ref": f"dt{r.id}", "organisation_id": r.organisation, "worker_id": r.worker} | hours
            for r in every[Turn]
        ],
    )
    lines = [{"organisation_id": r.id, "phone": "020 7946 0560", "hours": "at night"} for r in every[Line]]
    add(t.duty.DutyLine, lines)
    add(
        t.duty.DutyCall,
        [
            {"id": r.id, "ref": f"dc{r.id}", "family_id": r.family, "person_id": r.person, "by_worker_id": r.worker}
            | {"why": "not_safe", "made_at": r.at, "told_at": r.at, "said": f"call {r.id}"}
            for r in every[Call]
        ],
    )
    told = [{"call_id": r.id[0], "worker_id": r.worker, "family_id": r.family} for r in every[Told]]
    add(t.duty.DutyTold, [row | {"level": 0, "at": EARLY} for row in told])
    add(
        t.duty.CheckBack,
        [
            {"id": r.id, "ref": f"cb{r.id}", "family_id": r.family, "worker_id": r.worker}
            | {"made_at": EARLY, "due_at": EARLY, "where": f"visit {r.id}"}
            for r in every[Back]
        ],
    )


# --- asked as the pages ask


def seen_of_family(session: PortalSession, scope: Scope) -> dict[str, set[Any]]:
    """What the pages about texts show this viewer of one family."""
    found = ask(session, scope, choice=choices, pause=pauses)
    own: set[int] = set()
    if not scope.is_professional:
        # the page of one's own settings asks by name
        mine = select(TextPause.id).where(TextPause.person_id == scope.person_id, paused(clock.now()))
        own = set(session.scalars(mine))
    return {
        "text_choice": {row["person_id"] for row in found["choice"]},
        "text_pause": {row["id"] for row in found["pause"]} | own,
    }


def seen_by_worker(session: PortalSession, actor: Actor) -> dict[str, set[Any]]:
    """The page of calls that one was told of."""
    return {"duty_call": {row.DutyCall.id for row in calls(session, actor)}}
