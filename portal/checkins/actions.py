"""Saying how one is. Actions never commit; the request does, once."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.checkins.models import (
    ALARMING,
    ANSWERED_WITHIN,
    ASKED_AGAIN_AFTER,
    FEELING_WORDS,
    FEELINGS,
    Checkin,
    CheckinAsked,
)
from portal.checkins.queries import around
from portal.duty.actions import raise_call
from portal.foundation import clock
from portal.involvement.actions import alert
from portal.messages.actions import tell
from portal.organisations.models import Worker
from portal.people.actions import circle_of
from portal.people.models import Family
from portal.questions.actions import ask
from portal.questions.models import ANSWER_WITHIN, Question


def say(
    session: Session, scope: Scope, to_worker_id: int, feeling: str, wants: list[str], words: str, asked: str
) -> Checkin:
    """Somebody says how they are. Unless all is well and nothing is wanted, a named worker has to answer.

    `asked`: what the worker reads, in the words of the page. Said twice in a day, the second is another answer; the
    same form sent twice is one. When somebody is frightened or very low, several people are told at once.
    """
    assert scope.person_id is not None  # noqa: S101 - the gate let a family member in
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("checkin"), scope.person_id)))
    now = clock.now()
    last = session.scalar(
        select(Checkin)
        .where(Checkin.person_id == scope.person_id, Checkin.made_at <= now)
        .order_by(Checkin.made_at.desc(), Checkin.id.desc())
        .limit(1)
    )
    answers = feeling != "ok" or bool(wants) or bool(words)
    said = Checkin(
        family_id=scope.family_id,
        circle_id=circle_of(session, scope.family_id, [scope.person_id]),
        person_id=scope.person_id,
        to_worker_id=to_worker_id,
        feeling=feeling,
        wants=wants,
        made_at=now,
    )
    if answers:
        within = ANSWERED_WITHIN.get(feeling, ANSWER_WITHIN)
        question = ask(session, scope, to_worker_id, asked, circle_id=said.circle_id, within=within)
        if last is not None and last.question_id == question.id:
            return last
        said.question_id = question.id
        session.add(said)
        session.flush()
        if feeling in ALARMING:
            _raise_the_alarm(session, said, question)
        return said
    if last is not None and last.feeling == "ok" and last.made_at.date() == now.date() and not last.question_id:
        return last
    session.add(said)
    session.flush()
    return said


def ask_by_text(session: Session, scope: Scope, person_id: int) -> str:
    """A worker asks somebody by text how they are. Returns what comes of it: asked, lately (they were asked in the last
    days), or why nothing will be sent: no_phone, no_contact, refused."""
    assert scope.worker_id is not None  # noqa: S101 - the gate let a worker in
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("checkin"), person_id)))
    lately = CheckinAsked.person_id == person_id, CheckinAsked.asked_at > clock.now() - ASKED_AGAIN_AFTER
    if session.scalar(select(CheckinAsked.id).where(*lately).limit(1)) is not None:
        return "lately"
    made = CheckinAsked(
        family_id=scope.family_id,
        circle_id=circle_of(session, scope.family_id, [person_id]),
        person_id=person_id,
        to_worker_id=scope.worker_id,
        asked_at=clock.now(),
    )
    with session.begin_nested() as kept:
        session.add(made)
        session.flush()
        said = tell(session, person_id, "checkin_ask", about=("checkin_asked", made.id))
        if said != "queued":
            kept.rollback()
    return "asked" if said == "queued" else said


def say_by_text(session: Session, scope: Scope, asked_ref: str, number: int) -> tuple[Checkin, str] | None:
    """The number that answers such a text. Returns the check-in and the name of who reads it; None where it was asked
    of somebody else, or no such number was offered."""
    row = session.execute(
        select(CheckinAsked.to_worker_id, Worker.name)
        .join(Worker, Worker.id == CheckinAsked.to_worker_id)
        .where(CheckinAsked.ref == asked_ref, CheckinAsked.person_id == scope.person_id)
    ).first()
    if row is None or not 1 <= number <= len(FEELINGS):
        return None
    feeling = FEELINGS[number - 1]
    words = f"{FEELING_WORDS[feeling]}."
    return say(session, scope, row.to_worker_id, feeling, [], "", words), row.name


def _raise_the_alarm(session: Session, said: Checkin, question: Question) -> None:
    family = session.scalar(select(Family.ref).where(Family.id == said.family_id))
    path = f"/work/families/{family}/questions/{question.ref}"
    # whoever is on duty hears that it is not safe; the words stay with the worker whom they were for
    raised = raise_call(session, "not_safe", family_id=said.family_id, person_id=said.person_id)
    to = [one for one in around(session, said.to_worker_id) if one not in raised.told]
    alert(session, to, said.family_id, f"checkin_{said.feeling}", path=path)
