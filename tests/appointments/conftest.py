"""A mentor with free times, a boy who books them, his mother, his sister, and a father with `no_address`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

import pytest
from sqlalchemy import select

from portal.access.scope import Scope
from portal.appointments.models import Appointment
from portal.availability.models import WorkHours, WorkRule
from portal.foundation.database import PortalSession, Speaker
from portal.people.models import CircleMember, Person
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

MONDAY = "2019-07-15T10:00"
"""The day on which most of these tests are."""
THURSDAY = date(2019, 7, 18)


@dataclass
class World:
    """One family, and who works with it. Names are references for `visit`."""

    database: Database
    visit: Callable[..., Client]
    family: str
    family_id: int
    marcus: int
    marcus_ref: str
    ada: int
    leo: int
    rosa: int
    mia: int
    dan: int

    def client(self, who: str, moment: str = MONDAY) -> Client:
        return self.visit(self.database, who, moment)

    def speaks(self, person_id: int) -> PortalSession:
        """A session of the web role that speaks for this person."""
        session = PortalSession(self.database.web)
        session.info["speaker"] = Speaker(person_id=person_id)
        return session

    def scope(self, session: PortalSession, person_id: int) -> Scope:
        """The person's own sight of the family, as a request would have it."""
        person = session.get_one(Person, person_id)
        circles = session.scalars(select(CircleMember.circle_id).where(CircleMember.person_id == person_id))
        return Scope(person.family_id, person_id=person_id, circles=frozenset(circles), limit=person.contact_limit)

    def dates(self) -> list[Appointment]:
        with self.database.session() as session:
            return list(session.scalars(select(Appointment).order_by(Appointment.id)))


@pytest.fixture
def world(database: Database, visit: Callable[..., Client]) -> World:
    with database.session() as session:
        here = make.organisation(session)
        ada = make.worker(session, here, "Ada Obi", ref="ADA")
        marcus = make.worker(session, here, "Marcus Bell", ref="MARCUS", role="Youth mentor")
        make.worker(session, here, "Mo Lane", ref="MO", role="Team manager", manager=True)
        family = make.family(session, here, "Rivera family", source_ref="F1")
        leo = make.person(session, family, "Leo Rivera", "young_person", ref="LEO", phone="+447700900102")
        rosa = make.person(session, family, "Rosa Rivera", ref="ROSA", phone="+447700900101")
        mia = make.person(session, family, "Mia Rivera", "sibling", ref="MIA")
        dan = make.person(session, family, "Dan Rivera", ref="DAN", contact_limit="no_address", phone="+447700900103")
        make.circle(session, family, leo)
        make.involvement(session, ada, family, lead=True)
        make.involvement(session, marcus, family, "mentor")
        session.add(WorkRule(worker_id=marcus.id, open=True, minutes=60, gap_minutes=15, notice_hours=2, ahead_days=28))
        for weekday, place in ((3, "Library cafe"), (4, None)):
            session.add(
                WorkHours(
                    worker_id=marcus.id,
                    weekday=weekday,
                    starts=time(16),
                    ends=time(19),
                    place=place,
                    by_phone=place is None,
                )
            )
        session.commit()
        return World(
            database, visit, family.ref, family.id, marcus.id, marcus.ref, ada.id, leo.id, rosa.id, mia.id, dan.id
        )
