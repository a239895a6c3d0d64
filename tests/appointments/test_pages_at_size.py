"""Pages about dates ask the database a handful of times, with ten dates or a thousand; and are closed to strangers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.appointments.models import Appointment
from portal.organisations.models import Worker
from portal.people.models import Family
from tests.appointments.conftest import World
from tests.client import Client
from tests.conftest import Database
from tests.round_trips import round_trips
from tests.rules.test_round_trips import AT, fill

MOST, AT_WORK = 6, 8
"""For a family; and for a worker, whose opening is also looked up and written down."""


@pytest.mark.parametrize("many", [10, 1000])
def test_a_page_about_a_date_takes_few_round_trips(database: Database, visit: Callable[..., Client], many: int) -> None:
    fill(database, many)
    with database.session() as session:
        date = session.scalars(select(Appointment).order_by(Appointment.starts_at.desc()).limit(1)).one()
        family = session.get_one(Family, date.family_id).ref
        ada = session.scalars(select(Worker)).one()
        ada.source, ada.source_ref = "main", "ADA"
        session.commit()
        ref = date.ref
    pages = {
        "ANA": ["/appointments", f"/appointments/{ref}", f"/appointments/{ref}/date.ics", "/appointments/book"],
        "ADA": [
            f"/work/families/{family}/appointments",
            f"/work/families/{family}/appointments/{ref}",
            f"/work/families/{family}/appointments/new",
            f"/work/families/{family}/places",
            "/work/availability",
        ],
    }
    for who, paths in pages.items():
        client = visit(database, who, AT)
        for path in paths:
            client.browser.get(path)
            with round_trips() as count:
                assert client.browser.get(path).status_code == 200
            most = MOST if who == "ANA" else AT_WORK
            assert 0 < count.trips <= most, f"{path} takes {count.trips} round trips with {many}"


def test_taking_a_free_time_is_quick_too(world: World) -> None:
    leo = world.client("LEO")
    page = f"/appointments/book/{world.marcus_ref}"
    leo.get(page)
    with round_trips() as count:
        leo.get(page)
    assert 0 < count.trips <= MOST, count.trips
