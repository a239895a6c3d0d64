"""Texts that are decided when they are sent, texts that come in, what people chose about them, and who is on duty.

The web never reads a number to write to: it names a person (`tell_person`), and the worker process looks up number,
language and whether it is still right. What comes in is kept at the door, before anybody is known.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MAY_TEXT = ("social_work", "youth_justice", "youth_support", "mentor")
"""Whose function opens what was texted: the services that a young person writes to."""

OUT = """
create function new_ref() returns text language sql volatile set search_path = public as $$
  select translate(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), 'ae01', 'xyzw')
$$;

-- does whoever asks act for this family? The worker process and the owner speak for nobody and may tell anybody.
create function may_tell(fam bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select case when actor_somebody()
    then fam = any(families_open('family') || my_families() || families_i_support(false))
    else session_user <> 'portal_web' end
$$;

-- A text for a person. Who queues it may know neither their number nor whether they may be written to at all.
create function tell_person(who bigint, words text, fill bytea, kind text, which bigint, due timestamptz,
                            hurry boolean, new_ref text) returns text
language plpgsql volatile security definer set search_path = public as $$
declare p person; numbered boolean; said text := 'queued'; now_ timestamptz := portal_now();
begin
  select * into p from person where id = who;
  if not found or not (may_tell(p.family_id) or p.id = any(people_i_invited())) then return 'refused'; end if;
  numbered := exists (select 1 from phone f join account a on a.id = f.account_id where a.person_id = who);
  if p.contact_limit = 'no_contact' then said := 'no_contact';
  elsif not numbered then said := 'no_phone';
  end if;
  insert into text_message (ref, person_id, family_id, wording, given, about_kind, about_id, urgent, made_at, due_at,
                            state, attempts, problem)
  values (new_ref, who, p.family_id, words, fill, kind, which, hurry, now_, coalesce(due, now_),
    -- a later one waits: there may be a number by then
    case when said = 'queued' or (said = 'no_phone' and due > now_) then 'queued' else 'dropped' end, 0,
    nullif(said, 'queued'));
  return said;
end $$;

create function unsend_about(kind text, which bigint, why text) returns bigint
language plpgsql volatile security definer set search_path = public as $$
declare many bigint;
begin
  update text_message set state = 'dropped', problem = why
    where about_kind = kind and about_id = which and state = 'queued' and may_tell(family_id);
  get diagnostics many = row_count;
  return many;
end $$;

-- What a provider says of a text of ours, in whatever order and however often it says it. Given the row's ref or the
-- provider's own name; returns the row, or nothing where there is none. A delivery stands; "sent" never undoes it.
create function text_status(which text, its_sid text, became text, why text) returns bigint
language plpgsql volatile security definer set search_path = public as $$
declare row_ text_message; now_ timestamptz := portal_now();
begin
  if not at_the_door() then return null; end if;
  -- by its own name first: of two with the same words to the same number a look-up may have given each the other's
  select * into row_ from text_message where ref = which or sid = its_sid
    order by (sid is not distinct from its_sid) desc, (ref = which) desc limit 1 for update;
  if not found or (row_.sid is not null and row_.sid <> its_sid) or row_.called_at is null then return null; end if;
  update text_message set
    sid = coalesce(sid, its_sid),
    state = case when state = 'delivered' or became is null then state
                 when became = 'sent' and state in ('failed', 'dropped') then state else became end,
    problem = case when became = 'failed' and state <> 'delivered' then why
                   when became in ('sent', 'delivered') and state in ('sending', 'unknown', 'queued') then null else problem end,
    sent_at = case when became in ('sent', 'delivered') then coalesce(sent_at, now_) else sent_at end,
    delivered_at = case when became = 'delivered' then coalesce(delivered_at, now_) else delivered_at end
  where id = row_.id;
  return row_.id;
end $$;

-- A text that came in, kept once: null when it was here before.
create function keep_inbound(new_ref text, from_ text, its_sid text, nr bytea, hash bytea, words bytea, pictures int)
returns bigint language plpgsql volatile security definer set search_path = public as $$
declare found_ bigint;
begin
  if not at_the_door() then return null; end if;
  insert into inbound_text (ref, provider, sid, number, number_hash, body, media, at, heard)
    values (new_ref, from_, its_sid, nr, hash, words, pictures, portal_now(), 'unknown')
    on conflict (sid) do nothing returning id into found_;
  return found_;
end $$;

-- Whoever a number belongs to, for a text that came in; `open`: may they be answered? The door alone asks.
create function people_behind(hash bytea)
returns table (person_id bigint, family_id bigint, name text, relation text, language text, discreet boolean,
               limit_ text, safe_reply text, open boolean, lead_id bigint, lead text)
language plpgsql stable security definer set search_path = public as $$
declare shut boolean;
begin
  if not at_the_door() then return; end if;
  -- and while somebody's phone may be in the wrong hands, whoever writes from it is told what a stranger is told
  shut := number_closed(hash, false) or number_unsafe(hash);
  return query select p.id, p.family_id, p.name, p.relation, coalesce(a.language, p.language), a.discreet, p.contact_limit,
      coalesce(c.safe_reply, 'numbers'), not shut and a.locked_at is null and may_come_in(a.id), r.worker_id, w.name
    from phone f join account a on a.id = f.account_id join person p on p.id = a.person_id
    left join text_choice c on c.person_id = p.id
    left join lateral responsible(p.family_id) r on true left join worker w on w.id = r.worker_id
    where f.number_hash = hash order by p.relation = 'young_person' desc, p.id;
end $$;

-- Did a worker say that this number is not safe now, or that nothing is sent to somebody on it, for that reason?
create function number_unsafe(hash bytea) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (
    select 1 from phone f join account a on a.id = f.account_id where f.number_hash = hash
      and (exists (select 1 from text_choice c where c.person_id = a.person_id and c.unsafe_at is not null)
        or exists (select 1 from text_pause s where s.person_id = a.person_id and s.why = 'phone' and s.since <= portal_now()
                     and s.ended_at is null and coalesce(s.until, 'infinity') > portal_now())))
$$;

-- Somebody texted START: their own pause ends. Says whether one that a worker began still stands.
create function texts_again(who bigint) returns boolean
language plpgsql volatile security definer set search_path = public as $$
begin
  if not at_the_door() then return false; end if;
  update text_pause set ended_at = portal_now() where person_id = who and by_worker_id is null and ended_at is null;
  return exists (select 1 from text_pause s where s.person_id = who and s.since <= portal_now() and s.ended_at is null
    and coalesce(s.until, 'infinity') > portal_now());
end $$;

-- A worker hears that somebody wants no more texts, or wants them again, or wrote what only a person can answer.
create function tell_lead(who bigint, what text) returns void
language plpgsql volatile security definer set search_path = public as $$
begin
  if not at_the_door() then return; end if;
  insert into alert (ref, to_worker_id, family_id, kind, path, made_at)
    select new_ref(), r.worker_id, p.family_id, what, '/work/families/' || f.ref || '/texts', portal_now()
    from person p join family f on f.id = p.family_id, lateral responsible(p.family_id) r
    where p.id = who and r.worker_id is not null
      -- a boy who writes six lines is one thing to look at
      and not (what = 'text_came' and exists (select 1 from alert a where a.to_worker_id = r.worker_id
        and a.family_id = p.family_id and a.kind = what and a.seen_at is null));
end $$;

create function take_inbound(which bigint, as_ text, who bigint) returns void
language plpgsql volatile security definer set search_path = public as $$
begin
  if not at_the_door() then return; end if;
  update inbound_text set heard = as_, person_id = who, family_id = (select family_id from person where id = who)
    where id = which;
end $$;
"""

DUTY = """
-- Who is on an organisation's rota at this moment; its borough's rota where it has none. A bank holiday is day 7.
create function on_duty(org bigint, holiday boolean, holiday_before boolean) returns bigint[]
language plpgsql stable security definer set search_path = public as $$
declare
  local timestamp := portal_now() at time zone 'Europe/London'; d date := local::date; t time := local::time;
  today int := case when holiday then 7 else extract(isodow from d)::int - 1 end;
  before int := case when holiday_before then 7 else extract(isodow from d - 1)::int - 1 end;
  home bigint := org;
begin
  if not exists (select 1 from duty_turn where organisation_id = org and coalesce(last_on, 'infinity') >= d) then
    select borough_id into home from organisation where id = org;
  end if;
  return array(
    select distinct u.worker_id from duty_turn u join worker w on w.id = u.worker_id
    where u.organisation_id = home and coalesce(w.left_on, 'infinity') >= d and (
      (today = any(u.days) and d between u.first_on and coalesce(u.last_on, 'infinity')
        and (u.begins = u.ends or (u.begins < u.ends and t >= u.begins and t < u.ends) or (u.begins > u.ends and t >= u.begins)))
      or (before = any(u.days) and d - 1 between u.first_on and coalesce(u.last_on, 'infinity')
        and u.begins > u.ends and t < u.ends))
    order by 1);
end $$;

-- Has this organisation, or its borough, a rota at all?
create function has_rota(org bigint) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from duty_turn u join organisation o on o.id = org
    where u.organisation_id in (o.id, o.borough_id) and coalesce(u.last_on, 'infinity') >= portal_today())
