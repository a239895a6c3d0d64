"""Is this process alive, and is everything it needs there? For whoever watches the machines."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import psycopg
from flask import Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.foundation import clock, schema
from portal.foundation.clock import real_now

YOUNG = timedelta(seconds=60)
LATE = 600  # seconds: a text that waits longer is a fault, and says so here

newest = cache(schema.newest)


def alive() -> Response:
    """200 while this process answers. Asks nothing of the database."""
    return jsonify(status="alive")


def ready() -> Response:
    """200 when the database answers, is migrated, and a worker was heard of within a minute; else 503."""
    texts: dict[str, object] = {}
    found = {"database": False, "migrations": False, "worker": False}
    try:
        with current_app.extensions["engine"].connect() as connection:
            asked = text(
                "select b.version, b.beat, w.waiting, w.oldest, w.today, w.stopped_since from texts_waiting(:now) w,"
                " (select (select version_num from alembic_version) as version, max(at) as beat from heartbeat) b"
            )
            row = connection.execute(asked, {"now": clock.now()}).one()
    except (DBAPIError, psycopg.OperationalError):
        pass
    else:
        beat = row[1]
        found = {
            "database": True,
            "migrations": row[0] == newest(),
            "worker": beat is not None and real_now() - beat < YOUNG,
        }
        late = round((clock.now() - row.oldest).total_seconds()) if row.oldest else 0
        texts = {"waiting": row.waiting, "oldest_seconds": late, "today": row.today, "late": late > LATE}
        # somebody wanted that, so it is no reason to send people elsewhere; whoever watches sees it all the same
        texts |= {"stopped": row.stopped_since is not None}
    told = {"texts": texts} if texts else {}
    response = jsonify(status="ready" if all(found.values()) else "not ready", **found, **told)
    response.status_code = 200 if all(found.values()) else 503
    response.headers["Cache-Control"] = "no-store"
    return response
