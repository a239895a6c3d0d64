"""Python's lock: what one viewer may see of one family, as a clause that every query of records must carry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, and_, any_, bindparam, false, literal, or_, true
from sqlalchemy.dialects.postgresql import ARRAY

from portal.access.masking import Mask
from portal.foundation import clock


@dataclass(frozen=True)
class Scope:
    """One viewer's sight of one family.

    A family member (or supporter) sees by circle and contact limit; a professional by the kinds of record that
    their function opens (involvement/queries.py). Written apart from the database's policies, which must agree.
    """

    family_id: int
    person_id: int | None = None
    circles: frozenset[int] = frozenset()
    limit: str = "none"
    supporter: bool = False
    kinds: frozenset[str] = frozenset()
    worker_id: int | None = None
    why: str | None = None
    """Why a professional may: involved, manager, cover, accountable, duty, break_glass."""
    reason: str | None = None
    until: datetime | None = None
    """When duty or emergency access closes, by the real clock."""
    sees_police: bool | None = None
    """Did this family member choose to see what the police do? None: the database is asked."""
    mask: Mask = field(default_factory=Mask, compare=False)

    symbolic: bool = field(default=False, compare=False)
    """Stands for any viewer of the same shape: its values are bound parameters (`asking.ask`)."""

    @property
    def today(self) -> date:
        """Today, for use in queries."""
        return _TODAY if self.symbolic else clock.today()  # type: ignore[return-value]  # a parameter, bound later

    @property
    def now(self) -> datetime:
        """Now, for use in queries."""
        return _NOW if self.symbolic else clock.now()  # type: ignore[return-value]  # a parameter, bound later

    @property
    def shape(self) -> tuple[Any, ...]:
        """What decides the form of a query; everything else only fills in values."""
        return (
            self.person_id is None,
            self.worker_id is None,
            self.limit,
            self.supporter,
            self.kinds,
            self.sees_police,
        )

    def as_symbol(self) -> Scope:
        """A scope of the same shape whose values are filled in when the query runs."""
        symbols: dict[str, Any] = {
            "family_id": bindparam("scope_family", None, required=False, type_=BigInteger),
            "circles": bindparam("scope_circles", None, required=False, type_=ARRAY(BigInteger)),
        }
        if self.person_id is not None:
            symbols["person_id"] = bindparam("scope_person", None, required=False, type_=BigInteger)
        if self.worker_id is not None:
            symbols["worker_id"] = bindparam("scope_worker", None, required=False, type_=BigInteger)
        return replace(self, symbolic=True, **symbols)

    def values(self) -> dict[str, Any]:
        """What `as_symbol` left open."""
        return {
            "scope_family": self.family_id,
            "scope_person": self.person_id,
            "scope_worker": self.worker_id,
            "scope_circles": sorted(self.circles),
            "scope_today": self.today,
            "scope_now": self.now,
        }

    @property
    def circle_array(self) -> Any:
        """The viewer's circles as one SQL array."""
        return self.circles if self.symbolic else literal(sorted(self.circles), ARRAY(BigInteger))

    @property
    def is_professional(self) -> bool:
        return self.worker_id is not None

    @property
    def sees_where(self) -> bool:
        """May know what tells where the family is."""
        return self.is_professional or self.limit == "none"

    def sees_kind(self, kind: str) -> bool:
        """Does a professional's function open this kind of record? For family members circles decide instead."""
        return not self.is_professional or kind in self.kinds

    def clause(self, model: Any, kind: str | None = None) -> ColumnElement[bool]:
        """The rows of this model that the viewer may see. `model` has family_id, circle_id and kind."""
        mine = model.family_id == self.family_id
        if self.is_professional:
            return mine if (kind or model.kind) in self.kinds else and_(mine, self.wrote(model))
        if self.limit == "no_contact":
            return false()
        if getattr(model, "tells_where", False) and not self.sees_where:
            return false()
        return and_(mine, model.circle_id == any_(self.circle_array))

    def statements(self, model: Any, section_kind: dict[str, str]) -> ColumnElement[bool]:
        """As `clause`, for statements, whose kind depends on their section."""
        if not self.is_professional:
            return self.clause(model, "story")
        sections = [section for section, kind in section_kind.items() if kind in self.kinds]
        return and_(model.family_id == self.family_id, or_(model.section.in_(sections), self.wrote(model)))

    def wrote(self, model: Any) -> ColumnElement[bool]:
        """What a professional wrote stays theirs to read, also when their function opens no more of its kind."""
        author = getattr(model, "words_by", None)
        return getattr(model, author) == self.worker_id if author else false()

    def where(self) -> ColumnElement[bool]:
        """True or false for join conditions that would fetch an organisation, a place or a number."""
        return true() if self.sees_where else false()


@dataclass(frozen=True)
class LookingAt(Scope):
    """A viewer's sight today of one thing among many, or of what had been said by the end of an earlier day."""

    day: date | None = None
    given: tuple[tuple[str, Any], ...] = ()
    """What one page asks for, such as which statement: values of `given(name)` in its queries."""

    @property
    def today(self) -> date:
        """That day, for use in queries."""
        return _TODAY if self.symbolic else self.day or clock.today()  # type: ignore[return-value]  # bound later

    @property
    def now(self) -> datetime:
        """The end of that day."""
        if self.symbolic:
            return _NOW  # type: ignore[return-value]  # a parameter, bound later
        return clock.now() if self.day is None else clock.london(datetime.combine(self.day, time(23, 59, 59)))

    def values(self) -> dict[str, Any]:
        """What `as_symbol` left open, and what the page asks for."""
        return super().values() | {f"given_{name}": value for name, value in self.given}


def as_of(scope: Scope, day: date | None) -> Scope:
    """The same viewer, looking back at an earlier day; today or later is today."""
    if day is None or day >= clock.today():
        return scope
    return LookingAt(**_fields(scope), day=day)


def looking_at(scope: Scope, **given: Any) -> Scope:
    """The same viewer, asking for something in particular: a query built once then serves for each of them."""
    return LookingAt(**_fields(scope), given=tuple(given.items()))


def _fields(scope: Scope) -> dict[str, Any]:
    return {name: getattr(scope, name) for name in Scope.__dataclass_fields__}


def given(name: str, type_: Any = BigInteger) -> Any:
    """In a query: what `looking_at` says under this name."""
    return bindparam(f"given_{name}", None, required=False, type_=type_)


_TODAY = bindparam("scope_today", None, required=False, type_=Date)
_NOW = bindparam("scope_now", None, required=False, type_=DateTime(timezone=True))
