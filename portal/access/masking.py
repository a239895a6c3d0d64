"""Leaves out of free text what could tell somebody with `no_address` where the others are.

Circles decide which records a person sees; people still write a place into a sentence. So the names of the
organisations and places around a family, and local phone numbers, are taken out of every text shown to such a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LEFT_OUT = "[…]"

# words that many organisations' names share: what is left after them is the part that tells where
GENERIC = re.compile(
    r"\b(london borough of|royal borough of|city of|county|borough|metropolitan|city|council|district|"
    r"children'?s|children’s|services?|social|care|youth|justice|targeted|support|offending|team|school|schools|"
    r"academy|college|pupil|referral|unit|primary|secondary|high|nursery|mental|health|outreach|camhs|nhs|trust|"
    r"foundation|housing|association|homes|hospital|police|liaison|mentoring|project|charity|centre|center|"
    r"of|the|and|for|in|at)\b",
    re.IGNORECASE,
)
# places that are in every family's life and tell nothing
EVERYDAY = {"home", "phone", "by phone", "online", "video", "video call", "by video", "school", "office", "text"}
LOCAL_NUMBER = re.compile(r"(?<![\w+])(?:\+44\s?\(?0?\)?|0)(?!800|808|300|303)[1237](?:[\s-]?\d){8,9}(?!\d)")


@dataclass(frozen=True)
class Mask:
    """What to leave out. Empty for everybody without a contact limit: their texts are given back untouched."""

    pattern: re.Pattern[str] | None = None

    def __call__(self, text: str) -> str:
        """The text, with what tells where left out."""
        return self.pattern.sub(LEFT_OUT, text) if self.pattern and text else text


def _telling(name: str) -> set[str]:
    """The name, and what is left of it without the words every such name has."""
    left = re.sub(r"\s+", " ", GENERIC.sub(" ", name)).strip(" ,.-’'")
    found = {name.strip()}
    if len(left) > 2:
        found.add(left)
    return found


def mask_for(organisations: Iterable[str], places: Iterable[str]) -> Mask:
    """A mask over these organisations' names and these places, and over local phone numbers."""
    words: set[str] = set()
    for name in organisations:
        words |= _telling(name)
    words |= {place.strip() for place in places if place.strip().lower() not in EVERYDAY and len(place.strip()) > 2}
    parts = [re.escape(word).replace(r"\ ", r"[\s-]*") for word in sorted(words, key=len, reverse=True)]
    names = rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)" if parts else None
    pattern = "|".join(part for part in (names, LOCAL_NUMBER.pattern) if part)
    return Mask(re.compile(pattern, re.IGNORECASE))
