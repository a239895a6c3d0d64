"""Pages, terms and help lines by language, read from their files once and kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.foundation.explain import Explainer, explain, explainer
from portal.foundation.markdown import clean_html
from portal.foundation.search import Entry, Index, find, index, words_of
from portal.guidance.conditions import is_past_review
from portal.guidance.models import (
    Borough,
    Found,
    HelpGroup,
    HelpLine,
    LocalNote,
    Nearby,
    Note,
    Page,
    Term,
    help_line,
    read_page,
)

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
HELP_LINES = Path(__file__).with_name("help_lines.toml")
PLAINER = Path(__file__).with_name("plainer.toml")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
HOLD = timedelta(days=190)
"""How long a borough's numbers hold: somebody rings them at least twice a year."""
SILENT = words_of(
    "a an and are as at be by can do does for from get has have he her his how i if in is it me my not of on or she "
    "so the their they to was what when who why will with you your "
    "child kid son daughter hijo hija "
    "al como con cuando de del el ella en es la las lo los me mi mis no para por que se si su sus te tu un una y yo"
)


def folder_of(language: str) -> Path | None:
    """Where a language keeps its guidance, or None where it has none."""
    if not LANGUAGE.fullmatch(language):
        return None
    folder = TRANSLATIONS / language.replace("-", "_")
    return folder if folder.is_dir() else None


@cache
def pages(language: str) -> Mapping[str, Page]:
    """The language's own pages by slug, in the order of the index."""
    folder = folder_of(language)
    found = [read_page(path, language) for path in sorted((folder / "guidance").glob("*.md"))] if folder else []
    return {page.slug: page for page in sorted(found, key=lambda page: (page.audience, page.order, page.slug))}


def page(slug: str, language: str) -> Page | None:
    """A page, in English where the language has not got it: help in the wrong language is better than none."""
    return pages(language).get(slug) or pages("en").get(slug)


@cache
def all_pages(language: str) -> tuple[Page, ...]:
    """Every page there is, each in the language where it has it."""
    return tuple(pages(language).get(slug, english) for slug, english in pages("en").items())


def pages_for(audience: str, language: str) -> list[Page]:
    """The pages for parents, for young people, or about the system, in order."""
    return [page for page in all_pages(language) if page.audience == audience]


def late(today: date) -> tuple[list[Page], list[HelpLine]]:
    """The pages and the help lines that nobody looked at by their date."""
    pages = [page for page in all_pages("en") if is_past_review(page, today)]
    return pages, [line for group in help_groups("en") for line in group.lines if is_past_review(line, today)]


def past_review(today: date) -> str:
    """Which pages and help lines nobody looked at in time, and who should be told; nothing where all is well."""
    pages, lines = late(today)
    names = [*(page.slug for page in pages), *(line.slug for line in lines)]
    told = f" Tell: {', '.join(sorted({page.owner for page in pages}))}." if pages else ""
    return f"Past their date, and they say so to readers: {', '.join(names)}.{told}" if names else ""


def related(to: Page, language: str) -> list[Page]:
    """The pages one may want next; after the pack of one school year, all that are for that year."""
    next_ = [found for slug in to.related if (found := page(slug, language))]
    if to.slug.startswith("year-"):
        year = to.years[0]
        next_ += [each for each in all_pages(language) if year in each.years and each not in next_ and each != to]
    return [each for each in next_ if each.slug != to.slug]


@cache
def glossary(language: str) -> Mapping[str, Term]:
    """The explained words by slug, in alphabetical order of the language's own words; English where one is missing."""
    english = _terms("en")
    own = _terms(language) if language != "en" else {}
    found: dict[str, Term] = {}
    for slug, facts in english.items():
        here = own.get(slug)
        words = here or facts
        found[slug] = Term(
            slug=slug,
            language=language if here else "en",
            term=words["term"],
            said=facts["term"] if here and here["term"].casefold() != facts["term"].casefold() else "",
            meaning=words["meaning"],
            forms=(*words.get("forms", ()), *((facts["term"], *facts.get("forms", ())) if here else ())),
            plain=facts["plain"],
            quiet=facts.get("quiet", False),
            source=facts["source"],
        )
    return dict(sorted(found.items(), key=lambda item: _letters(item[1].term)))


def _terms(language: str) -> dict[str, Any]:
    folder = folder_of(language)
    path = folder / "glossary.toml" if folder else None
    return tomllib.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}


def _letters(text: str) -> str:
    """For sorting as a dictionary does: accents and capitals aside."""
    return text.casefold().translate(str.maketrans("áéíóúüñ", "aeiouun"))


@cache
def _explainer(language: str) -> Explainer:
    terms = [term for term in glossary(language).values() if not term.quiet]
    return explainer({form: term.slug for term in terms for form in (term.term, *term.forms)})


@cache
def _plainer() -> tuple[Explainer, Mapping[str, str]]:
    """Every word of the trade, and for each a phrase to write instead."""
    said: dict[str, str] = {}
    for slug, facts in _terms("en").items():
        said |= dict.fromkeys((facts["term"], *facts.get("forms", ())), slug)
    plain = {slug: str(facts["plain"]) for slug, facts in _terms("en").items()}
    habits = tomllib.loads(PLAINER.read_text(encoding="utf-8"))
    return explainer(said | {habit: habit for habit in habits}), plain | habits


