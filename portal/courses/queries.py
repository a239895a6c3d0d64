"""What there is to join, who signed up, and what one number has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    SmallInteger,
    Text,
    column,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from portal.access.actor import Actor, token_hash
from portal.courses.conditions import Wanted, fits, is_slip_of
from portal.courses.models import PROVIDERS, Came, Course, CourseGroup, CourseMeeting, CourseOrganiser, SignUp
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row, gather
from portal.organisations.models import Organisation, Worker


def groups(of: ColumnElement[bool] | None = None) -> AnyRows:
    """Groups with their course, meetings counted, the first and the next one, and how many places are left.

    Only what is published, runs on and is not called off, unless `of` chooses others.
    """
    seats = func.course_seats().table_valued(
        column("group_id", BigInteger), column("taken", BigInteger), column("waiting", BigInteger)
    )
    ahead = CourseMeeting.starts_at > clock.now()
    dates = (
        select(
            CourseMeeting.group_id,
            func.min(CourseMeeting.starts_at).label("first_at"),
            func.max(CourseMeeting.starts_at).label("last_at"),
            func.min(CourseMeeting.starts_at).filter(ahead).label("next_at"),
            func.min(CourseMeeting.minutes).label("minutes"),
            func.count().label("meetings"),
            func.count().filter(ahead).label("meetings_left"),
        )
        .group_by(CourseMeeting.group_id)
        .subquery()
    )
    rows = (
        select(
            CourseGroup.id,
            CourseGroup.ref,
            CourseGroup.mode,
            CourseGroup.place,
            CourseGroup.getting_in,
            CourseGroup.creche,
            CourseGroup.language,
            CourseGroup.places,
            CourseGroup.cancelled_at,
            CourseGroup.cancelled_why,
            Course.id.label("course_id"),
            Course.ref.label("course_ref"),
            Course.title,
            Course.summary,
            Course.provider,
            Course.year_from,
            Course.year_to,
            Course.cost,
            Course.keyword,
            dates.c.first_at,
            dates.c.last_at,
            dates.c.next_at,
            dates.c.minutes,
            dates.c.meetings,
            dates.c.meetings_left,
            func.greatest(CourseGroup.places - seats.c.taken, 0).label("free"),
            seats.c.taken,
            seats.c.waiting,
        )
        .join(Course, Course.id == CourseGroup.course_id)
        .join(dates, dates.c.group_id == CourseGroup.id)
        .join(seats, seats.c.group_id == CourseGroup.id)
    )
    if of is None:
        rows = rows.where(
            Course.published_at.is_not(None), CourseGroup.cancelled_at.is_(None), dates.c.next_at.is_not(None)
        )
    else:
        rows = rows.where(of)
    return rows.order_by(dates.c.next_at.nulls_last(), dates.c.first_at.desc(), CourseGroup.id)


def find(session: Session, wanted: Wanted) -> list[tuple[Row, list[Row]]]:
    """(course, its groups that fit), soonest first. One question to the database, whatever there is."""
    rows = gather(session, groups=groups())["groups"]
    courses: dict[int, list[Row]] = {}
    for row in rows:
        if fits(row, wanted):
            courses.setdefault(row["course_id"], []).append(row)
    return [(found[0], found) for found in courses.values()]


def languages(session: Session) -> list[str]:
    """The languages in which something runs."""
    rows = select(CourseGroup.language).where(CourseGroup.cancelled_at.is_(None)).distinct()
    return sorted(session.scalars(rows))


@dataclass(frozen=True)
class Open:
    """A published course with its groups, or one of them, as anybody may read it."""

    course: Course
    groups: list[Row]
    group: Row | None = None


def published(session: Session, actor: Actor | None, ref: str) -> Open | None:
    """The published course with this reference."""
    course = session.scalar(select(Course).where(Course.ref == ref, Course.published_at.is_not(None)))
    return Open(course, running(session, course.id)) if course else None


def running(session: Session, course_id: int) -> list[Row]:
    """The groups of a course that can be joined, soonest first."""
    rows = gather(session, groups=groups())["groups"]
    return [row for row in rows if row["course_id"] == course_id]


def joinable(session: Session, actor: Actor | None, ref: str) -> Open | None:
    """The group with this reference, if it is published. One that is called off or over is there too, to be told so."""
    chosen = (CourseGroup.ref == ref) & Course.published_at.is_not(None)
    rows = gather(session, groups=groups(chosen))["groups"]
    if not rows:
        return None
    course = session.get_one(Course, rows[0]["course_id"])
    return Open(course, running(session, course.id), rows[0])


def meetings(session: Session, group_id: int) -> list[CourseMeeting]:
    """The meetings of a group in order of time."""
    rows = select(CourseMeeting).where(CourseMeeting.group_id == group_id).order_by(CourseMeeting.starts_at)
    return list(session.scalars(rows))


@dataclass(frozen=True)
class Place:
    """One's own place on a group's list, as its secret link opens it."""

    sign_up_id: int
    state: str
    people: int
    answer_by: datetime | None
    asked: bool
    """They were asked how it was."""
    group: Row
    token: str


def own_place(session: Session, actor: Actor | None, token: str) -> Place | None:
    """The place that this link is for."""
    told = func.course_place(token_hash(token)).table_valued(
        column("sign_up_id", BigInteger),
        column("group_id", BigInteger),
        column("state", Text),
        column("people", SmallInteger),
        column("answer_by", DateTime(timezone=True)),
        column("asked", Boolean),
    )
    row = session.execute(
        select(told.c.sign_up_id, told.c.group_id, told.c.state, told.c.people, told.c.answer_by, told.c.asked)
    ).one_or_none()
    if row is None:
        return None
    group = gather(session, groups=groups(CourseGroup.id == row.group_id))["groups"][0]
    return Place(row.sign_up_id, row.state, row.people, row.answer_by, row.asked, group, token)


def by_keyword(session: Session, body: str) -> Row | None:
    """The next group of the course whose keyword this text is, with a slip forgiven; None when it is no keyword.

    Numbers must be right: YEAR6 is no slip for YEAR5.
    """
    said = "".join(letter for letter in body.upper() if letter.isalnum())
    if not 3 <= len(said) <= 14:
        return None
    rows = [row for row in gather(session, groups=groups())["groups"] if row["keyword"]]
    near = [row for row in rows if is_slip_of(said, row["keyword"])]
    exact = [row for row in near if row["keyword"] == said]
    if not exact and len({row["keyword"] for row in near}) > 1:
        return None
    return next((row for row in exact or near if row["free"]), next(iter(exact or near), None))


# --- for organisers


def runs(session: Session, actor: Actor) -> int | None:
    """The organisation whose courses this worker organises; None when they organise none."""
    mine = select(CourseOrganiser.organisation_id).where(
        CourseOrganiser.worker_id == actor.worker_id, CourseOrganiser.ended_at.is_(None)
    )
    return session.scalar(mine)


@dataclass(frozen=True)
class Desk:
    """What an organiser sees first: their organisation, its courses, its groups."""

    organisation_id: int
    courses: list[Row]
    groups: list[Row]


def desk(session: Session, actor: Actor) -> Desk | None:
    """The courses of this organiser's organisation, published or not, and their groups, called off ones last."""
    at = runs(session, actor)
    if at is None:
        return None
    mine = select(Course.id, Course.ref, Course.title, Course.keyword, Course.published_at, Course.provider)
    found = gather(
        session,
        courses=mine.where(Course.organisation_id == at).order_by(Course.title, Course.id),
        groups=groups(Course.organisation_id == at),
    )
    return Desk(at, found["courses"], found["groups"])


