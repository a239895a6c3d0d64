"""What belongs to statements and to the young person: removals, checks, duties, links, what was asked where.

What is here by its reference already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as upsert

from portal.assessments.models import Check, Draft, Removal, Statement
from portal.contexts.models import Enquiry, Link
from portal.duties.models import AskedAgain, Duty, KeptElsewhere
from portal.exchange.placing import Arrival, day_from
from portal.foundation import clock

InFile = dict[str, Any]


def _of_statement(arrival: Arrival, row: InFile) -> InFile:
    id_, circle_id, section = arrival.statements[row["statement"]]
    return {"statement_id": id_, "circle_id": circle_id, "section": section}


def _whose(arrival: Arrival, row: InFile) -> InFile:
    return {"circle_id": arrival.circle(row["readers"]), "young_person_id": arrival.young.id}


def _by(arrival: Arrival, row: InFile) -> InFile:
    return {"by_worker_id": arrival.workers[row["worker"]]}


def _same(row: InFile, *names: str) -> InFile:
    return {name: row[name] for name in names}


def _days(row: InFile, *names: str) -> InFile:
    return {name: day_from(row[name]) for name in names}


def _removal(arrival: Arrival, row: InFile) -> InFile:
    return _of_statement(arrival, row) | _by(arrival, row) | _same(row, "because", "note") | _days(row, "made_on")


def _check(arrival: Arrival, row: InFile) -> InFile:
    by = {"by_person_id": arrival.people.get(row["person"]), "by_worker_id": arrival.workers.get(row["worker"])}
    return _of_statement(arrival, row) | _same(row, "still_true") | _days(row, "made_on") | by


def _asked_again(arrival: Arrival, row: InFile) -> InFile:
    return _whose(arrival, row) | _by(arrival, row) | _same(row, "section", "reason") | _days(row, "made_on")


def _duty(arrival: Arrival, row: InFile) -> InFile:
    return (
        _whose(arrival, row)
        | _by(arrival, row)
        | _same(row, "section", "what", "law", "working_days", "outcome")
        | _days(row, "began_on", "due_on", "ended_on", "made_on")
        | {"organisation_id": arrival.organisations[row["organisation"]]}
    )


def _kept_elsewhere(arrival: Arrival, row: InFile) -> InFile:
    said = _same(row, "section", "what", "where_kept") | _days(row, "made_on")
    return _whose(arrival, row) | _by(arrival, row) | said


def _link(arrival: Arrival, row: InFile) -> InFile:
    return (
        _whose(arrival, row)
        | _same(row, "what", "note")
        | _days(row, "since", "until", "asked_on", "answered_on")
        | {"borough_id": arrival.organisations[row["organisation"]], "edited_at": clock.now()}
    )


def _enquiry(arrival: Arrival, row: InFile) -> InFile:
    return (
        _whose(arrival, row)
        | _same(row, "to_name", "about", "text", "answer")
        | _days(row, "asked_on", "due_on", "answered_on")
        | {
            "link_ids": [],
            "organisation_id": arrival.organisations[row["organisation"]],
            "to_worker_id": arrival.workers.get(row["to_worker"]),
            "asked_by_id": arrival.workers[row["worker"]],
            "answered_by_id": arrival.workers.get(row["answered_by"]),
        }
    )


PARTS: list[tuple[Any, str, Callable[[Arrival, InFile], InFile]]] = [
    (Removal, "removals", _removal),
    (Check, "checks", _check),
    (AskedAgain, "asked_again", _asked_again),
    (Duty, "duties", _duty),
    (KeptElsewhere, "kept_elsewhere", _kept_elsewhere),
    (Link, "links", _link),
    (Enquiry, "enquiries", _enquiry),
]


def add_what_belongs(arrival: Arrival) -> None:
    """Write every list of the file but the statements, which are there by now."""
    for model, name, values in PARTS:
        rows = [
            {"ref": row["ref"], "family_id": arrival.young.family_id} | values(arrival, row)
            for row in arrival.payload[name]
        ]
        if rows:
            arrival.session.execute(upsert(model).on_conflict_do_nothing(), rows)
    gone = [arrival.statements[row["statement"]][0] for row in arrival.payload["removals"]]
    if gone:
        # words that were taken out elsewhere are taken out here as well
        nothing = {"text": "", "event": None, "happened_on": None, "happened_known": None, "went": None}
        arrival.session.execute(update(Statement).where(Statement.id.in_(gone)).values(nothing))
        arrival.session.execute(delete(Draft).where(Draft.changes_id.in_(gone)))
