"""`python -m tests.bench.texts`, and at the end of `make bench`: sending, planning and answering, beside what they
should be."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text

from portal import create_app
from portal.foundation import embedded, fields, schema
from portal.foundation.database import PortalSession, make_engine
from portal.foundation.jobs import Worker
from portal.foundation.phones import number_hash
from portal.messages.actions import queue_text
from portal.messages.gateways import Outgoing
from portal.messages.gateways.twilio import Twilio
from portal.messages.jobs import AT_ONCE, Outbox
from portal.reminders.jobs import plan_reminders
from portal.settings import fresh, load
from tests.messages.twilio_server import TwilioServer, signed

SENT = int(os.environ.get("PORTAL_BENCH_TEXTS", "5000"))
DATES = int(os.environ.get("PORTAL_BENCH_DATES", "1000000"))
PEOPLE = int(os.environ.get("PORTAL_BENCH_PEOPLE", "100000"))
ASKED = 200

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


def main() -> None:
    """Print each figure."""
    with tempfile.TemporaryDirectory(prefix="bench-texts-") as folder, TwilioServer() as twilio:
        keys = {name: fresh(name) for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEYS", "PORTAL_SEARCH_KEY")}
        settings = load(os.environ | keys | twilio.env | {"PORTAL_DEMO": "1", "PORTAL_DATA": folder})
        fields.use_keys(settings.field_keys, settings.search_key)
        server = embedded.start(Path(folder), fast=True)
        owner = make_engine(server.url())
        schema.migrate(owner)
        with owner.connect() as connection:
            connection.execute(text("alter role portal_web login"))
            connection.execute(text("alter role portal_worker login"))
            for statement in WORLD.format(people=PEOPLE).split(";\n"):
                connection.execute(text(statement)) if statement.strip() else None
        sending(owner, Twilio(settings))
        answering(owner, make_engine(server.url(role="portal_web")), settings)
        planning(owner)
        server.release()


def sending(owner: Engine, gateway: Twilio) -> None:
    """Texts a second by the outbox, beside the bare client with as many calls at a time, against the same server."""
    bodies = [Outgoing(f"bare{n}", f"+4477009{n:05}", f"bare {n}") for n in range(SENT)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.monotonic()
        list(pool.map(gateway.send, bodies))
        bare = SENT / (time.monotonic() - began)
    with PortalSession(owner) as session:
        for n in range(SENT):
            queue_text(session, f"+4477009{n:05}", f"text {n}")
        session.commit()
    began = time.monotonic()
    Worker(owner, [Outbox(gateway)], ()).drain()
    ours = SENT / (time.monotonic() - began)
    print(f"Sending {SENT} texts: {ours:.0f}/s, the bare client {bare:.0f}/s, {ours / bare:.2f} of it (0.7 or more).")


def answering(owner: Engine, web: Engine, settings: object) -> None:
    """How long Twilio waits for an answer, with so many people about."""
    number = "+447700900101"
    with owner.connect() as connection:
        connection.execute(
            text("update phone set number_hash = :hash where id = (select max(id) from phone)"),
            {"hash": number_hash(number)},
        )
        connection.execute(text("analyze"))
    client = create_app(settings, web).test_client()  # type: ignore[arg-type]  # as loaded
    times = []
    for n in range(ASKED):
        form = {"MessageSid": f"SM{n}", "From": number, "To": "+447700900999", "Body": ("NEXT", "BOOK", "WHO")[n % 3]}
        headers = signed(f"{settings.url}/sms/inbound", form)  # type: ignore[attr-defined]  # as loaded
        with owner.connect() as connection:
            connection.execute(text("update text_number set many = 0"))
        began = time.monotonic()
        response = client.post("/sms/inbound", data=form, headers=headers)
        times.append((time.monotonic() - began) * 1000)
        assert response.status_code == 200, response.status_code
    print(f"Answering a text among {PEOPLE} people: {median(times):.0f} ms at the median (150 or less).")


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
    print(f"Planning reminders with {DATES} dates ahead: {took:.1f} s (60 or less), {planned} written.")


if __name__ == "__main__":
    main()
