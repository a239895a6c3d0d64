"""A charity with a course, its organiser, and groups to join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

import pytest

from portal.access.actor import Actor
from portal.courses.actions import CourseWords, GroupPlan, add_group, publish, save_course
from portal.courses.models import CourseOrganiser
from portal.foundation import clock
from portal.organisations.models import Worker
from tests import factories as make
from tests.conftest import Database

NOW = "2026-03-02T10:00"


@dataclass
class Charity:
    """References of what there is: groups of a course, soonest first."""

    course: str
    first: str
    first_id: int
    second: str
    second_id: int


@pytest.fixture
def charity(database: Database, at: object) -> Charity:
    clock.fix(clock.datetime.fromisoformat(NOW))
    with database.session() as session:
        borough = make.organisation(session)
        make.worker(session, borough, ref="W-DIRECTOR", name="Dora Quist", manager=True)
        place = make.organisation(session, "Harbour Families", "charity", borough_id=borough.id)
        manager = make.worker(session, place, ref="W-CHIEF", name="Maud Ellery", manager=True)
        worker = make.worker(session, place, ref="W-ORGANISER", name="Ines Prado", role="Course leader")
        make.worker(session, place, ref="W-COLLEAGUE", name="Sam Oduya", role="Youth mentor")
        session.add(
            CourseOrganiser(worker_id=worker.id, organisation_id=place.id, named_by_id=manager.id, named_at=clock.now())
        )
        actor = as_actor(worker)
        words = CourseWords("Phones, friends, streets", "What changes in Year 5.", "gangs\nknives", 5, 6, None, "YEAR5")
        course = save_course(session, actor, place.id, place.name, words)
        publish(course, True)
        plans = [
            GroupPlan("place", "Harbour Primary, Quay Street", "A ramp", True, "en", 2, day, time(18, 30), 90, 2)
            for day in (date(2026, 3, 10), date(2026, 4, 14))
        ]
        first, second = (add_group(session, course, plan) for plan in plans)
        session.commit()
        return Charity(course.ref, first.ref, first.id, second.ref, second.id)


def as_actor(worker: Worker) -> Actor:
    """This worker, signed in with both factors."""
    return Actor(
        device_id=0, device_ref="", account_id=0, person_id=None, worker_id=worker.id, family_id=None,
        name=worker.name, relation=None, contact_limit="none", is_manager=worker.is_manager,
        organisation_id=worker.organisation_id, language=None, circles=frozenset(), shared=False,
        second_factor=True, welcomed=True, discreet=True,
    )  # fmt: skip
