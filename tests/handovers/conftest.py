"""One family whose social worker goes: ADA leads, BEN comes, MONA manages both; ANA, LEO and DAN (no_address)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from tests.client import Client
from tests.conftest import Database
from tests.factories import appointment, circle, family, involvement, organisation, person, step, worker

NOW = "2019-07-15T10:00"


@dataclass
class House:
    """The world, how to visit it, and the references its addresses need."""

    database: Database
    visit: Callable[..., Client]
    family: str
    ada: str
    """The reference of Ada's part."""

    def by(self, who: str, moment: str = NOW) -> Client:
        return self.visit(self.database, who, moment)

    @property
    def plan(self) -> str:
        """Where Ada's handover is planned."""
        return f"/work/families/{self.family}/staff/{self.ada}/handover"


@pytest.fixture
def house(database: Database, visit: Callable[..., Client]) -> House:
    with database.session() as session:
        north = organisation(session, source_ref="NORTH", source="main", phone="020 7946 0300")
        mona = worker(session, north, "Mona Hart", ref="MONA", role="Team manager", manager=True)
        north.senior_manager_id = mona.id
        ada = worker(session, north, "Ada Obi", ref="ADA", phone="020 7946 0301", manager_id=mona.id)
        worker(session, north, "Ben Stone", ref="BEN", phone="020 7946 0302", manager_id=mona.id)
        gus = worker(session, north, "Gus Pell", ref="GUS", manager_id=mona.id, left_on=date(2019, 9, 30))
        worker(session, north, "Cam Reed", ref="CAM", role="Mentor", manager_id=mona.id)
        rivera = family(session, north)
        ana = person(session, rivera, "Ana Rivera", ref="ANA", date_of_birth=date(1980, 5, 3))
        leo = person(session, rivera, "Leo Rivera", "young_person", ref="LEO", date_of_birth=date(2004, 2, 9))
        person(session, rivera, "Dan Rivera", ref="DAN", contact_limit="no_address")
        leads = involvement(session, ada, rivera, lead=True)
        both = circle(session, rivera, ana, leo)
        step(session, both, ada, "Ask the college for a visit", due=date(2019, 7, 26))
        step(session, circle(session, rivera, leo), ada, "A word with the coach", due=date(2019, 8, 2))
        step(session, both, ada, "Done long ago", status="done", done_on=date(2019, 6, 20))
        appointment(session, both, ada, "2019-07-22T16:00", ana, leo, purpose="Goodbye to Ada")
        appointment(session, both, ada, "2019-08-12T16:00", ana, purpose="About the summer")
        assert gus.left_on
        session.commit()
        return House(database, visit, rivera.ref, leads.ref)


def day(name: str, value: date) -> dict[str, str]:
    """A date as the form sends it."""
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}
