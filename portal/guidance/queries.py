"""Pages, terms and help lines by language, read from their files once and kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from portal.foundation.explain import Explainer, explain, explainer
from portal.foundation.markdown import clean_html
from portal.foundation.search import Entry, Index, find, index, words_of
from portal.guidance.models import Found, HelpGroup, HelpLine, Page, Source, Term

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
HELP_LINES = Path(__file__).with_name("help_lines.toml")
PLAINER = Path(__file__).with_name("plainer.toml")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
FRONT = "+++\n"
SILENT = words_of(
    "a an and are as at be by can do does for from get has have he her his how i if in is it me my not of on or she "
    "so the their they to was what when who why will with you your "
    "child kid son daughter hijo hija "
    "al como con cuando de del el ella en es la las lo los me mi mis no para por que se si su sus te tu un una y yo"
)


class WrongPage(ValueError):
    """A guidance file that cannot be read; the text names the file and what is wrong."""


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


def related(to: Page, language: str) -> list[Page]:
    """The pages one may want next."""
    return [found for slug in to.related if (found := page(slug, language))]


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
    lines = [_help_line(slug, entry | words.get("line", {}).get(slug, {})) for slug, entry in facts["line"].items()]
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


def _help_line(slug: str, entry: Mapping[str, Any]) -> HelpLine:
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


def search(question: str, language: str, limit: int = 12) -> list[Found]:
    """Pages, terms and help lines that fit the question, best first, however it is spelt."""
    known, found = _index(language)
    return [replace(found[key], score=score) for key, score in find(question, known, limit)]
