"""Dates that move and keep their identity, a worker's free times, places that are not safe, calendars, answers by text.

Whose time is taken when must be known to whoever books, and by whom must not: so free times are worked out from
`open_times`, which gives hours and ends and no names, to those who may book with this worker. Who said that a place
is not safe stands apart, and nobody but themselves reads it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CIRCLED = "circle_id = any((select my_circles())::bigint[])"
OWN = "family_id = any((select my_families())::bigint[])"
WHERE = "(select sees_where())"
OPENS = "family_id = any((select families_open('appointments'))::bigint[])"
RISK = "family_id = any((select families_open('risk'))::bigint[])"
MY_WORK = "worker_id = actor_worker() or i_manage(worker_id)"
MINE = f"person_id = actor_person() and {OWN}"

FUNCTIONS = """
-- may whoever asks book time with this worker? Colleagues may; a family with those who work with them today, and
-- somebody with no_address, who knows of nobody else, with the one who leads
create function may_book_with(who bigint) returns boolean
language plpgsql stable security definer set search_path = public as $$
begin
  if actor_worker() is not null then return true; end if;
  return exists (select 1 from involvement i where i.worker_id = who and i.family_id = any(my_families())
    and i.function <> 'police_liaison' and i.accepted_on <= portal_today() and i.starts_on <= portal_today()
    and coalesce(i.ends_on, 'infinity') >= portal_today() and (i.is_lead or sees_where()));
end $$;

-- a worker's week, what differs from it, and what is taken: times, and places for those who may know them; no names
create function open_times(who bigint, from_day date, until_day date) returns jsonb
language plpgsql stable security definer set search_path = public as $$
declare shows boolean := sees_where(); since timestamptz; till timestamptz;
begin
  if not may_book_with(who) then return null; end if;
  since := (from_day::timestamp at time zone 'Europe/London') - interval '5 hours';
  till := (until_day + 1)::timestamp at time zone 'Europe/London';
  return (select jsonb_build_object(
    'worker_id', w.id, 'ref', w.ref, 'name', w.name, 'role', w.role, 'away_from', w.away_from,
    'away_until', w.away_until, 'left_on', w.left_on,
    'ends_on', (select case when bool_or(i.ends_on is null) then null else max(i.ends_on) end from involvement i
                where i.worker_id = who and i.family_id = any(my_families()) and i.accepted_on is not null
                and coalesce(i.ends_on, 'infinity') >= portal_today()),
    'rule', (select to_jsonb(r) - 'worker_id' from work_rule r where r.worker_id = who),
    'hours', (select coalesce(jsonb_agg(jsonb_build_object('weekday', h.weekday, 'starts', h.starts, 'ends', h.ends,
                'by_phone', h.by_phone, 'place', case when shows then h.place end)), '[]')
              from work_hours h where h.worker_id = who),
    'exceptions', (select coalesce(jsonb_agg(jsonb_build_object('starts_on', e.starts_on, 'ends_on', e.ends_on,
                'there', e.there, 'starts', e.starts, 'ends', e.ends, 'by_phone', e.by_phone,
                'place', case when shows then e.place end)), '[]')
              from work_exception e where e.worker_id = who and e.starts_on <= until_day and e.ends_on >= from_day),
    -- from when to when, with the way after a meeting in person, and when the meeting itself ends
    'busy', (select coalesce(jsonb_agg(jsonb_build_array(b.starts, b.ends, b.over)), '[]') from (
                select lower(t.during) as starts, upper(t.during) as ends,
                  least(upper(t.during), a.starts_at + make_interval(mins => a.minutes)) as over
                from taken_slot t join appointment a on a.id = t.appointment_id
                where t.worker_id = who and t.during && tstzrange(since, till)
                union
                select a.starts_at, a.starts_at + make_interval(mins => a.minutes),
                  a.starts_at + make_interval(mins => a.minutes) from appointment a
                where a.worker_id = who and a.starts_at >= since and a.starts_at < till
                  and not exists (select 1 from taken_slot t where t.appointment_id = a.id)
                  and coalesce(a.made_on, '-infinity') <= portal_today()
                  and not (a.status like 'cancelled%' and coalesce(a.status_on, '-infinity') <= portal_today())) b))
    from worker w where w.id = who);
