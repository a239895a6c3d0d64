"""Who may be chosen to read something, and the circle that a choice makes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from portal.foundation.database import PortalSession, Speaker
from portal.people.actions import NotReaders, circle_of
from portal.people.models import Circle, CircleMember, Person
from tests.conftest import Database


def people(database: Database) -> dict[str, Person]:
    with database.session() as session:
        return {person.source_ref: person for person in session.scalars(select(Person)) if person.source_ref}


def speaking(database: Database, **who: int) -> PortalSession:
    session = PortalSession(database.web)
    session.info["speaker"] = Speaker(**who)
    return session


def test_the_same_people_are_one_circle_and_it_is_never_widened(sample: Database) -> None:
    known = people(sample)
    rosa, leo = known["P-ROSA"], known["P-LEO"]
    with speaking(sample, person_id=rosa.id) as session:
        first = circle_of(session, rosa.family_id, [leo.id, rosa.id])
        assert circle_of(session, rosa.family_id, [rosa.id, leo.id]) == first
        session.commit()
    with sample.session() as session:
        members = set(session.scalars(select(CircleMember.person_id).where(CircleMember.circle_id == first)))
        assert members == {rosa.id, leo.id}


def test_everybody_is_the_family(sample: Database) -> None:
    rosa = people(sample)["P-ROSA"]
    with sample.session() as session:
        whole = list(session.scalars(select(Person.id).where(Person.family_id == rosa.family_id)))
        named = select(Circle.id).where(Circle.family_id == rosa.family_id, Circle.members_key == "family")
        expected = session.scalar(named)
    with speaking(sample, person_id=rosa.id) as session:
        assert circle_of(session, rosa.family_id, whole) == expected


def test_a_family_member_cannot_write_past_themselves_or_into_another_family(sample: Database) -> None:
    known = people(sample)
    rosa, leo = known["P-ROSA"], known["P-LEO"]
    with speaking(sample, person_id=rosa.id) as session:
        with pytest.raises(NotReaders):
            circle_of(session, rosa.family_id, [leo.id])
        with pytest.raises(NotReaders):
            circle_of(session, rosa.family_id + 1000, [rosa.id])
        with pytest.raises(NotReaders):
            circle_of(session, rosa.family_id, [rosa.id, 987654])


def test_a_worker_chooses_while_the_family_is_open_to_them(sample: Database, at: Callable[[str], None]) -> None:
    known = people(sample)
    with sample.session() as session:
        workers = dict(session.execute(text("select source_ref, id from worker")).all())
    at("2019-07-15T10:00")
    with speaking(sample, worker_id=workers["W-BRV-SW1"]) as session:
        assert circle_of(session, known["P-ROSA"].family_id, [known["P-LEO"].id])
        assert circle_of(session, known["P-ROSA"].family_id, [])
    with speaking(sample, worker_id=workers["W-ASH-SW2"]) as session, pytest.raises(NotReaders):
        circle_of(session, known["P-ROSA"].family_id, [known["P-LEO"].id])


def test_the_web_may_not_write_circles_itself(sample: Database) -> None:
    rosa = people(sample)["P-ROSA"]
    with speaking(sample, person_id=rosa.id) as session, pytest.raises(Exception, match="permission denied"):
        session.execute(text("insert into circle_member select id, :who, family_id from circle"), {"who": rosa.id})
