"""Counts what goes to the database and back, everything between taking a connection and giving it back included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg
from psycopg.pq import TransactionStatus


class Count:
    """How many round trips there were."""

    def __init__(self) -> None:
        self.trips = 0


@contextmanager
def round_trips() -> Iterator[Count]:
    """Count the round trips of every psycopg connection while this runs: statements, BEGIN, COMMIT, ROLLBACK.

    A connection that comes home with nothing to roll back sends nothing, and is not counted.
    """
    count = Count()
    wait = psycopg.Connection.wait

    def counted(self: psycopg.Connection[Any], what: Any, *args: Any, **kwargs: Any) -> Any:
        ends = what.__name__ in ("_rollback_gen", "_commit_gen")
        count.trips += not (ends and self.info.transaction_status == TransactionStatus.IDLE)
        return wait(self, what, *args, **kwargs)

    with mock.patch.object(psycopg.Connection, "wait", counted):
        yield count
