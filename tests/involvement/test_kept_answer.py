"""What is open to somebody is worked out once in a transaction, and again as soon as something changes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from portal.access.actions import start_device
from portal.access.actor import token_hash
from portal.access.models import Account
from portal.foundation.database import PortalSession, Speaker, speak_for
from portal.involvement.models import Involvement, UrgentAccess
from portal.organisations.models import Worker
from portal.people.models import Circle, CircleMember, Family, Person


@pytest.fixture
def asking(place, at):
    at("2019-07-15T10:00")
    with place.database.session() as session:
        ids = dict(session.execute(select(Worker.source_ref, Worker.id)).all())
        family = session.scalar(select(Family.id))
    with PortalSession(place.database.web) as session:
        session.info["speaker"] = Speaker(worker_id=ids["ADA"])
        yield session, ids, family


def opened(session, kind="plan"):
    return session.scalar(select(func.families_open(kind)))


def test_for_each_actor_anew(asking):
    session, ids, family = asking
    assert opened(session) == [family]
    speak_for(session, Speaker(worker_id=ids["CAM"]))
    assert opened(session) == []
    speak_for(session, Speaker())
    assert opened(session) == []
    speak_for(session, Speaker(worker_id=ids["ADA"]))
    assert opened(session) == [family]


def test_after_opening_in_an_emergency_and_after_a_savepoint_that_was_taken_back(asking):
    session, ids, family = asking
    speak_for(session, Speaker(worker_id=ids["CAM"]))
    assert opened(session) == []
    nested = session.begin_nested()
    session.add(
        UrgentAccess(
            family_id=family,
            worker_id=ids["CAM"],
            why="duty",
            reason="a night",
            began_at=datetime(2019, 7, 15, 8, tzinfo=UTC),
            ends_at=datetime.now(UTC) + timedelta(hours=1),
        )
    )
    session.flush()
    assert opened(session) == [family]
    nested.rollback()
    assert opened(session) == []


def test_after_an_involvement_ends(asking):
    session, ids, family = asking
    speak_for(session, Speaker(worker_id=ids["MANAGER"]))
    assert opened(session) == [family]
    session.execute(update(Involvement).values(ends_on=date(2019, 7, 14)))
    # nobody leads now, so the manager answers for the family; a worker who had ended would not
    assert opened(session) == [family]
    speak_for(session, Speaker(worker_id=ids["ADA"]))
    assert opened(session) == []


def test_in_the_next_transaction_anew_and_on_another_day_anew(asking, at):
    session, _ids, family = asking
    assert opened(session) == [family]
    session.rollback()
    at("2018-07-15T10:00")
    assert opened(session) == []


@pytest.fixture
def on_a_phone(place, at):
    """A session that began with a family member's device, like each request of theirs; with the owner's rights."""
    at("2019-07-15T10:00")
    with place.database.session() as session:
        ana = session.scalars(select(Person).where(Person.source_ref == "ANA")).one()
        token = start_device(
            session, session.scalars(select(Account).where(Account.person_id == ana.id)).one(), "phone"
        )
        session.commit()
        session.refresh(ana)
    with PortalSession(place.database.owner) as session:
        session.info["token"] = token_hash(token)
        yield session, ana


def mine(session):
    found = session.execute(select(func.my_circles(), func.my_families(), func.sees_where(), func.sees_police())).one()
    return sorted(found[0]), *found[1:]


def kept(session, name):
    return session.scalar(select(func.current_setting(f"portal.{name}", True)))


def test_a_persons_answers_are_kept_from_the_door_and_the_same_without_that(on_a_phone):
    session, ana = on_a_phone
    at_the_door = mine(session)
    assert kept(session, "circles") and kept(session, "sees_where") == "true"
    assert at_the_door[1] == [ana.family_id]
    speak_for(session, Speaker(person_id=ana.id))
    assert kept(session, "circles") == ""
    assert mine(session) == at_the_door


def test_a_persons_answers_are_forgotten_when_what_decides_them_changes(on_a_phone):
    session, ana = on_a_phone
    circles, *rest = mine(session)
    circle = Circle(family_id=ana.family_id, members_key="new")
    session.add(circle)
    session.flush()
    session.add(CircleMember(circle_id=circle.id, person_id=ana.id, family_id=ana.family_id))
    session.flush()
    assert mine(session) == (sorted([*circles, circle.id]), *rest)
    session.execute(update(Person).where(Person.id == ana.id).values(contact_limit="no_address", sees_police=True))
    assert mine(session)[2:] == (False, True)
    session.execute(update(Person).where(Person.id == ana.id).values(contact_limit="no_contact"))
    assert mine(session)[:3] == ([], [], False)


def test_nothing_of_a_person_is_left_for_the_next_actor(on_a_phone):
    session, _ana = on_a_phone
    assert mine(session)[1]
    speak_for(session, Speaker())
    assert mine(session) == ([], [], False, False)
    session.rollback()
    session.info.pop("token", None)
    session.info["speaker"] = Speaker()
    assert mine(session) == ([], [], False, False)
