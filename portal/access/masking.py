"""Leaves out of free text what could tell somebody with `no_address` where the others are.

Circles decide which records a person sees; people still write a place into a sentence. So the names of the
organisations and places around a family, local phone numbers, postcodes and addresses on the web are taken out of
every text shown to such a person. Where in doubt a word too many is left out: a hole in a sentence harms nobody.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

LEFT_OUT = "[…]"

# words that many organisations' names share: what stands between them is the part that tells where
GENERIC = re.compile(
    r"\b(london borough of|royal borough of|city of|county|borough|metropolitan|city|council|district|"
    r"children['’]?s|services?|social|care|youth|justice|targeted|support|offending|team|schools?|"
    r"academy|college|pupil|referral|unit|primary|secondary|high|nursery|mental|health|outreach|camhs|nhs|trust|"
    r"foundation|housing|association|homes|hospital|police|liaison|mentoring|project|charity|centre|center|"
    r"royal|london|of|the|and|for|in|at|on|upon|with)\b|[&/,;()\n–—]",
    re.IGNORECASE,
)
# what a place is, rather than which: "Canal" is left of "Canal Street"
KIND_OF_PLACE = re.compile(
    r"\b(street|st|road|rd|lane|avenue|ave|close|drive|way|square|gardens?|library|cafe|café|hub|room|office|court|"
    r"station|hall|gym|house|flat|floor|club|church|mosque|temple|park|shop|building|estate|new|old|our|your|my|his|"
    r"her|their|near|by|opposite|behind|next|to|a|evening|sessions?|\d+\w?)\b",
    re.IGNORECASE,
)
# places that are in every family's life and tell nothing
EVERYDAY = {
    "home", "at home", "phone", "by phone", "telephone", "online", "video", "video call", "by video", "school",
    "office",
    "text", "at school", "new home", "old home",
}  # fmt: skip
# the letters of every postcode in the United Kingdom: "SE15" tells as much as the whole of it
AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN "
    "EX FK FY G GL "
    "GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL "
    "OX PA PE PH "
    "PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF "
    "WN WR WS WV "
    "YO ZE"
).replace(" ", "|")
GAP = r"[\s().\-–—·/]*"
# from their beginning only: a long text is read once, not once for each of its letters; and before all else, so that
# nothing of them is left when a part of them tells by itself
ON_THE_WEB = (
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"(?:https?://|www\.)\S+",
    r"(?<![\w.-])(?:[\w-]+\.)+(?:gov|nhs|sch|org|ac|co|police)\.uk\b\S*",
)
NUMBERS = (
    # numbers of a town, such as 020 7946 0000; national ones (0800, 0808, 0300, 0303) tell nothing
    rf"(?<![\w+])(?:(?:\+|00)44{GAP}(?:\(0\)|0)?|\(?0){GAP}(?!800|808|300|303)[1237](?:{GAP}\d){{8,9}}(?!\d)",
    r"(?<![\d+])[378]\d{3}[\s-]\d{4}(?!\d)",
    rf"(?-i:\b(?:{AREAS})\d[A-Z\d]?\b)(?:\s*\d[A-Z]{{2}}\b)?",
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b",
)


@dataclass(frozen=True)
class Mask:
    """What to leave out. Empty for everybody without a contact limit: their texts are given back untouched."""

    pattern: re.Pattern[str] | None = None

    def __call__(self, text: str) -> str:
        """The text, with what tells where left out."""
        return self.pattern.sub(LEFT_OUT, text) if self.pattern and text else text


def _left_of(name: str, generic: re.Pattern[str]) -> set[str]:
    """What stands between the words that such names share: "Kensington" and "Chelsea"."""
    parts = (part.strip(" \t\r.,-'’\"") for part in generic.sub("\n", name).split("\n"))
    return {part for part in parts if len(part) > 2}


def _organisation(name: str) -> set[str]:
    """The name and the parts of it that tell where; nothing when every word of it is any borough's."""
    left = _left_of(name, GENERIC)
    return left | {name.strip()} if left else set()


def _place(text: str) -> set[str]:
    """The place, each part of it between commas, and what is left of a part without the kind of place it is."""
    found: set[str] = set()
    for part in (text, *re.split(r"[,;()\n]", text)):
        part = part.strip(" .-")
        if len(part) < 3 or part.lower() in EVERYDAY:
            continue
        found.add(part)
        named = KIND_OF_PLACE.sub("\n", part)
        found |= {left for left in _left_of(named, GENERIC) if left[0].isupper() and left.lower() not in EVERYDAY}
    return found


def _written(word: str) -> str:
    """The word as people write it: with or without spaces, hyphens, full stops and apostrophes."""
    letters = ("['’]?" if c in "'’" else r"\.?" if c == "." else re.escape(c) for c in word)
    return re.sub(r"(?:\\[ \-]|\s)+", r"[\\s-]*", "".join(letters))


def mask_for(organisations: Iterable[str], places: Iterable[str]) -> Mask:
    """A mask over these organisations' names and these places, and over what always tells: numbers, postcodes."""
    return _mask(frozenset(organisations), frozenset(places))


@functools.lru_cache(256)
def _mask(organisations: frozenset[str], places: frozenset[str]) -> Mask:
    words = set().union(*map(_organisation, organisations), *map(_place, places))
    names = "|".join(_written(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    parts = [rf"(?<!\w)(?:{names})(?!\w)"] if names else []
    return Mask(re.compile("|".join([*ON_THE_WEB, *parts, *NUMBERS]), re.IGNORECASE))
