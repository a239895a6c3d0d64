"""Every page a family sees reads at a school grade of six or below, by Flesch and Kincaid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import textstat
from bs4 import BeautifulSoup, Tag
from sqlalchemy import select

from portal import policy
from portal.access.masking import GENERIC
from portal.audit.models import Look
from portal.organisations.models import Organisation, Worker
from portal.people.models import CircleMember, Person
from portal.records.actions import SHOWS
from tests.client import Client
from tests.conftest import Database

GRADE = 6.0
ENOUGH = 30
"""Words from which on the measure says something; below it a page is read out with the others of its viewer."""
VISITS = [
    ("P-ROSA", "2018-06-20T10:00"), ("P-ROSA", "2018-12-15T10:00"), ("P-ROSA", "2019-04-25T10:00"),
    ("P-ROSA", "2019-07-15T10:00"), ("P-LEO", "2019-07-15T10:00"), ("P-DAN", "2019-07-15T10:00"),
    (None, "2019-07-15T10:00"),
]  # fmt: skip
# What cannot be said in easier words, each counted as one easy word: what people's jobs are called, what the field
# calls its own things (each explained where it stands), and words of the family's everyday that happen to be long.
UNAVOIDABLE = (
    "youth justice case manager", "youth justice manager", "social care team manager",
    "pastoral lead",
    "mental health practitioner", "head of pastoral care", "director of children's services",
    "housing manager", "social worker",
    "service manager", "youth support manager", "youth mentor", "youth justice", "youth support", "social work",
    "supervision meeting", "referral order", "child protection plan", "permanent exclusion", "permanently excluded",
    "mental health", "apprenticeships?", "design and technology", "responsibility", "responsible", "family",
    "january", "february", "september", "october", "november", "december", "saturday", "español",
)  # fmt: skip
INLINE = ["a", "button", "strong"]
"""Read where they stand in a sentence, or by themselves when they stand alone."""
HOLDING = ["h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "summary", "legend", "figcaption", "blockquote", "th", "td"]
"""Blocks that make the block around them a mere container."""
BLOCKS = [*HOLDING, "label", "div"]


def sentences(main: Tag) -> Iterator[str]:
    """What stands on the page, each block a sentence of its own; a block that holds blocks is read through them."""
    for hidden in main.find_all(["script", "style", "template", "svg", "input", "select"]):
        hidden.decompose()
    for block in main.find_all([*BLOCKS, *INLINE]):
        around = block.find_parent(BLOCKS)
        if block.find(HOLDING) or block.find_parent(INLINE):
            continue
        if block.name in INLINE and around and not around.find(HOLDING):
            continue  # read with the sentence it stands in
        said = " ".join(block.get_text(" ").split())
        if said:
            yield said if said[-1] in ".?:" else f"{said}."


def grade(words: str) -> float:
    """The school grade a reader needs, unavoidable words aside."""
    for term in UNAVOIDABLE:
        words = re.sub(rf"\b{term}\b", "word", words.replace("’", "'"), flags=re.I)
    words = re.sub(r"\b\d[\d:]*\b", "ten", re.sub(r"\s+([.,:])", r"\1", words))
    return float(textstat.flesch_kincaid_grade(words))


def names(database: Database) -> list[str]:
    """Everybody's names, first and last, and what tells one organisation from another; the longest first."""
    with database.session() as session:
        people = [name for model in (Person, Worker) for name in session.scalars(select(model.name))]
        places = list(session.scalars(select(Organisation.name)))
    parts = {part for name in people for part in (name, *name.split())}
    parts |= {part.strip() for name in places for part in (name, *GENERIC.sub("\n", name).split("\n"))}
    return sorted((part for part in parts if len(part) > 2), key=len, reverse=True)


def pages(client: Client, who: str | None) -> list[str]:
    """Every page this viewer opens without more in its address; guidance is measured with itself."""
    kinds = {"family", "person"} if who else {"everyone"}
    found = []
    for route in client.app.url_map.iter_rules():
        need = getattr(client.app.view_functions[route.endpoint], "need", None)
        if not need or "GET" not in (route.methods or ()) or route.arguments:
            continue
        apart = ("/guidance", "/glossary", "/demo", "/staff", "/healthz", "/readyz", "/exit", "/open-referral")
        if policy.RULES[need.permission].who & kinds and route.rule != "/" and not route.rule.startswith(apart):
            found.append(route.rule)
    return sorted(found)


@pytest.mark.parametrize(("who", "moment"), VISITS)
def test_a_page_reads_at_grade_six_or_below(
    sample: Database, visit: Callable[..., Client], who: str | None, moment: str
) -> None:
    """A database of its own: what other tests opened would stand on who-has-looked."""
    known = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names(sample)))
    client, short, too_hard = visit(sample, who, moment), [], {}
    for path in pages(client, who):
        response = client.browser.get(path)
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        main = BeautifulSoup(response.get_data(as_text=True), "html.parser").main
        assert main is not None
        said = [known.sub("Ana", sentence) for sentence in sentences(main)]
        if len(" ".join(said).split()) < ENOUGH:
            short += said
        elif (found := grade(" ".join(said))) > GRADE:
            too_hard[path] = (round(found, 1), hardest(said))
    assert not too_hard, f"{who} at {moment}: {too_hard}"
    assert not short or grade(" ".join(short)) <= GRADE, short


def test_who_has_looked_reads_easily_whatever_was_opened_and_why(
    sample: Database, visit: Callable[..., Client]
) -> None:
    with sample.session() as session:
        rosa = session.scalars(select(Person).where(Person.source_ref == "P-ROSA")).one()
        worker = session.scalars(select(Worker.id).where(Worker.source_ref == "W-BRV-SW1")).one()
        circles = list(session.scalars(select(CircleMember.circle_id).where(CircleMember.person_id == rosa.id)))
        seen = {"family_id": rosa.family_id, "worker_id": worker, "circles": circles}
        at = datetime.fromisoformat("2019-07-15T09:00+01:00")
        for why in ("involved", "manager", "cover", "accountable", "duty", "break_glass"):
            session.add_all(Look(**seen, what=what, why=why, at=at) for what in SHOWS)
        session.commit()
    client = visit(sample, "P-ROSA", "2019-07-15T10:00")
    main = client.soup("/who-has-looked").main
    assert main is not None
    assert len(re.findall("09:00: ", main.get_text())) == 6 * len(SHOWS)
    said = [re.sub("Amina Yusuf|Brackenvale Council", "Ana", sentence) for sentence in sentences(main)]
    assert grade(" ".join(said)) <= GRADE, hardest(said)


def hardest(said: list[str]) -> list[str]:
    """The three hardest sentences, to mend first."""
    return sorted((one for one in set(said) if len(one.split()) > 4), key=grade, reverse=True)[:3]
