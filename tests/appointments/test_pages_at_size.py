"""Taking a free time asks the database a handful of times; pages with many dates: tests/rules/test_round_trips.py."""

from __future__ import annotations

from tests.appointments.conftest import World
from tests.round_trips import round_trips


def test_taking_a_free_time_is_quick_too(world: World) -> None:
    leo = world.client("LEO")
    page = f"/appointments/book/{world.marcus_ref}"
    leo.get(page)
    with round_trips() as count:
        leo.get(page)
    assert 0 < count.trips <= 6, count.trips
