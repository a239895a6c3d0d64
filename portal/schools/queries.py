"""A young person's schools, what is told either way, and days without education."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.foundation.database import AnyRows
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation, Worker, WorkerContact
from portal.people.models import Person
from portal.people.queries import members, names_in_circles, own_scope
from portal.schools.conditions import children, with_days
from portal.schools.models import SchoolAbsence, SchoolAgreement, SchoolPlace


def places(scope: Scope) -> AnyRows:
    """Each place at a school, the newest first, with the named person there."""
    who, by, contact = aliased(Worker), aliased(Worker), aliased(WorkerContact)
    return (
        select(
            SchoolPlace.id,
            SchoolPlace.ref,
            SchoolPlace.circle_id,
            SchoolPlace.young_person_id,
            SchoolPlace.since,
            SchoolPlace.until,
            SchoolPlace.told_next,
            SchoolPlace.told_next_at,
            SchoolPlace.read_before_at,
            SchoolPlace.worker_id,
            Organisation.name.label("school"),
            Organisation.phone.label("school_phone"),
            who.name.label("worker"),
            who.role.label("worker_role"),
            contact.phone,
            by.name.label("told_by"),
        )
        .join(Organisation, Organisation.id == SchoolPlace.organisation_id)
        .outerjoin(who, who.id == SchoolPlace.worker_id)
        .outerjoin(contact, contact.worker_id == who.id)
        .outerjoin(by, by.id == SchoolPlace.told_next_by_id)
        .where(scope.clause(SchoolPlace), SchoolPlace.since <= scope.today)
        .order_by(SchoolPlace.since.desc(), SchoolPlace.id.desc())
    )


def agreements(scope: Scope) -> AnyRows:
    """What school is told and tells, oldest first, and what the family said to it."""
    by, person = aliased(Worker), aliased(Person)
    known = SchoolAgreement.answered_at <= scope.now
    return (
        select(
            SchoolAgreement.id,
            SchoolAgreement.ref,
            SchoolAgreement.circle_id,
            SchoolAgreement.young_person_id,
            SchoolAgreement.way,
            SchoolAgreement.text,
            SchoolAgreement.asked,
            SchoolAgreement.reason,
            SchoolAgreement.review_on,
            SchoolAgreement.made_at,
            SchoolAgreement.ended_on,
            case((known, SchoolAgreement.answer)).label("answer"),
            SchoolAgreement.answered_at,
            by.name.label("by"),
            person.name.label("answered_by"),
        )
        .join(by, by.id == SchoolAgreement.made_by_id)
        .outerjoin(person, person.id == SchoolAgreement.answered_by_id)
        .where(scope.clause(SchoolAgreement), SchoolAgreement.made_at <= scope.now)
        .order_by(SchoolAgreement.made_at, SchoolAgreement.id)
    )


def absences(scope: Scope) -> AnyRows:
    """Each time without education that has begun, the newest first."""
    return (
        select(
            SchoolAbsence.id,
            SchoolAbsence.ref,
            SchoolAbsence.circle_id,
            SchoolAbsence.young_person_id,
            SchoolAbsence.why,
            SchoolAbsence.since,
            SchoolAbsence.until,
        )
        .where(scope.clause(SchoolAbsence), SchoolAbsence.since <= scope.today)
        .order_by(SchoolAbsence.since.desc(), SchoolAbsence.id.desc())
    )


def out_now(load: Scope) -> AnyRows:
    """Who is without education today, of every family open to a manager, and since when."""
    return (
        select(
            SchoolAbsence.family_id,
            SchoolAbsence.circle_id,
            SchoolAbsence.since,
            SchoolAbsence.why.label("because"),
            Person.name.label("young_person"),
        )
        .join(Person, Person.id == SchoolAbsence.young_person_id)
        .where(
            load.clause(SchoolAbsence),
            SchoolAbsence.since <= load.today,
            or_(SchoolAbsence.until.is_(None), SchoolAbsence.until >= load.today),
        )
    )


def page_of(session: Session, scope: Scope) -> dict[str, Any]:
    """Everything on the page about school, in one question; `children` is it by young person."""
    found: dict[str, Any] = ask(
        session,
        scope,
        members=members,
        places=places,
        agreements=agreements,
        absences=absences,
        circles=names_in_circles,
    )
    found["children"] = children(found["members"], found["places"], found["agreements"], with_days(found["absences"]))
    return found


@dataclass(frozen=True)
class OneOf:
    """One record about school in a family that a professional has open."""

    opened: OpenFamily
    record: Any


@dataclass(frozen=True)
class OwnAgreement:
    """What a family member is asked to agree to."""

    scope: Scope
    record: SchoolAgreement


def own_agreement(session: Session, actor: Actor, agreement: str) -> OwnAgreement | None:
    """The agreement with this reference, if it is shown to this family member and has not ended."""
    if not (scope := own_scope(session, actor)):
        return None
    found = session.scalar(
        select(SchoolAgreement).where(
            scope.clause(SchoolAgreement), SchoolAgreement.ref == agreement, SchoolAgreement.ended_on.is_(None)
        )
    )
    return OwnAgreement(scope, found) if found else None


def _one(session: Session, actor: Actor, ref: str, model: Any, record: str) -> OneOf | None:
    if not (opened := open_family(session, actor, ref)):
        return None
    found = session.scalar(select(model).where(opened.scope.clause(model), model.ref == record))
    return OneOf(opened, found) if found else None


def one_place(session: Session, actor: Actor, ref: str, place: str) -> OneOf | None:
    """A place at a school, in a family one may open."""
    return _one(session, actor, ref, SchoolPlace, place)


def one_absence(session: Session, actor: Actor, ref: str, absence: str) -> OneOf | None:
    """A time without education, in a family one may open."""
    return _one(session, actor, ref, SchoolAbsence, absence)


def one_agreement(session: Session, actor: Actor, ref: str, agreement: str) -> OneOf | None:
    """Something agreed with school, in a family one may open."""
    return _one(session, actor, ref, SchoolAgreement, agreement)


def schools(session: Session) -> list[Organisation]:
    """The schools there are, by name."""
    rows = select(Organisation).where(Organisation.kind == "school").order_by(Organisation.name).limit(800)
    return list(session.scalars(rows))
