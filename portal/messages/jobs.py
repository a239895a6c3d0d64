"""The outbox's queue: claim what is due, ask again whether it is right, call the provider, write down what came of it.

Two short transactions for a whole batch, with the calls between them. A worker that dies in between leaves rows that
say "called": the next one looks them up at the provider before anything is sent again, so none is lost and none is
doubled. Where nobody can say whether it went out it is held as unknown, and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.duty.models import DutyTold, DutyTurn
from portal.foundation import clock, texts
from portal.foundation.clock import real_now
from portal.foundation.database import PortalSession
from portal.foundation.fields import encrypt
from portal.foundation.jobs import BEAT, CLAIM_LASTS, GONE, Worker
from portal.messages.actions import queue_text
from portal.messages.conditions import FIRST_WAIT, Became, Ready, became_of, decide, longer, without_introduction
from portal.messages.gateways import Gateway, Later, Refused, Unsure
from portal.messages.models import TextMessage
from portal.messages.queries import BECAME, CALLED, CLAIM, SENT, Check, stopped

log = structlog.get_logger("texts")

BATCH = 200
"""Texts claimed, handed over and written down together: docs/decisions/0070."""
OURS_FOR = CLAIM_LASTS - timedelta(seconds=30)
"""So long after it was claimed a text may be handed over: after CLAIM_LASTS another worker takes it."""
AT_ONCE = 8  # calls at a time
LOOK_UP_FOR = timedelta(hours=2)  # after that a person decides

# of two senders at once the second waits here for the first, and is given back nothing. In order, so that they never
# wait for each other
INTRODUCED = text("""
insert into text_number (number_hash, introduced_at) select distinct h, cast(:now as timestamptz)
from unnest(cast(:hashes as bytea[])) h order by h
on conflict (number_hash) do update set introduced_at = excluded.introduced_at where text_number.introduced_at is null
returning number_hash
""")
NOT_INTRODUCED = text("update text_number set introduced_at = null where number_hash = any(cast(:hashes as bytea[]))")
PROVIDER_STOPPED = text("""
insert into text_number (number_hash, stopped_at, stopped_by) values (:hash, :now, 'provider')
on conflict (number_hash) do update set stopped_at = coalesce(text_number.stopped_at, excluded.stopped_at),
  stopped_by = coalesce(text_number.stopped_by, excluded.stopped_by)
""")


@dataclass(frozen=True)
class Claimed:
    """What one worker has claimed: so many rows, and those of them that are ready to be handed over."""

    many: int
    ready: Sequence[Ready]
    attempts: Mapping[int, int]
    at: datetime


@dataclass
class Outbox:
    """The queue of texts, sent by this provider. `checks`: by what a text is about, whether it is still right."""

    gateway: Gateway
    checks: Mapping[str, Check] = field(default_factory=dict)
    sender: str = "Alongside"
    at_once: int = AT_ONCE
    name: str = "texts"
    _pool: ThreadPoolExecutor | None = None
    _next: Claimed | None = None

    def batch(self, worker: Worker) -> int:
        """Send some of what is due, the most urgent first. Meanwhile the next ones are got ready."""
        mine, self._next = self._next or self._prepare(worker), None
        if mine is None:
            return 0
        going = self._begin(worker, mine)
        if mine.many == BATCH and not worker.stop.is_set():
            self._next = self._prepare(worker)
        calls = self._end(worker, going)
        with PortalSession(worker.engine) as session:
            self._write_down(session, worker.name, calls)
            session.commit()
        # told to stop: what was got ready is given back
        return mine.many + (self.batch(worker) if self._next and worker.stop.is_set() else 0)

    def _prepare(self, worker: Worker) -> Claimed | None:
        """Claim what is due, ask whether it is right, write it out, and write down that it is handed over from now."""
        with PortalSession(worker.engine) as session:
            if stopped(session) is not None:
                return None
            at = real_now()
            rows = self._claim(session, worker.name, at)
            if not rows:
                return None
            ready, became = decide(session, rows, self.checks, self.sender)
            ready = self._introduce(session, ready)
            self._keep(session, worker.name, became_of(became, rows))
            self._mark(session, ready)
            session.commit()
        return Claimed(len(rows), ready, {row.id: row.attempts for row in rows}, at)

    def _claim(self, session: Session, name: str, real: datetime) -> list[Any]:
        times = {"now": clock.now(), "real": real, "expired": real - CLAIM_LASTS, "gone": real - GONE}
        rows = session.execute(CLAIM, {"many": BATCH, "name": name, **times}).all()
        return sorted(rows, key=lambda row: (row.place, row.due_at, row.id))

    def _introduce(self, session: Session, ready: Sequence[Ready]) -> list[Ready]:
        """Who writes is said once on each number, however many senders there are: the others leave it out."""
        hashes = [one.number_hash for one in ready if one.introduces]
        if not hashes:
            return list(ready)
        ours = {bytes(found) for found in session.scalars(INTRODUCED, {"now": clock.now(), "hashes": hashes})}
        return [
            without_introduction(one) if one.introduces and bytes(one.number_hash) not in ours else one for one in ready
        ]

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
                "numbers": [None if one.sealed else encrypt(one.out.number, "text_message.number") for one in fresh],
                "hashes": [one.number_hash for one in fresh],
                "bodies": [None if one.sealed else encrypt(one.out.body, "text_message.body") for one in fresh],
                "languages": [one.language for one in fresh],
                "parts": [one.parts for one in fresh],
            },
        )

    def _begin(self, worker: Worker, mine: Claimed) -> dict[Future[Any], Ready]:
        """Hand them over, some at a time."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="texts")
        return {self._pool.submit(self._hand_over, worker, one, mine): one for one in mine.ready}

    def _end(self, worker: Worker, going: Mapping[Future[Any], Ready]) -> list[tuple[Ready, Any]]:
        """What became of each; the heart goes on beating. Told to stop, the rest is left."""
        left = set(going)
        while left:
            _, left = wait(left, timeout=BEAT.total_seconds())
            worker.beat()
        return [(one, future.result()) for future, one in going.items()]

    def _hand_over(self, worker: Worker, one: Ready, mine: Claimed) -> str | list[str] | Became:
        """The provider's name for it; or names it may have had before; or what became of it instead."""
        now, attempts = real_now(), mine.attempts[one.id]
        # another worker may take over what was claimed long ago, or by one whose heart stopped: it would send it, too
        if worker.stop.is_set() or now - mine.at > OURS_FOR or worker.faint:
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

    def _write_down(self, session: Session, name: str, calls: Sequence[tuple[Ready, Any]]) -> None:
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
        # what never went out has told nobody who writes: the next one says it
        if unsaid := [one.number_hash for one, _ in calls if one.introduces and one.id in became
                      and became[one.id].state in ("queued", "failed")]:  # fmt: skip
            session.execute(NOT_INTRODUCED, {"hashes": unsaid})
        self._keep(session, name, became)

    def _free(self, session: Session, names: list[str], taken: set[str]) -> str | None:
        known = session.execute(text("select sid from text_message where sid = any(:sids)"), {"sids": names})
        ours = {row.sid for row in known} | taken
        return next((name for name in names if name not in ours), None)

    def _keep(self, session: Session, name: str, became: Mapping[int, Became]) -> None:
        if not became:
            return
        rows = list(became.values())
        session.execute(
            BECAME,
            {
                "name": name,
                "ids": list(became),
                "states": [row.state for row in rows],
                "problems": [row.problem for row in rows],
                "dues": [row.due for row in rows],
                "claims": [row.claimed for row in rows],
                "called": [row.called for row in rows],
                "undone": [row.undone for row in rows],
            },
        )


