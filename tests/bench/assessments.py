"""Measures one assessment: its page with 20 and with 2,000 statements, and a thousand on their way to another portal.

`python -m tests.bench.assessments` prints each beside what it should be; `make bench` runs it too.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from portal import create_app
from portal.exchange import arriving, leaving
from portal.exchange.sealing import keys_from, unseal
from portal.foundation import clock, embedded, fields, schema
from portal.foundation.database import PortalSession, make_engine
from portal.settings import load
from tests import factories as make
from tests.client import Client, sign_in
from tests.contexts.test_where import many_statements
from tests.round_trips import round_trips

NOW = "2019-07-15T10:00"
ASSESSMENTS, STATEMENTS = 1000, 12


@contextmanager
def databases() -> Iterator[tuple[Any, Any, Any, Any]]:
    """Settings, and the owner and web engines of one portal, with a second one's owner."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load({"PORTAL_DEMO": "1", "PORTAL_DATA": str(Path(folder) / "data"), "PORTAL_NOW": NOW})
        fields.use_keys(settings.field_keys, settings.search_key)
        with embedded.start(settings.data, fast=True) as server:
            owner, web = make_engine(server.url()), make_engine(server.url(role="portal_web"))
            schema.migrate(owner)
            with owner.connect() as connection:
                connection.execute(text("alter role portal_web login"))
                connection.execute(text("create database elsewhere"))
            there = make_engine(server.url(database="elsewhere"))
            schema.migrate(there)
            yield settings, owner, web, there
            for engine in (owner, web, there):
                engine.dispose()


def page(settings: Any, owner: Any, web: Any, many: int) -> tuple[float, int]:
    """The median of one family's assessment with so many statements, in milliseconds, and its round trips."""
    with PortalSession(owner) as session:
        here = make.organisation(session, f"Borough {many}")
        ada = make.worker(session, here, f"Ada {many}")
        family = make.family(session, here)
        ana = make.person(session, family, "Ana", ref=f"ANA{many}")
        leo = make.person(session, family, "Leo", "young_person")
        make.involvement(session, ada, family, lead=True)
        many_statements(session, make.circle(session, family, ana, leo), leo, ada, ana, many)
        session.commit()
        # as autovacuum does within a minute: a plan made for a table of twenty rows would be kept for two thousand
        session.execute(text("analyze"))
        session.commit()
    app = create_app(settings, web)
    client = Client(app)
    sign_in(client, owner, f"ANA{many}")
    took = []
    for _ in range(25):
        begun = time.perf_counter()
        assert client.browser.get("/assessment").status_code == 200
        took.append((time.perf_counter() - begun) * 1000)
    with round_trips() as count:
        client.browser.get("/assessment")
    return median(took[3:]), count.trips


def on_their_way(owner: Any, there: Any) -> tuple[float, float]:
    """How many assessments a second are exported, and how many are taken in."""
    ours, theirs = keys_from(b"a" * 32), keys_from(b"b" * 32)
    with PortalSession(owner) as session:
        here = make.organisation(session, "Sending borough")
        ada = make.worker(session, here)
        young = []
        for number in range(ASSESSMENTS):
            family = make.family(session, here, f"Family {number}")
            leo = make.person(session, family, f"Leo {number}", "young_person", date_of_birth=date(2003, 5, 3))
            ana = make.person(session, family, f"Ana {number}")
            many_statements(session, make.circle(session, family, leo, ana), leo, ada, ana, STATEMENTS)
            young.append(leo)
        session.commit()
        begun = time.perf_counter()
        files = [leaving.pass_on(session, leo, ours, theirs.public) for leo in young]
        session.commit()
        out = ASSESSMENTS / (time.perf_counter() - begun)
    with PortalSession(there) as session:
        borough = make.organisation(session, "Receiving borough")
        session.commit()
        begun = time.perf_counter()
        for raw in files:
            opened = unseal(raw, theirs)
            arriving.read(session, opened)
            arriving.take_in(session, opened, theirs, arriving.new_family(session, opened, borough), "Nia Obi")
            session.commit()
        return out, ASSESSMENTS / (time.perf_counter() - begun)


def main() -> None:
    """Print the figures."""
    with databases() as (settings, owner, web, there):
        few, few_trips = page(settings, owner, web, 20)
        many, many_trips = page(settings, owner, web, 2000)
        print(f"assessment of 20 statements: {few:.1f} ms, {few_trips} round trips (at most 6)")
        print(f"assessment of 2,000 statements: {many:.1f} ms, {many_trips} round trips (at most 6)")
        print(f"2,000 against 20: {many / few:.2f} times (at most 3)")
        out, taken = on_their_way(owner, there)
        print(f"export: {out:.0f} assessments a second, import: {taken:.0f} (each at least 100)")
    clock.fix(None)


if __name__ == "__main__":
    main()
