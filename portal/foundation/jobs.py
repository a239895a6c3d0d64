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
from typing import Any

import psycopg
import structlog
from sqlalchemy import Engine, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import PortalSession
from portal.foundation.models import Heartbeat, Timetable

log = structlog.get_logger("worker")

BATCH = 20
CLAIM_LASTS = timedelta(minutes=2)
ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=30)  # then twice as long each time: about 15 minutes over all attempts
BEAT = timedelta(seconds=5)
PAUSE = 1.0  # seconds between looks when nothing is due
LONGEST_PAUSE = 30.0  # seconds between looks while the database is away
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)


@dataclass(frozen=True)
class Queue:
    """One kind of due row: a table with urgent, due_at, state, attempts, claimed_at and problem, and what to do with a
    row. `do` sets the row's last state; when it raises, the row waits and is tried again."""

    name: str
    model: Any
    do: Callable[[Session, Any], None]


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
        self._beat()
        for entry in self.timetable:
            self._run_if_due(entry)
        done = 0
        while not self.stop.is_set() and (now := sum(self._batch(queue) for queue in self.queues)):
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

    def _beat(self) -> None:
        now = real_now()
        if self._beaten and now - self._beaten < BEAT:
            return
        with PortalSession(self.engine) as session:
            row = insert(Heartbeat.__table__).values(name=self.name, at=now)  # type: ignore[arg-type]  # a Table
            session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": now}))
            session.commit()
        self._beaten = now

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

    def _batch(self, queue: Queue) -> int:
        claimed = self._claim(queue)
        for place, identity in enumerate(claimed):
            if self.stop.is_set():
                self._give_back(queue, claimed[place:])
                return place
            self._beat()
            self._do(queue, identity)
        return len(claimed)

    def _claim(self, queue: Queue) -> list[int]:
        """Take the most urgent due rows, and those whose claim has run out because their worker died."""
        row, now = queue.model, real_now()
        due = (row.state == "queued") & (row.due_at <= clock.now())
        left = (row.state == "sending") & (row.claimed_at < now - CLAIM_LASTS)
        wanted = select(row.id).where(or_(due, left)).order_by(row.urgent.desc(), row.due_at, row.id).limit(BATCH)
        with PortalSession(self.engine) as session:
            ids = list(session.scalars(wanted.with_for_update(skip_locked=True)))
            if ids:
                taken = {"state": "sending", "claimed_at": now, "attempts": row.attempts + 1}
                session.execute(
                    update(row).where(row.id.in_(ids)).values(taken).execution_options(synchronize_session=False)
                )
            session.commit()
        return ids

    def _do(self, queue: Queue, identity: int) -> None:
        row = queue.model
        with PortalSession(self.engine) as session:
            attempts = session.scalar(select(row.attempts).where(row.id == identity, row.state == "sending"))
            if attempts is None:
                return
            if attempts > ATTEMPTS:
                # its workers died over it again and again; one row must not stop all the others
                self._put_down(session, queue, identity, state="failed", problem="given up")
                return
            try:
                queue.do(session, session.get_one(row, identity))
                session.commit()
            except AWAY:
                raise
            except Exception as problem:
                session.rollback()
                # the problem's text may hold a number or the words of a text, so only its kind is written down
                kind = type(problem).__name__
                log.warning("a row could not be done", queue=queue.name, row=identity, problem=kind)
                wait = FIRST_WAIT * 2 ** (attempts - 1)
                later = (
                    {"state": "failed"} if attempts >= ATTEMPTS else {"state": "queued", "due_at": clock.now() + wait}
                )
                self._put_down(session, queue, identity, problem=kind, claimed_at=None, **later)

    def _put_down(self, session: Session, queue: Queue, identity: int, **values: Any) -> None:
        # without loading the row, which may be what failed: a field sealed with a key that is not here
        done = update(queue.model).where(queue.model.id == identity).values(values)
        session.execute(done.execution_options(synchronize_session=False))
        session.commit()

    def _give_back(self, queue: Queue, ids: Sequence[int]) -> None:
        row = queue.model
        with PortalSession(self.engine) as session:
            back = {"state": "queued", "claimed_at": None, "attempts": func.greatest(row.attempts - 1, 0)}
            mine = update(row).where(row.id.in_(ids), row.state == "sending").values(back)
            session.execute(mine.execution_options(synchronize_session=False))
            session.commit()


def forget_old_heartbeats(session: Session) -> None:
    """Processes that ended long ago: each had a name of its own."""
    session.execute(delete(Heartbeat).where(Heartbeat.at < real_now() - timedelta(days=1)))
