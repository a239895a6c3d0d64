"""Writing down a link, asking a borough or a school what it knows, answering.

Actions never commit; the request does, once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy import insert as core_insert
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.contexts.models import Enquiry, Link
from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.working_days import after_working_days
from portal.involvement.actions import alert
from portal.people.actions import circle_of
from portal.people.models import Person

DAYS = 5  # working days for an answer, unless the one who asks says otherwise


@dataclass(frozen=True)
class NewLink:
    """A school, place or friendship as somebody writes it down."""

    borough_id: int
    what: str
    since: date | None
    until: date | None
    note: str | None
    people_ids: Collection[int]
    ref: str


def add_link(session: Session, scope: Scope, young: Person, new: NewLink) -> None:
    """Write a link down. The same form twice is one link. Raises NotReaders."""
    if session.scalar(select(Link.id).where(Link.ref == new.ref)) is not None:
        return
    session.execute(
        core_insert(Link).values(
            ref=new.ref,
            family_id=scope.family_id,
            circle_id=circle_of(session, scope.family_id, new.people_ids),
            young_person_id=young.id,
            borough_id=new.borough_id,
            what=new.what,
            since=new.since,
            until=new.until,
            note=new.note,
            edited_at=clock.now(),
        )
    )


@dataclass(frozen=True)
class Asking:
    """Whom somebody asks what, and who in the family reads it."""

    organisation: Row
    """A row of `queries.whom_to_ask`."""
    text: str
    people_ids: Collection[int]
    to_worker_id: int | None
    to_name: str | None
    working_days: int
    ref: str


def ask_elsewhere(session: Session, actor: Actor, scope: Scope, young: Person, asking: Asking) -> Enquiry:
    """Ask a borough or a school what it knows of this young person. Whoever is asked is told, and has until `due_on`.

    The links in that borough nobody asked about before are asked about now. The same form twice asks once."""
    found = session.scalar(select(Enquiry).where(Enquiry.ref == asking.ref))
    if found is not None:
        return found
    borough_id = asking.organisation["borough_id"] or asking.organisation["id"]
    about = select(Link.id).where(scope.clause(Link), Link.young_person_id == young.id, Link.borough_id == borough_id)
    if asking.organisation["kind"] == "school":
        about = about.where(Link.what == "school")
    links = list(session.scalars(about.where(Link.asked_on.is_(None))))
    question = Enquiry(
        ref=asking.ref,
        family_id=scope.family_id,
        circle_id=circle_of(session, scope.family_id, asking.people_ids),
        young_person_id=young.id,
        organisation_id=asking.organisation["id"],
        link_ids=links,
        to_worker_id=asking.to_worker_id,
        to_name=None if asking.to_worker_id else asking.to_name,
        about=about_words(young),
        text=asking.text,
        asked_on=clock.today(),
        asked_by_id=actor.worker_id,
        due_on=after_working_days(clock.today(), asking.working_days),
    )
    session.add(question)
    session.flush()
    session.execute(
        update(Link).where(Link.id.in_(links)).values(asked_on=clock.today(), edited_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    if asking.to_worker_id is not None:
        alert(session, [asking.to_worker_id], scope.family_id, "asked_elsewhere", path=f"/work/asked/{question.ref}")
    return question


def about_words(young: Person) -> str:
    """By what whoever is asked finds the young person in their own records."""
    return f"{young.name}, {young.date_of_birth:%-d/%-m/%Y}" if young.date_of_birth else young.name


def answer(session: Session, actor: Actor, question: Enquiry, text: str) -> bool:
    """Write down what came back; whoever asked is told. False when an answer stood there already."""
    done = session.execute(
        update(Enquiry)
        .where(Enquiry.id == question.id, Enquiry.answered_on.is_(None))
        .values(answered_on=clock.today(), answered_by_id=actor.worker_id, answer=text),
        execution_options={"synchronize_session": False},
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # a cursor's result
        return False
    session.execute(select(func.link_answered(question.id)))
    if question.asked_by_id != actor.worker_id:
        alert(session, [question.asked_by_id], question.family_id, "answered_elsewhere")
    return True
