"""What is open to a professional is worked out once in a transaction, and again as soon as something changes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from portal.foundation.database import PortalSession, Speaker, speak_for
from portal.involvement.models import Involvement, UrgentAccess
from portal.organisations.models import Worker
from portal.people.models import Family


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
