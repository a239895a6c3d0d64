"""Counts what goes to the database and back, everything between taking a connection and giving it back included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg


class Count:
    """How many round trips there were."""

    def __init__(self) -> None:
        self.trips = 0


@contextmanager
def round_trips() -> Iterator[Count]:
    """Count the round trips of every psycopg connection while this runs: statements, BEGIN, COMMIT, ROLLBACK."""
    count = Count()
    wait = psycopg.Connection.wait

    def counted(self: psycopg.Connection[Any], *args: Any, **kwargs: Any) -> Any:
        count.trips += 1
        return wait(self, *args, **kwargs)

    with mock.patch.object(psycopg.Connection, "wait", counted):
        yield count
