"""A safety plan that somebody has open, and whether it is time to look at it again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import Row
from portal.involvement.queries import OpenFamily

NUMBER = re.compile(r"(?<!\d)(?:(?:\+44|0)(?:\s?\d){9,10}|999|101|111|116\s?\d{3}|0800\s?1111)(?!\d)")


@dataclass
class OneSafetyPlan:
    """One safety plan with its lines, and who is in its circle."""

    scope: Scope
    row: Row
    lines: list[Row]
    names: list[Row]
    """Those in its circle: `person_id`, `name`."""
    everybody: list[Row]
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def late(self) -> bool:
        """Has the day gone on which it should have been looked at again?"""
        return bool(self.row.review_on < clock.today())

    @property
    def reader_names(self) -> list[str]:
        return [row["name"] for row in self.names]

    @property
    def other_names(self) -> list[str]:
        """Those in the family who do not see it."""
        inside = {row["person_id"] for row in self.names}
        return [row["name"] for row in self.everybody if row["id"] not in inside]

    @property
    def calls(self) -> list[tuple[str, str | None]]:
        """Who to call, line by line, with the number of each line as a phone dials it."""
        lines = [line.strip() for line in self.row.calls.splitlines() if line.strip()]
        return [(line, re.sub(r"\s", "", found[0]) if (found := NUMBER.search(line)) else None) for line in lines]

    def line_of(self, person_id: int | None) -> str:
        """What this person does; None: what those who work with the family do."""
        return next((line["text"] for line in self.lines if line["person_id"] == person_id), "")
