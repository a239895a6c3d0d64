"""`python -m tests.bench.texts`, and `texts` in `make bench`: sending, planning and answering, beside what they should
be."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text

from portal.foundation import embedded, fields, schema
from portal.foundation.database import PortalSession, make_engine
from portal.foundation.jobs import Worker
from portal.foundation.phones import number_hash
from portal.messages.actions import queue_text
from portal.messages.gateways import Outgoing
from portal.messages.gateways.twilio import Twilio
from portal.messages.jobs import AT_ONCE, BATCH, Outbox
from portal.reminders.jobs import plan_reminders
from portal.settings import fresh, load
from tests.messages.twilio_server import SENDER, TwilioServer, signed

ROOT = Path(__file__).resolve().parents[2]
SENT = int(os.environ.get("PORTAL_BENCH_TEXTS", "4000"))
DATES = int(os.environ.get("PORTAL_BENCH_DATES", "1000000"))
PEOPLE = int(os.environ.get("PORTAL_BENCH_PEOPLE", "100000"))
ROUNDS = 3
ASKED = 200
PORT = 5306

WORLD = """
insert into organisation (ref, name, kind) values ('o', 'Northfield', 'borough');
insert into worker (ref, name, organisation_id, role, is_manager, languages)
  select 'w', 'Ada Obi', id, 'Mentor', false, '{{}}' from organisation;
insert into family (ref, name, home_borough_id)
  select 'f' || n, 'Family', o.id from organisation o, generate_series(1, {people}) n;
insert into person (ref, family_id, name, relation, interpreter, parental_responsibility, contact_limit, sees_police)
  select 'p' || f.id, f.id, 'Ana Rivera', 'parent', false, false, 'none', false from family f;
insert into account (ref, person_id, family_id, discreet) select 'a' || p.id, p.id, p.family_id, true from person p;
insert into phone (ref, account_id, family_id, number, number_hash)
  select 'n' || a.id, a.id, a.family_id, 'x', decode(md5(a.id::text), 'hex') from account a;
insert into circle (ref, family_id, members_key) select 'c' || f.id, f.id, 'family' from family f;
insert into circle_member (circle_id, person_id, family_id)
  select c.id, p.id, c.family_id from circle c join person p using (family_id);
insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, accepted_on, closes)
  select 'i' || f.id, f.id, w.id, 'mentor', false, current_date - 30, current_date - 30, false from family f, worker w;
insert into work_rule (worker_id, open, minutes, gap_minutes, notice_hours, ahead_days)
  select id, true, 30, 15, 2, 14 from worker;
insert into work_hours (ref, worker_id, weekday, starts, ends, by_phone)
  select 'v' || d, w.id, d, '09:00', '20:00', true from worker w, generate_series(0, 6) d;
"""
MANY_DATES = """
insert into appointment (ref, family_id, circle_id, worker_id, made_on, starts_at, minutes, purpose, status)
  select 'd' || n, c.family_id, c.id, w.id, current_date - 30, date_trunc('day', now()) + interval '1 day'
    + make_interval(mins => 540 + n % 600, days => n % 60), 30, 'Meet', 'booked'
  from generate_series(1, {dates}) n join circle c on c.id = (select min(id) from circle) + n % {people}, worker w;
insert into appointment_person (appointment_id, person_id, family_id, circle_id)
  select a.id, p.id, a.family_id, a.circle_id from appointment a join person p using (family_id);
analyze;
"""
SERVE = """
import sys
from tests.messages.twilio_server import TwilioServer
with TwilioServer() as twilio:
    print(twilio.url, flush=True)
    sys.stdin.read()
