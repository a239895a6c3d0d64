"""What happens by itself: places passed on in order, reminders, and asking how it was. And joining by a word.

Each function is run by the worker process every minute or so and does what is due, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text, column, func, insert, literal, select
from sqlalchemy.orm import Session

from portal.courses import actions, queries
from portal.courses.actions import OFFER_LASTS
from portal.courses.models import HOLDS, Came, CourseGroup, CourseMeeting, CourseReminder, SignUp
from portal.foundation import clock, texts
from portal.foundation.phones import number_hash
from portal.messages.actions import queue_text

SOON = timedelta(days=3)
"""Before the first meeting nobody waits for two places any more: a single parent may take the one there is."""
BEFORE = timedelta(hours=24)
ASKED_AFTER = timedelta(hours=2)
NOT_ASKED_AFTER = timedelta(days=3)
LATEST_ANSWER = timedelta(hours=3)
"""An offer close to the meeting runs out this long before it."""


def entries(url: str) -> list[tuple[str, timedelta, Callable[[Session], None]]]:
    """(name, how often, what) for the worker's timetable."""
    return [
        ("courses: pass places on", timedelta(minutes=1), lambda session: pass_on(session, url)),
        ("courses: remind", timedelta(minutes=5), lambda session: remind(session, url)),
        ("courses: ask how it was", timedelta(minutes=15), ask_how_it_was),
    ]


def _tell(session: Session, one: SignUp, wording: str, **values: object) -> None:
    queue_text(session, one.number, texts.say(wording, one.language, False, values))


def pass_on(session: Session, url: str) -> None:
    """End offers that were not answered, and offer what is free to whoever waits, in the order in which they came.

    Two who come together wait for two places; in the last three days a single parent behind them may take one.
    """
    now = clock.now()
    lapsed = select(SignUp).where(SignUp.state == "offered", SignUp.answer_by <= now).with_for_update(skip_locked=True)
    for one in session.scalars(lapsed):
        one.state, one.ended_at = "lapsed", now
        _tell(session, one, "course_lapsed")
    session.flush()
    waiting = select(SignUp.group_id).where(SignUp.state == "waiting").distinct()
    open_groups = select(CourseGroup).where(CourseGroup.id.in_(waiting), CourseGroup.cancelled_at.is_(None))
    for group in session.scalars(open_groups.with_for_update(skip_locked=True)):
        _offer(session, group, url)


def _offer(session: Session, group: CourseGroup, url: str) -> None:
    now = clock.now()
    following = session.scalar(
        select(func.min(CourseMeeting.starts_at)).where(
            CourseMeeting.group_id == group.id, CourseMeeting.starts_at > now
        )
    )
    if following is None or following - now <= LATEST_ANSWER:
        return
    taken = session.scalar(
        select(func.coalesce(func.sum(SignUp.people), 0)).where(
            SignUp.group_id == group.id, SignUp.state.in_(("booked", "offered"))
        )
    )
    free = group.places - int(taken or 0)
    queue = select(SignUp).where(SignUp.group_id == group.id, SignUp.state == "waiting")
    for one in session.scalars(queue.order_by(SignUp.made_at, SignUp.id)):
        if free <= 0:
            return
        if one.people > free:
            if following - now > SOON:
                return  # the place is kept until there are two
            continue
        free -= one.people
        one.state = "offered"
        one.answer_by = min(now + OFFER_LASTS, clock.london(following) - LATEST_ANSWER)
        link = f"{url}/courses/mine/{one.token}"
        _tell(session, one, "course_offered", at=following, until=one.answer_by, link=link)


def remind(session: Session, url: str) -> None:
    """Write a reminder to everybody who has a place, a day before each meeting; each once."""
    now = clock.now()
    due = (
        select(SignUp, CourseMeeting.id, CourseMeeting.starts_at)
        .join(CourseMeeting, CourseMeeting.group_id == SignUp.group_id)
        .join(CourseGroup, CourseGroup.id == SignUp.group_id)
        .where(
            SignUp.state == "booked",
            CourseGroup.cancelled_at.is_(None),
            CourseMeeting.starts_at > now,
            CourseMeeting.starts_at <= now + BEFORE,
            # whoever joined just now has the time in the text that said so
            SignUp.made_at < now - timedelta(hours=1),
            ~select(CourseReminder.meeting_id)
            .where(CourseReminder.sign_up_id == SignUp.id, CourseReminder.meeting_id == CourseMeeting.id)
            .exists(),
        )
        .order_by(CourseMeeting.starts_at, SignUp.id)
        .with_for_update(of=SignUp, skip_locked=True)
    )
    for one, meeting_id, starts_at in session.execute(due):
        session.execute(insert(CourseReminder).values(sign_up_id=one.id, meeting_id=meeting_id, at=now))
        _tell(session, one, "course_reminder", at=starts_at, link=f"{url}/courses/mine/{one.token}")


