"""The outbox's queue: claim what is due, ask again whether it is right, call the provider, write down what came of it.

Two short transactions for a whole batch, with the calls between them. A worker that dies in between leaves rows that
say "called": the next one looks them up at the provider before anything is sent again, so none is lost and none is
doubled. Where nobody can say whether it went out it is held as unknown, and a person decides.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import PortalSession
from portal.foundation.fields import encrypt
from portal.foundation.jobs import BEAT, CLAIM_LASTS, GONE, Worker
from portal.messages.conditions import Drop, Hold, Ready, decide
from portal.messages.gateways import Gateway, Later, Refused, Unsure
from portal.messages.queries import Check, stopped

log = structlog.get_logger("texts")

BATCH = 100
AT_ONCE = 8  # calls at a time
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=5)
LOOK_UP_FOR = timedelta(hours=2)  # after that a person decides

CLAIM = text("""
with urgent as (select id, 0 as place, due_at from text_message where state = 'queued' and urgent and due_at <= :now
                order by due_at, id limit :many for update skip locked),
usual as (select id, 1 as place, due_at from text_message where state = 'queued' and not urgent and due_at <= :now
          order by due_at, id limit :many for update skip locked),
abandoned as (select id, 2 as place, due_at from text_message t where state = 'sending' and (claimed_at < :expired
              or (claimed_by is not null and claimed_at < :gone
                  and not exists (select 1 from heartbeat h where h.name = t.claimed_by and h.at > :gone)))
              order by id limit :many for update skip locked),
mine as (select * from (select * from urgent union all select * from usual union all select * from abandoned) every
         order by place, due_at, id limit :many)
update text_message t set state = 'sending', claimed_at = :real, claimed_by = :name, attempts = attempts + 1
from mine where t.id = mine.id
returning t.id, t.ref, t.number, t.number_hash, t.body, t.person_id, t.family_id, t.wording, t.given, t.about_kind,
  t.about_id, t.urgent, t.made_at, t.due_at, t.attempts, t.called_at, mine.place
""")
CALLED = text("""
update text_message t set called_at = :real, number = r.number, number_hash = r.hash, body = r.body,
  language = r.language, parts = r.parts, provider = :provider, problem = null
from unnest(cast(:ids as bigint[]), cast(:numbers as bytea[]), cast(:hashes as bytea[]), cast(:bodies as bytea[]),
            cast(:languages as text[]), cast(:parts as smallint[])) r(id, number, hash, body, language, parts)
where t.id = r.id
""")
# a callback may have been quicker than we are: what it said stands
SENT = text("""
update text_message t set state = case when t.state = 'sending' then 'sent' else t.state end,
  sid = coalesce(t.sid, r.sid),
  sent_at = coalesce(t.sent_at, :now), problem = case when t.state = 'sending' then null else t.problem end
from unnest(cast(:ids as bigint[]), cast(:sids as text[])) r(id, sid) where t.id = r.id
""")
BECAME = text("""
update text_message t set state = r.state, problem = r.problem, due_at = coalesce(r.due, t.due_at),
  claimed_at = r.claimed, claimed_by = null, called_at = case when r.called then t.called_at end,
  attempts = greatest(t.attempts - r.undone, 0)
from unnest(cast(:ids as bigint[]), cast(:states as text[]), cast(:problems as text[]), cast(:dues as timestamptz[]),
            cast(:claims as timestamptz[]), cast(:called as boolean[]), cast(:undone as int[]))
  r(id, state, problem, due, claimed, called, undone)
where t.id = r.id and t.state = 'sending'
""")
INTRODUCED = text("""
insert into text_number (number_hash, introduced_at) select distinct h, cast(:now as timestamptz)
from unnest(cast(:hashes as bytea[])) h
on conflict (number_hash) do update set introduced_at = coalesce(text_number.introduced_at, excluded.introduced_at)
""")
PROVIDER_STOPPED = text("""
insert into text_number (number_hash, stopped_at, stopped_by) values (:hash, :now, 'provider')
on conflict (number_hash) do update set stopped_at = coalesce(text_number.stopped_at, excluded.stopped_at),
  stopped_by = coalesce(text_number.stopped_by, excluded.stopped_by)