$$;

-- Who hears at this step: 0 whoever is on duty, or, with nobody on the rota, the lead, their cover and their managers;
-- then the managers of those told, then the senior manager, then the borough's.
create function who_hears(fam bigint, org bigint, lead bigint, step int, call bigint, holiday boolean, holiday_before boolean)
returns bigint[] language plpgsql stable security definer set search_path = public as $$
declare duty bigint[]; day date := portal_today();
begin
  if step = 0 then
    duty := on_duty(org, holiday, holiday_before);
    if cardinality(duty) > 0 then return duty; end if;
    return array(select distinct x from (
      select lead as x
      union select w.cover_id from worker w where w.id = lead and w.away_from <= day and w.away_until >= day
      union select manager_of(lead)) s where x is not null);
  elsif step = 1 then
    return array(select distinct x from (
      select manager_of(t.worker_id) as x from duty_told t where t.call_id = call
      union select lead union select manager_of(lead)) s where x is not null);
  elsif step = 2 then
    return array(select x from (select senior_of(org) as x) s where x is not null);
  end if;
  return array(select b.senior_manager_id from organisation o join organisation b on b.id = o.borough_id
    where o.id = org and b.senior_manager_id is not null);
end $$;

-- Tell whoever hears at this step, each once; goes further up while there is nobody new. Returns who was told.
create function tell_duty(call bigint, holiday boolean, holiday_before boolean) returns bigint[]
language plpgsql volatile security definer set search_path = public as $$
declare c duty_call; org bigint; lead bigint; fresh bigint[]; step int;
begin
  select * into c from duty_call where id = call;
  if c.family_id is not null then
    select r.worker_id into lead from responsible(c.family_id) r;
  end if;
  lead := coalesce(lead, c.by_worker_id);
  select organisation_id into org from worker where id = lead;
  step := c.level;
  loop
    fresh := array(select x from unnest(who_hears(c.family_id, org, lead, step, call, holiday, holiday_before)) x
                   -- nobody is asked to come to their own help
                   where not (c.why = 'not_back' and x = c.by_worker_id)
                     and not exists (select 1 from duty_told t where t.call_id = call and t.worker_id = x));
    exit when cardinality(fresh) > 0 or step >= 3;
    step := step + 1;
  end loop;
  insert into duty_told (call_id, worker_id, family_id, level, at) select call, x, c.family_id, step, portal_now() from unnest(fresh) x;
  update duty_call set level = step + 1, told_at = portal_now() where id = call;
  if c.family_id is not null then
    insert into alert (ref, to_worker_id, family_id, about_worker_id, kind, path, made_at)
      select new_ref(), x, c.family_id, c.by_worker_id, c.why, '/work/duty/' || c.ref, portal_now() from unnest(fresh) x;
  end if;
  return fresh;
