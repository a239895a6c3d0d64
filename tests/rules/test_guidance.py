"""What must hold for every word of guidance: easy to read, sourced, dated, whole in every language, and kind."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import textstat

from portal.guidance import queries
from portal.guidance.models import AUDIENCES, NOW, TOPICS, Page

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
LANGUAGES = sorted(path.parent.name for path in TRANSLATIONS.glob("*/guidance"))
OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH = list(queries.pages("en").values())
GRADE = 6.0

# Names that cannot be said in easier words: those of services, laws and forms. They count as one easy word each.
NAMES = """
    Alternative provision; Barnardo's; Catch22; Child Bereavement UK; Childline; Citizens Advice; Coram Voice;
    Crimestoppers; Crisis and Resilience Fund; Family Help; Family Lives; Family Rights Group; Fearless; Gillick;
    Internet Watch Foundation; Ivison Trust; Local Government and Social Care Ombudsman; Missing People;
    Prisoners' Families Helpline; Report Remove; SafeCall; Samaritans; School Exclusions Hub; SENDIASS; Shelter;
    Victim Support; Violence and Exploitation Support Service; Violence Harm Assessment; Working Together;
    AssetPlus; CAMHS; CYPMHS; IPSEA; MASH; MERLIN; NRM; PRU
"""
UNAVOIDABLE = sorted((re.sub(r"\s+", " ", name).strip() for name in NAMES.split(";")), key=len, reverse=True)

# Words that blame a child or a family, and what the trade says instead of plain words.
HARSH = (
    r"gang members?|nominals?|runners?|streetwise|lifestyle choices?|put(ting)? (him|her|them)sel(f|ves) at risk|"
    r"fail(ed|s|ing)? to engage|hard to reach|young offenders?|prostitut\w+|promiscuous|attention.seeking|manipulative|"
    r"broken home|challenging behaviour|utilis\w+|commenc\w+|prior to|in order to|facilitat\w+|terminat\w+|"
    r"multi-agency|stakeholders?|signpost\w*|service users?|placements?|contact arrangements"
)


def prose(markdown: str) -> str:
    """What a person reads aloud: no marks, each heading and list item a sentence of its own."""
    lines = []
    for line in markdown.splitlines():
        bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line).replace("*", "")
        bare = re.sub(r"^\s*(#+|-|\d+\.|>)\s+", "", bare).strip()
        if bare:
            lines.append(bare if re.search(r"[.?!:][”\"’]?$", bare) else f"{bare}.")
    return " ".join(lines)


def grade(text: str) -> float:
    """The school grade a reader needs, by Flesch and Kincaid, names aside."""
    for name in UNAVOIDABLE:
        text = re.sub(rf"\b{re.escape(name)}\b", "Name", text, flags=re.I)
    return float(textstat.flesch_kincaid_grade(text.replace("’", "'")))


def toml(path: str) -> dict[str, Any]:
    return tomllib.loads((TRANSLATIONS / path).read_text(encoding="utf-8"))


def name_of(page: Page) -> str:
    return f"{page.language}/{page.slug}"


EVERY = [page for language in LANGUAGES for page in queries.pages(language).values()]


def test_there_is_something_to_read() -> None:
    long = [page for page in ENGLISH if page.audience != NOW]
    assert len(long) >= 30
    assert {page.audience for page in long} == set(AUDIENCES)


@pytest.mark.parametrize("page", ENGLISH, ids=name_of)
def test_a_page_reads_at_grade_six_or_below(page: Page) -> None:
    found = grade(f"{page.title}. {page.summary} {prose(page.text)}")
    assert found <= GRADE, f"{page.slug}: grade {found}"
    for part in re.split(r"^## ", page.text, flags=re.M):
        if len(part.split()) > 40:
            assert grade(prose(part)) <= GRADE + 1, f"{page.slug}, {part.splitlines()[0]}: grade {grade(prose(part))}"


@pytest.mark.parametrize("page", ENGLISH, ids=name_of)
def test_sentences_are_short(page: Page) -> None:
    for sentence in re.split(r"(?<=[.?!:])[”’]?\s+", prose(page.text)):
        assert len(sentence.split()) <= 30, f"{page.slug}: {sentence}"


def test_terms_and_help_lines_read_easily() -> None:
    meanings = " ".join(entry["meaning"] for entry in toml("en/glossary.toml").values())
    assert grade(meanings) <= GRADE
    lines = [line for group in queries.help_groups("en") for line in group.lines]
    assert grade(" ".join(f"{line.what} {line.who} {line.cost}." for line in lines)) <= GRADE


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_a_page_is_long_enough_to_help_and_short_enough_to_read(page: Page) -> None:
    words = len(page.text.split())
    least, most = (40, 150) if page.audience == NOW else (200, 600)
    assert least <= words <= most, f"{words} words"


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_a_page_says_where_it_comes_from_and_who_looks_after_it(page: Page) -> None:
    assert page.sources, "no sources"
    assert all(source.name and (source.url is None or source.url.startswith("http")) for source in page.sources)
    assert page.facts_read_on <= date.today()  # noqa: DTZ011 -- a day in a file
    assert page.facts_read_on < page.review_by
    assert (page.review_by - page.facts_read_on).days <= 366
    assert page.owner
    assert page.nation
    assert page.words
    assert page.summary.endswith((".", "?"))
    assert len(page.summary) <= 130
    assert page.audience in (*AUDIENCES, NOW)
    assert page.topic in TOPICS
    assert set(page.years) <= set(range(1, 14))
    assert page.language == "en" or not page.reviewed_by_person, (
        "a machine's translation: say so until a person has read it"
    )


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_related_pages_and_links_exist(page: Page) -> None:
    addresses = {found.address for found in queries.all_pages("en")} | {
        "/help-now",
        "/glossary",
        "/guidance/",
        "/courses/",
    }
    assert set(page.related) <= set(queries.pages("en")) - {page.slug}
    for target in re.findall(r"\]\(([^)]*)\)", page.text):
        assert target in addresses or target.startswith("https://"), f"{page.slug} links to {target}"


@pytest.mark.parametrize("page", EVERY, ids=name_of)
def test_a_number_on_a_page_is_one_of_those_in_the_data_file(page: Page) -> None:
    """So that a number that changes is changed everywhere, or the test says where not."""
    lines = [line for group in queries.help_groups("en") for line in group.lines]
    known = {number.replace(" ", "") for line in lines for number in (line.call, line.text_to)}
    for number in re.findall(r"\d[\d ]{4,}\d", page.text):
        assert number.replace(" ", "") in known, f"{page.slug}: {number} is not in help_lines.toml"


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_page_with_the_same_facts(language: str) -> None:
    own = queries.pages(language)
    assert set(own) == set(queries.pages("en"))
    for page in ENGLISH:
        other = own[page.slug]
        same = ("audience", "topic", "years", "order", "sources", "facts_read_on", "review_by", "related", "address")
        assert [getattr(page, name) for name in same] == [getattr(other, name) for name in same], page.slug
        assert other.text.count("\n## ") == page.text.count("\n## "), f"{page.slug}: not the same parts"
        numbers = [sorted(re.findall(r"\d[\d ]{4,}\d", text)) for text in (page.text, other.text)]
        assert numbers[0] == numbers[1], f"{page.slug}: not the same phone numbers"


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_term_and_every_help_line(language: str) -> None:
    english, own = toml("en/glossary.toml"), toml(f"{language}/glossary.toml")
    assert list(own) == list(english)
    assert all(entry["term"] and entry["meaning"].endswith(".") for entry in own.values())
    facts = tomllib.loads(queries.HELP_LINES.read_text(encoding="utf-8"))
    words = toml(f"{language}/help_lines.toml")
    assert set(words["line"]) == set(facts["line"])
    assert set(words["group"]) == set(facts["group"])
    for slug, line in facts["line"].items():
        for part in ("what", "who", "cost", "hours", "languages"):
            assert (part in words["line"][slug]) == (part in line), f"{language}, {slug}: {part}"


def test_terms_are_plenty_sourced_and_found_once() -> None:
    terms = toml("en/glossary.toml")
    assert len(terms) >= 80
    seen: dict[str, str] = {}
    for slug, entry in terms.items():
        assert entry["source"], slug
        assert entry["meaning"].endswith("."), slug
        assert len(entry["meaning"].split()) <= 45, f"{slug}: too long to read in the middle of something else"
        assert entry["plain"], f"{slug}: what could a worker write instead?"
        assert not entry["plain"].endswith("."), f"{slug}: words for the middle of a sentence"
        for form in (entry["term"], *entry.get("forms", ())):
            assert seen.setdefault(form.casefold(), slug) == slug, f"{form} is explained twice"


def test_plainer_words_are_plainer() -> None:
    """What the writing page offers holds no other word of the trade, and does not blame."""
    offered = {name: entry["plain"] for name, entry in toml("en/glossary.toml").items()}
    offered |= tomllib.loads(queries.PLAINER.read_text(encoding="utf-8"))
    for name, plain in offered.items():
        assert not re.search(rf"\b(?:{HARSH})\b", plain, re.I), f"{name}: {plain}"
        again = {word.lower() for word, _ in queries.jargon(plain)} - {"social worker", "mentor", "exploited"}
        assert not again, f"{name}: {plain} says {again}"
    assert grade(". ".join(offered.values())) <= GRADE


# Words of the system that no page may use without an explanation behind them.
MUST_BE_EXPLAINED = (
    "child protection plan; child protection conference; strategy meeting; child in need; section 17; section 47; "
    "referral order; bail; released under investigation; release under investigation; NRM; MASH; MERLIN; "
    "permanent exclusion; PRU; transfer conference; core group; review conference; lead practitioner; "
    "appropriate adult; youth justice service; youth offending team; county lines; cuckooing; return home interview; "
    "independent review panel; managed move; off-site direction; SENDIASS; CAMHS; subject access request; section 60; "
    "family liaison officer; independent reviewing officer; designated safeguarding lead; no further action"
)


def test_every_word_of_the_system_is_explained() -> None:
    explained = {form.casefold() for term in queries.glossary("en").values() for form in (term.term, *term.forms)}
    assert {word.casefold() for word in MUST_BE_EXPLAINED.split("; ")} <= explained


@pytest.mark.parametrize("page", ENGLISH, ids=name_of)
def test_words_in_capitals_are_explained(page: Page) -> None:
    """A short form in capitals is in the glossary, or its words stand before it."""
    known = {form for term in queries.glossary("en").values() for form in (term.term, *term.forms)}
    everyday = {"GP", "DBS", "NHS", "SHOUT", "BSL", "IPSEA", "OK"}
    for word in set(re.findall(r"\b[A-Z]{2,}\b", page.text)):
        assert word in known | everyday, f"{page.slug}: {word} is explained nowhere"


@pytest.mark.parametrize(
    "path", [*sorted(TRANSLATIONS.glob("en/**/*.*")), queries.HELP_LINES], ids=lambda path: path.name
)
def test_words_neither_blame_nor_shout(path: Path) -> None:
    # what people may type or hear is listed as it is said
    said = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("words =", "forms =", "url ="))
    ]
    text = "\n".join(said)
    harsh = re.search(rf"\b(?:{HARSH})\b", text, re.I)
    assert not harsh, f"{path.name}: {harsh.group()}"
    assert "!" not in text, f"{path.name}: an exclamation mark"
    assert not re.search(r"\b(can|won|don|isn|aren|doesn|shouldn|couldn|wouldn)[’']t\b", text), (
        f"{path.name}: write cannot, do not"
    )
