"""Is this meeting place one that somebody marked? Words are compared as people write them, slips included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz

CLOSE = 84
"""From here on two words are the same word, written by hand."""
SMALL = {
    "the", "a", "an", "at", "in", "on", "of", "by", "near", "to", "and", "my", "our", "his", "her",
    "st", "street", "rd", "road", "ave", "avenue", "lane",
}  # fmt: skip
"""Words that many places share: alone they mark nothing."""


def same_place(place: str, marked: str) -> bool:
    """Does everything that tells one place from another in what was marked stand in this place too?

    "Canal Street" marks "the cafe on Canal St", and "Kingsford" everything in Kingsford. In doubt: yes, because another
    place is asked for, and that harms nobody.
    """
    there, wanted = _words(place), _words(marked)
    telling = [word for word in wanted if word not in SMALL] or wanted
    return bool(telling) and all(any(_alike(word, other) for other in there) for word in telling)


def to_avoid(place: str | None, marks: Iterable[str]) -> bool:
    """Is this place, if it is one at all, among those marked?"""
    return place is not None and any(same_place(place, marked) for marked in marks)


def _words(text: str) -> list[str]:
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return re.findall(r"\w+", plain)


def _alike(one: str, other: str) -> bool:
    if one.isdigit() or other.isdigit() or min(len(one), len(other)) < 4:
        return one == other
    return one.startswith(other) or other.startswith(one) or fuzz.ratio(one, other) >= CLOSE
