"""The rows of each file of an export, as far as the worker's function opens them and as they stand today."""

from __future__ import annotations

from sqlalchemy import BigInteger, column, func, literal, or_, select

from portal.access.models import Account, Phone
from portal.appointments.models import STATUSES, Appointment, AppointmentPerson, AppointmentPlace
from portal.assessments.models import Removal, Statement
from portal.contexts.models import Link
from portal.imports.export import Export, Record, text
from portal.involvement.models import SECTION_KIND, Involvement
from portal.moments.models import Moment
from portal.moves.models import Move
from portal.offers.models import RESPONSES, Offer
from portal.people.models import Family, LivesWith, Person
from portal.plans.models import Step
from portal.updates.models import Update


def _people(out: Export, record: Record) -> None:
    people = list(
        out.session.scalars(
            select(Person)
            .where(
                Person.family_id == out.family.id, Person.relation != "supporter", literal("family" in out.scope.kinds)
            )
            .order_by(Person.id)
        )
    )
    numbers: dict[int, str] = {}
    if "contact" in out.scope.kinds:
        mine = select(Account.person_id, Phone.number).join(Phone, Phone.account_id == Account.id)
        numbers = {
            row.person_id: row.number for row in out.session.execute(mine.where(Account.family_id == out.family.id))
        }
    lives = select(LivesWith.person_id, LivesWith.with_id).where(LivesWith.family_id == out.family.id)
    with_: dict[int, list[int]] = {}
    for row in out.session.execute(lives):
        with_.setdefault(row.person_id, []).append(row.with_id)
    for person in people:
        out.ref(person)
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
    said_yes = Involvement.accepted_on <= out.scope.today
    mine = Involvement.family_id == out.family.id, said_yes, literal("family" in out.scope.kinds)
    for row in out.session.scalars(select(Involvement).where(*mine).order_by(Involvement.starts_on, Involvement.id)):
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
    for row in out.rows(Step, Step.promised_on <= out.scope.today):
        owner = out.of(Person, row.owner_person_id) or out.worker(row.owner_worker_id or _answers(out))
        record["plan"].append(
            {"ref": out.ref(row)}
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


def _answers(out: Export) -> int | None:
    """Who has to see to what nobody holds."""
    who = func.responsible(out.family.id).table_valued(column("worker_id", BigInteger))
    return out.session.scalar(select(who.c.worker_id))


def _appointments(out: Export, record: Record) -> None:
    known = or_(Appointment.made_on.is_(None), Appointment.made_on <= out.scope.today)
    rows = out.rows(Appointment, known, Appointment.status.in_(STATUSES), order=Appointment.starts_at)
    keys = [row.id for row in rows]
    come: dict[int, list[int]] = {}
    for row in out.session.execute(
        select(AppointmentPerson.appointment_id, AppointmentPerson.person_id).where(
            AppointmentPerson.appointment_id.in_(keys)
        )
    ):
        come.setdefault(row.appointment_id, []).append(row.person_id)
    places = {
        row.appointment_id: row.place
        for row in out.session.scalars(select(AppointmentPlace).where(AppointmentPlace.appointment_id.in_(keys)))
    }
    for row in rows:
        people = ";".join(out.of(Person, one) for one in sorted(come.get(row.id, [])) if out.of(Person, one))
        if not people:
            continue  # the format knows no date without somebody of the family
        record["appointments"].append(
            {"ref": out.ref(row)}
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
    for row in out.rows(Offer, Offer.offered_on <= out.scope.today, Offer.response.in_(RESPONSES)):
        record["offers"].append(
            {"ref": out.ref(row)}
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
    # what was taken out of the record does not leave with it
    removed = select(Removal.id).where(Removal.statement_id == Statement.id).exists()
    newest = Statement.replaced_by_id.is_(None), Statement.made_on <= out.scope.today, ~removed
    rows = list(
        out.session.scalars(
            select(Statement)
            .where(out.scope.statements(Statement, SECTION_KIND), *newest)
            .order_by(Statement.made_on, Statement.id)
        )
    )
    for row in rows:
        out.ref(row)
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
    for row in out.rows(Link):
        record["links"].append(
            {
                "ref": out.ref(row),
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
    for row in out.rows(Moment, Moment.known_at <= out.scope.now, order=Moment.occurred_at):
        record["moments"].append(
            {
                "ref": out.ref(row),
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
    for row in out.rows(Move, Move.planned_on <= out.scope.today, Move.need_before.is_not(None)):
        record["moves"].append(
            {"ref": out.ref(row)}
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
    for row in out.rows(Update, Update.posted_at <= out.scope.now, order=Update.posted_at):
        record["updates"].append(
            {"ref": out.ref(row)}
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
