"""The rows of each file of an export, from what was found (export_questions.py)."""

from __future__ import annotations

from portal.appointments.models import Appointment
from portal.assessments.models import Statement
from portal.contexts.models import Link
from portal.imports.export import Export, Record, text
from portal.moments.models import Moment
from portal.moves.models import Move
from portal.offers.models import Offer
from portal.people.models import Family, Person
from portal.plans.models import Step
from portal.updates.models import Update


def _people(out: Export, record: Record) -> None:
    people = out.found["people"]
    numbers = {row.person_id: row.number for row in out.found["phones"]}
    with_: dict[int, list[int]] = {}
    for row in out.found["lives"]:
        with_.setdefault(row.person_id, []).append(row.with_id)
    for person in people:
        out.ref(Person, person)
    for person in people:
        together = ";".join(out.of(Person, one) for one in sorted(with_.get(person.id, [])) if out.of(Person, one))
        record["people"].append(
            {
                "ref": out.of(Person, person.id),
                "family_ref": out.of(Family, out.family.id),
                "name": person.name,
                "relation": person.relation,
                "date_of_birth": text(person.date_of_birth),
                "phone": numbers.get(person.id, ""),
                "language": text(person.language),
                "interpreter": text(person.interpreter),
                "school_year": text(person.school_year),
                "parental_responsibility": text(person.parental_responsibility),
                "lives_with": together,
                "contact_limits": person.contact_limit,
            }
        )


def _family(out: Export) -> dict[str, str]:
    return {"family_ref": out.of(Family, out.family.id)}


def _involvements(out: Export, record: Record) -> None:
    for row in out.found["involvements"]:
        record["involvements"].append(
            _family(out)
            | {
                "worker_ref": out.worker(row.worker_id),
                "function": row.function,
                "lead": text(row.is_lead),
                "start": text(row.starts_on),
                "end": text(row.ends_on),
                "end_reason": text(row.end_reason),
                "handover_to": out.worker(row.handover_to_id),
                "closes": text(row.closes),
            }
        )


def _plan(out: Export, record: Record) -> None:
    for row in out.found["steps"]:
        owner = out.of(Person, row.owner_person_id) or out.worker(row.owner_worker_id or out.answers())
        record["plan"].append(
            {"ref": out.ref(Step, row)}
            | _family(out)
            | {
                "goal": row.goal,
                "step": row.text,
                "owner_ref": owner,
                "promised_on": text(row.promised_on),
                "due": text(row.due),
                "status": row.status,
                "done_on": text(row.done_on),
                "seen_by": out.seen_by(row.circle_id),
            }
        )


def _appointments(out: Export, record: Record) -> None:
    come: dict[int, list[int]] = {}
    for row in out.found["coming"]:
        come.setdefault(row.appointment_id, []).append(row.person_id)
    places = {row.appointment_id: row.place for row in out.found["places"]}
    for row in out.found["dates"]:
        people = ";".join(out.of(Person, one) for one in sorted(come.get(row.id, [])) if out.of(Person, one))
        if not people:
            continue  # the format knows no date without somebody of the family
        record["appointments"].append(
            {"ref": out.ref(Appointment, row)}
            | _family(out)
            | {
                "worker_ref": out.worker(row.worker_id),
                "people": people,
                "made_on": text(row.made_on),
                "starts_at": text(row.starts_at),
                "minutes": text(row.minutes),
                "place": places.get(row.id, "Phone"),
                "purpose": row.purpose,
                "status": row.status,
                "status_on": text(row.status_on),
                "seen_by": out.seen_by(row.circle_id),
            }
        )


def _offers(out: Export, record: Record) -> None:
    for row in out.found["offers"]:
        record["offers"].append(
            {"ref": out.ref(Offer, row)}
            | _family(out)
            | {
                "offered_on": text(row.offered_on),
                "what": row.what,
                "by_worker_ref": out.worker(row.by_worker_id),
                "to_person_ref": out.of(Person, row.to_person_id),
                "response": row.response,
                "reason": text(row.reason),
                "seen_by": out.seen_by(row.circle_id),
            }
        )


def _statements(out: Export, record: Record) -> None:
    rows = out.found["statements"]
    for row in rows:
        out.ref(Statement, row)
    for row in rows:
        record["statements"].append(
            {
                "ref": out.of(Statement, row.id),
                "young_person_ref": out.of(Person, row.young_person_id),
                "section": row.section,
                "made_on": text(row.made_on),
                "said_by": out.of(Person, row.said_by_person_id) or out.worker(row.said_by_worker_id),
                "organisation_ref": out.organisation(row.organisation_id),
                "text": row.text,
                "disagrees_with": out.of(Statement, row.disagrees_with_id),
                "seen_by": out.seen_by(row.circle_id),
            }
        )


def _links(out: Export, record: Record) -> None:
    for row in out.found["links"]:
        record["links"].append(
            {
                "ref": out.ref(Link, row),
                "young_person_ref": out.of(Person, row.young_person_id),
                "borough_ref": out.organisation(row.borough_id),
                "what": row.what,
                "since": text(row.since),
                "until": text(row.until),
                "asked_on": text(row.asked_on),
                "answered_on": text(row.answered_on),
                "note": text(row.note),
                "seen_by": out.seen_by(row.circle_id),
            }
        )


def _moments(out: Export, record: Record) -> None:
    for row in out.found["moments"]:
        record["moments"].append(
            {
                "ref": out.ref(Moment, row),
                "young_person_ref": out.of(Person, row.young_person_id),
                "kind": row.kind_of_moment,
                "occurred_at": text(row.occurred_at),
                "known_at": text(row.known_at),
                "borough_ref": out.organisation(row.borough_id),
                "contact_worker_ref": out.worker(row.contact_worker_id),
                "contacted_at": text(row.contacted_at),
                "note": text(row.note),
                "seen_by": out.seen_by(row.circle_id),
            }
        )


def _moves(out: Export, record: Record) -> None:
    for row in out.found["moves"]:
        record["moves"].append(
            {"ref": out.ref(Move, row)}
            | _family(out)
            | {
                "from_borough_ref": out.organisation(row.from_borough_id),
                "to_borough_ref": out.organisation(row.to_borough_id),
                "planned_on": text(row.planned_on),
                "moved_on": text(row.moved_on),
                "need_before": text(row.need_before),
                "need_after": text(row.need_after),
                "conference_on": text(row.conference_on),
                "invitation": row.invitation,
                "declined_by": out.worker(row.declined_by_id),
                "declined_reason": text(row.declined_reason),
                "seen_by": out.seen_by(row.circle_id),
            }
        )


def _updates(out: Export, record: Record) -> None:
    for row in out.found["updates"]:
        record["updates"].append(
            {"ref": out.ref(Update, row)}
            | _family(out)
            | {
                "posted_at": text(row.posted_at),
                "by_worker_ref": out.worker(row.by_worker_id),
                "text": row.text,
                "seen_by": out.seen_by(row.circle_id),
            }
        )


PARTS = (_people, _involvements, _plan, _appointments, _offers, _statements, _links, _moments, _moves, _updates)
"""In this order: people first, since the others name them."""
