"""Finds entries by a few words, however they are spelt: for some hundreds of pages, held in memory."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

LONGEST = 100  # characters of a question that are looked at
MOST_WORDS = 8
TYPED = 0.92  # how sure we are of a word whose beginning was typed
CLOSE = 74.0  # how alike two words must be, of 100
NEAREST = 0.7  # how far a likely word may be behind the likeliest one
FOLLOWS = 0.2  # what is far behind the best result is left out


@dataclass(frozen=True)
class Entry:
    """Something to find: its name, and its texts with what a word in each counts for."""

    key: str
    texts: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Index:
    """Entries by word."""

    words: list[str]
    places: dict[str, dict[str, float]]
    """For each word the entries it stands in, and the most it counts for there."""
    phrases: dict[str, str]
    """For each entry its weightiest texts, to find words that stand together."""
    size: int
    silent: frozenset[str]
    """Words that say nothing about what somebody looks for."""


def plain(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The words of a text as they are looked up."""
    return re.findall(r"\w+", plain(text).replace("'", ""))


def index(entries: Iterable[Entry], silent: Iterable[str] = ()) -> Index:
    """Read the entries once."""
    places: dict[str, dict[str, float]] = {}
    phrases: dict[str, str] = {}
    for entry in entries:
        heaviest = max((weight for _, weight in entry.texts), default=0)
        phrases[entry.key] = " | ".join(" ".join(words_of(text)) for text, weight in entry.texts if weight == heaviest)
        for text, weight in entry.texts:
            for word in set(words_of(text)):
                here = places.setdefault(word, {})
                here[entry.key] = max(here.get(entry.key, 0), weight)
    return Index(list(places), places, phrases, len(phrases), frozenset(silent))


def alike(word: str, known: Index) -> dict[str, float]:
    """The known words that somebody may mean who typed this one, each with how likely that is, at most 1."""
    found: dict[str, float] = {}
    if len(word) >= 4:
        for other, score, _ in process.extract(word, known.words, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=12):
            found[other] = (score / 100) ** 3
    if len(word) >= 3:
        found |= {other: TYPED for other in known.words if other.startswith(word)}
    if word in known.places:
        found[word] = 1.0
    least = NEAREST * max(found.values(), default=0)
    return {other: likeness for other, likeness in found.items() if likeness >= least}


def find(question: str, known: Index, limit: int = 20) -> list[tuple[str, float]]:
    """Names of the entries that fit the question best, with a score, best first."""
    asked = words_of(question[:LONGEST])
    said = [word for word in asked if word not in known.silent and len(word) > 1][:MOST_WORDS]
    scores: dict[str, float] = {}
    hits: dict[str, int] = {}
    for word in said or asked[:MOST_WORDS]:
        best: dict[str, float] = {}
        for other, likeness in alike(word, known).items():
            rare = math.log(1 + known.size / len(known.places[other]))
            for key, weight in known.places[other].items():
                best[key] = max(best.get(key, 0), weight * likeness * rare)
        for key, score in best.items():
            scores[key] = scores.get(key, 0) + score
            hits[key] = hits.get(key, 0) + 1
    together = " ".join(said)
    for key in scores:
        scores[key] *= (hits[key] / max(1, len(said))) ** 2
        if together and f" {together} " in f" {known.phrases[key]} ":
            scores[key] *= 2
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [(key, score) for key, score in ranked if score >= ranked[0][1] * FOLLOWS]
