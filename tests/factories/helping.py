"""Help and offers, safety plans, wishes for a mentor, goals in other words. Times are London's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from portal.foundation.database import Base
from portal.offers.models import HelpRequest, Offer, RefusalReview
from portal.organisations.models import Worker
from portal.people.models import Circle, Person
from portal.plans.models import Goal
from portal.safety.models import SafetyLine, SafetyPlan
from portal.wishes.models import MentorWish
from tests.factories.records import moment_of

Kind = TypeVar("Kind", bound=Base)


def _kept(session: Session, seen_by: Circle, model: type[Kind], **values: Any) -> Kind:
    made = model(family_id=seen_by.family_id, circle_id=seen_by.id, **values)
    session.add(made)
    session.flush()
    return made


def goal(session: Session, seen_by: Circle, by: Person | Worker, words: str = "We sleep at night", **more: Any) -> Goal:
    """A goal that somebody wrote."""
    first_words = more.pop("first_words", words)
    return _kept(
        session,
        seen_by,
        Goal,
        first_words=first_words,
        text=words,
        made_on=more.pop("made_on", date(2019, 6, 3)),
        by_person_id=by.id if isinstance(by, Person) else None,
        by_worker_id=by.id if isinstance(by, Worker) else None,
    )


def offer(
    session: Session,
    seen_by: Circle,
    by: Worker,
    to: Person,
    what: str = "Mentor",
    response: str = "no_answer",
    offered_on: date = date(2019, 6, 3),
    **more: Any,
) -> Offer:
    """Something offered to somebody."""
    return _kept(
        session,
        seen_by,
        Offer,
        offered_on=offered_on,
        what=what,
        by_worker_id=by.id,
        to_person_id=to.id,
        response=response,
        **more,
    )


def help_request(
    session: Session, seen_by: Circle, asker: Person, to: Worker, what: str = "A bus pass", **more: Any
) -> HelpRequest:
    """Something somebody asked for."""
    asked = moment_of(more.pop("asked", "2019-06-03T12:00"))
    return _kept(
        session,
        seen_by,
        HelpRequest,
        what=what,
        asked_at=asked,
        asked_by_person_id=asker.id,
        to_worker_id=to.id,
        answer_by=more.pop("answer_by", asked.date() + timedelta(days=7)),
        **more,
    )


def refusal_review(session: Session, seen_by: Circle, person: Person, to: Worker, **more: Any) -> RefusalReview:
    """A decision that somebody senior was asked for."""
    return _kept(
        session,
        seen_by,
        RefusalReview,
        person_id=person.id,
        asked_on=more.pop("asked_on", date(2019, 6, 3)),
        to_worker_id=to.id,
        **more,
    )


def safety_plan(
    session: Session, seen_by: Circle, by: Worker, lines: dict[int | None, str] | None = None, **more: Any
) -> SafetyPlan:
    """A safety plan with a line for each of these people."""
    made = _kept(
        session,
        seen_by,
        SafetyPlan,
        calls=more.pop("calls", "999 in danger"),
        made_at=moment_of(more.pop("made", "2019-06-03T12:00")),
        made_by_worker_id=by.id,
        owner_worker_id=by.id,
        review_on=more.pop("review_on", date(2019, 6, 24)),
        **more,
    )
    for person_id, text in (lines or {}).items():
        line = {"safety_plan_id": made.id, "person_id": person_id, "text": text, "edited_at": made.made_at}
        _kept(session, seen_by, SafetyLine, **line)
    return made


def mentor_wish(session: Session, seen_by: Circle, person: Person, **more: Any) -> MentorWish:
    """What a young person looks for in a mentor."""
    return _kept(
        session,
        seen_by,
        MentorWish,
        person_id=person.id,
        said_at=moment_of(more.pop("said", "2019-06-03T12:00")),
        **more,
    )