end $$;
revoke execute on function tell_duty(bigint, boolean, boolean) from public;
grant execute on function tell_duty(bigint, boolean, boolean) to portal_worker;

-- A call for help: by a person for themselves, at the door for a number that is closed, or by a worker. The same call
-- within five minutes is one. Says who was told, whether anybody is on a rota now, and whether this is a new call.
create function raise_call(fam bigint, who bigint, by_worker bigint, reason text, words bytea, new_ref text,
                           holiday boolean, holiday_before boolean)
returns table (call_ref text, told bigint[], watched boolean, fresh boolean)
language plpgsql volatile security definer set search_path = public as $$
declare found_ duty_call; org bigint;
begin
  if not (actor_person() = who or at_the_door() or actor_worker() = by_worker
          or (not actor_somebody() and session_user <> 'portal_web')) then return; end if;
  select organisation_id into org from worker where id =
    coalesce((select r.worker_id from responsible(fam) r where fam is not null), by_worker);
  select * into found_ from duty_call c where c.why = reason and c.person_id is not distinct from who
    and c.by_worker_id is not distinct from by_worker and c.family_id is not distinct from fam
    and c.ended_at is null and c.made_at > portal_now() - interval '5 minutes' and c.made_at <= portal_now()
    order by c.id desc limit 1;
  if found then
    return query select found_.ref, array(select t.worker_id from duty_told t where t.call_id = found_.id),
      cardinality(on_duty(org, holiday, holiday_before)) > 0, false;
    return;
  end if;
  insert into duty_call (ref, family_id, person_id, by_worker_id, why, said, made_at, told_at)
    values (new_ref, fam, who, by_worker, reason, words, portal_now(), portal_now()) returning * into found_;
  return query select new_ref, tell_duty(found_.id, holiday, holiday_before),
    cardinality(on_duty(org, holiday, holiday_before)) > 0, true;