def own_course(session: Session, actor: Actor, ref: str) -> Course | None:
    """A course of this organiser's organisation."""
    at = runs(session, actor)
    return session.scalar(select(Course).where(Course.ref == ref, Course.organisation_id == at)) if at else None


@dataclass(frozen=True)
class OwnGroup:
    """One group as its organiser reads it: who signed up, and who came."""

    group: CourseGroup
    row: Row
    meetings: list[CourseMeeting]
    sign_ups: list[SignUp]
    came: dict[tuple[int, int], int]


def own_group(session: Session, actor: Actor, ref: str) -> OwnGroup | None:
    """A group of this organiser's organisation, with everybody on its list."""
    at = runs(session, actor)
    if at is None:
        return None
    group = session.scalar(
        select(CourseGroup)
        .join(Course, Course.id == CourseGroup.course_id)
        .where(CourseGroup.ref == ref, Course.organisation_id == at)
    )
    if group is None:
        return None
    row = gather(session, groups=groups(CourseGroup.id == group.id))["groups"][0]
    people = select(SignUp).where(SignUp.group_id == group.id).order_by(SignUp.made_at, SignUp.id)
    came = (
        select(Came.sign_up_id, Came.meeting_id, Came.people)
        .join(SignUp, SignUp.id == Came.sign_up_id)
        .where(SignUp.group_id == group.id)
    )
    return OwnGroup(
        group,
        row,
        meetings(session, group.id),
        list(session.scalars(people)),
        {(one.sign_up_id, one.meeting_id): one.people for one in session.execute(came)},
    )


def organisers(session: Session, actor: Actor) -> list[Row] | None:
    """The colleagues of a charity's or school's manager, and who of them organises courses; None where none can."""
    place = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    if place is None or place.kind not in PROVIDERS:
        return None
    names = exists().where(CourseOrganiser.worker_id == Worker.id, CourseOrganiser.ended_at.is_(None))
    rows = (
        select(Worker.id, Worker.ref, Worker.name, Worker.role, names.label("organises"))
        .where(Worker.organisation_id == place.id, or_(Worker.left_on.is_(None), Worker.left_on >= clock.today()))
        .order_by(func.lower(Worker.name), Worker.id)
    )
    return gather(session, workers=rows)["workers"]


def colleague(session: Session, actor: Actor, ref: str) -> Worker | None:
    """A colleague whom this manager may name."""
    return session.scalar(
        select(Worker).where(Worker.ref == ref, func.may_name_organiser(actor.organisation_id, Worker.id))
    )