end $$;

-- places where these people must not be asked to come, sealed, for whoever books with them; not who said so, nor when
create function places_to_avoid(people bigint[]) returns setof bytea
language plpgsql stable security definer set search_path = public as $$
begin
  return query select u.words from unsafe_place u where u.person_id = any(people) and u.ended_at is null
    and (u.family_id = any(my_families()) or u.family_id = any(families_open('appointments')));
end $$;

-- whose calendar is at this address? From here on the transaction speaks for them. Ended, locked out or without
-- contact: nobody's, as if there were no such address
create function open_calendar(hash bytea)
returns table (person_id bigint, family_id bigint, contact_limit text, circles bigint[], language text, plain boolean)
language plpgsql volatile security definer set search_path = public as $$
declare f calendar_feed; p person; a account;
begin
  select * into f from calendar_feed c where c.secret_hash = hash and c.ended_at is null;
  if not found then return; end if;
  select * into p from person where person.id = f.person_id and person.contact_limit <> 'no_contact'
    and person.relation <> 'supporter';
  if not found then return; end if;
  select * into a from account where account.person_id = p.id;
  if a.locked_at is not null then return; end if;
  perform set_config('portal.person', p.id::text, true), set_config('portal.worker', '', true);
  return query select p.id, p.family_id, p.contact_limit,
    coalesce((select array_agg(m.circle_id) from circle_member m where m.person_id = p.id), '{}'),
    coalesce(a.language, p.language), f.plain;
