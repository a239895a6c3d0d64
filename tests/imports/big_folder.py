"""Makes an import folder of any number of invented families, about 40 rows each, for tests and for `make bench`.

The same number always makes the same folder: `python -m tests.imports.big_folder FOLDER FAMILIES`.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from portal.imports.files import FILES

BOROUGHS = 8
TEAMS = ("youth_justice", "youth_support", "school", "health", "housing", "charity")
FUNCTION = {
    "borough": "social_work",
    "youth_justice": "youth_justice",
    "youth_support": "youth_support",
    "school": "school",
    "health": "health",
    "housing": "housing",
    "charity": "mentor",
}
FIRST = [
    "Ada",
    "Bilal",
    "Carys",
    "Dami",
    "Elif",
    "Farah",
    "Gwen",
    "Hana",
    "Idris",
    "Jaya",
    "Kofi",
    "Leila",
    "Mina",
    "Noor",
    "Omar",
    "Priya",
    "Rafa",
    "Sana",
    "Tariq",
    "Uma",
    "Yusuf",
    "Zara",
]
LAST = [
    "Adeyemi",
    "Barros",
    "Castell",
    "Dogan",
    "Ellwood",
    "Farouk",
    "Grange",
    "Holt",
    "Iqbal",
    "Jarrett",
    "Kowal",
    "Larch",
    "Moran",
    "Nwosu",
    "Okoro",
    "Pell",
    "Quill",
    "Reyes",
]
SECTIONS = ("story", "strengths", "family", "school", "health", "places", "friends", "online", "harm", "tried", "hopes")
WORDS = [
    "We",
    "met",
    "at",
    "home",
    "and",
    "talked",
    "about",
    "school,",
    "the",
    "football",
    "project",
    "and",
    "what",
    "helps",
    "when",
    "things",
    "are",
    "loud.",
    "Next",
    "time",
    "we",
    "go",
    "on",
    "from",
    "here.",
]
START = date(2018, 1, 8)

Row = dict[str, Any]


def make(folder: Path, families: int, seed: int = 1) -> int:
    """Write the folder. Returns how many rows it has, headers not counted."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    rows = 0
    with ExitStack() as open_files:
        writers = {}
        for file in FILES:
            target = open_files.enter_context((folder / file.csv).open("w", newline="", encoding="utf-8"))
            writers[file.name] = csv.DictWriter(target, [column.name for column in file.columns])
            writers[file.name].writeheader()
        for name, row in _all(dice, families):
            writers[name].writerow(row)
            rows += 1
    return rows


