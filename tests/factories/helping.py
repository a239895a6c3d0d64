"""Help and offers, safety plans, wishes for a mentor, goals in other words. Times are London's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.offers.models import HelpRequest, Offer, RefusalReview
from portal.organisations.models import Worker
from portal.people.models import Circle, Person
from portal.plans.models import Goal
from portal.safety.models import SafetyLine, SafetyPlan
from portal.wishes.models import MentorWish
from tests.factories.records import moment_of


def _kept(session: Session, made: Any) -> Any:
    session.add(made)
    session.flush()
    return made


def goal(session: Session, seen_by: Circle, by: Person | Worker, words: str = "We sleep at night", **more: Any) -> Goal:
    """A goal that somebody wrote."""
    first_words = more.pop("first_words", words)
    made: Goal = _kept(
        session,
        Goal(
            family_id=seen_by.family_id,
            circle_id=seen_by.id,
            first_words=first_words,
            text=words,
            made_on=more.pop("made_on", date(2019, 6, 3)),
            by_person_id=by.id if isinstance(by, Person) else None,
            by_worker_id=by.id if isinstance(by, Worker) else None,
        ),
    )
    return made


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
    made: Offer = _kept(
        session,
        Offer(
            family_id=seen_by.family_id,
            circle_id=seen_by.id,
            offered_on=offered_on,
            what=what,
            by_worker_id=by.id,
            to_person_id=to.id,
            response=response,
            **more,
        ),
    )
    return made


def help_request(
    session: Session, seen_by: Circle, asker: Person, to: Worker, what: str = "A bus pass", **more: Any
) -> HelpRequest:
    """Something somebody asked for."""
    asked = moment_of(more.pop("asked", "2019-06-03T12:00"))
    made: HelpRequest = _kept(
        session,
        HelpRequest(
            family_id=seen_by.family_id,
            circle_id=seen_by.id,
            what=what,
            asked_at=asked,
            asked_by_person_id=asker.id,
            to_worker_id=to.id,
            answer_by=more.pop("answer_by", asked.date() + timedelta(days=7)),
            **more,
        ),
    )
    return made


def refusal_review(session: Session, seen_by: Circle, person: Person, to: Worker, **more: Any) -> RefusalReview:
    """A decision that somebody senior was asked for."""
    made: RefusalReview = _kept(
        session,
        RefusalReview(
            family_id=seen_by.family_id,
            circle_id=seen_by.id,
            person_id=person.id,
            asked_on=more.pop("asked_on", date(2019, 6, 3)),
            to_worker_id=to.id,
            **more,
        ),
    )
    return made


def safety_plan(
    session: Session, seen_by: Circle, by: Worker, lines: dict[int | None, str] | None = None, **more: Any
) -> SafetyPlan:
    """A safety plan with a line for each of these people."""
    made: SafetyPlan = _kept(
        session,
        SafetyPlan(
            family_id=seen_by.family_id,
            circle_id=seen_by.id,
            calls=more.pop("calls", "999 in danger"),
            made_at=moment_of(more.pop("made", "2019-06-03T12:00")),
            made_by_worker_id=by.id,
            owner_worker_id=by.id,
            review_on=more.pop("review_on", date(2019, 6, 24)),
            **more,
        ),
    )
    for person_id, text in (lines or {}).items():
        session.add(
            SafetyLine(
                safety_plan_id=made.id,
                family_id=seen_by.family_id,
                circle_id=seen_by.id,
                person_id=person_id,
                text=text,
                edited_at=made.made_at,
            )
        )
    session.flush()
    return made


def mentor_wish(session: Session, seen_by: Circle, person: Person, **more: Any) -> MentorWish:
    """What a young person looks for in a mentor."""
    made: MentorWish = _kept(
        session,
        MentorWish(
            family_id=seen_by.family_id,
            circle_id=seen_by.id,
            person_id=person.id,
            said_at=moment_of(more.pop("said", "2019-06-03T12:00")),
            **more,
        ),
    )
    return made
