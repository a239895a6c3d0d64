"""Is what a file holds what its schema says? Read before anything is written; the first thing wrong refuses it all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from portal.assessments.models import EVENTS, KNOWN_TO, REMOVED_BECAUSE, SECTIONS, WENT
from portal.contexts.models import LINK_KINDS
from portal.duties.models import DUTIES, ELSEWHERE
from portal.exchange.sealing import FileRefused
from portal.foundation.database import ALPHABET
from portal.involvement.models import FUNCTIONS
from portal.moves.models import NEEDS
from portal.organisations.models import KINDS
from portal.people.models import LIMITS, RELATIONS

MOST = 50_000  # rows of one list
LONGEST = 50_000  # letters of one text
REF = re.compile(f"[{ALPHABET}]{{12}}")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?(/[A-Za-z0-9._~\-/]*)?")
ABROAD = re.compile(r"[0-9a-f]{16}/[A-Za-z0-9:_.\-]{1,80}")

Test = Callable[[Any], bool]


def a_text(value: Any) -> bool:
    """A text that is not endless."""
    return isinstance(value, str) and len(value) <= LONGEST


def a_name(value: Any) -> bool:
    """A short text that says something."""
    return isinstance(value, str) and 0 < len(value.strip()) <= 300 and "\x00" not in value


def a_ref(value: Any) -> bool:
    """A public reference as the portal makes them."""
    return isinstance(value, str) and REF.fullmatch(value) is not None


def a_day(value: Any) -> bool:
    """A day such as 2019-05-31."""
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def a_moment(value: Any) -> bool:
    """A moment with its zone."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def a_number(value: Any) -> bool:
    """A whole number above nought."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 30_000


def a_yes_or_no(value: Any) -> bool:
    """True or false."""
    return isinstance(value, bool)


def one_of(values: Iterable[str]) -> Test:
    """A test for one of these words."""
    known = frozenset(values)
    return lambda value: isinstance(value, str) and value in known


def maybe(test: Test) -> Test:
    """A test that lets nothing pass as well."""
    return lambda value: value is None or test(value)


def anybody(value: Any) -> bool:
    """A person's number: which ones there are is asked later."""
    return isinstance(value, int) and not isinstance(value, bool)


def abroad(value: Any) -> bool:
    """A worker or service, by the portal that made it and the reference there."""
    return isinstance(value, str) and ABROAD.fullmatch(value) is not None


def an_address(value: Any) -> bool:
    """The address of a portal."""
    return isinstance(value, str) and len(value) <= 200 and ADDRESS.fullmatch(value) is not None


def readers(value: Any) -> bool:
    """A list of people's numbers."""
    return isinstance(value, list) and len(value) < 1000 and all(anybody(one) for one in value)


SCHEMA: dict[str, dict[str, Test]] = {
    "people": {
        "id": anybody, "name": a_name, "relation": one_of(set(RELATIONS) - {"supporter"}),
        "date_of_birth": maybe(a_day), "language": maybe(a_name), "interpreter": a_yes_or_no,
        "contact_limit": one_of(LIMITS),
    },
    "organisations": {"id": abroad, "name": a_name, "kind": one_of(KINDS), "borough": maybe(abroad)},
    "workers": {"id": abroad, "name": a_name, "role": a_name, "organisation": abroad},
    "statements": {
        "ref": a_ref, "section": one_of(SECTIONS), "made_on": a_day, "said_by_person": maybe(anybody),
        "said_by_worker": maybe(abroad), "organisation": maybe(abroad), "text": a_text,
        "disagrees_with": maybe(a_ref), "version": a_number, "replaced_by": maybe(a_ref),
        "written_at": maybe(a_moment), "language": maybe(a_name), "event": maybe(one_of(EVENTS)),
        "happened_on": maybe(a_day), "happened_known": maybe(one_of(KNOWN_TO)), "went": maybe(one_of(WENT)),
        "readers": readers,
    },
    "removals": {
        "ref": a_ref, "statement": a_ref, "made_on": a_day, "worker": abroad, "because": one_of(REMOVED_BECAUSE),
        "note": a_text,
    },
    "checks": {
        "ref": a_ref, "statement": a_ref, "made_on": a_day, "person": maybe(anybody), "worker": maybe(abroad),
        "still_true": a_yes_or_no,
    },
    "asked_again": {
        "ref": a_ref, "section": one_of(SECTIONS), "made_on": a_day, "worker": abroad, "reason": a_text,
        "readers": readers,
    },
    "duties": {
        "ref": a_ref, "section": one_of(SECTIONS), "what": one_of(DUTIES), "law": maybe(a_name), "began_on": a_day,
        "due_on": maybe(a_day), "working_days": maybe(a_number), "made_on": a_day, "worker": abroad,
        "organisation": abroad, "ended_on": maybe(a_day), "outcome": maybe(a_text), "readers": readers,
    },
    "kept_elsewhere": {
        "ref": a_ref, "section": one_of(SECTIONS), "what": one_of(ELSEWHERE), "made_on": a_day, "worker": abroad,
        "where_kept": a_text, "readers": readers,
    },
    "links": {
        "ref": a_ref, "organisation": abroad, "what": one_of(LINK_KINDS), "since": maybe(a_day),
        "until": maybe(a_day), "asked_on": maybe(a_day), "answered_on": maybe(a_day), "note": maybe(a_text),
        "readers": readers,
    },
    "enquiries": {
        "ref": a_ref, "organisation": abroad, "to_worker": maybe(abroad), "to_name": maybe(a_text), "about": a_text,
        "text": a_text, "asked_on": a_day, "worker": abroad, "due_on": a_day, "answered_on": maybe(a_day),
        "answered_by": maybe(abroad), "answer": maybe(a_text), "readers": readers,
    },
}  # fmt: skip
"""Version 1: every list of the file, every field of its rows, and what each may be. docs/assessment-file.md says it
in words."""
MOVE: dict[str, Test] = {
    "ref": a_ref, "planned_on": a_day, "move_day": maybe(a_day), "moved_on": maybe(a_day), "leads_on": maybe(a_day),
    "old_lead_until": maybe(a_day), "need": maybe(one_of(NEEDS)), "borough": abroad, "lead": abroad,
    "phone": maybe(a_name), "function": one_of(FUNCTIONS), "readers": readers, "staying": readers,
}  # fmt: skip
"""The move under way, when there is one."""
OF_WORKERS = ("said_by_worker", "worker", "to_worker", "answered_by")
OF_PEOPLE = ("said_by_person", "person")


