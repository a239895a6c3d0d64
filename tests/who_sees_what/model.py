"""What an invented world consists of: plain records, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Organisation:
    id: int
    name: str
    kind: str
    borough: int | None
    senior: int | None
    phone: str


@dataclass(frozen=True)
class Worker:
    id: int
    name: str
    organisation: int
    manager: bool
    above: int | None
    cover: int | None
    away_from: date | None
    away_until: date | None
    left_on: date | None
    phone: str


@dataclass(frozen=True)
class Family:
    id: int
    home: int


@dataclass(frozen=True)
class Person:
    id: int
    family: int
    name: str
    relation: str
    limit: str
    sees_police: bool


@dataclass(frozen=True)
class Supporter:
    """What an invited person may see; the person is a Person too."""

    id: int
    family: int
    invited_by: int
    sees_network: bool
    ended: bool


@dataclass(frozen=True)
class Circle:
    id: int
    family: int
    members: frozenset[int]
    key: str


@dataclass(frozen=True)
class Involvement:
    id: int
    family: int
    worker: int
    function: str
    lead: bool
    starts: date
    ends: date | None
    accepted: date | None
    closes: bool


@dataclass(frozen=True)
class Urgent:
    """Access on duty or by breaking the glass; `runs` by the real clock."""

    id: int
    family: int | None
    worker: int
    why: str
    began_at: datetime
    runs: bool


@dataclass(frozen=True)
class Move:
    id: int
    family: int
    circle: int
    left: int
    went_to: int
    planned_on: date
    moved_on: date | None


@dataclass(frozen=True)
class Written:
    """A record in a circle. `kind` is its table."""

    kind: str
    id: int
    family: int
    circle: int
    since: date | datetime | None
    """It exists from then on; absent: always."""
    worker: int | None = None
    """Who wrote it, or who owns it."""
    person: int | None = None
    about: int | None = None
    """The young person a statement is about."""
    section: str = ""
    organisation: int | None = None
    alone: bool = False
    """For one worker alone: a reply that is not for the others."""
    held_back: date | None = None
    """The last day on which a manager keeps it from the family."""
    whole: bool = False
    """Kept back is that there is such a meeting, not only what it decided."""
    replaced_by: int | None = None
    replaced_on: date | None = None
    borough: int | None = None
    answered: date | datetime | None = None
    """When the next one said yes to a handover, or when a decision to end help stands. Absent: not yet."""
    other: int | None = None
    """Who comes next, or to whom one comes back."""


@dataclass(frozen=True)
class Marked:
    """A place that is not safe for somebody, and who said so."""

    id: int
    family: int
    person: int
    own: bool
    worker: int | None


@dataclass(frozen=True)
class Look:
    id: int
    family: int
    worker: int
    at: datetime
    circles: frozenset[int]


@dataclass(frozen=True)
class Delay:
    id: int
    family: int
    worker: int
    manager: int
    until: date


@dataclass
class World:
    """Everything there is, and what time it is. Each list is keyed by id where the oracle looks things up."""

    seed: int
    now: datetime
    organisations: dict[int, Organisation] = field(default_factory=dict)
    workers: dict[int, Worker] = field(default_factory=dict)
    families: dict[int, Family] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    supporters: dict[int, Supporter] = field(default_factory=dict)
    circles: dict[int, Circle] = field(default_factory=dict)
    involvements: list[Involvement] = field(default_factory=list)
    urgents: list[Urgent] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    marked: list[Marked] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    texting: list[Any] = field(default_factory=list)
    """Duty, and what people chose about texts: texting.py."""
    matrix: dict[str, set[str]] = field(default_factory=dict)
    """What each function opens: data, the same for both locks."""

    @property
    def day(self) -> date:
        return self.now.date()