# --- what else happens by itself

TELL_WORKERS = text("""
with gone as (
  update text_message set told_at = :now where id in (
    select id from text_message where told_at is null and family_id is not null and (state in ('failed', 'unknown')
      or (state in ('queued', 'sending') and due_at < cast(:now as timestamptz) - interval '10 minutes'))
    order by id limit 500 for update skip locked)
  returning family_id,
    case state when 'failed' then 'text_failed' when 'unknown' then 'text_unknown' else 'text_waits' end kind)
insert into alert (ref, to_worker_id, family_id, kind, path, made_at)
select new_ref(), r.worker_id, g.family_id, g.kind, '/work/families/' || f.ref || '/texts', :now
from (select distinct family_id, kind from gone) g join family f on f.id = g.family_id,
  lateral responsible(g.family_id) r
where r.worker_id is not null and not exists (
  select 1 from alert a where a.to_worker_id = r.worker_id and a.family_id = g.family_id and a.kind = g.kind
  and a.seen_at is null)
""")


def tell_workers(session: Session) -> None:
    """Whoever leads hears of a text that did not arrive, that nobody knows of, or that has waited ten minutes."""
    session.execute(TELL_WORKERS, {"now": clock.now()})


def redact_what_arrived(gateway: Gateway) -> Callable[[Session], None]:
    """For the timetable: have the provider forget the words of what has arrived."""

    def redact(session: Session) -> None:
        arrived = select(TextMessage).where(
            TextMessage.state == "delivered", TextMessage.redacted_at.is_(None), TextMessage.provider == gateway.name
        )
        for row in session.scalars(arrived.order_by(TextMessage.id).limit(BATCH).with_for_update(skip_locked=True)):
            try:
                gateway.redact(row.sid or "")
            except (Later, Unsure):
                return
            except Refused:
                pass  # it has forgotten the whole message already
            row.redacted_at = real_now()

    return redact


def text_duty(url: str, sender: str) -> Callable[[Session], None]:
    """For the timetable: whoever was told of a call for help and left a number for it gets a text, too."""

    def send(session: Session) -> None:
        rows = session.execute(
            select(DutyTold, DutyTurn.number)
            .join(DutyTurn, DutyTurn.worker_id == DutyTold.worker_id)
            .where(DutyTold.texted_at.is_(None), DutyTurn.number.is_not(None))
            .with_for_update(of=DutyTold, skip_locked=True)
        )
        for told, number in rows:
            if told.texted_at is None and number:
                told.texted_at = clock.now()
                body = texts.say("duty_call", "en", False, {"sender": sender, "link": f"{url}/work/duty"})
                queue_text(session, number, body, urgent=True)

    return send