def wrong(where: str) -> FileRefused:
    """The one sentence for a file that is not what its schema says."""
    return FileRefused(f"The file does not hold what it should: {where}. Ask the other portal to make it again.")


def check(payload: dict[str, Any]) -> None:
    """Raises FileRefused at the first thing that version 1 does not know."""
    young = payload.get("young_person")
    if not isinstance(young, dict) or not anybody(young.get("id")) or not a_name(young.get("name")):
        raise wrong("young_person")
    if not maybe(a_day)(young.get("date_of_birth")):
        raise wrong("young_person.date_of_birth")
    family = payload.get("family")
    if not isinstance(family, dict) or not a_name(family.get("name")):
        raise wrong("family")
    if not maybe(an_address)(payload.get("portal")):
        raise wrong("portal")
    if payload.get("move") is not None:
        check_row("move", payload["move"], MOVE)
    if extra := set(payload) - set(SCHEMA) - {"young_person", "family", "portal", "move"}:
        raise wrong(sorted(map(str, extra))[0][:40])
    for name, fields in SCHEMA.items():
        rows = payload.get(name)
        if not isinstance(rows, list) or len(rows) > MOST:
            raise wrong(name)
        for place, row in enumerate(rows):
            check_row(f"{name}, entry {place + 1}", row, fields)
    _check_names(payload)


def check_row(called: str, row: Any, fields: dict[str, Test]) -> None:
    """Raises FileRefused unless the row has these fields and no others, each as it may be."""
    if not isinstance(row, dict) or row.keys() != fields.keys():
        raise wrong(called)
    for field, test in fields.items():
        if not test(row[field]):
            raise wrong(f"{called}, {field}")


def _check_names(payload: dict[str, Any]) -> None:
    """Everything that is named is there, and named once."""
    people = {row["id"] for row in payload["people"]}
    workers = {row["id"] for row in payload["workers"]}
    organisations = {row["id"] for row in payload["organisations"]}
    said = {row["ref"] for row in payload["statements"]}
    if payload["young_person"]["id"] not in people:
        raise wrong("young_person is not among the people")
    if move := payload.get("move"):
        named = {*move["readers"], *move["staying"]} <= people
        if not named or move["lead"] not in workers or move["borough"] not in organisations:
            raise wrong("move names somebody who is not in the file")
    for name, rows in payload.items():
        if not isinstance(rows, list):
            continue
        refs = [row["ref"] for row in rows if "ref" in row]
        if len(refs) != len(set(refs)):
            raise wrong(f"{name} names something twice")
        for place, row in enumerate(rows):
            named = (
                all(row.get(field) is None or row[field] in workers for field in OF_WORKERS)
                and all(row.get(field) is None or row[field] in people for field in OF_PEOPLE)
                and set(row.get("readers", ())) <= people
                and (row.get("organisation") is None or row["organisation"] in organisations)
                and all(row.get(field) is None or row[field] in said for field in ("disagrees_with", "replaced_by"))
                and ("statement" not in row or row["statement"] in said)
            )
            if not named:
                raise wrong(f"{name}, entry {place + 1}, names somebody who is not in the file")
    for place, row in enumerate(payload["statements"]):
        if (row["said_by_person"] is None) == (row["said_by_worker"] is None):
            raise wrong(f"statements, entry {place + 1}, nobody or two people said it")
    for place, row in enumerate(payload["checks"]):
        if (row["person"] is None) == (row["worker"] is None):
            raise wrong(f"checks, entry {place + 1}, nobody or two people said it")
    for place, row in enumerate(payload["enquiries"]):
        if (row["to_worker"] is None) == (row["to_name"] is None):
            raise wrong(f"enquiries, entry {place + 1}, nobody or two people were asked")