"""


def say(what: str, figure: str, wanted: str) -> None:
    print(f"{what:<62} {figure:>16}   wanted: {wanted}", flush=True)


def main() -> None:
    """Print each figure."""
    with tempfile.TemporaryDirectory(prefix="texts-") as folder, _twilio() as address:
        keys = {name: fresh(name) for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEYS", "PORTAL_SEARCH_KEY")}
        sms = TwilioServer().env | {"TWILIO_API_URL": address, "PORTAL_URL": f"http://127.0.0.1:{PORT}"}
        env = os.environ | keys | sms | {"PORTAL_DEMO": "1", "PORTAL_DATA": folder, "WEB_CONCURRENCY": "2"}
        settings = load(env)
        fields.use_keys(settings.field_keys, settings.search_key)
        server = embedded.start(Path(folder), fast=True)
        owner = make_engine(server.url())
        schema.migrate(owner)
        with owner.connect() as connection:
            connection.execute(text("alter role portal_web login"))
            connection.execute(text("alter role portal_worker login"))
        sending(owner, Twilio(settings))
        with owner.connect() as connection:
            for statement in WORLD.format(people=PEOPLE).split(";\n"):
                connection.execute(text(statement)) if statement.strip() else None
        answering(owner, env)
        planning(owner)
        owner.dispose()
        server.release()


@contextmanager
def _twilio() -> Iterator[str]:
    """The server that behaves like Twilio, in a process of its own as the real one is; where it answers."""
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def sending(owner: Engine, gateway: Twilio) -> None:
    """Texts a second by the outbox, between two runs of the bare client with as many calls at a time, against the same
    server; the middle of so many rounds."""
    bare(gateway, SENT // 4)
    shares, rates = [], []
    for _ in range(ROUNDS):
        before = bare(gateway, SENT // 2)
        with PortalSession(owner) as session:
            for n in range(SENT):
                queue_text(session, f"+4477009{n:05}", f"text {n}")
            session.commit()
        began = time.monotonic()
        Worker(owner, [Outbox(gateway)], ()).drain()
        ours = SENT / (time.monotonic() - began)
        below = (before + bare(gateway, SENT // 2)) / 2
        shares.append(ours / below)
        rates.append(below)
    share = f"{median(shares):.2f} of {median(rates):.0f}/s"
    say(f"sending {SENT:,} texts, {BATCH} at a time: share of the bare client", share, "at least 0.70")


def bare(gateway: Twilio, many: int) -> float:
    """Texts a second by the client alone."""
    bodies = [Outgoing(f"bare{n}", f"+4477009{n:05}", f"bare {n}") for n in range(many)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.monotonic()
        list(pool.map(gateway.send, bodies))
        return many / (time.monotonic() - began)


def answering(owner: Engine, env: dict[str, str]) -> None:
    """How long Twilio waits for an answer of the web processes, with so many people about."""
    number, address = "+447700900101", f"http://127.0.0.1:{PORT}"
    with owner.connect() as connection:
        own = "update phone set number_hash = :hash where id = (select max(id) from phone)"
        connection.execute(text(own), {"hash": number_hash(number)})
        connection.execute(text("analyze"))
    portal = [str(Path(sys.executable).parent / "portal"), "web", "--port", str(PORT)]
    web = subprocess.Popen(portal, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_it_answers(f"{address}/healthz")
        times: dict[str, list[float]] = {}
        for n in range(ASKED):
            body = ("NEXT", "BOOK", "WHO", "can i see ada thurs after school")[n % 4]
            form = {"MessageSid": f"SM{n}", "From": number, "To": SENDER, "Body": body}
            asked = urllib.request.Request(
                f"{address}/sms/inbound", urllib.parse.urlencode(form).encode(), signed(f"{address}/sms/inbound", form)
            )
            with owner.connect() as connection:
                connection.execute(text("update text_number set many = 0"))
            began = time.monotonic()
            with urllib.request.urlopen(asked, timeout=30) as answer:
                assert b"<Message" in answer.read(), body
            times.setdefault(body.split()[0], []).append((time.monotonic() - began) * 1000)
    finally:
        web.terminate()
        web.wait(20)
    each = ", ".join(f"{word} {median(took):.0f}" for word, took in times.items())
    middle = median(took for some in times.values() for took in some)
    say(f"answering a text among {PEOPLE:,} people ({each}): median", f"{middle:.0f} ms", "at most 150 ms")


def _until_it_answers(address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)


def planning(owner: Engine) -> None:
    """Planning the reminders of so many dates."""
    with owner.connect() as connection:
        for statement in MANY_DATES.format(dates=DATES, people=PEOPLE).split(";\n"):
            connection.execute(text(statement)) if statement.strip() else None
    with PortalSession(owner) as session:
        began = time.monotonic()
        plan_reminders(session)
        session.commit()
        took = time.monotonic() - began
        planned = session.scalar(text("select count(*) from text_message where wording = 'reminder'"))
    say(f"planning reminders, {DATES:,} dates ahead ({planned:,} texts)", f"{took:.1f} s", "at most 60 s")


if __name__ == "__main__":
    main()
