"""What tests share: a real PostgreSQL, a fresh database for each test that writes, clients that check each page."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, text

from portal.foundation import clock, embedded, fields, schema
from portal.foundation.database import PortalSession, make_engine
from portal.settings import Settings, load
from tests import in_memory
from tests.apps import Apps
from tests.client import Client, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "portal" / "demo" / "sample"
TEST_SECRETS = {
    "PORTAL_DEMO": "1",
    "PORTAL_SECRET_KEY": "for tests only, and long enough to count",
    "PORTAL_FIELD_KEYS": "1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
    "PORTAL_SEARCH_KEY": "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=",
    "PORTAL_URL": "http://localhost",
}
_names = itertools.count()
_admins: dict[embedded.Server, Engine] = {}
_in_memory = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Files go into memory, unless somebody says where they go (`--basetemp`)."""
    if not hasattr(config, "workerinput") and config.option.basetemp is None and (folder := in_memory.folder()):
        config.stash[_in_memory] = folder
        config.option.basetemp = str(folder / "files")


FIRST = (
    "tests/exchange/test_two_portals.py",
    "tests/rules/test_who_may_do_what.py",
    "tests/who_sees_what/",
    "tests/journeys/",
    "tests/rules/test_round_trips.py",
    "tests/messages/test_worker_process.py",
)
"""The longest tests: begun last, they would keep one process busy while the other waits."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_in_memory, None):
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Database:
    """One database of the test server, with an engine for each role."""

    owner: Engine
    web: Engine
    worker: Engine

    def session(self) -> PortalSession:
        """A session as the owner, who is not held back by row-level security: to prepare and to check."""
        return PortalSession(self.owner)

    def dispose(self) -> None:
        for engine in (self.owner, self.web, self.worker):
            engine.dispose()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = load(TEST_SECRETS | {"PORTAL_DATA": str(_shared(tmp_path_factory) / "data")})
    fields.use_keys(found.field_keys, found.search_key)
    return found


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all of this run's test processes share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[embedded.Server]:
    """One PostgreSQL for the whole run."""
    running = embedded.start(settings.data, fast=True)
    yield running
    if running in _admins:
        _admins.pop(running).dispose()
    running.release()


def _admin(server: embedded.Server, statement: str) -> Any:
    """Say this to the server, outside any transaction; the first value that it answers."""
    if server not in _admins:
        _admins[server] = make_engine(server.url(database="postgres"))
    with _admins[server].connect() as connection:
        answer = connection.execute(text(statement))
        return answer.scalar() if answer.returns_rows else None


def _exists(server: embedded.Server, name: str) -> bool:
    return bool(_admin(server, f"select 1 from pg_database where datname = '{name}'"))


def _template(server: embedded.Server, settings: Settings, name: str, fill: Callable[[Engine], None]) -> str:
    """A database to clone, made once for all test processes."""
    with open(settings.data / "templates.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _exists(server, name):
            _admin(server, f"create database {name}_making")
            engine = make_engine(server.url(database=f"{name}_making"))
            fill(engine)
            engine.dispose()
            _admin(server, f"alter database {name}_making rename to {name}")
    return name


def _migrated(engine: Engine) -> None:
    schema.migrate(engine)
    with engine.connect() as connection:
        connection.execute(text("alter role portal_web login"))
        connection.execute(text("alter role portal_worker login"))


def _clone(server: embedded.Server, template: str) -> Iterator[Database]:
    name = f"t{os.getpid()}_{next(_names)}"
    _admin(server, f"create database {name} template {template} strategy file_copy")
    found = Database(
        make_engine(server.url(database=name)),
        make_engine(server.url(role="portal_web", database=name)),
        make_engine(server.url(role="portal_worker", database=name)),
    )
    yield found
    found.dispose()
    _admin(server, f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def empty_template(server: embedded.Server, settings: Settings) -> str:
    return _template(server, settings, "empty", _migrated)


@pytest.fixture(scope="session")
def sample_template(server: embedded.Server, settings: Settings) -> str:
    from portal.imports.run import import_folder_into

    def fill(engine: Engine) -> None:
        _migrated(engine)
        import_folder_into(engine, SAMPLE)

    return _template(server, settings, "sample", fill)


@pytest.fixture
def database(server: embedded.Server, empty_template: str) -> Iterator[Database]:
    """A fresh, migrated, empty database for this test alone."""
    yield from _clone(server, empty_template)


@pytest.fixture
def sample(server: embedded.Server, sample_template: str) -> Iterator[Database]:
    """The sample import, for this test alone."""
    yield from _clone(server, sample_template)


@pytest.fixture(scope="session")
def sample_read(server: embedded.Server, sample_template: str) -> Iterator[Database]:
    """The sample import, shared: for tests that only read (openings are recorded, nothing else)."""
    yield from _clone(server, sample_template)


@pytest.fixture(autouse=True)
def own_keys(settings: Settings) -> None:
    """Each test begins with this run's keys: commands and apps that a test starts bring keys of their own."""
    fields.use_keys(settings.field_keys, settings.search_key)


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """Fix the portal's clock: `at("2019-07-15T10:00")`."""
    yield lambda moment: clock.fix(datetime.fromisoformat(moment))
    clock.fix(None)


@pytest.fixture(scope="session")
def apps() -> Apps:
    """This process's apps."""
    return Apps()


@pytest.fixture
def visit(settings: Settings, apps: Apps, at: Callable[[str], None]) -> Iterator[Callable[..., Client]]:
    """A client for a person or worker: `visit(sample, "P-ROSA", "2019-07-15T10:00")`; nobody without a ref."""

    def make(database: Database, who: str | None = None, moment: str | None = None) -> Client:
        client = Client(apps.lend(settings, database.web))
        if moment:
            at(moment)
        if who:
            sign_in(client, database.owner, who)
        return client

    yield make
    apps.take_back()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """This process's Chromium: starting one takes longer than a journey. Each phone is a context of its own."""
    from tests.browser import chromium  # Playwright is slow to read, and few tests need it

    with chromium() as found:
        yield found
