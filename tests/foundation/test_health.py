"""/healthz and /readyz: alive, and ready only with database, migrations and a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text, update

from portal import create_app
from portal.foundation.clock import real_now
from portal.foundation.database import make_engine
from portal.foundation.models import Heartbeat
from portal.settings import Settings
from tests.client import Client
from tests.conftest import Database


def test_alive_asks_nothing_of_the_database(settings: Settings) -> None:
    app = create_app(settings, make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"))
    response = app.test_client().get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "alive"})
    ready = app.test_client().get("/readyz")
    assert (ready.status_code, ready.json["database"]) == (503, False)


def test_ready_needs_a_worker_and_the_newest_migration(database: Database, visit: Callable[..., Client]) -> None:
    browser = visit(database).browser
    assert (browser.get("/readyz").status_code, browser.get("/readyz").json["worker"]) == (503, False)
    with database.session() as session:
        session.add(Heartbeat(name="one", at=real_now()))
        session.commit()
        well = {"status": "ready", "database": True, "migrations": True, "worker": True}
        texts = {"waiting": 0, "oldest_seconds": 0, "today": 0, "late": False, "stopped": False}
        assert browser.get("/readyz").json == well | {"texts": texts}
        waits = "insert into text_message (ref, number, number_hash, body, urgent, due_at, state, attempts)"
        session.execute(text(f"{waits} values ('a', 'x', 'x', 'x', false, now() - interval '11 minutes', 'queued', 0)"))
        session.commit()
        told = browser.get("/readyz").json["texts"]
        assert (told["waiting"], told["late"], 600 < told["oldest_seconds"] < 900) == (1, True, True)
        # a text in the hands of a sender that died waits, too
        session.execute(text("update text_message set state = 'sending'"))
        session.execute(text("insert into text_switch (at, stopped, reason) values (now(), true, 'Wrong names')"))
        session.commit()
        response = browser.get("/readyz")
        assert (response.status_code, response.json["texts"]["stopped"]) == (200, True)
        assert (response.json["texts"]["waiting"], response.json["texts"]["late"]) == (1, True)
        session.execute(update(Heartbeat).values(at=real_now() - timedelta(seconds=61)))
        session.commit()
        assert browser.get("/readyz").status_code == 503
        session.execute(update(Heartbeat).values(at=real_now()))
        session.execute(text("update alembic_version set version_num = '0001'"))
        session.commit()
    response = browser.get("/readyz")
    assert (response.status_code, response.json["migrations"]) == (503, False)
    assert response.headers["Cache-Control"] == "no-store"
