"""What the journeys share: one browser for each module, and the portal with the sample family on a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from portal import create_app
from portal.settings import Settings
from tests.browser import chromium, served
from tests.conftest import Database

NOW = "2019-07-15T10:00"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def portal(settings: Settings, sample: Database, at: Callable[[str], None]) -> Iterator[str]:
    """The portal on the morning of 15 July 2019; its address."""
    app = create_app(settings, sample.web)
    at(NOW)
    with served(app) as url:
        yield url
