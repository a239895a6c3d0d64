"""Wishes for a mentor, and who mentors around a family."""

from __future__ import annotations

from sqlalchemy import Text, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask, named
from portal.access.scope import Scope
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import open_family
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person
from portal.people.queries import names_in_circles
from portal.wishes.conditions import Match, OneWish, match
from portal.wishes.models import MentorProfile, MentorWish

TEXTS = ("background", "interests", "words", "answer_words")


def wishes(scope: Scope) -> AnyRows:
    """What young people look for in a mentor, and what was answered."""
    mentor, by = aliased(Worker), aliased(Worker)
    return (
        select(
            MentorWish.id,
            MentorWish.ref,
            MentorWish.family_id,
            MentorWish.circle_id,
            MentorWish.person_id,
            Person.name,
            MentorWish.gender,
            MentorWish.language,
            MentorWish.background,
            MentorWish.interests,
            MentorWish.words,
            MentorWish.said_at,
            MentorWish.answer,
            MentorWish.answer_words,
            MentorWish.answered_at,
            by.name.label("answered_by"),
            mentor.name.label("mentor"),
            MentorWish.look_again_on,
            MentorWish.version,
        )
        .join(Person, Person.id == MentorWish.person_id)
        .outerjoin(by, by.id == MentorWish.answered_by_worker_id)
        .outerjoin(mentor, mentor.id == MentorWish.mentor_worker_id)
        .where(scope.clause(MentorWish), MentorWish.said_at <= scope.now)
        .order_by(MentorWish.said_at, MentorWish.id)
    )


def _one(scope: Scope) -> AnyRows:
    return wishes(scope).where(MentorWish.ref == named("wish_ref", Text))


def mentors(scope: Scope) -> AnyRows:
    """Those who mentor where the family lives or where the one who asks works, with what they say of themselves; those
    who have room first."""
    home = func.home_borough(scope.family_id)
    mine = select(Worker.organisation_id).where(Worker.id == scope.worker_id).scalar_subquery()
    near = or_(Organisation.id == home, Organisation.borough_id == home, Organisation.id == mine)
    room = func.coalesce(MentorProfile.has_room, True)
    return (
        select(
            Worker.id,
            Worker.ref,
            Worker.name,
            Worker.role,
            Worker.languages,
            Worker.hours,
            Organisation.name.label("organisation"),
            MentorProfile.gender,
            MentorProfile.about,
            room.label("has_room"),
        )
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .outerjoin(MentorProfile, MentorProfile.worker_id == Worker.id)
        .where(
            near,
            or_(MentorProfile.worker_id.is_not(None), Worker.role.ilike("%mentor%")),
            or_(Worker.left_on.is_(None), Worker.left_on >= scope.today),
        )
        .order_by(room.desc(), Worker.name, Worker.id)
        .limit(100)
    )


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        for field in TEXTS:
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


def wishes_of(session: Session, scope: Scope) -> list[OneWish]:
    """The wishes that this viewer reads."""
    found = ask(session, scope, wishes=wishes, names=names_in_circles)
    return [OneWish(scope, row, found["names"]) for row in readable(scope, found["wishes"])]


def family_wish(session: Session, actor: Actor, ref: str, wish: str) -> OneWish | None:
    """A young person's wishes, in a family that a professional has open."""
    opened = open_family(session, actor, ref)
    if opened is None:
        return None
    found = ask(session, opened.scope, {"wish_ref": wish}, wish=_one, names=names_in_circles)
    return OneWish(opened.scope, found["wish"][0], found["names"], opened) if found["wish"] else None


def matches(session: Session, found: OneWish) -> list[Match]:
    """Who mentors near this family beside the wishes: who has room first, then whoever meets more of them."""
    rows = ask(session, found.scope, mentors=mentors)["mentors"]
    return sorted((match(found.row, row) for row in rows), key=lambda one: (not one.mentor["has_room"], -one.fits))


def own_profile(session: Session, actor: Actor) -> MentorProfile | None:
    """What this worker says of themselves."""
    return session.get(MentorProfile, actor.worker_id)