end $$;

create function calls_i_hear() returns bigint[] language plpgsql stable security definer set search_path = public as $$
begin
  if actor_worker() is null then return '{}'; end if;
  return array(select call_id from duty_told where worker_id = actor_worker());
end $$;

-- what somebody who was told may know before they open the family: who it is, and how to reach them
create function who_calls() returns table (call_id bigint, name text, family text, numbers bytea[], limit_ text)
language plpgsql stable security definer set search_path = public as $$
begin
  return query select c.id, p.name, f.name,
      array(select h.number from phone h join account a on a.id = h.account_id where a.person_id = p.id), p.contact_limit
    from duty_call c left join person p on p.id = c.person_id left join family f on f.id = c.family_id
    where c.id = any(calls_i_hear()) and c.ended_at is null;
end $$;

-- for a family's own pages: does anybody read texts now, and at night?
create function watched_now(fam bigint, holiday boolean, holiday_before boolean)
returns table (rota boolean, somebody boolean, phone text, hours text)
language sql stable security definer set search_path = public as $$
  select has_rota(w.organisation_id), cardinality(on_duty(w.organisation_id, holiday, holiday_before)) > 0, l.phone, l.hours
  from responsible(fam) r join worker w on w.id = r.worker_id join organisation o on o.id = w.organisation_id
  left join lateral (select d.phone, d.hours from duty_line d where d.organisation_id in (o.id, o.borough_id)
                       and sees_where() order by d.organisation_id = o.id desc limit 1) l on true
  where fam = any(my_families()) or fam = any(families_open('family')) or (not actor_somebody() and session_user <> 'portal_web')
$$;

-- For /readyz, which speaks for nobody: how many texts are due and wait, since when, and how many went out today.
create function texts_waiting(t timestamptz)
returns table (waiting bigint, oldest timestamptz, today bigint, stopped_since timestamptz)
language sql stable security definer set search_path = public as $$
  select (select count(*) from text_message where state = 'queued' and due_at <= t)
           + (select count(*) from text_message where state = 'sending' and due_at <= t),
         least((select min(due_at) from text_message where state = 'queued' and due_at <= t),
               (select min(due_at) from text_message where state = 'sending' and due_at <= t)),
         (select count(*) from text_message where sent_at >= date_trunc('day', t at time zone 'Europe/London') at time zone 'Europe/London'
            and sent_at <= t),
         (select case when stopped then at end from text_switch order by id desc limit 1)
$$;

create function i_may_stop_texts() returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from organisation where kind = 'borough' and senior_manager_id = actor_worker())
$$;
"""


def opens(kind: str, column: str = "family_id") -> str:
    """The professional's half of a policy, as in 0002."""
    return f"{column} = any((select families_open('{kind}'))::bigint[])"


