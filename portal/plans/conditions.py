"""How the plan's steps stand together, under their goals; and whose one step is."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from portal.access.scope import Scope
from portal.foundation.database import Row
from portal.involvement.queries import OpenFamily
from portal.plans.models import Start


@dataclass
class Group:
    """One goal with its steps."""

    words: str
    steps: list[Row]
    ref: str
    """Names the goal in an address: its own reference, or that of a step toward it."""
    first_words: str
    late: bool = False


def by_goal(rows: list[Row], written: list[Row] | None = None) -> list[Group]:
    """The steps under their goals: goals with something late first, done steps last within each; then goals that have
    no step yet."""
    found: dict[str, Group] = {}
    for row in rows:
        group = found.setdefault(row["goal"], Group(row["goal"], [], row["ref"], row["first_words"]))
        group.steps.append(row)
        group.late = group.late or row["late"]
    for group in found.values():
        group.steps.sort(key=lambda step: (step["state"] in ("done", "stopped"), step["due"]))
    first = sorted(found.values(), key=lambda group: (not group.late, group.steps[0]["due"]))
    known = {row["first_words"] for row in rows}
    empty = [
        Group(goal["text"], [], goal["ref"], goal["first_words"])
        for goal in written or []
        if goal["first_words"] not in known and goal["text"] not in found
    ]
    return first + empty


@dataclass
class OneStep:
    """A step that somebody has open: the row, what happened to it, who reads it, and the viewer's sight."""

    scope: Scope
    row: Row
    events: list[Row]
    readers: list[Row]
    """Those in the step's circle."""
    everybody: list[Row]
    """Those in the family who could read something."""
    workers: list[Row]
    opened: OpenFamily | None = None
    how: str = ""
    """What the address asks to do with it, where one page serves several."""

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def mine(self) -> bool:
        """Is it the viewer's own to tick: they own it, or put it there and no professional holds it?"""
        me = self.scope.person_id
        return me is not None and (
            self.row.owner_person_id == me or (self.row.made_by_person_id == me and self.row.owner_worker_id is None)
        )

    @property
    def reader_names(self) -> list[str]:
        return [reader["name"] for reader in self.readers]

    @property
    def other_names(self) -> list[str]:
        """Those in the family who do not see it."""
        inside = {reader["id"] for reader in self.readers}
        return [each["name"] for each in self.everybody if each["id"] not in inside]


@dataclass
class OneGoal:
    """A goal that somebody has open to word it anew."""

    scope: Scope
    ref: str
    words: str
    first_words: str
    readers: list[Row]
    reader_ids: set[int]
    """Who reads it as it stands."""
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def mark(self) -> str:
        """Of these words and no others: a form tells by it whether they are still the ones that its page showed."""
        return sha256(self.words.encode()).hexdigest()[:16]


@dataclass
class OneStart:
    """A plan to start from, for a family that a professional has open."""

    opened: OpenFamily
    start: Start

    @property
    def scope(self) -> Scope:
        return self.opened.scope

    @property
    def family_id(self) -> int:
        return self.opened.family_id
