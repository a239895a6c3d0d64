"""What guidance is made of. It lives in files: the same on every machine, reviewed like code. Only what a borough adds
beside it is in a table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.markdown import clean_html

AUDIENCES = ("parents", "young_people", "system")
FRONT = "+++\n"
TOPICS = ("early", "danger", "online", "school", "police", "family", "help")
"""What a page is about, in the order of the index; their names stand in templates/guidance/index.html."""
NOW = "now"
"""Pages of a few lines for the worst minutes, shown whole under help now."""


class WrongPage(ValueError):
    """A guidance file that cannot be read; the text names the file and what is wrong."""


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
    topic: str
    """One of TOPICS."""
    years: tuple[int, ...]
    """The school years for whose parents it is most of use; empty where it is not about an age."""
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


class LocalNote(Keyed, Base):
    """What a borough adds beside one page of the national guidance, in one language. A new one ends the old one."""

    __tablename__ = "local_note"
    __table_args__ = (
        Index(
            "one_note_stands",
            "organisation_id",
            "slug",
            "language",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    slug: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    """Markdown; cleaned each time it is shown."""
    review_by: Mapped[date]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    written_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))


@dataclass(frozen=True)
class Borough:
    """A borough's duty team, as everybody may read it."""

    ref: str
    name: str
    day_phone: str | None
    day_hours: str | None
    night_phone: str | None
    checked_on: date
    review_by: date


@dataclass(frozen=True)
class Note:
    """A borough's words beside a page, clean."""

    borough_ref: str
    borough: str
    language: str
    html: Markup
    review_by: date


@dataclass(frozen=True)
class Nearby:
    """All that boroughs add to what is the same everywhere."""

    boroughs: tuple[Borough, ...] = ()
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    """By page."""
    mark: int = 0
    """Changes when anything here does."""


def read_page(path: Path, language: str) -> Page:
    """One page from its file: facts about it in TOML between two lines of +++, then Markdown."""
    raw = path.read_text(encoding="utf-8")
    try:
        before, front, text = raw.split(FRONT, 2)
        facts = tomllib.loads(front)
        if before:
            raise WrongPage(f"{path.name} must begin with +++")
        return Page(
            slug=path.stem,
            language=language,
            title=facts["title"],
            summary=facts["summary"],
            audience=facts["audience"],
            topic=facts["topic"],
            years=tuple(facts["years"]),
            order=facts["order"],
            words=tuple(facts["words"]),
            nation=facts["nation"],
            sources=tuple(Source(source["name"], source.get("url")) for source in facts["sources"]),
            facts_read_on=_day(facts["facts_read_on"]),
            review_by=_day(facts["review_by"]),
            owner=facts["owner"],
            reviewed_by_person=facts["reviewed_by_person"],
            related=tuple(facts["related"]),
            text=text,
            html=clean_html(text),
            address=facts.get("place", f"/guidance/{path.stem}"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WrongPage(f"{path}: {error!r}") from error


def _day(value: Any) -> date:
    if type(value) is not date:
        raise TypeError(f"{value!r} is not a day such as 2026-11-23")
    return value


def help_line(slug: str, entry: Mapping[str, Any]) -> HelpLine:
    """One line from its entry in the data file, with a language's own words put over it."""
    return HelpLine(
        slug=slug,
        group=entry["group"],
        words=(*entry.get("words", ()), *entry.get("more_words", ())),
        name=entry["name"],
        what=entry["what"],
        who=entry["who"],
        cost=entry.get("cost", ""),
        hours=entry.get("hours", ""),
        languages=entry.get("languages", ""),
        call=entry.get("call", ""),
        text_to=entry.get("text_to", ""),
        text_words=entry.get("text_words", ""),
        site=entry["site"],
        site_name=entry["site"].split("//")[1].removeprefix("www.").strip("/"),
        chat=entry.get("chat", False),
        source=entry["source"],
        date_checked=_day(entry["date_checked"]),
        review_by=_day(entry["review_by"]),
        checked=entry["checked"],
    )
