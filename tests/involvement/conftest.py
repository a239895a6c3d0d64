"""A small world: one borough with a manager and two workers, a charity with its own manager, one family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from tests.client import Client
from tests.conftest import Database
from tests.factories import circle, family, involvement, organisation, person, step, update, worker

NOW = "2019-07-15T10:00"


@dataclass
class Place:
    """The world and how to visit it."""

    database: Database
    visit: Callable[..., Client]
    family: str
    involvement: dict[str, str]

    def by(self, who: str, moment: str = NOW) -> Client:
        return self.visit(self.database, who, moment)


@pytest.fixture
def place(database, visit) -> Place:
    """MANAGER manages ADA (leads since January) and BEN of Northfield; CHIEF manages CAM of a charity in Southfield."""
    with database.session() as session:
        north = organisation(session, source_ref="NORTH", source="main")
        south = organisation(session, "Southfield children's services")
        charity = organisation(session, "Good Company", "charity", borough_id=south.id)
        manager = worker(session, north, "Mona Hart", ref="MANAGER", role="Team manager", manager=True)
        north.senior_manager_id = manager.id
        ada = worker(session, north, "Ada Obi", ref="ADA", phone="020 7946 0301", manager_id=manager.id)
        worker(session, north, "Ben Stone", ref="BEN", manager_id=manager.id, email="ben.stone@northfield.example")
        chief = worker(session, charity, "Cleo West", ref="CHIEF", role="Service manager", manager=True)
        charity.senior_manager_id = chief.id
        worker(session, charity, "Cam Reed", ref="CAM", role="Mentor", email="cam.reed@goodcompany.example")
        rivera = family(session, north)
        ana = person(session, rivera, "Ana Rivera", ref="ANA", date_of_birth=date(1980, 5, 3), phone="+447700900201")
        person(session, rivera, "Noor Rivera", "young_person", ref="NOOR", date_of_birth=date(2004, 2, 9))
        leads = involvement(session, ada, rivera, lead=True)
        both = circle(session, rivera, ana)
        step(session, both, ada)
        update(session, both, ada)
        session.commit()
        return Place(database, visit, rivera.ref, {"ADA": leads.ref})


def day(name: str, value: date) -> dict[str, str]:
    """A date as the form sends it."""
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}
