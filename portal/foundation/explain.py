"""Finds words that need explaining in a text, and links the first time each one stands there to its explanation.

A page holds thousands of letters and the glossary hundreds of words, and every page of a family's goes through here.
So the words are one pattern in the shape of a tree: at each beginning of a word the first letter already decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

# what is already a link, a title or a control is left alone, and so is what somebody said in their own words
LEFT_ALONE = {"a", "abbr", "blockquote", "button", "cite", "code", "label", "legend", "option", "pre", "q", "script"}
LEFT_ALONE |= {"h1", "h2", "h3", "h4", "h5", "h6", "select", "style", "summary", "svg", "template", "textarea"}
LEFT_ALONE |= {"time", "title"}
UNTOUCHED = " data-unexplained"
"""On an opening tag: nothing inside it is explained."""
PIECES = re.compile(r"(<[^>]*>(?:\s*<[^>]*>)*)")
"""Text, and tags that follow each other with nothing between them."""
ALONE = re.compile(rf"<(?:{'|'.join(sorted(LEFT_ALONE))})\b|{UNTOUCHED}", re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
APOSTROPHES = r"(?:'|’|&\#39;|&\#x27;)"

Tree = dict[str, Any]


@dataclass(frozen=True)
class Explainer:
    """A set of words, each with the name under which it is explained."""

    words: re.Pattern[str] | None
    names: Mapping[str, str]
    """The name for each word, folded as `fold` does."""
    shouted: Collection[str]
    """Folded short forms such as mash, meant only in capitals: a mash is also something to eat."""
    titled: Collection[str]
    """Folded names of several words, such as working together, meant only with a capital at each."""

    def found_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where each known word begins and ends in a text, and its name."""
        small = text.lower()
        if self.words is None or len(small) != len(text):  # a few letters of the world grow when made small
            return
        for match in self.words.finditer(small):
            word = fold(match.group())
            as_written = text[match.start() : match.end()]
            if word in self.shouted and not as_written.isupper():
                continue
            if word in self.titled and not (as_written.istitle() or as_written.isupper()):
                continue
            yield match.start(), match.end(), self.names[word]


def fold(word: str) -> str:
    """A word as it is looked up: one kind of apostrophe, one space, small letters."""
    plain = re.sub(APOSTROPHES, "'", word)
    return re.sub(r"\s+", " ", plain).lower()


def _pattern(tree: Tree) -> str:
    """The tree as a pattern; an empty key marks the end of a word."""
    branches = [_letter(letter) + _pattern(rest) for letter, rest in sorted(tree.items()) if letter]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and "" not in tree else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if "" in tree else joined


def _letter(letter: str) -> str:
    return {" ": r"\s+", "'": APOSTROPHES}.get(letter) or re.escape(letter)


def explainer(words: Mapping[str, str]) -> Explainer:
    """An explainer for these words; each stands for the name it maps to. A longer word wins over one inside it."""
    tree: Tree = {}
    for word in words:
        at = tree
        for letter in fold(word):
            at = at.setdefault(letter, {})
        at[""] = {}
    compiled = re.compile(rf"(?<!\w){_pattern(tree)}(?!\w)") if words else None
    spoken = {fold(word) for word in words if not word.isupper()}
    return Explainer(
        compiled,
        {fold(word): name for word, name in words.items()},
        {fold(word) for word in words if word.isupper()} - spoken,
        {fold(word) for word in words if " " in word and all(part[:1].isupper() for part in word.split())},
    )


def explain(text: str, by: Explainer, address: str, seen: dict[str, None] | None = None) -> Markup:
    """The text with a link at the first of each word that `by` knows. Plain text is escaped, Markup is taken as clean.

    `address` gets the name put behind it. `seen` holds the names explained already, in order, and is added to."""
    html = str(text) if isinstance(text, Markup) else str(escape(text))
    if by.words is None:
        return Markup(html)  # noqa: S704 -- escaped above unless it was clean already
    seen = {} if seen is None else seen
    inside: list[str] = []  # the tags we are in, from the first one that is left alone
    pieces = PIECES.split(html)
    for place, piece in enumerate(pieces):
        if place % 2:
            if inside or ALONE.search(piece):
                for tag in TAGS.findall(piece):
                    _step(tag, inside)
        elif not inside and len(piece) > 2:
            pieces[place] = _linked(piece, by, address, seen)
    return Markup("".join(pieces))  # noqa: S704 -- the same text, with links made here


def _step(tag: str, inside: list[str]) -> None:
    """Into a tag that is left alone, or about inside one; the way out is the end of the tag that led in."""
    if tag[1] == "/" and not inside:
        return
    found = TAG.match(tag)
    if not found or tag.endswith("/>"):
        return
    name = found.group(1).lower()
    if inside and name == inside[0]:
        inside.pop() if tag.startswith("</") else inside.append(name)
    elif not inside and not tag.startswith("</") and (name in LEFT_ALONE or UNTOUCHED in tag):
        inside.append(name)


def _linked(piece: str, by: Explainer, address: str, seen: dict[str, None]) -> str:
    parts, done = [], 0
    for start, end, name in by.found_in(piece):
        if name in seen:
            continue
        seen[name] = None
        link = f'<a class="term" id="term-{escape(name)}" href="{escape(address + name)}">'
        parts += [piece[done:start], link, piece[start:end], "</a>"]
        done = end
    return "".join((*parts, piece[done:])) if parts else piece
