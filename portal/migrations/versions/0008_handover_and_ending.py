"""A change of worker that the family can see, a decision to end help, and saying no to a family with a reason.

What the one who takes on may not do by themselves (set the other's last day, begin to lead) is done by
`answer_handover`, at the moment of their yes: until then nothing has changed for the family.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DECLINING = """
alter table involvement drop constraint one_lead_at_a_time;
alter table involvement add constraint one_lead_at_a_time exclude using gist
  (int8range(family_id, family_id, '[]') with &&, daterange(starts_on, ends_on, '[]') with &&)
  where (is_lead and declined_on is null) deferrable initially deferred;
grant update (declined_on) on involvement to portal_web;

create or replace function my_invitations() returns table (involvement_id bigint, family text, led_by text)
language plpgsql stable security definer set search_path = public as $$
begin
  return query
    select i.id, f.name, w.name from involvement i join family f on f.id = i.family_id
    left join lateral responsible(i.family_id) r on true left join worker w on w.id = r.worker_id
    where i.worker_id = actor_worker() and i.accepted_on is null and i.declined_on is null
      and coalesce(i.ends_on, 'infinity') >= portal_today();
end $$;
"""

HANDOVERS = """
-- families that somebody wants to hand over to me: before my yes I read nothing of them but the name and from whom
create function my_handovers() returns table
  (handover_id bigint, ref text, family text, family_id bigint, family_ref text, from_worker text, from_worker_id bigint,
   made_by_id bigint, function text, is_lead boolean, meets_on date, last_day date)
language plpgsql stable security definer set search_path = public as $$
begin
  return query
    select h.id, h.ref, f.name, f.id, f.ref, w.name, w.id, h.made_by_id, h.function, h.is_lead, h.meets_on, h.last_day
    from handover h join family f on f.id = h.family_id join worker w on w.id = h.from_worker_id
    where h.to_worker_id = actor_worker() and h.said_yes_on is null and h.declined_on is null and h.called_off_at is null;
end $$;

-- whoever was asked says yes or no. yes | no | gone (somebody called it off, or it was answered) | taken (somebody else
-- leads then) | waits (the move comes first) | leaves (the one who answers has a last day here themselves)
create function answer_handover(which text, agrees boolean, because text, ref_beside text, ref_after text) returns text
language plpgsql volatile security definer set search_path = public as $$
declare h handover; gone_on date; day date := portal_today(); leads_from date;
begin
  select * into h from handover where handover.ref = which and to_worker_id = actor_worker() for update;
  if not found or h.declined_on is not null or h.called_off_at is not null then return 'gone'; end if;
  if h.said_yes_on is not null then return case when agrees then 'yes' else 'gone' end; end if;
  if not agrees then
    update handover set declined_on = day, declined_reason = because where id = h.id;
    return 'no';
  end if;
  if exists (select 1 from worker where id = h.to_worker_id and left_on is not null) then return 'leaves'; end if;
  -- the borough a family moves to leads after the first meeting, and not by a handover before it (migration 0011)
  if h.is_lead and lead_must_wait(h.family_id, h.to_worker_id) then return 'waits'; end if;
  begin
    select least(coalesce(ends_on, h.last_day), h.last_day) into gone_on from involvement where id = h.from_involvement_id;
    update involvement set ends_on = greatest(gone_on, starts_on), end_reason = h.reason, handover_to_id = h.to_worker_id,
        edited_at = clock_timestamp() where id = h.from_involvement_id;
    leads_from := greatest(gone_on + 1, day);
    -- beside the one who goes, from the day both are there; already there in this work: nothing to add
    if not exists (select 1 from involvement i where i.family_id = h.family_id and i.worker_id = h.to_worker_id
                   and i.function = h.function and i.declined_on is null and i.accepted_on is not null
                   and coalesce(i.ends_on, 'infinity') >= h.meets_on) and (not h.is_lead or h.meets_on < leads_from) then
      insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, ends_on, accepted_on, closes, edited_at)
      values (ref_beside, h.family_id, h.to_worker_id, h.function, false, h.meets_on,
              case when h.is_lead then leads_from - 1 end, day, false, clock_timestamp())
      on conflict (family_id, worker_id, function, starts_on) do update
        set accepted_on = day, declined_on = null, end_reason = null, ends_on = excluded.ends_on;
    end if;
    if h.is_lead then
      insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, accepted_on, closes, edited_at)
      values (ref_after, h.family_id, h.to_worker_id, h.function, true, leads_from, day, false, clock_timestamp());
    end if;
    set constraints one_lead_at_a_time immediate;
  exception when exclusion_violation or unique_violation then
    return 'taken';
  end;
  update handover set said_yes_on = day where id = h.id;
  return 'yes';
