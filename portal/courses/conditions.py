"""Does a group fit what a parent looks for?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from portal.foundation import clock
from portal.foundation.database import Row

EVENING = 17  # o'clock in London: from then on a parent who works can come


@dataclass(frozen=True)
class Wanted:
    """What a parent looks for; empty fields do not matter."""

    year: int | None = None
    language: str | None = None
    mode: str | None = None
    where: str | None = None
    when: str | None = None
    """`day`, `evening` or `weekend`."""
    creche: bool = False


def fits(row: Row, wanted: Wanted) -> bool:
    """Is this group what the parent looks for?"""
    starts: datetime = clock.london(row["next_at"])
    when = "weekend" if starts.weekday() >= 5 else "evening" if starts.hour >= EVENING else "day"
    near = wanted.where and (
        row["mode"] == "online" or fuzz.partial_ratio(wanted.where.casefold(), (row["place"] or "").casefold()) >= 80
    )
    return all(
        (
            wanted.year is None or row["year_from"] <= wanted.year <= row["year_to"],
            not wanted.language or row["language"] == wanted.language,
            not wanted.mode or row["mode"] == wanted.mode,
            not wanted.when or when == wanted.when,
            not wanted.where or near,
            not wanted.creche or row["creche"] or row["mode"] == "online",
        )
    )


def is_slip_of(said: str, keyword: str) -> bool:
    """Is this the keyword, or one slip of the thumb away? Numbers must be right: YEAR6 is no slip for YEAR5."""
    digits = [[letter for letter in word if letter.isdigit()] for word in (said, keyword)]
    return digits[0] == digits[1] and DamerauLevenshtein.distance(said, keyword) <= (1 if len(keyword) < 7 else 2)
