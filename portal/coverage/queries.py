"""From what was said: ten things to know, what is not known yet, what not to ask again, and the review's own list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.foundation.database import Row

FIRST = ("strengths", "hopes", "harm", "places", "friends", "family", "school", "health", "tried", "story", "online")
"""In which order somebody new reads: who this is, what they want, what keeps them safe, then the rest."""
LISTED = ("strengths", "family", "tried", "school", "health", "friends", "places", "online", "harm")
"""The sections on the review's list, in its order."""
VOICES = ("young", "family", "work")
THINGS = 10


@dataclass(frozen=True)
class Told:
    """A section that has been told, so that nobody asks again."""

    section: str
    row: Row


@dataclass
class First:
    """The first page about one young person."""

    things: list[Row] = field(default_factory=list)
    """The ten things to know: the newest of each section, the young person's own words before anybody else's. Each with
    what sees it differently, so that nobody starts with one side."""
    empty: list[str] = field(default_factory=list)
    """Sections in which nobody has said anything."""
    told: list[Told] = field(default_factory=list)
    """What the young person or the family has told already."""


def first_page(young: int, sections: Iterable[str], rows: list[Row], told: list[Row]) -> First:
    """What somebody new should know of this young person. `rows`: statements; `told`: who spoke to which section."""
    mine = [row for row in rows if row["young_person_id"] == young and row["removed_on"] is None]
    seen = [section for section in FIRST if section in set(sections)]
    page = First()
    for section in seen:
        there = [row for row in mine if row["section"] == section]
        best = sorted(there, key=lambda row: (VOICES.index(row["voice"]), -row["made_on"].toordinal(), -row["id"]))
        page.things.extend(best[:1])
    page.things = page.things[:THINGS]
    spoken = [row for row in told if row["young_person_id"] == young]
    page.empty = [section for section in seen if all(row["section"] != section for row in spoken)]
    for section in seen:
        of_theirs = [row for row in spoken if row["section"] == section and row["voice"] in ("young", "family")]
        page.told.extend(Told(section, row) for row in of_theirs)
    return page


@dataclass(frozen=True)
class Asked:
    """One line of the review's list: has the assessment asked it?"""

    key: str
    done: bool


def review_list(
    young: int, sections: Iterable[str], told: list[Row], links: list[Row], questions: list[Row], events: list[Row]
) -> list[Asked]:
    """What the review found an assessment must ask (4.1.5, 3.5.2, 3.7.14, 2.48): the child's background and what is
    around them, in every borough, and not only the last offence. Only what this viewer's function opens."""
    spoken = {(row["section"], row["voice"]) for row in told if row["young_person_id"] == young}
    voices, about = {voice for _, voice in spoken}, {section for section, _ in spoken}
    here = [row for row in links if row["young_person_id"] == young]
    unasked = [row for row in here if row["asked_on"] is None and not row["lives_here"]]
    late = [row for row in questions if row["left"] is not None and row["left"] < 0]
    lines = [
        Asked("own_words", "young" in voices),
        Asked("family_words", "family" in voices),
        *(Asked(section, section in about) for section in LISTED if section in set(sections)),
        Asked("events", any(row["young_person_id"] == young for row in events)),
        Asked("links", bool(here)),
        Asked("boroughs", bool(here) and not unasked),
        Asked("answers", not late),
    ]
    return [line for line in lines if not line.done] + [line for line in lines if line.done]