MANAGED = "organisation_id = any((select organisations_i_manage())::bigint[])"
TOLD = "id = any((select calls_i_hear())::bigint[])"
READ = {
    "text_message": opens("texts"),
    "inbound_text": opens("texts"),
    "text_choice": f"person_id = actor_person() or {opens('contact')}",
    "text_pause": f"person_id = actor_person() or {opens('contact')}",
    "text_number": ("at_the_door() or exists (select 1 from phone f where f.number_hash = text_number.number_hash)"),
    # at the door, so that nothing is answered either while all texts are stopped
    "text_switch": "actor_worker() is not null or at_the_door()",
    "duty_turn": "actor_worker() is not null",
    "duty_line": "actor_somebody() and (select sees_where())",
    "duty_call": f"{TOLD} or by_worker_id = actor_worker() or {opens('texts')}",
    "duty_told": f"worker_id = actor_worker() or {opens('texts')}",
    "check_back": (
        "worker_id = actor_worker() or worker_id in (select w.id from worker w"
        " where w.organisation_id = any((select organisations_i_manage())::bigint[]))"
    ),
}
CHOOSES = f"person_id = actor_person() or {opens('contact')}"
# whoever is signed in puts nobody's name to a text themselves: tell_person() does that, and asks whether they may.
# What is left is a text to a number that somebody has just given, for a course
NUMBER_ALONE = "at_the_door() or (actor_somebody() and num_nonnulls(person_id, family_id, answers_id) = 0)"
WRITE = [
    ("text_message", "insert", NUMBER_ALONE, ""),
    ("text_message", "update", opens("texts"), "state, due_at, problem, claimed_at, called_at"),
    ("text_choice", "insert", CHOOSES, ""),
    (
        "text_choice",
        "update",
        CHOOSES,
        "hours_from, hours_until, remind_first, remind_last, safe_reply, stopped_at, unsafe_at",
    ),
    (
        "text_pause",
        "insert",
        f"(person_id = actor_person() and by_worker_id is null) or (by_worker_id = actor_worker() and {opens('contact')})",
        "",
    ),
    # what a worker began only a worker ends: whoever holds the phone may be signed in on it
    (
        "text_pause",
        "update",
        f"(person_id = actor_person() and by_worker_id is null) or {opens('contact')}",
        "ended_at, ended_by_id",
    ),
    ("text_number", "insert", "at_the_door()", ""),
    ("text_number", "update", "at_the_door()", ""),
    ("text_switch", "insert", "by_worker_id = actor_worker() and i_may_stop_texts()", ""),
    ("duty_turn", "insert", MANAGED, ""),
    ("duty_turn", "update", MANAGED, "days, begins, ends, first_on, last_on, number"),
    ("duty_turn", "delete", MANAGED, ""),
    ("duty_line", "insert", MANAGED, ""),
    ("duty_line", "update", MANAGED, "phone, hours"),
    ("duty_line", "delete", MANAGED, ""),
    ("duty_call", "update", TOLD, "acknowledged_at, acknowledged_by_id, ended_at, outcome"),
    ("check_back", "insert", "worker_id = actor_worker()", ""),
    ("check_back", "update", "worker_id = actor_worker()", "back_at, due_at"),
]
WORKER_ROLE = """
grant update on text_message to portal_worker;
grant insert, update on text_number to portal_worker;
grant update on duty_call, duty_told, check_back to portal_worker;
grant insert on duty_told to portal_worker;
grant insert, update on text_choice to portal_worker;
"""