""")


@dataclass(frozen=True)
class Became:
    """What a row is from now on, where it was not sent."""

    state: str
    problem: str | None = None
    due: datetime | None = None
    claimed: datetime | None = None
    called: bool = False
    """The provider may have it already."""
    undone: int = 0


def longer(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return min(FIRST_WAIT * 2 ** max(attempts - 1, 0), LONGEST_WAIT)


@dataclass
class Outbox:
    """The queue of texts, sent by this provider. `checks`: by what a text is about, whether it is still right."""

    gateway: Gateway
    checks: Mapping[str, Check] = field(default_factory=dict)
    sender: str = "Alongside"
    at_once: int = AT_ONCE
    name: str = "texts"
    _pool: ThreadPoolExecutor | None = None

    def batch(self, worker: Worker) -> int:
        """Send some of what is due, the most urgent first."""
        with PortalSession(worker.engine) as session:
            if stopped(session) is not None:
                return 0
            rows = self._claim(session, worker.name)
            if not rows:
                return 0
            ready, became = decide(session, rows, self.checks, self.sender)
            self._keep(session, became_of(became, rows))
            self._mark(session, ready)
            session.commit()
        calls = self._call(worker, ready, {row.id: row for row in rows})
        with PortalSession(worker.engine) as session:
            self._write_down(session, calls)
            session.commit()
        return len(rows)

    def _claim(self, session: Session, name: str) -> list[Any]:
        real = real_now()
        times = {"now": clock.now(), "real": real, "expired": real - CLAIM_LASTS, "gone": real - GONE}
        rows = session.execute(CLAIM, {"many": BATCH, "name": name, **times}).all()
        return sorted(rows, key=lambda row: (row.place, row.due_at, row.id))

    def _mark(self, session: Session, ready: Sequence[Ready]) -> None:
        """From here on the provider may have them: words, number and time of the call are written before it is made."""
        fresh = [text for text in ready if text.called_at is None]
        if not fresh:
            return
        session.execute(
            CALLED,
            {
                "real": real_now(),
                "provider": self.gateway.name,
                "ids": [one.id for one in fresh],
                "numbers": [encrypt(one.out.number, "text_message.number") for one in fresh],
                "hashes": [one.number_hash for one in fresh],
                "bodies": [encrypt(one.out.body, "text_message.body") for one in fresh],
                "languages": [one.language for one in fresh],
                "parts": [one.parts for one in fresh],
            },
        )
        if hashes := [one.number_hash for one in fresh if one.introduces]:
            session.execute(INTRODUCED, {"now": clock.now(), "hashes": hashes})

    def _call(self, worker: Worker, ready: Sequence[Ready], rows: Mapping[int, Any]) -> list[tuple[Ready, Any]]:
        """Hand them over, some at a time; the heart goes on beating. Told to stop, the rest is left."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="texts")
        going: dict[Future[Any], Ready] = {}
        for one in ready:
            going[self._pool.submit(self._hand_over, worker.stop, one, rows[one.id].attempts)] = one
        left = set(going)
        while left:
            _, left = wait(left, timeout=BEAT.total_seconds())
            worker.beat()
        return [(one, future.result()) for future, one in going.items()]

    def _hand_over(self, stop: threading.Event, one: Ready, attempts: int) -> str | list[str] | Became:
        """The provider's name for it; or names it may have had before; or what became of it instead."""
        now = real_now()
        if stop.is_set():
            if one.called_at is not None:
                return Became("sending", claimed=now - CLAIM_LASTS, called=True, undone=1)
            return Became("queued", undone=1)
        again = now - CLAIM_LASTS + longer(attempts)
        if one.called_at is not None:
            try:
                # without a name it never went out: it is queued again, and asked again whether it is right
                return self.gateway.look_up(one.out, one.called_at)
            except (Later, Unsure, Refused) as problem:
                if now - one.called_at > LOOK_UP_FOR:
                    return Became("unknown", str(problem), called=True)
                return Became("sending", str(problem), claimed=again, called=True)
        try:
            return self.gateway.send(one.out)
        except Refused as no:
            return Became("failed", no.problem, called=True)
        except Later as problem:
            return Became("queued", str(problem), due=clock.now() + longer(attempts))
        except Unsure as problem:
            return Became("sending", str(problem), claimed=now - CLAIM_LASTS + FIRST_WAIT, called=True)
        except Exception as wrong:
            # the problem's text may hold a number or the words of a text, so only its kind is written down
            log.warning("a text could not be handed over", row=one.id, problem=type(wrong).__name__)
            return Became("sending", type(wrong).__name__, claimed=again, called=True)

    def _write_down(self, session: Session, calls: Sequence[tuple[Ready, Any]]) -> None:
        sids: dict[int, str] = {}
        became: dict[int, Became] = {}
        for one, said in calls:
            if isinstance(said, Became):
                became[one.id] = said
                if said.state == "failed" and said.problem == "stopped":
                    session.execute(PROVIDER_STOPPED, {"hash": one.number_hash, "now": clock.now()})
            elif isinstance(said, list):
                # looked up: one of these names that no other row of ours has; none left: it never went out
                free = self._free(session, said, set(sids.values()))
                if free is None:
                    became[one.id] = Became("queued")
                else:
                    sids[one.id] = free
            else:
                sids[one.id] = said
        if sids:
            session.execute(SENT, {"now": clock.now(), "ids": list(sids), "sids": list(sids.values())})
        self._keep(session, became)

    def _free(self, session: Session, names: list[str], taken: set[str]) -> str | None:
        known = session.execute(text("select sid from text_message where sid = any(:sids)"), {"sids": names})
        ours = {row.sid for row in known} | taken
        return next((name for name in names if name not in ours), None)

    def _keep(self, session: Session, became: Mapping[int, Became]) -> None:
        if not became:
            return
        rows = list(became.values())
        session.execute(
            BECAME,
            {
                "ids": list(became),
                "states": [row.state for row in rows],
                "problems": [row.problem for row in rows],
                "dues": [row.due for row in rows],
                "claims": [row.claimed for row in rows],
                "called": [row.called for row in rows],
                "undone": [row.undone for row in rows],
            },
        )


def became_of(verdicts: Mapping[int, Drop | Hold], rows: Sequence[Any]) -> dict[int, Became]:
    """What becomes of texts that are not sent now."""
    found: dict[int, Became] = {}
    for identity, verdict in verdicts.items():
        if isinstance(verdict, Drop):
            found[identity] = Became("failed" if verdict.failed else "dropped", verdict.problem)
        else:
            found[identity] = Became("queued", verdict.problem, due=verdict.until, undone=0 if verdict.problem else 1)
    return found
