"""What an export holds on to while it gathers one family's record: references, readers, and who is named in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation.clock import london
from portal.organisations.models import Organisation, Worker
from portal.people.models import Circle, CircleMember, Family, Person

Record = dict[str, list[dict[str, str]]]
"""File name -> its rows, each column as text."""


class Export:
    """One family's record, gathered once: rows, and the references by which they name each other."""

    def __init__(self, session: Session, scope: Scope, family: Family) -> None:
        self.session, self.scope, self.family = session, scope, family
        self.refs: dict[tuple[type, int], str] = {}
        self.workers: set[int] = set()
        self.organisations: set[int] = {family.home_borough_id}
        self.circles = self._circles()

    def ref(self, row: Any) -> str:
        """The sender's own reference where this family's sender gave one, else the portal's."""
        own = row.source_ref if row.source is not None and row.source == self.family.source else None
        self.refs[type(row), row.id] = own or row.ref
        return str(own or row.ref)

    def of(self, model: type, key: int | None) -> str:
        """The reference of a row that is known already."""
        return self.refs.get((model, key), "") if key is not None else ""

    def worker(self, key: int | None) -> str:
        """A worker's reference; they will stand in workers.csv."""
        if key is None:
            return ""
        self.workers.add(key)
        return self._later(Worker, key)

    def organisation(self, key: int | None) -> str:
        """An organisation's reference; it will stand in organisations.csv."""
        if key is None:
            return ""
        self.organisations.add(key)
        return self._later(Organisation, key)

    def _later(self, model: Any, key: int) -> str:
        if (model, key) not in self.refs and (row := self.session.get(model, key)):
            self.ref(row)
        return self.refs.get((model, key), "")

    def rows(self, model: Any, *where: Any, order: Any = None) -> list[Any]:
        """The rows of this model that the worker's function opens."""
        found = select(model).where(self.scope.clause(model), *where).order_by(order if order is not None else model.id)
        return list(self.session.scalars(found))

    def _circles(self) -> dict[int, str | list[int]]:
        members: dict[int, list[int]] = {}
        mine = CircleMember.family_id == self.family.id
        for row in self.session.execute(select(CircleMember.circle_id, CircleMember.person_id).where(mine)):
            members.setdefault(row.circle_id, []).append(row.person_id)
        keys = select(Circle.id, Circle.members_key).where(Circle.family_id == self.family.id)
        return {
            row.id: "family" if row.members_key == "family" else sorted(members.get(row.id, []))
            for row in self.session.execute(keys)
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
