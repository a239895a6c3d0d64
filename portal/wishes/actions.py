"""Saying what matters in a mentor, answering it, and what mentors say of themselves. Actions never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.involvement.actions import AlreadyThere, alert, ask_to_join
from portal.messages.actions import tell
from portal.organisations.models import Worker
from portal.people.models import Family
from portal.wishes.conditions import OneWish
from portal.wishes.models import MentorProfile, MentorWish


class Changed(Exception):
    """The wishes, or the answer to them, changed in the meantime: nothing was written."""


@dataclass(frozen=True)
class Said:
    """What a young person said; absent: it does not matter."""

    gender: str | None
    language: str | None
    background: str | None
    interests: str | None
    words: str | None


def _path(session: Session, family_id: int, ref: str) -> str:
    family = session.scalar(select(Family.ref).where(Family.id == family_id))
    return f"/work/families/{family}/wishes/{ref}"


def say(session: Session, scope: Scope, circle_id: int, said: Said) -> MentorWish:
    """Keep a young person's wishes; what they said before is replaced, and whoever is responsible is told.

    A new wish takes the old answer away: it was to other words.
    """
    wish = session.scalar(select(MentorWish).where(MentorWish.person_id == scope.person_id))
    values: dict[str, Any] = {**said.__dict__, "circle_id": circle_id}
    if wish is not None and all(getattr(wish, name) == value for name, value in values.items()):
        return wish
    if wish is None:
        wish = MentorWish(family_id=scope.family_id, person_id=scope.person_id, said_at=clock.now(), **values)
        session.add(wish)
    else:
        for name, value in values.items():
            setattr(wish, name, value)
        wish.said_at, wish.version = clock.now(), wish.version + 1
        wish.answer = wish.answer_words = wish.answered_at = None
        wish.answered_by_worker_id = wish.mentor_worker_id = wish.look_again_on = None
    session.flush()
    answers = session.scalar(select(func.who_answers(scope.family_id, literal(None))))
    if answers is not None:
        alert(session, [answers], scope.family_id, "mentor_wish", path=_path(session, scope.family_id, wish.ref))
    return wish


@dataclass(frozen=True)
class Answer:
    """What is answered: still looking, found (and who), or that nobody fits; always in words of its own."""

    answer: str
    words: str
    mentor: Worker | None = None
    look_again_on: date | None = None


def answer(session: Session, found: OneWish, version: int, given: Answer, *, by_manager: bool) -> bool:
    """Answer the young person, who hears of it. A mentor who was found is asked to join, where a manager answers;
    otherwise the manager above is told. Says whether the mentor was asked. Raises Changed."""
    done = session.execute(
        update(MentorWish)
        .where(MentorWish.id == found.row.id, MentorWish.version == version)
        .values(
            version=version + 1,
            answer=given.answer,
            answer_words=given.words,
            answered_at=clock.now(),
            answered_by_worker_id=found.scope.worker_id,
            mentor_worker_id=given.mentor.id if given.mentor else None,
            look_again_on=given.look_again_on,
        )
        .execution_options(synchronize_session=False)
        .returning(MentorWish.id)
    )
    if done.first() is None:
        raise Changed
    tell(session, found.row.person_id, "help_answer", about=("mentor_wish", found.row.id))
    if given.mentor is None or found.opened is None:
        return False
    if by_manager:
        try:
            ask_to_join(session, found.opened, given.mentor, "mentor", clock.today(), is_lead=False)
        except AlreadyThere:
            return False
        return True
    above = session.scalar(select(func.manager_of(found.scope.worker_id)))
    if above is not None:
        path = _path(session, found.family_id, found.row.ref)
        alert(session, [above], found.family_id, "mentor_found", about=given.mentor.id, path=path)
    return False


def describe(session: Session, worker_id: int, gender: str | None, about: str | None, *, has_room: bool) -> None:
    """Keep what a worker says of themselves as a mentor."""
    profile = session.get(MentorProfile, worker_id)
    if profile is None:
        profile = MentorProfile(worker_id=worker_id)
        session.add(profile)
    profile.gender, profile.about, profile.has_room, profile.edited_at = gender, about, has_room, clock.now()