end $$;

-- what the one who goes still holds, also what whoever asks may not read: a handover is not finished over it
create function handover_left(which bigint) returns integer
language plpgsql stable security definer set search_path = public as $$
declare h handover; day date := portal_today();
begin
  select * into h from handover where id = which and family_id = any(families_open('family'));
  if not found then return null; end if;
  return (select count(*) from step s where s.family_id = h.family_id and s.owner_worker_id = h.from_worker_id
            and s.promised_on <= day and (s.status in ('todo', 'doing') or (s.status = 'done' and s.done_on > day)))
       + (select count(*) from question q where q.family_id = h.family_id and q.to_worker_id = h.from_worker_id
            and q.answered_at is null)
       + (select count(*) from appointment a where a.family_id = h.family_id and a.worker_id = h.from_worker_id
            and a.starts_at > portal_now() and (a.starts_at at time zone 'Europe/London')::date > h.last_day
            and (a.status = 'booked' or a.status_on > day));
end $$;

-- may one stand in for the other: the same organisation, or two of one borough
create function works_near(one bigint, other bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from worker a join organisation x on x.id = a.organisation_id,
                        worker b join organisation y on y.id = b.organisation_id
                 where a.id = one and b.id = other and b.left_on is null
                   and (x.id = y.id or coalesce(x.borough_id, x.id) = coalesce(y.borough_id, y.id)))
$$;
"""

ENDINGS = """
-- what stands in the way of ending help, said to whoever has the family open, also where their work shows no moments:
-- is somebody still to be reached after a critical moment; was there one in the last twelve months
create function moments_and_ending(fam bigint) returns table (clock_running boolean, within_a_year boolean)
language plpgsql stable security definer set search_path = public as $$
begin
  if not fam = any(families_open('family')) then return; end if;
  return query
    select coalesce(bool_or(m.contacted_at is null or m.contacted_at > portal_now()), false),
           coalesce(bool_or(m.occurred_at > portal_now() - interval '12 months'
                            or m.known_at > portal_now() - interval '12 months'), false)
    from moment m where m.family_id = fam and m.known_at <= portal_now() and m.known_at > portal_now() - interval '2 years';
end $$;
"""

CIRCLED = "circle_id = any((select my_circles())::bigint[])"
OWN = "family_id = any((select my_families())::bigint[])"
A_MANAGER = "cardinality((select organisations_i_manage())) > 0"


def opens(kind: str) -> str:
    """The professional's half of a policy."""
    return f"family_id = any((select families_open('{kind}'))::bigint[])"


OF_THE_TWO = f"{opens('family')} and (from_worker_id = actor_worker() or to_worker_id = actor_worker() or {A_MANAGER})"
MET = "person_id = actor_person() and " + OWN + " and handover_id in (select h.id from handover h)"
SAID = "person_id = actor_person() and " + OWN + " and ending_id in (select e.id from ending e)"

