"""When what guidance says may still be said."""

from __future__ import annotations

from datetime import date
from typing import Protocol


class Reviewed(Protocol):
    """Something with a date by which a person looks at it again."""

    @property
    def review_by(self) -> date: ...


def is_past_review(thing: Reviewed, today: date) -> bool:
    """Nobody has looked at it in time: it is shown, but says so."""
    return today > thing.review_by
