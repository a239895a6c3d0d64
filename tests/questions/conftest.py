"""A small family: Ana, her son Noor, and Dan, who may not know where they live; and who works with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from tests.client import Client
from tests.conftest import Database
from tests.factories import family, involvement, organisation, person, worker

NOW = "2019-07-15T10:00"


@dataclass
class House:
    """The world and how to visit it."""

    database: Database
    visit: Callable[..., Client]
    family: str
    workers: dict[str, str]

    def by(self, who: str, moment: str = NOW) -> Client:
        return self.visit(self.database, who, moment)


@pytest.fixture
def house(database: Database, visit: Callable[..., Client]) -> House:
    """ADA leads, MONA manages her, BEN covers for CAM the mentor, who is away from 20 July; SAM works elsewhere."""
    with database.session() as session:
        north = organisation(session)
        charity = organisation(session, "Good Company", "charity")
        mona = worker(session, north, "Mona Hart", ref="MONA", role="Team manager", manager=True)
        ada = worker(session, north, "Ada Obi", ref="ADA", manager_id=mona.id)
        ben = worker(session, charity, "Ben Stone", ref="BEN", role="Mentor")
        cam = worker(
            session, charity, "Cam Reed", ref="CAM", role="Mentor", cover_id=ben.id,
            away_from=date(2019, 7, 20), away_until=date(2019, 7, 28),
        )  # fmt: skip
        sam = worker(session, north, "Sam Elsewhere", ref="SAM")
        rivera = family(session, north, source_ref="RIVERA")
        person(session, rivera, "Ana Rivera", ref="ANA")
        person(session, rivera, "Noor Rivera", "young_person", ref="NOOR")
        person(session, rivera, "Dan Rivera", ref="DAN", contact_limit="no_address")
        involvement(session, ada, rivera, lead=True)
        involvement(session, cam, rivera, "mentor")
        session.commit()
        refs = {each.source_ref: each.ref for each in (ada, mona, ben, cam, sam) if each.source_ref}
        return House(database, visit, rivera.ref, refs)