def ask_how_it_was(session: Session) -> None:
    """Ask whoever came, once, a little after the last meeting; not days later."""
    now = clock.now()
    ended = (
        select(CourseMeeting.group_id)
        .group_by(CourseMeeting.group_id)
        .having(
            func.max(CourseMeeting.starts_at).between(now - NOT_ASKED_AFTER, now - ASKED_AFTER - timedelta(hours=1))
        )
    )
    came = select(Came.sign_up_id).where(Came.sign_up_id == SignUp.id).exists()
    nobody_marked = ~(
        select(Came.sign_up_id)
        .join(CourseMeeting, CourseMeeting.id == Came.meeting_id)
        .where(CourseMeeting.group_id == SignUp.group_id)
        .exists()
    )
    due = select(SignUp).where(
        SignUp.group_id.in_(ended), SignUp.state == "booked", SignUp.asked_at.is_(None), came | nobody_marked
    )
    for one in session.scalars(due.with_for_update(skip_locked=True)):
        one.asked_at = now
        _tell(session, one, "course_how")


@dataclass(frozen=True)
class OnAList:
    """One list that a number is on."""

    sign_up_id: int
    group_id: int
    state: str
    language: str
    asked: bool
    """They were asked how it was."""
    next_at: datetime | None


def places_of(session: Session, number: str) -> list[OnAList]:
    """The lists that this number is on, newest first. For a session at the door: an answer to a text from it."""
    told = func.course_places_of(literal(number_hash(number), LargeBinary)).table_valued(
        column("sign_up_id", BigInteger),
        column("group_id", BigInteger),
        column("state", Text),
        column("language", Text),
        column("asked_at", DateTime(timezone=True)),
    )
    ahead = (
        select(func.min(CourseMeeting.starts_at))
        .where(CourseMeeting.group_id == told.c.group_id, CourseMeeting.starts_at > clock.now())
        .scalar_subquery()
    )
    rows = session.execute(
        select(told.c.sign_up_id, told.c.group_id, told.c.state, told.c.language, told.c.asked_at, ahead.label("at"))
    )
    return [
        OnAList(row.sign_up_id, row.group_id, row.state, row.language, row.asked_at is not None, row.at) for row in rows
    ]


YES = {"yes", "y", "yeah", "yep", "ok", "sí", "si", "vale"}
NO = {"no", "n", "nope"}
STARS = re.compile(r"([1-5])\b[\s.,:!-]*(.*)", re.S)


def by_text(session: Session, number: str, body: str, language: str | None, url: str) -> str | None:
    """What to answer a text that is about a course: a word to join, yes or no to an offer, how it was. None: it is not.

    For a session at the door. A number that is on no list and texts no word learns nothing.
    """
    said = " ".join(body.split())[:1600]
    word = said.casefold().strip(" .!")
    places = places_of(session, number)
    for place in places:
        spoken = texts.spoken(place.language)
        if place.state == "offered" and (word in YES or word in NO):
            if not actions.change_place(session, place.sign_up_id, "booked" if word in YES else "declined"):
                return texts.say("course_lapsed", spoken, False, {})
            if word in NO:
                return texts.say("course_left", spoken, False, {})
            return texts.say("course_taken", spoken, False, {"at": place.next_at})
        if place.asked and (stars := STARS.fullmatch(said)):
            actions.say_how_it_was(session, place.sign_up_id, int(stars[1]), stars[2].strip()[:1000] or None)
            return texts.say("course_thanks", spoken, False, {})
    group = queries.by_keyword(session, said)
    if group is None:
        return None
    # who texts a word has chosen no language: the course's own is the one they asked for
    spoken = texts.spoken(language or group["language"])
    same = {row["id"] for row in queries.running(session, group["course_id"])}
    if any(place.group_id in same and place.state in HOLDS for place in places):
        return texts.say("course_again", spoken, False, {})
    asked = actions.Joining(name="", number=number, language=spoken, via="text")
    joined = actions.join(session, group["id"], asked)
    if joined is None:
        return texts.say("course_none", spoken, False, {"link": f"{url}/courses/"})
    return actions.words_for(joined, group, spoken, f"{url}/courses/mine/{joined.token}")
