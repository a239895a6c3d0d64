"""What the law asked of services and by when, what was asked again and why, and what other systems keep."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.duties.models import AskedAgain, Duty, KeptElsewhere
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.foundation.working_days import working_days_between
from portal.involvement.models import SECTION_KIND
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person


def duties(scope: Scope) -> AnyRows:
    """The statutory entries up to today, what is still running first, with the outcome of what has ended by then."""
    ended = Duty.ended_on <= scope.today
    return (
        select(
            Duty.id,
            Duty.ref,
            Duty.what,
            Duty.law,
            Duty.section,
            Duty.began_on,
            Duty.due_on,
            Duty.working_days,
            Duty.made_on,
            Duty.circle_id,
            Duty.young_person_id,
            case((ended, Duty.ended_on)).label("ended_on"),
            case((ended, Duty.outcome), else_=None).label("outcome"),
            Worker.name.label("worker"),
            Worker.role.label("worker_role"),
            Organisation.name.label("organisation"),
            Person.name.label("young_person"),
        )
        .join(Worker, Worker.id == Duty.by_worker_id)
        .join(Person, Person.id == Duty.young_person_id)
        .outerjoin(Organisation, and_(Organisation.id == Duty.organisation_id, scope.where()))
        .where(scope.statements(Duty, SECTION_KIND), Duty.made_on <= scope.today)
        .order_by(case((ended, 1), else_=0), Duty.due_on.nulls_last(), Duty.began_on.desc(), Duty.id)
        .limit(100)
    )


def kept_elsewhere(scope: Scope) -> AnyRows:
    """Assessments that other systems keep, and where."""
    return (
        select(
            KeptElsewhere.id,
            KeptElsewhere.ref,
            KeptElsewhere.what,
            KeptElsewhere.where_kept,
            KeptElsewhere.made_on,
            KeptElsewhere.circle_id,
            KeptElsewhere.young_person_id,
            Worker.name.label("worker"),
        )
        .join(Worker, Worker.id == KeptElsewhere.by_worker_id)
        .where(scope.statements(KeptElsewhere, SECTION_KIND), KeptElsewhere.made_on <= scope.today)
        .order_by(KeptElsewhere.made_on, KeptElsewhere.id)
        .limit(50)
    )


def asked_again(scope: Scope) -> AnyRows:
    """What somebody asked again although it had been told, with the reason the family reads; newest first."""
    return (
        select(
            AskedAgain.id,
            AskedAgain.ref,
            AskedAgain.section,
            AskedAgain.reason,
            AskedAgain.made_on,
            AskedAgain.circle_id,
            AskedAgain.young_person_id,
            Worker.name.label("worker"),
            Worker.role.label("worker_role"),
        )
        .join(Worker, Worker.id == AskedAgain.by_worker_id)
        .where(scope.statements(AskedAgain, SECTION_KIND), AskedAgain.made_on <= scope.today)
        .order_by(AskedAgain.made_on.desc(), AskedAgain.id.desc())
        .limit(20)
    )


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The same rows, with what this viewer may not read left out of their words."""
    for row in rows:
        for name in ("reason", "outcome", "law", "worker_role"):
            if row.get(name):
                row[name] = scope.mask(row[name])
    return rows


def with_clock(rows: list[Row]) -> list[Row]:
    """Each entry with `left`: working days until it is due, below zero when late; None when ended or without limit."""
    for row in rows:
        open_ = row["ended_on"] is None and row["due_on"] is not None
        row["left"] = working_days_between(clock.today(), row["due_on"]) if open_ else None
    return rows


@dataclass(frozen=True)
class About:
    """A young person, and perhaps a section, about whom a professional writes something down."""

    opened: OpenFamily
    young: Person
    section: str

    @property
    def scope(self) -> Scope:
        return self.opened.scope


def about(session: Session, actor: Actor, ref: str, young: str, section: str = "family") -> About | None:
    """The young person of a family that is open, and a section that this professional's function opens."""
    opened = open_family(session, actor, ref)
    if opened is None or section not in SECTION_KIND or not opened.scope.sees_kind(SECTION_KIND[section]):
        return None
    mine = Person.family_id == opened.family_id, Person.relation == "young_person"
    person = session.scalar(select(Person).where(Person.ref == young, *mine))
    return About(opened, person, section) if person else None


@dataclass(frozen=True)
class OpenDuty:
    """One statutory entry in a family that a professional has open."""

    opened: OpenFamily
    duty: Duty

    @property
    def scope(self) -> Scope:
        return self.opened.scope


def open_duty(session: Session, actor: Actor, ref: str, duty: str) -> OpenDuty | None:
    """The entry with this reference, where this professional's function opens its section."""
    if not (opened := open_family(session, actor, ref)):
        return None
    found = select(Duty).where(Duty.ref == duty, opened.scope.statements(Duty, SECTION_KIND))
    row = session.scalar(found)
    return OpenDuty(opened, row) if row else None
