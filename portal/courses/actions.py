"""Joining a course and leaving it, and what its organisers do. Actions never commit; the request does, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import BigInteger, Boolean, LargeBinary, Text, column, func, literal, select, update
from sqlalchemy.orm import Session

from portal.access.actor import Actor, token_hash
from portal.courses.models import HOLDS, Came, Course, CourseGroup, CourseMeeting, CourseOrganiser, SignUp
from portal.courses.queries import OwnGroup
from portal.foundation import clock, texts
from portal.foundation.database import Row, reference
from portal.foundation.fields import Encrypted
from portal.foundation.phones import number_hash
from portal.messages.actions import queue_text

MOST_MEETINGS = 30


@dataclass(frozen=True)
class Joining:
    """What a parent gives: a name, a phone, and perhaps somebody who comes along."""

    name: str
    number: str
    """E.164."""
    companion: str | None = None
    language: str = "en"
    via: str = "web"
    poster: str | None = None


@dataclass(frozen=True)
class Joined:
    """What became of it. `state` is booked, waiting or offered."""

    sign_up_id: int
    state: str
    already: bool
    """This number was on the list: nothing was added, and whoever asked learns nothing of that on the page."""
    token: str
    """The secret of the link; of no use where `already`."""


def join(session: Session, group_id: int, asked: Joining) -> Joined | None:
    """A place, or one on the waiting list. None when the group is called off or over.

    The database gives the last place once, however many ask at the same moment.
    """
    token = secrets.token_urlsafe(12)
    told = func.course_join(
        group_id,
        literal(asked.name, Encrypted("course_sign_up.name")),
        literal(asked.number, Encrypted("course_sign_up.number")),
        literal(number_hash(asked.number), LargeBinary),
        literal(asked.companion, Encrypted("course_sign_up.companion")),
        2 if asked.companion else 1,
        asked.language,
        asked.via,
        literal(asked.poster, Text),
        literal(token, Encrypted("course_sign_up.token")),
        literal(token_hash(token), LargeBinary),
        reference(),
    ).table_valued(column("sign_up_id", BigInteger), column("state", Text), column("already", Boolean))
    row = session.execute(select(told.c.sign_up_id, told.c.state, told.c.already)).one_or_none()
    return Joined(row.sign_up_id, row.state, row.already, token) if row else None


def change_place(session: Session, sign_up_id: int, wanted: str) -> bool:
    """Leave (`left`), or answer an offer (`booked`, `declined`). False: it was no longer there to change."""
    return bool(session.scalar(select(func.course_change(sign_up_id, wanted))))


def say_how_it_was(session: Session, sign_up_id: int, stars: int, words: str | None) -> None:
    """Keep what somebody who was asked says of the course."""
    session.execute(select(func.course_say(sign_up_id, stars, literal(words, Encrypted("course_sign_up.said"))))).all()


def words_for(joined: Joined, group: Row, language: str, link: str) -> str:
    """The text that answers a sign-up. Somebody on the list already is told so by text, never on the page."""
    if joined.already:
        return texts.say("course_again", language, False, {})
    if joined.state == "booked":
        return texts.say("course_booked", language, False, {"at": group["next_at"], "link": link})
    return texts.say("course_waiting", language, False, {"link": link})


def tell_joined(session: Session, group: Row, joined: Joined, asked: Joining, link: str) -> None:
    """Text whoever signed up what became of it, at any hour: they are waiting for it."""
    queue_text(session, asked.number, words_for(joined, group, asked.language, link), urgent=True)


# --- for organisers


@dataclass(frozen=True)
class CourseWords:
    """What a course page says."""

    title: str
    summary: str
    covers: str
    year_from: int
    year_to: int
    cost: str | None
    keyword: str | None


class KeywordTaken(Exception):
    """Another course has this keyword."""


def save_course(session: Session, actor: Actor, organisation_id: int, provider: str, said: CourseWords) -> Course:
    """Write a new course down; nobody sees it before it is published. Raises KeywordTaken."""
    _keyword_is_free(session, said.keyword, None)
    made = Course(
        organisation_id=organisation_id,
        provider=provider,
        made_by_id=actor.worker_id,
        changed_at=clock.now(),
        **vars(said),
    )
    session.add(made)
    session.flush()
    return made


def change_course(session: Session, course: Course, said: CourseWords) -> None:
    """Change what the page says. Raises KeywordTaken."""
    _keyword_is_free(session, said.keyword, course.id)
    for name, value in vars(said).items():
        setattr(course, name, value)
    course.changed_at = clock.now()


def _keyword_is_free(session: Session, keyword: str | None, own: int | None) -> None:
    if keyword and session.scalar(
        select(Course.id).where(Course.keyword == keyword, Course.id.is_distinct_from(own)).limit(1)
    ):
        raise KeywordTaken


def publish(course: Course, shown: bool) -> None:
    """Show the course to everybody, or take it off the list. Groups and sign-ups stay."""
    course.published_at = (course.published_at or clock.now()) if shown else None
    course.changed_at = clock.now()


@dataclass(frozen=True)
class GroupPlan:
    """When, where and for how many."""

    mode: str
    place: str | None
    getting_in: str | None
    creche: bool
    language: str
    places: int
    first_day: date
    at: time
    minutes: int
    times: int
    """How many meetings, one a week."""


def add_group(session: Session, course: Course, plan: GroupPlan) -> CourseGroup:
    """A new group with its weekly meetings, each at the same time on the clock, also across its change."""
    group = CourseGroup(
        course_id=course.id,
        mode=plan.mode,
        place=plan.place,
        getting_in=plan.getting_in,
        creche=plan.creche,
        language=plan.language,
        places=plan.places,
    )
    session.add(group)
    session.flush()
    for week in range(plan.times):
        day = plan.first_day + timedelta(weeks=week)
        starts = clock.london(datetime.combine(day, plan.at))
        session.add(CourseMeeting(group_id=group.id, starts_at=starts, minutes=plan.minutes))
    session.flush()
    course.changed_at = clock.now()
    return group


@dataclass(frozen=True)
class CalledOff:
    """Whom to tell that a group is called off, and what each is offered instead."""

    told: list[tuple[SignUp, SignUp | None]]
    """(their sign-up, the new one in the next group)."""


OFFER_LASTS = timedelta(hours=48)


def call_off(session: Session, found: OwnGroup, why: str, other: OwnGroup | None) -> CalledOff:
    """Call a group off. Everybody on its list is told, and offered the next group in the order in which they joined:
    a place while there are any, else the waiting list."""
    group = found.group
    if group.cancelled_at is not None:
        return CalledOff([])
    group.cancelled_at, group.cancelled_why = clock.now(), why
    waiting = [one for one in found.sign_ups if one.state in HOLDS]
    waiting.sort(key=lambda one: (one.state == "waiting", one.made_at, one.id))
    free = max(other.row["free"], 0) if other else 0
    on_it = {one.number_hash for one in other.sign_ups if one.state in HOLDS} if other else set()
    told: list[tuple[SignUp, SignUp | None]] = []
    for one in waiting:
        one.state, one.ended_at = "cancelled", clock.now()
        if other is None or one.number_hash in on_it:
            told.append((one, None))
            continue
        fits = one.people <= free
        free -= one.people if fits else 0
        token = secrets.token_urlsafe(12)
        instead = SignUp(
            group_id=other.group.id,
            name=one.name,
            number=one.number,
            number_hash=one.number_hash,
            companion=one.companion,
            people=one.people,
            language=one.language,
            state="offered" if fits else "waiting",
            via="offer",
            token=token,
            token_hash=token_hash(token),
            made_at=clock.now(),
            answer_by=clock.now() + OFFER_LASTS if fits else None,
        )
        session.add(instead)
        told.append((one, instead))
    session.flush()
    return CalledOff(told)


def tell_called_off(session: Session, off: CalledOff, other: Row | None, url: str) -> None:
    """Text everybody who was on the list, with what they are offered instead."""
    for one, instead in off.told:
        values: dict[str, object] = {"link": f"{url}/courses/mine/{instead.token}" if instead else f"{url}/courses/"}
        wording = "course_off"
        if instead is not None and other is not None:
            wording = "course_off_waiting"
            if instead.state == "offered":
                wording = "course_off_offered"
                values |= {"at": other["next_at"], "until": instead.answer_by}
        queue_text(session, one.number, texts.say(wording, one.language, False, values))


def mark_who_came(session: Session, found: OwnGroup, meeting_id: int, came: dict[int, int]) -> None:
    """Write down how many of each sign-up came to one meeting; those left out did not."""
    known = {one.id for one in found.sign_ups}
    for sign_up_id in known:
        there = session.get(Came, (sign_up_id, meeting_id))
        people = came.get(sign_up_id, 0)
        if there is not None and not people:
            session.delete(there)
        elif there is not None:
            there.people = people
        elif people:
            session.add(Came(sign_up_id=sign_up_id, meeting_id=meeting_id, people=people))
    session.flush()


def name_organiser(session: Session, actor: Actor, worker_id: int, organises: bool) -> None:
    """Let a colleague organise courses, or no longer."""
    there = session.get(CourseOrganiser, worker_id)
    if there is None:
        if organises:
            session.add(
                CourseOrganiser(
                    worker_id=worker_id,
                    organisation_id=actor.organisation_id,
                    named_by_id=actor.worker_id,
                    named_at=clock.now(),
                )
            )
        return
    session.execute(
        update(CourseOrganiser)
        .where(CourseOrganiser.worker_id == worker_id)
        .values(
            named_by_id=actor.worker_id,
            named_at=clock.now() if organises else there.named_at,
            ended_at=None if organises else clock.now(),
        )
    )
