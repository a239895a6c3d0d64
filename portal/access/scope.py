"""Python's lock: what one viewer may see of one family, as a clause that every query of records must carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, false, true

from portal.access.masking import Mask


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
    mask: Mask = field(default_factory=Mask, compare=False)

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
            return mine if (kind or model.kind) in self.kinds else false()
        if self.limit == "no_contact" or not self.circles:
            return false()
        if getattr(model, "tells_where", False) and not self.sees_where:
            return false()
        return and_(mine, model.circle_id.in_(self.circles))

    def statements(self, model: Any, section_kind: dict[str, str]) -> ColumnElement[bool]:
        """As `clause`, for statements, whose kind depends on their section."""
        if not self.is_professional:
            return self.clause(model, "story")
        sections = [section for section, kind in section_kind.items() if kind in self.kinds]
        return and_(model.family_id == self.family_id, model.section.in_(sections)) if sections else false()

    def where(self) -> ColumnElement[bool]:
        """True or false for join conditions that would fetch an organisation, a place or a number."""
        return true() if self.sees_where else false()