def _all(dice: random.Random, families: int) -> Iterator[tuple[str, Row]]:
    workers_each = max(3, families // 200)
    staff: dict[int, list[tuple[str, str]]] = {}
    for borough in range(BOROUGHS):
        yield from _services(dice, borough, workers_each, staff)
    for number in range(families):
        yield from _family(dice, number, staff)


def _services(
    dice: random.Random, borough: int, workers_each: int, staff: dict[int, list[tuple[str, str]]]
) -> Iterator[tuple[str, Row]]:
    staff[borough] = []
    for kind in ("borough", *TEAMS):
        ref = f"B{borough}-{kind}"
        yield (
            "organisations",
            {
                "ref": ref,
                "name": f"Borough {borough} {kind.replace('_', ' ')}",
                "kind": kind,
                "phone": "020 7946 0100",
                "borough_ref": "" if kind == "borough" else f"B{borough}-borough",
                "senior_manager_ref": f"{ref}-W0",
            },
        )
        for number in range(workers_each):
            worker = f"{ref}-W{number}"
            yield (
                "workers",
                {
                    "ref": worker,
                    "name": _name(dice),
                    "organisation_ref": ref,
                    "role": f"{kind.replace('_', ' ')} worker",
                    "email": f"{worker.lower()}@services.example",
                    "phone": "020 7946 0101",
                    "manager": "no" if number else "yes",
                    "manager_ref": f"{ref}-W0" if number else "",
                    "languages": "en;es",
                    "hours": "Mon–Fri 9:00–17:30",
                    "cover_ref": f"{ref}-W0" if number else "",
                },
            )
            staff[borough].append((worker, FUNCTION[kind]))


def _family(dice: random.Random, number: int, staff: dict[int, list[tuple[str, str]]]) -> Iterator[tuple[str, Row]]:
    family, borough, last = f"F{number}", number % BOROUGHS, dice.choice(LAST)
    young, mother, father, other = (f"P{number}-{who}" for who in "YMFS")
    both = f"{young};{mother}"
    yield "families", {"ref": family, "name": f"{last} family", "home_borough_ref": f"B{borough}-borough"}
    for ref, relation, limit in (
        (young, "young_person", "none"),
        (mother, "parent", "none"),
        (father, "parent", "no_address"),
        (other, "sibling", "none"),
    ):
        yield (
            "people",
            {
                "ref": ref,
                "family_ref": family,
                "name": f"{dice.choice(FIRST)} {last}",
                "relation": relation,
                "date_of_birth": _day(dice, -6000),
                "phone": f"+447700900{dice.randrange(1000):03}",
                "language": dice.choice(["en", "es", "so", "bn"]),
                "interpreter": "no",
                "school_year": "10" if ref == young else "",
                "parental_responsibility": "yes" if relation == "parent" else "",
                "lives_with": mother if ref == young else "",
                "contact_limits": limit,
            },
        )
    team = dice.sample(staff[borough], 3)
    start = START + timedelta(days=dice.randrange(200))
    for turn, (worker, function) in enumerate(team):
        end = start + timedelta(days=120 * (turn + 1) - 1)
        yield (
            "involvements",
            {
                "family_ref": family,
                "worker_ref": worker,
                "function": function,
                "lead": "yes",
                "start": start + timedelta(days=120 * turn),
                "end": end if turn < 2 else "",
                "end_reason": "Handed over" if turn < 2 else "",
                "handover_to": team[turn + 1][0] if turn < 2 else "",
                "closes": "no",
            },
        )
    lead = team[2][0]
    for step in range(5):
        yield (
            "plan",
            {
                "ref": f"S{number}-{step}",
                "family_ref": family,
                "goal": "We feel safe",
                "step": _text(dice, 8),
                "owner_ref": dice.choice([lead, mother]),
                "promised_on": _day(dice),
                "due": _day(dice, 30),
                "status": dice.choice(["todo", "doing", "done"]),
                "seen_by": dice.choice(["family", both]),
            },
        )
    for visit in range(7):
        yield (
            "appointments",
            {
                "ref": f"A{number}-{visit}",
                "family_ref": family,
                "worker_ref": lead,
                "people": both,
                "made_on": _day(dice),
                "starts_at": _time(dice),
                "minutes": "60",
                "place": f"{dice.randrange(90)} Larch Lane",
                "purpose": _text(dice, 5),
                "status": dice.choice(["booked", "attended", "missed"]),
                "seen_by": dice.choice(["family", both, young]),
            },
        )
    for offer in range(2):
        yield (
            "offers",
            {
                "ref": f"O{number}-{offer}",
                "family_ref": family,
                "offered_on": _day(dice),
                "what": "A mentor",
                "by_worker_ref": lead,
                "to_person_ref": dice.choice([young, mother]),
                "response": dice.choice(["accepted", "declined", "no_answer"]),
            },
        )
    for said in range(9):
        by_worker = dice.random() < 0.5
        yield (
            "statements",
            {
                "ref": f"T{number}-{said}",
                "young_person_ref": young,
                "section": SECTIONS[said],
                "made_on": _day(dice),
                "said_by": lead if by_worker else mother,
                "organisation_ref": f"B{borough}-school" if by_worker else "",
                "text": _text(dice, 40),
                "disagrees_with": f"T{number}-{said - 1}" if said == 5 else "",
                "seen_by": dice.choice(["family", both, "professionals"]),
            },
        )
    yield (
        "links",
        {
            "ref": f"L{number}",
            "young_person_ref": young,
            "borough_ref": f"B{(borough + 1) % BOROUGHS}-borough",
            "what": "friends",
            "note": _text(dice, 6),
        },
    )
    yield (
        "moments",
        {
            "ref": f"C{number}",
            "young_person_ref": young,
            "kind": "arrest",
            "occurred_at": _time(dice),
            "borough_ref": f"B{borough}-borough",
            "contact_worker_ref": lead,
            "note": _text(dice, 6),
            "seen_by": both,
        },
    )
    if number % 10 == 0:
        yield (
            "moves",
            {
                "ref": f"V{number}",
                "family_ref": family,
                "from_borough_ref": f"B{(borough + 1) % BOROUGHS}-borough",
                "to_borough_ref": f"B{borough}-borough",
                "planned_on": _day(dice),
                "need_before": "child_in_need",
                "invitation": "none",
                "seen_by": both,
            },
        )
    for update in range(7):
        yield (
            "updates",
            {
                "ref": f"U{number}-{update}",
                "family_ref": family,
                "posted_at": _time(dice),
                "by_worker_ref": lead,
                "text": _text(dice, 25),
                "seen_by": dice.choice(["family", both]),
            },
        )


def _name(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}"


def _text(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(WORDS, k=words))


def _day(dice: random.Random, later: int = 0) -> str:
    return (START + timedelta(days=dice.randrange(500) + later)).isoformat()


def _time(dice: random.Random) -> str:
    return f"{_day(dice)}T{9 + dice.randrange(9):02}:00"


if __name__ == "__main__":
    print(f"{make(Path(sys.argv[1]), int(sys.argv[2])):,} rows")
