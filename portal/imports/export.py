"""What an export holds on to while it gathers one family's record: references, readers, and who is named in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from portal.access.scope import Scope
from portal.foundation.clock import london
from portal.foundation.database import Row
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person

Record = dict[str, list[dict[str, str]]]
"""File name -> its rows, each column as text."""
Found = dict[str, list[Row]]
"""What was asked for (export_questions.py) -> its rows."""


class Export:
    """One family's record, gathered once: rows, and the references by which they name each other."""

    def __init__(self, scope: Scope, family: Family, found: Found) -> None:
        self.scope, self.family, self.found = scope, family, found
        self.refs: dict[tuple[type, int], str] = {}
        self.workers: set[int] = set()
        self.organisations: set[int] = {family.home_borough_id}
        self.circles = self._circles()

    def ref(self, model: type, row: Any) -> str:
        """The sender's own reference where this family's sender gave one, else the portal's."""
        own = row.source_ref if row.source is not None and row.source == self.family.source else None
        self.refs[model, row.id] = own or row.ref
        return str(own or row.ref)

    def of(self, model: type, key: int | None) -> str:
        """The reference of a row that is known already."""
        return self.refs.get((model, key), "") if key is not None else ""

    def worker(self, key: int | None) -> str:
        """A worker's reference; they will stand in workers.csv."""
        if key is not None:
            self.workers.add(key)
        return self.of(Worker, key)

    def organisation(self, key: int | None) -> str:
        """An organisation's reference; it will stand in organisations.csv."""
        if key is not None:
            self.organisations.add(key)
        return self.of(Organisation, key)

    def answers(self) -> int | None:
        """Who has to see to what nobody holds."""
        return next((row.worker_id for row in self.found["answers"]), None)

    def _circles(self) -> dict[int, str | list[int]]:
        members: dict[int, list[int]] = {}
        for row in self.found["members"]:
            members.setdefault(row.circle_id, []).append(row.person_id)
        return {
            row.id: "family" if row.members_key == "family" else sorted(members.get(row.id, []))
            for row in self.found["circles"]
        }

    def seen_by(self, circle_id: int) -> str:
        """The readers as an import names them."""
        circle = self.circles.get(circle_id, [])
        if isinstance(circle, str):
            return circle
        return ";".join(self.of(Person, one) for one in circle if self.of(Person, one)) or "professionals"


def text(value: Any) -> str:
    """A value as an import reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return london(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
