"""A young person's wishes that somebody has open, and which of them a mentor meets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from portal.access.scope import Scope
from portal.foundation.database import Row
from portal.involvement.queries import OpenFamily

WORD = re.compile(r"\w{4,}")
COMMON = {
    "with", "that", "this", "they", "them", "like", "likes", "from", "have", "very", "also", "good", "about", "when",
    "what", "some", "somebody", "someone", "would", "people", "young", "person", "mentor", "want", "wants", "your",
}  # fmt: skip


@dataclass
class Match:
    """One mentor beside one young person's wishes: what fits, in so many words. No number, and nobody is scored."""

    mentor: Row
    gender: bool = False
    language: bool = False
    shared: list[str] = field(default_factory=list)
    """Words that both of them use."""

    @property
    def fits(self) -> int:
        """How many kinds of wish are met, only to put the nearest first."""
        return self.gender + self.language + bool(self.shared)


def words_in(*texts: str | None) -> set[str]:
    """The words that say something, in small letters."""
    return {word.lower() for text in texts if text for word in WORD.findall(text)} - COMMON


def match(wish: Row, mentor: Row) -> Match:
    """Which of these wishes this mentor meets."""
    return Match(
        mentor,
        gender=wish["gender"] is not None and wish["gender"] == mentor["gender"],
        language=wish["language"] is not None and wish["language"] in (mentor["languages"] or ()),
        shared=sorted(words_in(wish["interests"], wish["background"], wish["words"]) & words_in(mentor["about"])),
    )


@dataclass
class OneWish:
    """One young person's wishes."""

    scope: Scope
    row: Row
    names: list[Row]
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def reader_names(self) -> list[str]:
        return [row["name"] for row in self.names if row["circle_id"] == self.row.circle_id]
