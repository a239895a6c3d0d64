"""Finds words that need explaining in a text, and links the first time each one stands there to its explanation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

# what is already a link, a title or a control is left alone
LEFT_ALONE = {"a", "abbr", "button", "code", "label", "option", "pre", "script", "select", "style", "summary", "svg"}
LEFT_ALONE |= {"h1", "h2", "h3", "h4", "h5", "h6", "textarea", "time", "title"}
PIECES = re.compile(r"(<[^>]*>)")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
APOSTROPHES = r"(?:'|’|&\#39;|&\#x27;)"


@dataclass(frozen=True)
class Explainer:
    """A set of words, each with the name under which it is explained."""

    words: re.Pattern[str] | None
    names: Mapping[str, str]
    """The name for each word, folded as `fold` does."""


def fold(word: str) -> str:
    """A word as it is looked up: one kind of apostrophe, one space, small letters."""
    plain = re.sub(APOSTROPHES, "'", word)
    return re.sub(r"\s+", " ", plain).casefold()


def _pattern(word: str) -> str:
    pattern = r"\s+".join(re.escape(part).replace("'", APOSTROPHES).replace("’", APOSTROPHES) for part in word.split())
    # short forms such as MASH only in capitals: a mash is also something to eat
    return pattern if word.isupper() else f"(?i:{pattern})"


def explainer(words: Mapping[str, str]) -> Explainer:
    """An explainer for these words; each stands for the name it maps to. A longer word wins over one inside it."""
    longest_first = sorted(words, key=len, reverse=True)
    pattern = "|".join(_pattern(word) for word in longest_first)
    compiled = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") if words else None
    return Explainer(compiled, {fold(word): name for word, name in words.items()})


def explain(text: str, by: Explainer, address: str, seen: set[str] | None = None) -> Markup:
    """The text with a link at the first of each word that `by` knows. Plain text is escaped, Markup is taken as clean.

    `address` gets the name put behind it. `seen` holds the names explained already, and is added to."""
    html = str(text) if isinstance(text, Markup) else str(escape(text))
    if by.words is None or not by.words.search(html):
        return Markup(html)  # noqa: S704 -- escaped above unless it was clean already
    seen = set() if seen is None else seen
    depth = 0

    def link(match: re.Match[str]) -> str:
        name = by.names[fold(match.group())]
        if name in seen:
            return match.group()
        seen.add(name)
        return f'<a class="term" href="{escape(address + name)}">{match.group()}</a>'

    pieces = PIECES.split(html)
    for place, piece in enumerate(pieces):
        if place % 2:
            tag = TAG.match(piece)
            if tag and tag.group(1).lower() in LEFT_ALONE and not piece.endswith("/>"):
                depth = max(0, depth - 1) if piece.startswith("</") else depth + 1
        elif piece and not depth:
            pieces[place] = by.words.sub(link, piece)
    return Markup("".join(pieces))  # noqa: S704 -- the same text, with links made here