end $$;
"""

TABLES = (
    "work_rule",
    "work_hours",
    "work_exception",
    "unsafe_place",
    "unsafe_place_source",
    "calendar_feed",
    "text_talk",
    "appointment_change",
    "taken_slot",
)

# (table, command, who may do it)
POLICIES = [
    ("work_rule", "select", "actor_somebody()"),
    *(
        (table, verb, MY_WORK)
        for table in ("work_rule", "work_hours", "work_exception")
        for verb in ("select", "insert", "update", "delete")
        if (table, verb) != ("work_rule", "select")
    ),
    (
        "unsafe_place",
        "select",
        f"({MINE} and own) or {RISK} or ({OPENS} and id in (select s.unsafe_place_id from unsafe_place_source s))",
    ),
    ("unsafe_place", "insert", f"({MINE} and own) or ({OPENS} and not own)"),
    (
        "unsafe_place",
        "update",
        f"({MINE} and own) or ({OPENS} and id in (select s.unsafe_place_id from unsafe_place_source s))",
    ),
    ("unsafe_place_source", "select", f"({MINE}) or worker_id = actor_worker()"),
    ("unsafe_place_source", "insert", f"({MINE}) or (worker_id = actor_worker() and {OPENS})"),
    *(("calendar_feed", verb, MINE) for verb in ("select", "insert", "update")),
    *(("text_talk", verb, MINE) for verb in ("select", "insert", "update", "delete")),
    ("appointment_change", "select", f"{CIRCLED} or {OPENS}"),
    (
        "appointment_change",
        "insert",
        f"({CIRCLED} and by_person_id = actor_person() and by_worker_id is null)"
        f" or ({OPENS} and by_worker_id = actor_worker() and by_person_id is null)",
    ),
    ("taken_slot", "select", f"{CIRCLED} or {OPENS}"),
    ("taken_slot", "insert", f"({CIRCLED} and may_book_with(worker_id)) or {OPENS}"),
    ("taken_slot", "update", f"({CIRCLED} and may_book_with(worker_id)) or {OPENS}"),
    ("taken_slot", "delete", f"{CIRCLED} or {OPENS}"),
    # a family books, moves and calls off; what took place is for workers to write down
    ("appointment", "insert", f"({CIRCLED} and {OWN} and may_book_with(worker_id) and status = 'booked') or {OPENS}"),
    (
        "appointment",
        "update",
        (f"{CIRCLED} or {OPENS}", f"({CIRCLED} and status in ('booked', 'cancelled_by_family')) or {OPENS}"),
    ),
    ("appointment_place", "insert", f"({CIRCLED} and {WHERE}) or {OPENS}"),
    ("appointment_place", "update", f"({CIRCLED} and {WHERE}) or {OPENS}"),
    ("appointment_place", "delete", f"({CIRCLED} and {WHERE}) or {OPENS}"),
    ("appointment_person", "insert", f"({CIRCLED} and person_id = actor_person()) or {OPENS}"),
    ("appointment_person", "update", f"{CIRCLED} or {OPENS}"),
    ("appointment_person", "delete", OPENS),
]

# all that the web may change of a row; of others everything that the policies let through
COLUMNS = {
    "unsafe_place": "ended_at",
    "calendar_feed": "ended_at, plain",
    "text_talk": "waits_for, about, expires_at",
    "taken_slot": "worker_id, during",
    "appointment": "worker_id, starts_at, minutes, purpose, status, status_on, sequence, by_phone, edited_at",
    "appointment_place": "place",
    "appointment_person": "answer, answered_at",
}


def upgrade() -> None:
    op.create_table(
        "work_exception",
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("there", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("(starts is null) = (ends is null) and starts < ends", name=op.f("ck_work_exception_order")),
        sa.CheckConstraint(
            "not there or (starts is not null and (by_phone or place is not null))",
            name=op.f("ck_work_exception_somewhere"),
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_work_exception_days")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_work_exception_worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_exception")),
        sa.UniqueConstraint("ref", name=op.f("uq_work_exception_ref")),
    )
    op.create_index(op.f("ix_work_exception_worker_id"), "work_exception", ["worker_id"], unique=False)
    op.create_table(
        "work_hours",
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("by_phone or place is not null", name=op.f("ck_work_hours_somewhere")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_work_hours_order")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_work_hours_weekday")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_work_hours_worker_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_hours")),
        sa.UniqueConstraint("ref", name=op.f("uq_work_hours_ref")),
    )
    op.create_index(op.f("ix_work_hours_worker_id"), "work_hours", ["worker_id"], unique=False)
    op.create_table(
        "work_rule",
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("gap_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("most_per_day", sa.SmallInteger(), nullable=True),
        sa.Column("notice_hours", sa.SmallInteger(), nullable=False),
        sa.Column("ahead_days", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("gap_minutes between 0 and 180", name=op.f("ck_work_rule_gap")),
        sa.CheckConstraint("minutes between 10 and 240", name=op.f("ck_work_rule_minutes")),
        sa.CheckConstraint("most_per_day between 1 and 20", name=op.f("ck_work_rule_most")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_work_rule_worker_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_work_rule")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_calendar_feed_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("ref", name=op.f("uq_calendar_feed_ref")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_family_id"), "calendar_feed", ["family_id"], unique=False)
    op.create_index(
        "uq_calendar_feed_running",
        "calendar_feed",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "text_talk",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("waits_for", sa.Text(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("waits_for in ('slot', 'yes', 'which', 'feeling')", name=op.f("ck_text_talk_waits_for")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_text_talk_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_text_talk_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_text_talk")),
    )
    op.create_index(op.f("ix_text_talk_family_id"), "text_talk", ["family_id"], unique=False)
    op.create_table(
        "unsafe_place",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_unsafe_place_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_unsafe_place_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsafe_place")),
        sa.UniqueConstraint("ref", name=op.f("uq_unsafe_place_ref")),
    )
    op.create_index(op.f("ix_unsafe_place_family_id"), "unsafe_place", ["family_id"], unique=False)
    op.create_index(op.f("ix_unsafe_place_person_id"), "unsafe_place", ["person_id"], unique=False)
    op.create_table(
        "appointment_change",
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("was_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "what in ('booked', 'moved', 'changed', 'confirmed', 'asked_to_move', 'cannot', 'called_off', 'attended', 'missed', 'worker_away')",
            name=op.f("ck_appointment_change_what"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_appointment_change_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_person_id"], ["person.id"], name=op.f("fk_appointment_change_by_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_appointment_change_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_appointment_change_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_appointment_change_family_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_change")),
        sa.UniqueConstraint("ref", name=op.f("uq_appointment_change_ref")),
    )
    op.create_index(
        op.f("ix_appointment_change_appointment_id"), "appointment_change", ["appointment_id"], unique=False
    )
    op.create_index(op.f("ix_appointment_change_circle_id"), "appointment_change", ["circle_id"], unique=False)
    op.create_index(op.f("ix_appointment_change_family_id"), "appointment_change", ["family_id"], unique=False)
    op.create_table(
        "taken_slot",
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(worker_id, worker_id, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            using="gist",
            name="one_at_a_time",
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_taken_slot_appointment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_taken_slot_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_taken_slot_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_taken_slot_worker_id")),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_taken_slot")),
    )
    op.create_index(op.f("ix_taken_slot_circle_id"), "taken_slot", ["circle_id"], unique=False)
    op.create_index(op.f("ix_taken_slot_family_id"), "taken_slot", ["family_id"], unique=False)
    op.create_table(
        "unsafe_place_source",
        sa.Column("unsafe_place_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("num_nonnulls(person_id, worker_id) = 1", name=op.f("ck_unsafe_place_source_somebody")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_unsafe_place_source_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_unsafe_place_source_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unsafe_place_id"],
            ["unsafe_place.id"],
            name=op.f("fk_unsafe_place_source_unsafe_place_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_unsafe_place_source_worker_id")),
        sa.PrimaryKeyConstraint("unsafe_place_id", name=op.f("pk_unsafe_place_source")),
    )
    op.create_index(op.f("ix_unsafe_place_source_family_id"), "unsafe_place_source", ["family_id"], unique=False)
    op.create_index(op.f("ix_unsafe_place_source_person_id"), "unsafe_place_source", ["person_id"], unique=False)
    op.create_index(op.f("ix_unsafe_place_source_worker_id"), "unsafe_place_source", ["worker_id"], unique=False)
    op.add_column("appointment", sa.Column("sequence", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("appointment", sa.Column("by_phone", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("appointment_person", sa.Column("answer", sa.Text(), nullable=True))
    op.add_column("appointment_person", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_appointment_person_answer"), "appointment_person", "answer in ('coming', 'move', 'cannot')"
    )
    op.create_index("ix_appointment_worker_id_starts_at", "appointment", ["worker_id", "starts_at"])
    op.execute(FUNCTIONS)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy {table}_worker on {table} for all to portal_worker using (true) with check (true)")
        op.execute(f"grant select on {table} to portal_worker")
    for table, verb, test in POLICIES:
        using, check = test if isinstance(test, tuple) else (test, test)
        clause = {"select": f"using ({using})", "delete": f"using ({using})", "insert": f"with check ({check})"}
        name = "read" if verb == "select" else verb
        op.execute(
            f"create policy {table}_{name} on {table} for {verb} to portal_web "
            + clause.get(verb, f"using ({using}) with check ({check})")
        )
        columns = f" ({COLUMNS[table]})" if verb == "update" and table in COLUMNS else ""
        op.execute(f"grant {verb}{columns} on {table} to portal_web")
    # the worker process sees that somebody will not be there, tells those who had a date, and offers other times
    op.execute("grant insert on appointment_change to portal_worker")
    op.execute("grant insert, update, delete on text_talk to portal_worker")


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")