POLICIES = {
    # the family hears of it once the next one said yes, of the police when they chose to, and nobody with no_address
    ("handover", "select"): (
        f"({CIRCLED} and (select sees_where()) and said_yes_on is not null and called_off_at is null"
        f" and (function <> 'police_liaison' or (select sees_police()))) or {opens('family')}"
    ),
    ("handover", "insert"): (
        f"{opens('family')} and made_by_id = actor_worker() and (from_worker_id = actor_worker() or {A_MANAGER})"
    ),
    ("handover", "update"): OF_THE_TWO,
    ("handover_met", "select"): f"({MET}) or {opens('family')}",
    ("handover_met", "insert"): MET,
    ("handover_met", "update"): MET,
    ("handover_item", "select"): (
        f"({CIRCLED} and (select sees_where())) or (what = 'step' and {opens('plan')})"
        f" or (what = 'appointment' and {opens('appointments')}) or (what = 'question' and {opens('family')})"
    ),
    ("handover_item", "insert"): opens("family"),
    ("ending", "select"): f"({CIRCLED} and decided_at is not null) or {opens('family')}",
    ("ending", "insert"): f"{opens('family')} and decided_by_id = actor_worker()",
    # only the manager whose name is asked for gives it
    ("ending", "update"): f"{opens('family')} and manager_id = actor_worker()",
    ("ending_said", "select"): f"({SAID}) or {opens('family')}",
    ("ending_said", "insert"): SAID,
    ("ending_said", "update"): SAID,
    # one's own absence, and that of one's workers: cover is somebody near, and opens to them what it covers
    ("worker", "update"): (
        "(id = actor_worker() or i_manage(id)) and (cover_id is null or works_near(id, cover_id) or i_manage(cover_id))"
    ),
}

COLUMNS = {
    "handover": "goodbye, hello, passed_on, not_again, finished_at, called_off_at",
    "handover_met": "met, at",
    "ending": "decided_at, refused_at, refused_reason",
    "ending_said": "said, at",
    "worker": "cover_id, away_from, away_until, left_on",
}
NEW = ("handover", "handover_met", "handover_item", "ending", "ending_said")


def upgrade() -> None:
    tables()
    for part in (DECLINING, HANDOVERS, ENDINGS):
        op.execute(part)
    for table in NEW:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"grant select on {table} to portal_web, portal_worker")
        op.execute(f"create policy {table}_worker on {table} for all to portal_worker using (true) with check (true)")
    for (table, verb), test in POLICIES.items():
        clause = {"select": f"using ({test})", "insert": f"with check ({test})"}.get(
            verb, f"using ({test}) with check ({test})"
        )
        name = "read" if verb == "select" else verb
        op.execute(f"create policy {table}_{name} on {table} for {verb} to portal_web {clause}")
        if verb != "select":
            columns = f" ({COLUMNS[table]})" if verb == "update" else ""
            op.execute(f"grant {verb}{columns} on {table} to portal_web")


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")


