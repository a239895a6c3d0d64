"""The worker's one loop: due rows of each queue, claimed with SKIP LOCKED, and a timetable of recurring jobs.

Any number of workers can run. A row is claimed in one short transaction and done in another, so a worker that dies
leaves a claim behind, which runs out; what a job does must bear being begun twice. Works behind a transaction pooler,
because it asks each second instead of listening.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import psycopg
import structlog
from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from portal.foundation.clock import real_now
from portal.foundation.database import PortalSession
from portal.foundation.models import Heartbeat, Timetable

log = structlog.get_logger("worker")

CLAIM_LASTS = timedelta(minutes=2)
GONE = timedelta(seconds=20)  # without a heartbeat a process has ended, and what it claimed is free
BEAT = timedelta(seconds=5)
PAUSE = 1.0  # seconds between looks when nothing is due
LONGEST_PAUSE = 30.0  # seconds between looks while the database is away
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)


class Queue(Protocol):
    """One kind of due row. It claims a few of them in one short transaction and does them in another."""

    name: str

    def batch(self, worker: Worker) -> int:
        """Do some of what is due. Returns how many rows were done; 0 when nothing is due."""


@dataclass(frozen=True)
class Entry:
    """A recurring job: at most one worker runs it, once in each interval."""

    name: str
    every: timedelta
    run: Callable[[Session], None]


@dataclass
class Worker:
    """One process's loop over queues and timetable. `stop` ends it after the row in hand."""

    engine: Engine
    queues: Sequence[Queue]
    timetable: Sequence[Entry]
    stop: threading.Event = field(default_factory=threading.Event)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    _beaten: datetime | None = None
    _not_before: dict[str, datetime] = field(default_factory=dict)

    def drain(self) -> int:
        """Everything that is due now. Returns how many rows were done."""
        self.beat()
        for entry in self.timetable:
            self._run_if_due(entry)
        done = 0
        while not self.stop.is_set() and (now := sum(queue.batch(self) for queue in self.queues)):
            done += now
        return done

    def run(self) -> None:
        """Until told to stop. A database that is away is waited for, longer each time."""
        pause = PAUSE
        while not self.stop.is_set():
            try:
                pause = PAUSE if not self.drain() else 0.0
            except AWAY as problem:
                log.warning("the database does not answer", problem=type(problem).__name__)
                self.engine.dispose()
                pause = min(max(pause, PAUSE) * 2, LONGEST_PAUSE)
            self.stop.wait(pause)

    def beat(self) -> None:
        """Tell that this process is alive, every few seconds."""
        now = real_now()
        if self._beaten and now - self._beaten < BEAT:
            return
        with PortalSession(self.engine) as session:
            row = insert(Heartbeat.__table__).values(name=self.name, at=now)  # type: ignore[arg-type]  # a Table
            session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": now}))
            session.commit()
        self._beaten = now

    @property
    def faint(self) -> bool:
        """No heartbeat could be written for so long that others may soon take this process for ended."""
        return self._beaten is not None and real_now() - self._beaten > GONE - BEAT

    def _run_if_due(self, entry: Entry) -> None:
        now = real_now()
        if self.stop.is_set() or self._not_before.get(entry.name, now) > now:
            return
        with PortalSession(self.engine) as session:
            row = insert(Timetable.__table__).values(name=entry.name)  # type: ignore[arg-type]  # a Table
            session.execute(row.on_conflict_do_nothing())
            session.commit()
            turn = select(Timetable).where(Timetable.name == entry.name).with_for_update(skip_locked=True)
            mine = session.scalar(turn)
            if mine is None or (mine.last_run_at is not None and mine.last_run_at + entry.every > now):
                return
            try:
                entry.run(session)
            except AWAY:
                raise
            except Exception as problem:
                log.exception("a timetable entry failed", entry=entry.name, problem=type(problem).__name__)
                session.rollback()
                self._not_before[entry.name] = now + min(entry.every, timedelta(minutes=1))
                return
            mine.last_run_at = now
            session.commit()


def forget_old_heartbeats(session: Session) -> None:
    """Processes that ended long ago: each had a name of its own."""
    session.execute(delete(Heartbeat).where(Heartbeat.at < real_now() - timedelta(days=1)))
