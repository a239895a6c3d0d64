"""What guidance is made of. It lives in files, not in tables: the same on every machine, reviewed like code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

AUDIENCES = ("parents", "young_people", "system")
NOW = "now"
"""Pages of a few lines for the worst minutes, shown whole under help now."""


@dataclass(frozen=True)
class Source:
    """Where a fact was read."""

    name: str
    url: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of guidance in one language."""

    slug: str
    language: str
    title: str
    summary: str
    audience: str
    """`parents`, `young_people`, `system` or `now`."""
    order: int
    words: tuple[str, ...]
    """What people type who look for this page, slang and slips included."""
    nation: str
    """Where the rules on the page hold, in words."""
    sources: tuple[Source, ...]
    facts_read_on: date
    review_by: date
    owner: str
    reviewed_by_person: bool
    related: tuple[str, ...]
    text: str
    """The Markdown without its front matter."""
    html: Markup
    """Clean; terms are explained when the page is made, with whatever else stands on it."""
    address: str


@dataclass(frozen=True)
class Term:
    """A word that professionals use, in plain words."""

    slug: str
    language: str
    term: str
    said: str
    """The English word where the term is in another language: it is the one people hear."""
    meaning: str
    forms: tuple[str, ...]
    """Other ways it is written."""
    plain: str
    """English words to write instead, in the middle of a sentence."""
    quiet: bool
    """An everyday word: it stands in the list, and is not marked where it is used."""
    source: str


@dataclass(frozen=True)
class HelpLine:
    """Somebody to call or text: what they do and what it costs. The words are in one language."""

    slug: str
    group: str
    words: tuple[str, ...]
    """What people type who look for this line."""
    name: str
    what: str
    who: str
    cost: str
    hours: str
    """Empty when they are not known for sure; then the page says where to look."""
    languages: str
    call: str
    """As it is written for people; empty when there is no number to give."""
    text_to: str
    text_words: str
    """What to text, where the line needs a word."""
    site: str
    site_name: str
    chat: bool
    """They also answer in writing on their site."""
    source: str
    date_checked: date
    review_by: date
    checked: bool
    """Seen in a source; otherwise a long-standing number written from memory."""


@dataclass(frozen=True)
class HelpGroup:
    """Help lines for one kind of need."""

    slug: str
    title: str
    intro: str
    folded: bool
    """Shown when asked for: what is needed first stands open."""
    lines: tuple[HelpLine, ...]


@dataclass(frozen=True)
class Found:
    """One result of a search."""

    kind: str
    """`page`, `term` or `line`."""
    title: str
    summary: str
    address: str
    audience: str
    score: float