def jargon(text: str) -> list[tuple[str, str]]:
    """Words in an English text that a family may not know or may be hurt by, as they stand there, each with plainer
    words for it; in the order of the text, each once."""
    known, plain = _plainer()
    found: dict[str, tuple[str, str]] = {}
    for start, end, name in known.found_in(text):
        found.setdefault(name, (text[start:end], plain[name]))
    return list(found.values())


def explain_terms(html: str, language: str, seen: dict[str, None] | None = None, address: str = "/glossary#") -> Markup:
    """The text with each glossary term linked where it first stands, also in English inside another language."""
    return explain(html, _explainer(language), address, seen)


@cache
def help_groups(language: str) -> tuple[HelpGroup, ...]:
    """Whom to call or text, what is needed first on top."""
    facts = tomllib.loads(HELP_LINES.read_text(encoding="utf-8"))
    folder = folder_of(language)
    own_words = folder / "help_lines.toml" if folder else None
    words: dict[str, Any] = {}
    if own_words and own_words.exists():
        words = tomllib.loads(own_words.read_text(encoding="utf-8"))
    lines = [help_line(slug, entry | words.get("line", {}).get(slug, {})) for slug, entry in facts["line"].items()]
    return tuple(
        HelpGroup(
            slug=slug,
            title=(group | words.get("group", {}).get(slug, {}))["title"],
            intro=(group | words.get("group", {}).get(slug, {})).get("intro", ""),
            folded=group.get("folded", False),
            lines=tuple(line for line in lines if line.group == slug),
        )
        for slug, group in facts["group"].items()
    )


@cache
def _index(language: str) -> tuple[Index, Mapping[str, Found]]:
    found: dict[str, Found] = {}
    entries: list[Entry] = []
    english = pages("en")
    for page in all_pages(language):
        key = f"page {page.slug}"
        typed = " | ".join({*page.words, *english[page.slug].words})
        found[key] = Found("page", page.title, page.summary, page.address, page.audience, 0)
        entries.append(Entry(key, [(page.title, 8), (typed, 6), (page.summary, 3), (page.text, 1)]))
    for term in glossary(language).values():
        key = f"term {term.slug}"
        found[key] = Found("term", term.term, term.meaning, f"/glossary#{term.slug}", "", 0)
        entries.append(Entry(key, [(" | ".join((term.term, *term.forms)), 8), (term.meaning, 1)]))
    for group in help_groups(language):
        for line in group.lines:
            key = f"line {line.slug}"
            found[key] = Found("line", line.name, line.what, f"/help-now#{line.slug}", "", 0)
            entries.append(
                Entry(key, [(f"{line.name} | {line.call}", 8), (" | ".join(line.words), 5), (line.what, 1.5)])
            )
    return index(entries, SILENT), found


def search(question: str, language: str, limit: int = 12, whom: str = "") -> list[Found]:
    """Pages, terms and help lines that fit the question, best first, however it is spelt; of the pages only those for
    `whom`, where that is given."""
    known, found = _index(language)
    ranked = [replace(found[key], score=score) for key, score in find(question, known, limit * (3 if whom else 1))]
    return [one for one in ranked if not whom or one.audience in ("", whom)][:limit]


def nearby(session: Session) -> Nearby:
    """What every borough adds, for everybody to read."""
    rows = session.execute(
        select(func.help_near().table_valued("ref", "name", "day_phone", "day_hours", "night_phone", "checked_on"))
    ).all()
    boroughs = tuple(
        Borough(row.ref, row.name, row.day_phone, row.day_hours, row.night_phone, row.checked_on, row.checked_on + HOLD)
        for row in rows
    )
    words = session.execute(
        select(func.notes_near().table_valued("ref", "name", "slug", "language", "text", "review_by"))
    ).all()
    notes: dict[str, tuple[Note, ...]] = {}
    for row in words:
        note = Note(row.ref, row.name, row.language, clean_html(row.text, breaks=True), row.review_by)
        notes[row.slug] = (*notes.get(row.slug, ()), note)
    return Nearby(boroughs, notes, hash((boroughs, tuple(map(tuple, words)))))


def notes_on(near: Nearby, slug: str, language: str) -> list[Note]:
    """What boroughs add to a page: of each borough the note in this language, or else the one it has."""
    of: dict[str, Note] = {}
    for note in near.notes.get(slug, ()):
        kept = of.get(note.borough_ref)
        if kept is None or note.language == language or (note.language == "en" and kept.language != language):
            of[note.borough_ref] = note
    return list(of.values())


def my_boroughs(session: Session) -> frozenset[str]:
    """The references of the viewer's own boroughs; none for somebody who may not know where their family is."""
    return frozenset(session.scalar(select(func.my_boroughs())) or ())


def standing_notes(session: Session, organisation_ids: list[int]) -> list[LocalNote]:
    """The notes of these boroughs that stand now."""
    rows = select(LocalNote).where(LocalNote.organisation_id.in_(organisation_ids), LocalNote.ended_at.is_(None))
    return list(session.scalars(rows.order_by(LocalNote.slug, LocalNote.language)))
