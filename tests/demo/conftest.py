"""The demo world on one day, for the tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine

from portal.demo import world as demo_world
from portal.foundation import clock, embedded
from portal.settings import Settings
from tests.conftest import Database, _clone, _migrated, _template

TODAY = "2026-03-11T10:00"


@pytest.fixture(scope="session")
def world_template(server: embedded.Server, settings: Settings) -> str:
    def fill(engine: Engine) -> None:
        _migrated(engine)
        before = clock.fixed()
        clock.fix(datetime.fromisoformat(TODAY))
        demo_world.fill(engine)
        clock.fix(before)

    return _template(server, settings, "world", fill)


@pytest.fixture(scope="session")
def world(server: embedded.Server, world_template: str) -> Iterator[Database]:
    """The demo world as of TODAY, shared: for tests that only read."""
    yield from _clone(server, world_template)


@pytest.fixture
def world_to_change(server: embedded.Server, world_template: str) -> Iterator[Database]:
    """The demo world as of TODAY, for this test alone."""
    yield from _clone(server, world_template)