def tables() -> None:
    """The tables as the models describe them."""
    op.create_table(
        "ending",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("involvement_id", sa.BigInteger(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("besides", sa.LargeBinary(), nullable=True),
        sa.Column("protects", sa.LargeBinary(), nullable=False),
        sa.Column("come_back", sa.LargeBinary(), nullable=False),
        sa.Column("come_back_to_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "basis in ('done', 'asked', 'others', 'moved', 'engaged_well', 'declined')", name=op.f("ck_ending_basis")
        ),
        sa.CheckConstraint(
            "function in ('social_work', 'youth_justice', 'youth_support', 'mentor', 'school', 'health', 'housing', 'police_liaison')",
            name=op.f("ck_ending_function"),
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_ending_circle_id")),
        sa.ForeignKeyConstraint(["come_back_to_id"], ["worker.id"], name=op.f("fk_ending_come_back_to_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["worker.id"], name=op.f("fk_ending_decided_by_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_ending_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["involvement_id"], ["involvement.id"], name=op.f("fk_ending_involvement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["worker.id"], name=op.f("fk_ending_manager_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_ending_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending")),
        sa.UniqueConstraint("ref", name=op.f("uq_ending_ref")),
    )
    op.create_index(op.f("ix_ending_circle_id"), "ending", ["circle_id"], unique=False)
    op.create_index(op.f("ix_ending_family_id"), "ending", ["family_id"], unique=False)
    op.create_index(op.f("ix_ending_manager_id"), "ending", ["manager_id"], unique=False)
    op.create_index(
        "uq_ending_standing", "ending", ["involvement_id"], unique=True, postgresql_where=sa.text("refused_at is null")
    )
    op.create_table(
        "handover",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("from_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("from_involvement_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("goodbye", sa.LargeBinary(), nullable=True),
        sa.Column("hello", sa.LargeBinary(), nullable=True),
        sa.Column("passed_on", sa.LargeBinary(), nullable=True),
        sa.Column("not_again", sa.LargeBinary(), nullable=True),
        sa.Column("said_yes_on", sa.Date(), nullable=True),
        sa.Column("declined_on", sa.Date(), nullable=True),
        sa.Column("declined_reason", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "function in ('social_work', 'youth_justice', 'youth_support', 'mentor', 'school', 'health', 'housing', 'police_liaison')",
            name=op.f("ck_handover_function"),
        ),
        sa.CheckConstraint("from_worker_id <> to_worker_id", name=op.f("ck_handover_somebody_else")),
        sa.CheckConstraint("meets_on <= last_day", name=op.f("ck_handover_period")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_handover_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_handover_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["from_involvement_id"],
            ["involvement.id"],
            name=op.f("fk_handover_from_involvement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["from_worker_id"], ["worker.id"], name=op.f("fk_handover_from_worker_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["worker.id"], name=op.f("fk_handover_made_by_id")),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_handover_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("ref", name=op.f("uq_handover_ref")),
    )
    op.create_index(op.f("ix_handover_circle_id"), "handover", ["circle_id"], unique=False)
    op.create_index("ix_handover_family_id_made_at", "handover", ["family_id", "made_at"], unique=False)
    op.create_index(op.f("ix_handover_from_worker_id"), "handover", ["from_worker_id"], unique=False)
    op.create_index(op.f("ix_handover_to_worker_id"), "handover", ["to_worker_id"], unique=False)
    op.create_index(
        "uq_handover_open",
        "handover",
        ["from_involvement_id"],
        unique=True,
        postgresql_where=sa.text("declined_on is null and called_off_at is null"),
    )
    op.create_table(
        "ending_said",
        sa.Column("ending_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("said in ('read', 'differently')", name=op.f("ck_ending_said_said")),
        sa.ForeignKeyConstraint(
            ["ending_id"], ["ending.id"], name=op.f("fk_ending_said_ending_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_ending_said_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ending_said_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ending_id", "person_id", name=op.f("pk_ending_said")),
    )
    op.create_index(op.f("ix_ending_said_family_id"), "ending_said", ["family_id"], unique=False)
    op.create_table(
        "handover_item",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("what in ('step', 'question', 'appointment')", name=op.f("ck_handover_item_what")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_handover_item_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_handover_item_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handover_item_handover_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_handover_item_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_item")),
        sa.UniqueConstraint("ref", name=op.f("uq_handover_item_ref")),
    )
    op.create_index(op.f("ix_handover_item_circle_id"), "handover_item", ["circle_id"], unique=False)
    op.create_index(op.f("ix_handover_item_family_id"), "handover_item", ["family_id"], unique=False)
    op.create_index(op.f("ix_handover_item_handover_id"), "handover_item", ["handover_id"], unique=False)
    op.create_table(
        "handover_met",
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_handover_met_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handover_met_handover_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_handover_met_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handover_id", "person_id", name=op.f("pk_handover_met")),
    )
    op.create_index(op.f("ix_handover_met_family_id"), "handover_met", ["family_id"], unique=False)
    op.add_column("involvement", sa.Column("declined_on", sa.Date(), nullable=True))