def upgrade() -> None:
    op.create_table(
        "duty_line",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_duty_line_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_duty_line")),
    )
    op.create_table(
        "duty_turn",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("days", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_duty_turn_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_duty_turn_worker_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_turn")),
        sa.UniqueConstraint("ref", name=op.f("uq_duty_turn_ref")),
    )
    op.create_index("ix_duty_turn_organisation_id", "duty_turn", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_duty_turn_worker_id"), "duty_turn", ["worker_id"], unique=False)
    op.create_table(
        "text_switch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_text_switch_by_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_switch")),
    )
    op.create_table(
        "duty_call",
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("why in ('not_safe', 'no_show', 'not_back')", name=op.f("ck_duty_call_why")),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["worker.id"], name=op.f("fk_duty_call_acknowledged_by_id")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_duty_call_by_worker_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_duty_call_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_call_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_call")),
        sa.UniqueConstraint("ref", name=op.f("uq_duty_call_ref")),
    )
    op.create_index(op.f("ix_duty_call_by_worker_id"), "duty_call", ["by_worker_id"], unique=False)
    op.create_index(op.f("ix_duty_call_family_id"), "duty_call", ["family_id"], unique=False)
    op.create_index(
        "ix_duty_call_open", "duty_call", ["told_at"], unique=False, postgresql_where=sa.text("acknowledged_at is null")
    )
    op.create_index(op.f("ix_duty_call_person_id"), "duty_call", ["person_id"], unique=False)
    op.create_table(
        "inbound_text",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("media", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "heard in ('not_safe', 'stop', 'start', 'help', 'conversation', 'who', 'unknown', 'flood', 'empty')",
            name=op.f("ck_inbound_text_heard"),
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_inbound_text_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_inbound_text_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_text")),
        sa.UniqueConstraint("ref", name=op.f("uq_inbound_text_ref")),
        sa.UniqueConstraint("sid", name=op.f("uq_inbound_text_sid")),
    )
    op.create_index("ix_inbound_text_family_id_at", "inbound_text", ["family_id", "at"], unique=False)
    op.create_index(op.f("ix_inbound_text_number_hash"), "inbound_text", ["number_hash"], unique=False)
    op.create_index(op.f("ix_inbound_text_person_id"), "inbound_text", ["person_id"], unique=False)
    op.create_table(
        "text_choice",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("hours_from", sa.Time(), server_default=sa.text("'08:00'"), nullable=False),
        sa.Column("hours_until", sa.Time(), server_default=sa.text("'20:00'"), nullable=False),
        sa.Column("remind_first", sa.SmallInteger(), server_default=sa.text("1440"), nullable=False),
        sa.Column("remind_last", sa.SmallInteger(), server_default=sa.text("120"), nullable=False),
        sa.Column("safe_reply", sa.Text(), server_default=sa.text("'numbers'"), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsafe_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("safe_reply in ('numbers', 'quiet', 'none')", name=op.f("ck_text_choice_safe_reply")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_text_choice_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_text_choice_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_text_choice")),
    )
    op.create_index(op.f("ix_text_choice_family_id"), "text_choice", ["family_id"], unique=False)
    op.create_table(
        "text_pause",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("why in ('phone', 'away', 'loss', 'asked')", name=op.f("ck_text_pause_why")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_text_pause_by_worker_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["worker.id"], name=op.f("fk_text_pause_ended_by_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_text_pause_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_text_pause_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_pause")),
        sa.UniqueConstraint("ref", name=op.f("uq_text_pause_ref")),
    )
    op.create_index(op.f("ix_text_pause_family_id"), "text_pause", ["family_id"], unique=False)
    op.create_index(op.f("ix_text_pause_person_id"), "text_pause", ["person_id"], unique=False)
    op.create_index(
        "ix_text_pause_open", "text_pause", ["person_id"], unique=False, postgresql_where=sa.text("ended_at is null")
    )
    op.create_table(
        "text_number",
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("speaks_as_id", sa.BigInteger(), nullable=True),
        sa.Column("speaks_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("many", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["speaks_as_id"], ["person.id"], name=op.f("fk_text_number_speaks_as_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("number_hash", name=op.f("pk_text_number")),
    )
    op.create_index(op.f("ix_text_number_speaks_as_id"), "text_number", ["speaks_as_id"], unique=False)
    op.create_table(
        "check_back",
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("where", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["duty_call.id"], name=op.f("fk_check_back_call_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_check_back_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_check_back_worker_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_back")),
        sa.UniqueConstraint("ref", name=op.f("uq_check_back_ref")),
    )
    op.create_index(op.f("ix_check_back_call_id"), "check_back", ["call_id"], unique=False)
    op.create_index(op.f("ix_check_back_family_id"), "check_back", ["family_id"], unique=False)
    op.create_index(
        "ix_check_back_open", "check_back", ["due_at"], unique=False, postgresql_where=sa.text("back_at is null")
    )
    op.create_index(op.f("ix_check_back_worker_id"), "check_back", ["worker_id"], unique=False)
    op.create_table(
        "duty_told",
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("texted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["duty_call.id"], name=op.f("fk_duty_told_call_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_duty_told_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_duty_told_worker_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call_id", "worker_id", name=op.f("pk_duty_told")),
    )
    op.create_index(op.f("ix_duty_told_family_id"), "duty_told", ["family_id"], unique=False)
    op.create_index(op.f("ix_duty_told_worker_id"), "duty_told", ["worker_id"], unique=False)
    op.add_column("text_message", sa.Column("family_id", sa.BigInteger(), nullable=True))
    op.add_column("text_message", sa.Column("wording", sa.Text(), nullable=True))
    op.add_column("text_message", sa.Column("given", sa.LargeBinary(), nullable=True))
    op.add_column("text_message", sa.Column("about_kind", sa.Text(), nullable=True))
    op.add_column("text_message", sa.Column("about_id", sa.BigInteger(), nullable=True))
    op.add_column("text_message", sa.Column("answers_id", sa.BigInteger(), nullable=True))
    op.add_column("text_message", sa.Column("once", sa.Text(), nullable=True))
    op.add_column("text_message", sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("text_message", sa.Column("claimed_by", sa.Text(), nullable=True))
    op.add_column("text_message", sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("text_message", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("text_message", sa.Column("provider", sa.Text(), nullable=True))
    op.add_column("text_message", sa.Column("sid", sa.Text(), nullable=True))
    op.add_column("text_message", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("text_message", sa.Column("parts", sa.SmallInteger(), nullable=True))
    op.add_column("text_message", sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("text_message", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("text_message", "number", existing_type=sa.LargeBinary(), nullable=True)
    op.alter_column("text_message", "number_hash", existing_type=sa.LargeBinary(), nullable=True)
    op.alter_column("text_message", "body", existing_type=sa.LargeBinary(), nullable=True)
    op.create_index(
        "ix_text_message_about",
        "text_message",
        ["about_kind", "about_id"],
        unique=False,
        postgresql_where=sa.text("about_id is not null"),
    )
    op.create_index(op.f("ix_text_message_answers_id"), "text_message", ["answers_id"], unique=False)
    op.create_index(
        "ix_text_message_claimed_at",
        "text_message",
        ["claimed_at"],
        unique=False,
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index("ix_text_message_family_id_due_at", "text_message", ["family_id", "due_at"], unique=False)
    op.create_index(op.f("ix_text_message_person_id"), "text_message", ["person_id"], unique=False)
    op.create_unique_constraint(op.f("uq_text_message_once"), "text_message", ["once"])
    op.create_unique_constraint(op.f("uq_text_message_sid"), "text_message", ["sid"])
    op.create_foreign_key(
        op.f("fk_text_message_answers_id"), "text_message", "inbound_text", ["answers_id"], ["id"], ondelete="SET NULL"
    )
    op.create_foreign_key(
        op.f("fk_text_message_family_id"), "text_message", "family", ["family_id"], ["id"], ondelete="CASCADE"
    )
    op.drop_constraint("ck_text_message_state", "text_message")
    op.create_check_constraint(
        op.f("ck_text_message_state"),
        "text_message",
        "state in ('queued', 'sending', 'sent', 'delivered', 'failed', 'dropped', 'unknown')",
    )
    op.create_check_constraint(op.f("ck_text_message_words"), "text_message", "wording is not null or body is not null")
    for part in (OUT, DUTY):
        op.execute(part)
    for function in MAY_TEXT:
        op.execute(f"insert into function_sees (function, kind) values ('{function}', 'texts')")
    op.execute("drop policy text_message_read on text_message")
    op.execute("drop policy text_message_insert on text_message")
    for table, using in READ.items():
        op.execute(f'create policy "{table}_read" on "{table}" for select to portal_web using ({using})')
        if table != "text_message":
            op.execute(f'alter table "{table}" enable row level security')
            op.execute(
                f'create policy "{table}_worker" on "{table}" for all to portal_worker using (true) with check (true)'
            )
            op.execute(f'grant select on "{table}" to portal_web, portal_worker')
    for table, verb, test, columns in WRITE:
        clause = {"insert": f"with check ({test})", "delete": f"using ({test})"}.get(
            verb, f"using ({test}) with check ({test})"
        )
        op.execute(f'create policy "{table}_{verb}" on "{table}" for {verb} to portal_web {clause}')
        op.execute(f'grant {verb}{f" ({columns})" if columns else ""} on "{table}" to portal_web')
    op.execute(WORKER_ROLE)


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")
