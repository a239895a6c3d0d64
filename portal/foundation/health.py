"""Is this process alive, and is everything it needs there? For whoever watches the machines."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import psycopg
from flask import Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.foundation import schema
from portal.foundation.clock import real_now

YOUNG = timedelta(seconds=60)

newest = cache(schema.newest)


def alive() -> Response:
    """200 while this process answers. Asks nothing of the database."""
    return jsonify(status="alive")


def ready() -> Response:
    """200 when the database answers, is migrated, and a worker was heard of within a minute; else 503."""
    found = {"database": False, "migrations": False, "worker": False}
    try:
        with current_app.extensions["engine"].connect() as connection:
            asked = text("select (select version_num from alembic_version), max(at) from heartbeat")
            row = connection.execute(asked).one()
    except (DBAPIError, psycopg.OperationalError):
        pass
    else:
        beat = row[1]
        found = {
            "database": True,
            "migrations": row[0] == newest(),
            "worker": beat is not None and real_now() - beat < YOUNG,
        }
    response = jsonify(status="ready" if all(found.values()) else "not ready", **found)
    response.status_code = 200 if all(found.values()) else 503
    response.headers["Cache-Control"] = "no-store"
    return response
