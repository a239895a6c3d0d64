"""A place at a school, what is told either way, and days without education. Never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation import clock
from portal.involvement.actions import alert
from portal.messages.actions import tell_where, unsend
from portal.organisations.models import Organisation, Worker
from portal.schools.models import SchoolAbsence, SchoolAgreement, SchoolPlace


def give_place(
    session: Session, actor: Actor, scope: Scope, young_person_id: int, school: Organisation,
    named: Worker | None, since: date, circle_id: int,
) -> SchoolPlace:  # fmt: skip
    """A place from a day on, with the named person there. A place that was open ends the day before."""
    for before in session.scalars(
        select(SchoolPlace).where(
            SchoolPlace.family_id == scope.family_id,
            SchoolPlace.young_person_id == young_person_id,
            SchoolPlace.until.is_(None),
            SchoolPlace.since < since,
        )
    ):
        if before.organisation_id == school.id:
            before.worker_id = named.id if named else before.worker_id
            return before
        before.until = since - timedelta(days=1)
        if before.worker_id is not None and before.worker_id != actor.worker_id:
            alert(session, [before.worker_id], scope.family_id, "school_next", about=actor.worker_id)
    made = SchoolPlace(
        family_id=scope.family_id,
        circle_id=circle_id,
        young_person_id=young_person_id,
        organisation_id=school.id,
        worker_id=named.id if named else None,
        since=since,
        made_by_id=actor.worker_id,
    )
    session.add(made)
    session.flush()
    return made


def name_person(session: Session, place: SchoolPlace, named: Worker) -> None:
    """Who at the school knows."""
    place.worker_id = named.id
    session.flush()


def tell_next(session: Session, actor: Actor, place: SchoolPlace, words: str) -> None:
    """What this school tells the next one; the named person there hears of it, now or when there is one."""
    place.told_next, place.told_next_at, place.told_next_by_id = words, clock.now(), actor.worker_id
    session.flush()
    following = session.scalar(
        select(SchoolPlace.worker_id)
        .where(SchoolPlace.young_person_id == place.young_person_id, SchoolPlace.since > place.since)
        .order_by(SchoolPlace.since)
        .limit(1)
    )
    if following is not None and following != actor.worker_id:
        alert(session, [following], place.family_id, "school_told", about=actor.worker_id)


def read_before(place: SchoolPlace) -> None:
    """The school has read what the one before wrote."""
    place.read_before_at = place.read_before_at or clock.now()


@dataclass(frozen=True)
class Sharing:
    """What school is told or tells, and whether the family is asked, told, or neither."""

    young_person_id: int
    way: str
    text: str
    asked: bool
    reason: str | None
    review_on: date | None
    circle_id: int


def share(session: Session, actor: Actor, scope: Scope, asked: Sharing) -> bool:
    """Put down what school is told or tells. False when the same stands there already (a form sent twice)."""
    same = select(SchoolAgreement.text).where(
        SchoolAgreement.family_id == scope.family_id,
        SchoolAgreement.young_person_id == asked.young_person_id,
        SchoolAgreement.way == asked.way,
        SchoolAgreement.circle_id == asked.circle_id,
        SchoolAgreement.ended_on.is_(None),
    )
    if asked.text in set(session.scalars(same)):
        return False
    made = SchoolAgreement(
        family_id=scope.family_id,
        circle_id=asked.circle_id,
        young_person_id=asked.young_person_id,
        way=asked.way,
        text=asked.text,
        asked=asked.asked,
        reason=asked.reason,
        review_on=asked.review_on,
        made_by_id=actor.worker_id,
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    if asked.asked:
        tell_where(session, asked.circle_id, "school_ask", ("school_agreement", made.id))
    return True


def answer(session: Session, scope: Scope, agreement: SchoolAgreement, yes: bool) -> None:
    """A family member agrees, or does not, or has thought again; whoever asked hears of it."""
    said = "yes" if yes else "no"
    if agreement.answer == said:
        return
    agreement.answer, agreement.answered_by_id, agreement.answered_at = said, scope.person_id, clock.now()
    session.flush()
    unsend(session, ("school_agreement", agreement.id))
    alert(session, [agreement.made_by_id], agreement.family_id, f"school_{said}")


def end_sharing(session: Session, agreement: SchoolAgreement) -> None:
    """From today it is not told any more."""
    agreement.ended_on = agreement.ended_on or clock.today()
    unsend(session, ("school_agreement", agreement.id))


def out_of_school(
    session: Session, actor: Actor, scope: Scope, young_person_id: int, why: str, since: date, circle_id: int
) -> bool:
    """A time without education begins. False when one is running for this young person."""
    running = select(SchoolAbsence.id).where(
        SchoolAbsence.family_id == scope.family_id,
        SchoolAbsence.young_person_id == young_person_id,
        SchoolAbsence.until.is_(None),
    )
    if session.scalar(running.limit(1)) is not None:
        return False
    session.add(
        SchoolAbsence(
            family_id=scope.family_id,
            circle_id=circle_id,
            young_person_id=young_person_id,
            why=why,
            since=since,
            made_by_id=actor.worker_id,
        )
    )
    session.flush()
    return True


def back_in_school(absence: SchoolAbsence, last_day: date) -> None:
    """The last day without education."""
    absence.until = last_day
