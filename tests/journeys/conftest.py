"""What the journeys share: the portal with the sample family on a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from portal import create_app
from portal.settings import Settings
from tests import factories as make
from tests.browser import enter, phone, served
from tests.conftest import Database

NOW = "2019-07-15T10:00"


@pytest.fixture
def portal(settings: Settings, sample: Database, at: Callable[[str], None]) -> Iterator[str]:
    """The portal on the morning of 15 July 2019; its address."""
    app = create_app(settings, sample.web)
    at(NOW)
    with served(app) as url:
        yield url


@dataclass
class House:
    """ADA leads the Riveras, CAM is Leo's mentor, BEN works beside them, MONA manages all three; ANA and LEO, and DAN,
    who may not know where they live."""

    database: Database
    browser: Browser
    url: str
    family: str
    """The family's reference."""
    parts: dict[str, str]
    """Each worker's part in this family."""
    workers: dict[str, str]

    @property
    def work(self) -> str:
        """Where those who work with the family find it."""
        return f"{self.url}/work/families/{self.family}"

    @contextmanager
    def as_(self, who: str, javascript: bool, language: str) -> Iterator[Page]:
        """This one's phone, signed in."""
        with phone(self.browser, javascript) as page:
            enter(page, self.url, self.database.owner, who, language)
            yield page


@pytest.fixture
def house(settings: Settings, database: Database, browser: Browser, at: Callable[[str], None]) -> Iterator[House]:
    """A small family on the morning of 15 July 2019."""
    with database.session() as session:
        north = make.organisation(session)
        mona = make.worker(session, north, "Mona Hart", ref="MONA", role="Team manager", manager=True)
        north.senior_manager_id = mona.id
        ada, ben, cam = (
            make.worker(session, north, name, ref=name.split()[0].upper(), manager_id=mona.id, phone="020 7946 0301")
            for name in ("Ada Obi", "Ben Stone", "Cam Reed")
        )
        rivera = make.family(session, north)
        make.person(session, rivera, "Ana Rivera", ref="ANA")
        make.person(session, rivera, "Leo Rivera", "young_person", ref="LEO")
        make.person(session, rivera, "Dan Rivera", ref="DAN", contact_limit="no_address")
        leads, mentors = (
            make.involvement(session, ada, rivera, lead=True),
            make.involvement(session, cam, rivera, "mentor"),
        )
        session.commit()
        parts, workers = {"ADA": leads.ref, "CAM": mentors.ref}, (mona, ada, ben, cam)
        refs: dict[str, str] = {one.source_ref or "": one.ref for one in workers}
        family = rivera.ref
    app = create_app(settings, database.web)
    at(NOW)
    with served(app) as url:
        yield House(database, browser, url, family, parts, refs)
