"""Moves: invitations and their answers, who comes and goes, what must not slip, the need; talking a move through and
what it costs; the link to school. Whatever crosses from one borough to another goes through a function that checks.

Nearly all of it tells where somebody is, so every policy asks `sees_where()`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CIRCLED = "circle_id = any((select my_circles())::bigint[]) and (select sees_where())"
OWN = "family_id = any((select my_families())::bigint[])"
MOVES = "family_id = any((select families_open('moves'))::bigint[])"
SCHOOL = "family_id = any((select families_open('school'))::bigint[])"
A_MANAGER = "cardinality((select organisations_i_manage())) > 0"
ME, MYSELF = "actor_worker()", "actor_person()"

READ = {
    "move_invitation": MOVES,
    "move_part": MOVES,
    "move_task": MOVES,
    "need_level": MOVES,
    "relocation": MOVES,
    "relocation_answer": MOVES,
    "relocation_stance": MOVES,
    "relocation_money": MOVES,
    "school_place": SCHOOL,
    "school_agreement": SCHOOL,
    "school_absence": SCHOOL,
}
"""For each table the professionals' half; a family's half is always its circle, and that they may know where."""

# what somebody writes into a talk or a sheet must be one that they can see
TALK = "relocation_id in (select r.id from relocation r)"
MOVE = "move_id in (select m.id from move m)"
EITHER = f"({MOVES} or ({OWN} and {CIRCLED}))"

WRITE = [
    ("move", "insert", f"{MOVES} and started_by_id = {ME} and started_at is not null and finished_on is null"),
    ("move", "update", MOVES),
    ("move_invitation", "insert", f"{MOVES} and asked_by_id = {ME} and answer is null and {MOVE}"),
    ("move_part", "insert", f"{MOVES} and {A_MANAGER} and made_by_id = {ME} and {MOVE}"),
    ("move_part", "update", f"{MOVES} and {A_MANAGER}"),
    ("move_task", "insert", f"{MOVES} and made_by_id = {ME} and {MOVE}"),
    ("move_task", "update", EITHER),
    ("need_level", "insert", f"{MOVES} and decided_by_id = {ME}"),
    ("relocation", "insert", f"{MOVES} and opened_by_id = {ME} and decision is null"),
    ("relocation", "update", f"{MOVES} and signs_moves(family_id)"),
    (
        "relocation_answer",
        "insert",
        f"(({MOVES} and by_worker_id = {ME}) or ({OWN} and {CIRCLED} and by_person_id = {MYSELF})) and {TALK}",
    ),
    ("relocation_stance", "insert", f"{OWN} and {CIRCLED} and person_id = {MYSELF} and {TALK}"),
    ("relocation_stance", "update", f"{OWN} and {CIRCLED} and person_id = {MYSELF}"),
    ("relocation_money", "insert", f"{EITHER} and {TALK}"),
    ("relocation_money", "update", EITHER),
    ("school_place", "insert", f"{SCHOOL} and made_by_id = {ME}"),
    ("school_place", "update", SCHOOL),
    ("school_agreement", "insert", f"{SCHOOL} and made_by_id = {ME} and answer is null"),
    ("school_agreement", "update", f"{SCHOOL} or ({OWN} and {CIRCLED})"),
    ("school_absence", "insert", f"{SCHOOL} and made_by_id = {ME}"),
    ("school_absence", "update", SCHOOL),
]

COLUMNS = {
    "move": "move_day, leads_on, old_lead_until",
    "move_part": "does, until, paid_by, made_by_id, made_at",
    "move_task": "done_on",
    "relocation": "decision, reason, signed_by_id, signed_at",
    "relocation_stance": "stance, said_at",
    "relocation_money": "weeks, home_now, home_new, travel, other, income, help, help_weeks, by_person_id, by_worker_id,"
    " changed_at",
    "school_place": "worker_id, until, told_next, told_next_at, told_next_by_id, read_before_at",
    "school_agreement": "answer, answered_by_id, answered_at, ended_on",
    "school_absence": "until",
}

ASKED = """
create function fresh_ref() returns text language sql volatile
  as $$ select translate(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), '01ae', 'wxyz') $$;

-- what my organisations were asked and have not answered: before a yes no more of a family than this is read
create function moves_asked()
returns table (invitation_id bigint, ref text, asked_to text, family text, from_borough text, organisation text,
               asked_by text, asked_by_role text, asked_on date, meets_on date, move_day date, need text, led_by text,
               senior_id bigint, senior text)
language plpgsql stable security definer set search_path = public as $$
begin
  return query
    select i.id, i.ref, i.asked_to, f.name, b.name, o.name, a.name, a.role, i.asked_on, i.meets_on, m.move_day,
      m.need_before, l.name, s.id, s.name
    from move_invitation i join move m on m.id = i.move_id join family f on f.id = i.family_id
    join organisation b on b.id = m.from_borough_id join organisation o on o.id = i.organisation_id
    join worker a on a.id = i.asked_by_id
    left join worker s on s.id = senior_of(i.organisation_id)
    left join lateral responsible(i.family_id) r on true left join worker l on l.id = r.worker_id
    where i.answer is null and i.asked_on <= portal_today() and m.called_off_on is null
      and i.organisation_id = any(organisations_i_manage());
end $$;

-- whoever began the move, who is responsible and who leads next read that something happened; not whoever did it
create function tell_about_move(which bigint, what text, also bigint default null) returns void
language sql volatile security definer set search_path = public as $$
  insert into alert (ref, to_worker_id, family_id, about_worker_id, kind, path, made_at)
  select fresh_ref(), t.who, m.family_id, coalesce(actor_worker(), m.new_lead_id), what,
    '/work/families/' || f.ref || '/moving', portal_now()
  from move m join family f on f.id = m.family_id, lateral (
    select m.started_by_id as who union select r.worker_id from responsible(m.family_id) r
    union select i.worker_id from involvement i where i.family_id = m.family_id and i.worker_id = m.new_lead_id
      and i.accepted_on <= portal_today()
    union select also) t
  where m.id = which and t.who is not null and t.who is distinct from actor_worker()
$$;

-- The family waits for that answer, and whoever gives it has nothing to do with them yet: so it is told from here. By
-- a text to each who reads of the move; somebody with a contact limit hears nothing. What it says, and whether it is
-- still right, is asked when it goes out (moves/jobs.py).
create function tell_of_answer(which bigint, words text) returns void
language sql volatile security definer set search_path = public as $$
  insert into text_message (ref, person_id, family_id, wording, about_kind, about_id, urgent, made_at, due_at, state,
                            attempts, problem)
  select new_ref(), p.id, p.family_id, words, 'move_invitation', i.id, false, portal_now(), portal_now(),
    case when n.numbered then 'queued' else 'dropped' end, 0, case when not n.numbered then 'no_phone' end
  from move_invitation i join circle_member c on c.circle_id = i.circle_id join person p on p.id = c.person_id,
    lateral (select exists (select 1 from phone f join account a on a.id = f.account_id
                            where a.person_id = p.id) as numbered) n
  where i.id = which and p.contact_limit = 'none' order by p.id
$$;
revoke execute on function tell_of_answer(bigint, text) from public;

-- yes to a transfer or a conference. The move is locked first, so that of two boroughs at once one is too late.
create function accept_move(which bigint, lead bigint, work text, first_day date) returns text
language plpgsql volatile security definer set search_path = public as $$
declare i move_invitation; m move; made bigint; orgs bigint[] := organisations_i_manage();
begin
  select v.* into m from move v join move_invitation n on n.move_id = v.id where n.id = which for update of v;
  select * into i from move_invitation where id = which;
  if i.id is null or not i.organisation_id = any(orgs) then return 'not_yours'; end if;
  if i.answer is not null or m.called_off_on is not null then return 'answered'; end if;
  if i.asked_to = 'conference' then
    update move_invitation set answer = 'accepted', answered_by_id = actor_worker(), answered_on = portal_today() where id = i.id;
    perform tell_about_move(m.id, 'move_accepted'), tell_of_answer(i.id, 'move_answer');
    return 'ok';
  end if;
  if exists (select 1 from move_invitation where move_id = m.id and asked_to = 'transfer' and answer = 'accepted') then
    return 'taken';
  end if;
  if not exists (select 1 from worker w where w.id = lead and w.organisation_id = any(orgs)
                 and coalesce(w.left_on, 'infinity') >= portal_today()) then return 'not_yours'; end if;
  update move_invitation set answer = 'accepted', answered_by_id = actor_worker(), answered_on = portal_today() where id = i.id;
  update move set new_lead_id = lead, to_borough_id = coalesce(
    (select case when o.kind = 'borough' then o.id else o.borough_id end from organisation o where o.id = i.organisation_id),
    to_borough_id) where id = m.id;
  select v.id into made from involvement v where v.family_id = m.family_id and v.worker_id = lead
    and coalesce(v.ends_on, 'infinity') >= first_day order by v.starts_on limit 1;
  if made is null then
    insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, closes, edited_at)
      values (fresh_ref(), m.family_id, lead, work, false, first_day, false, clock_timestamp()) returning id into made;
    insert into move_part (ref, move_id, family_id, circle_id, involvement_id, does, made_by_id, made_at)
      values (fresh_ref(), m.id, m.family_id, m.circle_id, made, 'joins', actor_worker(), portal_now());
  end if;
  perform tell_about_move(m.id, 'move_accepted'), tell_of_answer(i.id, 'move_answer');
  return 'ok';
end $$;

-- no, with reasons: only the senior manager of the organisation that was asked
create function decline_move(which bigint, sealed bytea) returns text
language plpgsql volatile security definer set search_path = public as $$
declare i move_invitation;
begin
  select * into i from move_invitation where id = which for update;
  if i.id is null or senior_of(i.organisation_id) is distinct from actor_worker() then return 'not_yours'; end if;
  if i.answer is not null then return 'answered'; end if;
  update move_invitation set answer = 'declined', answered_by_id = actor_worker(), answered_on = portal_today(),
    reason = sealed where id = i.id;
  perform tell_about_move(i.move_id, 'move_declined'), tell_of_answer(i.id, 'move_answer');
  return 'ok';
end $$;

-- what I answered today and nobody has built on yet: it can be taken back
create function moves_i_answered()
returns table (ref text, invitation_id bigint, asked_to text, family text, from_borough text, answer text, lead text)
language plpgsql stable security definer set search_path = public as $$
begin
  return query
    select i.ref, i.id, i.asked_to, f.name, b.name, i.answer, w.name
    from move_invitation i join move m on m.id = i.move_id join family f on f.id = i.family_id
    join organisation b on b.id = m.from_borough_id left join worker w on w.id = m.new_lead_id and i.asked_to = 'transfer'
    where i.answered_by_id = actor_worker() and i.answered_on = portal_today() and i.answer in ('accepted', 'declined')
      and m.called_off_on is null and m.finished_on is null and answer_stands_alone(i.id)
    order by i.id;
end $$;

-- after a yes somebody was named: once they have said yes themselves, or met the family, the answer carries weight
create function answer_stands_alone(which bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select i.answer = 'declined' or i.asked_to = 'conference' or (m.lead_said_at is null and m.family_said_at is null
    and not exists (select 1 from involvement v where v.family_id = m.family_id and v.worker_id = m.new_lead_id
                    and v.accepted_on is not null))
  from move_invitation i join move m on m.id = i.move_id where i.id = which
$$;
-- asked by the two functions around it, which know whose the answer is; of anybody else's it says nothing to the web
revoke execute on function answer_stands_alone(bigint) from public;

-- Taken back, the same day, by whoever said it: what was said stays on record, and the question stands again. A text
-- that waits is not sent; whoever had it already hears that it has changed.
create function take_answer_back(which bigint) returns text
language plpgsql volatile security definer set search_path = public as $$
declare i move_invitation; m move; said boolean;
begin
  select v.* into m from move v join move_invitation n on n.move_id = v.id where n.id = which for update of v;
  select * into i from move_invitation where id = which;
  if i.id is null or i.answered_by_id is distinct from actor_worker() then return 'not_yours'; end if;
  if i.answer not in ('accepted', 'declined') or i.answered_on <> portal_today() or m.called_off_on is not null
     or m.finished_on is not null or not answer_stands_alone(i.id) then return 'too_late'; end if;
  if exists (select 1 from move_invitation o where o.move_id = i.move_id and o.asked_to = i.asked_to
             and o.organisation_id = i.organisation_id and o.answer is null) then return 'too_late'; end if;
  if i.answer = 'accepted' and i.asked_to = 'transfer' then
    delete from involvement v using move_part p where p.move_id = m.id and p.involvement_id = v.id and p.does = 'joins'
      and v.worker_id = m.new_lead_id and v.accepted_on is null;
    -- the borough that was asked first, as when the move was begun
    update move set new_lead_id = null, to_borough_id = coalesce(
      (select case when o.kind = 'borough' then o.id else o.borough_id end from move_invitation n
       join organisation o on o.id = n.organisation_id where n.move_id = m.id and n.asked_to = 'transfer'
       order by n.id limit 1), to_borough_id) where id = m.id;
  end if;
  update move_invitation set answer = 'withdrawn' where id = i.id;
  insert into move_invitation (ref, move_id, family_id, circle_id, asked_to, organisation_id, asked_by_id, asked_on, meets_on)
    values (fresh_ref(), i.move_id, i.family_id, i.circle_id, i.asked_to, i.organisation_id, i.asked_by_id, i.asked_on,
            i.meets_on);
  said := exists (select 1 from text_message where about_kind = 'move_invitation' and about_id = i.id
                  and state in ('sending', 'sent', 'delivered', 'unknown'));
  update text_message set state = 'dropped', problem = 'not_right'
    where about_kind = 'move_invitation' and about_id = i.id and state = 'queued';
  perform tell_about_move(m.id, 'move_answer_back');
  if said then perform tell_of_answer(i.id, 'move_answer_back'); end if;
  return 'ok';
end $$;
"""

MET = """
-- the lead passes on, the day after both the new lead and the family have said that they met
create function hand_lead_over(which bigint, why text) returns text
language plpgsql volatile security definer set search_path = public as $$
declare m move; old involvement; joined involvement; day date; today date := portal_today(); made bigint;
begin
  select * into m from move where id = which for update;
  if m.lead_said_at is null or m.family_said_at is null or m.finished_on is not null or m.called_off_on is not null then
    return 'waiting';
  end if;
  select * into joined from involvement where family_id = m.family_id and worker_id = m.new_lead_id and not is_lead
    and accepted_on <= today and coalesce(ends_on, 'infinity') >= today order by starts_on desc limit 1;
  if not found then return 'waiting'; end if;
  day := greatest(coalesce(m.leads_on, today), today + 1, joined.starts_on + 1);
  if exists (select 1 from involvement where family_id = m.family_id and is_lead and starts_on >= day) then
    return 'led_already';
  end if;
  for old in select * from involvement where family_id = m.family_id and is_lead and coalesce(ends_on, 'infinity') >= day loop
    insert into move_part (ref, move_id, family_id, circle_id, involvement_id, does, until, before_ends_on, before_reason, made_at)
      values (fresh_ref(), m.id, m.family_id, m.circle_id, old.id, 'leaves', day - 1, old.ends_on, old.end_reason, portal_now())
      on conflict (move_id, involvement_id) do update set until = excluded.until;
    update involvement set ends_on = day - 1, end_reason = why, handover_to_id = m.new_lead_id,
      edited_at = clock_timestamp() where id = old.id;
    if m.old_lead_until >= day then
      insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, ends_on, accepted_on, closes, edited_at)
        values (fresh_ref(), m.family_id, old.worker_id, old.function, false, day, m.old_lead_until, today, false,
                clock_timestamp()) returning id into made;
      insert into move_part (ref, move_id, family_id, circle_id, involvement_id, does, until, made_at)
        values (fresh_ref(), m.id, m.family_id, m.circle_id, made, 'joins', m.old_lead_until, portal_now());
    end if;
  end loop;
  update involvement set ends_on = day - 1, end_reason = why, edited_at = clock_timestamp() where id = joined.id;
  insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, accepted_on, closes, edited_at)
    values (fresh_ref(), m.family_id, m.new_lead_id, joined.function, true, day, today, false, clock_timestamp())
    returning id into made;
  insert into move_part (ref, move_id, family_id, circle_id, involvement_id, does, made_at)
    values (fresh_ref(), m.id, m.family_id, m.circle_id, made, 'leads', portal_now());
  update move set finished_on = day where id = m.id;
  perform tell_about_move(m.id, 'move_handed');
  return 'handed';
end $$;

-- "we have met": the new lead says it, and somebody of the family who may read of the move; saying it twice is once
create function say_met(which bigint, met date, why text) returns text
language plpgsql volatile security definer set search_path = public as $$
declare m move;
begin
  select * into m from move where id = which for update;
  if m.id is null or m.started_at is null or m.called_off_on is not null then return 'no'; end if;
  if m.new_lead_id = actor_worker() then
    update move set lead_said_at = coalesce(lead_said_at, portal_now()), met_on = coalesce(met_on, met) where id = m.id;
  elsif m.family_id = any(my_families()) and sees_where() and m.circle_id = any(my_circles()) then
    if not exists (select 1 from involvement where family_id = m.family_id and worker_id = m.new_lead_id
                   and accepted_on <= portal_today()) then return 'no'; end if;
    update move set family_said_by_id = case when family_said_at is null then actor_person() else family_said_by_id end,
      family_said_at = coalesce(family_said_at, portal_now()) where id = m.id;
  else
    return 'no';
  end if;
  return hand_lead_over(which, why);
end $$;

-- "no, we have not met": what the new lead said is taken back, and both say it again
create function say_not_met(which bigint) returns text
language plpgsql volatile security definer set search_path = public as $$
declare m move;
begin
  select * into m from move where id = which for update;
  if m.id is null or m.finished_on is not null or m.called_off_on is not null or m.lead_said_at is null
     or not (m.family_id = any(my_families()) and sees_where() and m.circle_id = any(my_circles())) then return 'no'; end if;
  update move set lead_said_at = null, met_on = null, family_said_at = null, family_said_by_id = null where id = m.id;
  perform tell_about_move(m.id, 'move_not_met', manager_of(m.new_lead_id));
  return 'ok';
end $$;

create function they_moved(which bigint, day date) returns text
language plpgsql volatile security definer set search_path = public as $$
declare m move;
begin
  select * into m from move where id = which for update;
  if m.id is null or not m.family_id = any(families_open('moves')) or m.started_at is null or m.called_off_on is not null
     or day > portal_today() then return 'no'; end if;
  update move set moved_on = day where id = m.id;
  update family set home_borough_id = m.to_borough_id where id = m.family_id;
  return 'ok';
end $$;

-- everything goes back as it was; once the new one leads, going back is a new move
create function call_off_move(which bigint, sealed bytea, why text) returns text
language plpgsql volatile security definer set search_path = public as $$
declare m move; p move_part; i involvement; today date := portal_today();
begin
  select * into m from move where id = which for update;
  if m.id is null or not m.family_id = any(families_open('moves')) or m.started_at is null then return 'no'; end if;
  if not (cardinality(organisations_i_manage()) > 0
          or actor_worker() = (select r.worker_id from responsible(m.family_id) r)) then return 'no'; end if;
  if m.called_off_on is not null then return 'already'; end if;
  if m.finished_on <= today then return 'too_late'; end if;
  update move set called_off_on = today, called_off_by_id = actor_worker(), called_off_reason = sealed where id = m.id;
  update move_invitation set answer = 'withdrawn', answered_by_id = actor_worker(), answered_on = today
    where move_id = m.id and answer is null;
  perform tell_about_move(m.id, 'move_called_off', manager_of(m.new_lead_id));
  if m.moved_on is not null then update family set home_borough_id = m.from_borough_id where id = m.family_id; end if;
  -- whoever was to come first, so that the lead is free again when it goes back
  for p in select * from move_part where move_id = m.id order by does in ('leaves', 'stays'), id loop
    select * into i from involvement where id = p.involvement_id;
    if p.does in ('leaves', 'stays') then
      -- unless somebody has changed it since
      update involvement set ends_on = p.before_ends_on, end_reason = p.before_reason, handover_to_id = null,
        edited_at = clock_timestamp() where id = i.id and ends_on is not distinct from p.until;
    elsif i.starts_on > today and (i.accepted_on is null or i.is_lead or exists (
        select 1 from involvement o where o.family_id = i.family_id and o.worker_id = i.worker_id and o.id <> i.id)) then
      delete from involvement where id = i.id;
    elsif i.starts_on > today then
      update involvement set starts_on = today, ends_on = today, end_reason = why, edited_at = clock_timestamp() where id = i.id;
    elsif i.accepted_on is null then
      delete from involvement where id = i.id;
    elsif coalesce(i.ends_on, 'infinity') > today then
      update involvement set ends_on = today, end_reason = why, edited_at = clock_timestamp() where id = i.id;
    end if;
  end loop;
  return 'ok';
end $$;

-- while a move runs, nobody of the new borough leads before both have said that they met
create function lead_must_wait(fam bigint, who bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (
    select 1 from move m join worker w on w.id = who join organisation o on o.id = w.organisation_id
    where m.family_id = fam and m.started_at is not null and m.called_off_on is null and m.finished_on is null
      and m.to_borough_id in (o.id, o.borough_id))
$$;

-- a director: the senior manager of the borough they live in, or of the borough whose worker leads
create function signs_moves(fam bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select actor_worker() is not null and exists (
    select 1 from responsible(fam) r left join organisation o on o.id = r.organisation_id
    where actor_worker() in (senior_of(home_borough(fam)), senior_of(coalesce(o.borough_id, o.id))))
$$;
"""

HIDE = """
alter function words_to_hide(bigint) rename to words_to_hide_before_moves;
create function words_to_hide(fam bigint)
returns table (organisations text[], places bytea[], notes bytea[], addresses bytea[])
language sql stable security definer set search_path = public as $$
  with named as (
    select organisation_id as id from school_place where family_id = fam
    union select organisation_id from move_invitation where family_id = fam
    union select to_borough_id from relocation where family_id = fam),
  boroughs as (select coalesce(o.borough_id, o.id) as id from organisation o join named n on n.id = o.id)
  select h.organisations || array(
      select o.name from organisation o
      where o.id in (select n.id from named n) or o.id in (select b.id from boroughs b)
        or o.borough_id in (select b.id from boroughs b)),
    h.places, h.notes, h.addresses
  from words_to_hide_before_moves(fam) h
$$;
"""


def upgrade() -> None:
    tables()
    for part in (ASKED, MET, HIDE):
        op.execute(part)
    for table, professionals in READ.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(
            f"create policy {table}_read on {table} for select to portal_web using (({CIRCLED}) or {professionals})"
        )
        op.execute(f"create policy {table}_worker on {table} for all to portal_worker using (true) with check (true)")
        op.execute(f"grant select on {table} to portal_web, portal_worker")
    for table, verb, test in WRITE:
        clause = f"with check ({test})" if verb == "insert" else f"using ({test}) with check ({test})"
        op.execute(f"create policy {table}_{verb} on {table} for {verb} to portal_web {clause}")
        columns = f" ({COLUMNS[table]})" if verb == "update" else ""
        op.execute(f"grant {verb}{columns} on {table} to portal_web")
    op.execute(
        "create policy involvement_lead_waits on involvement as restrictive for insert to portal_web"
        " with check (not is_lead or not lead_must_wait(family_id, worker_id))"
    )


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")


def tables() -> None:
    """The tables, as Alembic writes them."""
    op.create_table(
        "need_level",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=True),
        sa.Column("grounds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "level in ('early_help', 'child_in_need', 'child_protection')", name=op.f("ck_need_level_level")
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_need_level_circle_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["worker.id"], name=op.f("fk_need_level_decided_by_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_need_level_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["manager_id"], ["worker.id"], name=op.f("fk_need_level_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_level")),
        sa.UniqueConstraint("ref", name=op.f("uq_need_level_ref")),
    )
    op.create_index(op.f("ix_need_level_circle_id"), "need_level", ["circle_id"], unique=False)
    op.create_index(op.f("ix_need_level_family_id"), "need_level", ["family_id"], unique=False)
    op.create_table(
        "relocation",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_borough_id", sa.BigInteger(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("signed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "decision is null or decision in ('stay', 'move', 'rest')", name=op.f("ck_relocation_decision")
        ),
        sa.CheckConstraint(
            "decision is null or (signed_by_id is not null and reason is not null)", name=op.f("ck_relocation_signed")
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_relocation_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_relocation_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["worker.id"], name=op.f("fk_relocation_opened_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["worker.id"], name=op.f("fk_relocation_signed_by_id")),
        sa.ForeignKeyConstraint(["to_borough_id"], ["organisation.id"], name=op.f("fk_relocation_to_borough_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relocation")),
        sa.UniqueConstraint("ref", name=op.f("uq_relocation_ref")),
    )
    op.create_index(op.f("ix_relocation_circle_id"), "relocation", ["circle_id"], unique=False)
    op.create_index(op.f("ix_relocation_family_id"), "relocation", ["family_id"], unique=False)
    op.create_index(
        "ix_relocation_open", "relocation", ["family_id"], unique=True, postgresql_where=sa.text("decision is null")
    )
    op.create_table(
        "school_absence",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "why in ('excluded', 'no_place', 'moved', 'not_safe', 'unwell', 'part_time', 'other')",
            name=op.f("ck_school_absence_why"),
        ),
        sa.CheckConstraint("until is null or until >= since", name=op.f("ck_school_absence_period")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_school_absence_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_school_absence_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["worker.id"], name=op.f("fk_school_absence_made_by_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_school_absence_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_absence")),
        sa.UniqueConstraint("ref", name=op.f("uq_school_absence_ref")),
    )
    op.create_index(op.f("ix_school_absence_circle_id"), "school_absence", ["circle_id"], unique=False)
    op.create_index(op.f("ix_school_absence_family_id"), "school_absence", ["family_id"], unique=False)
    op.create_index(op.f("ix_school_absence_young_person_id"), "school_absence", ["young_person_id"], unique=False)
    op.create_table(
        "school_agreement",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("way in ('told', 'tells')", name=op.f("ck_school_agreement_way")),
        sa.CheckConstraint("asked or reason is not null", name=op.f("ck_school_agreement_reason_when_not_asked")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_school_agreement_answered_by_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_school_agreement_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_school_agreement_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["worker.id"], name=op.f("fk_school_agreement_made_by_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_school_agreement_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_agreement")),
        sa.UniqueConstraint("ref", name=op.f("uq_school_agreement_ref")),
    )
    op.create_index(op.f("ix_school_agreement_circle_id"), "school_agreement", ["circle_id"], unique=False)
    op.create_index(op.f("ix_school_agreement_family_id"), "school_agreement", ["family_id"], unique=False)
    op.create_index(op.f("ix_school_agreement_young_person_id"), "school_agreement", ["young_person_id"], unique=False)
    op.create_table(
        "school_place",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("told_next", sa.LargeBinary(), nullable=True),
        sa.Column("told_next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_next_by_id", sa.BigInteger(), nullable=True),
        sa.Column("read_before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_school_place_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_school_place_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["worker.id"], name=op.f("fk_school_place_made_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_school_place_organisation_id")),
        sa.ForeignKeyConstraint(["told_next_by_id"], ["worker.id"], name=op.f("fk_school_place_told_next_by_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_school_place_worker_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_school_place_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_place")),
        sa.UniqueConstraint("ref", name=op.f("uq_school_place_ref")),
    )
    op.create_index(op.f("ix_school_place_circle_id"), "school_place", ["circle_id"], unique=False)
    op.create_index(op.f("ix_school_place_family_id"), "school_place", ["family_id"], unique=False)
    op.create_index(op.f("ix_school_place_young_person_id"), "school_place", ["young_person_id"], unique=False)
    op.create_table(
        "move_invitation",
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_to", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "answer is distinct from 'declined' or reason is not null",
            name=op.f("ck_move_invitation_declined_with_reason"),
        ),
        sa.CheckConstraint(
            "answer is null or answer in ('accepted', 'declined', 'withdrawn')", name=op.f("ck_move_invitation_answer")
        ),
        sa.CheckConstraint("asked_to in ('transfer', 'conference')", name=op.f("ck_move_invitation_asked_to")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["worker.id"], name=op.f("fk_move_invitation_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["worker.id"], name=op.f("fk_move_invitation_asked_by_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_move_invitation_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_move_invitation_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_move_invitation_move_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_move_invitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_invitation")),
        sa.UniqueConstraint("ref", name=op.f("uq_move_invitation_ref")),
    )
    op.create_index(op.f("ix_move_invitation_circle_id"), "move_invitation", ["circle_id"], unique=False)
    op.create_index(op.f("ix_move_invitation_family_id"), "move_invitation", ["family_id"], unique=False)
    op.create_index(op.f("ix_move_invitation_move_id"), "move_invitation", ["move_id"], unique=False)
    op.create_index(op.f("ix_move_invitation_organisation_id"), "move_invitation", ["organisation_id"], unique=False)
    op.create_index(
        "ix_move_invitation_taken",
        "move_invitation",
        ["move_id"],
        unique=True,
        postgresql_where=sa.text("answer = 'accepted' and asked_to = 'transfer'"),
    )
    op.create_index(
        "ix_move_invitation_waiting",
        "move_invitation",
        ["move_id", "asked_to", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("answer is null"),
    )
    op.create_table(
        "move_part",
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("involvement_id", sa.BigInteger(), nullable=False),
        sa.Column("does", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("paid_by", sa.Text(), nullable=True),
        sa.Column("before_ends_on", sa.Date(), nullable=True),
        sa.Column("before_reason", sa.Text(), nullable=True),
        sa.Column("made_by_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("does in ('joins', 'leads', 'stays', 'leaves')", name=op.f("ck_move_part_does")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_move_part_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_move_part_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["involvement_id"], ["involvement.id"], name=op.f("fk_move_part_involvement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["worker.id"], name=op.f("fk_move_part_made_by_id")),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_move_part_move_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_part")),
        sa.UniqueConstraint("move_id", "involvement_id", name=op.f("uq_move_part_move_id_involvement_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_move_part_ref")),
    )
    op.create_index(op.f("ix_move_part_circle_id"), "move_part", ["circle_id"], unique=False)
    op.create_index(op.f("ix_move_part_family_id"), "move_part", ["family_id"], unique=False)
    op.create_index(op.f("ix_move_part_involvement_id"), "move_part", ["involvement_id"], unique=False)
    op.create_index(op.f("ix_move_part_move_id"), "move_part", ["move_id"], unique=False)
    op.create_table(
        "move_task",
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("owner_person_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("num_nonnulls(owner_person_id, owner_worker_id) = 1", name=op.f("ck_move_task_one_owner")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_move_task_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_move_task_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by_id"], ["worker.id"], name=op.f("fk_move_task_made_by_id")),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_move_task_move_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_person_id"], ["person.id"], name=op.f("fk_move_task_owner_person_id")),
        sa.ForeignKeyConstraint(["owner_worker_id"], ["worker.id"], name=op.f("fk_move_task_owner_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_task")),
        sa.UniqueConstraint("ref", name=op.f("uq_move_task_ref")),
    )
    op.create_index(op.f("ix_move_task_circle_id"), "move_task", ["circle_id"], unique=False)
    op.create_index(op.f("ix_move_task_family_id"), "move_task", ["family_id"], unique=False)
    op.create_index(op.f("ix_move_task_move_id"), "move_task", ["move_id"], unique=False)
    op.create_table(
        "relocation_answer",
        sa.Column("relocation_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("side in ('stay', 'move', 'both')", name=op.f("ck_relocation_answer_side")),
        sa.CheckConstraint(
            "topic in ('same_life', 'new_place', 'helpers', 'strain', 'accept', 'breathing', 'home_seen', 'tenancy', 'question')",
            name=op.f("ck_relocation_answer_topic"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(by_person_id, by_worker_id) = 1", name=op.f("ck_relocation_answer_by_somebody")
        ),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_relocation_answer_by_person_id")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_relocation_answer_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_relocation_answer_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_relocation_answer_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relocation_id"], ["relocation.id"], name=op.f("fk_relocation_answer_relocation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relocation_answer")),
        sa.UniqueConstraint("ref", name=op.f("uq_relocation_answer_ref")),
    )
    op.create_index(op.f("ix_relocation_answer_circle_id"), "relocation_answer", ["circle_id"], unique=False)
    op.create_index(op.f("ix_relocation_answer_family_id"), "relocation_answer", ["family_id"], unique=False)
    op.create_index(op.f("ix_relocation_answer_relocation_id"), "relocation_answer", ["relocation_id"], unique=False)
    op.create_table(
        "relocation_money",
        sa.Column("relocation_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("weeks", sa.SmallInteger(), nullable=False),
        sa.Column("home_now", sa.BigInteger(), nullable=False),
        sa.Column("home_new", sa.BigInteger(), nullable=False),
        sa.Column("travel", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("income", sa.BigInteger(), nullable=False),
        sa.Column("help", sa.BigInteger(), nullable=False),
        sa.Column("help_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("way in ('stay', 'move', 'rest')", name=op.f("ck_relocation_money_way")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_relocation_money_by_person_id")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_relocation_money_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_relocation_money_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_relocation_money_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relocation_id"], ["relocation.id"], name=op.f("fk_relocation_money_relocation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relocation_money")),
        sa.UniqueConstraint("ref", name=op.f("uq_relocation_money_ref")),
        sa.UniqueConstraint("relocation_id", "way", name=op.f("uq_relocation_money_relocation_id_way")),
    )
    op.create_index(op.f("ix_relocation_money_circle_id"), "relocation_money", ["circle_id"], unique=False)
    op.create_index(op.f("ix_relocation_money_family_id"), "relocation_money", ["family_id"], unique=False)
    op.create_index(op.f("ix_relocation_money_relocation_id"), "relocation_money", ["relocation_id"], unique=False)
    op.create_table(
        "relocation_stance",
        sa.Column("relocation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stance in ('pause', 'go_on')", name=op.f("ck_relocation_stance_stance")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_relocation_stance_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_relocation_stance_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_relocation_stance_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relocation_id"], ["relocation.id"], name=op.f("fk_relocation_stance_relocation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relocation_id", "person_id", name=op.f("pk_relocation_stance")),
    )
    op.create_index(op.f("ix_relocation_stance_circle_id"), "relocation_stance", ["circle_id"], unique=False)
    op.create_index(op.f("ix_relocation_stance_family_id"), "relocation_stance", ["family_id"], unique=False)
    op.add_column("move", sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("move", sa.Column("started_by_id", sa.BigInteger(), nullable=True))
    op.add_column("move", sa.Column("move_day", sa.Date(), nullable=True))
    op.add_column("move", sa.Column("staying", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.add_column("move", sa.Column("new_lead_id", sa.BigInteger(), nullable=True))
    op.add_column("move", sa.Column("leads_on", sa.Date(), nullable=True))
    op.add_column("move", sa.Column("old_lead_until", sa.Date(), nullable=True))
    op.add_column("move", sa.Column("met_on", sa.Date(), nullable=True))
    op.add_column("move", sa.Column("lead_said_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("move", sa.Column("family_said_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("move", sa.Column("family_said_by_id", sa.BigInteger(), nullable=True))
    op.add_column("move", sa.Column("finished_on", sa.Date(), nullable=True))
    op.add_column("move", sa.Column("called_off_on", sa.Date(), nullable=True))
    op.add_column("move", sa.Column("called_off_by_id", sa.BigInteger(), nullable=True))
    op.add_column("move", sa.Column("called_off_reason", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_move_open",
        "move",
        ["family_id"],
        unique=True,
        postgresql_where=sa.text("started_at is not null and finished_on is null and called_off_on is null"),
    )
    op.create_foreign_key(op.f("fk_move_family_said_by_id"), "move", "person", ["family_said_by_id"], ["id"])
    op.create_foreign_key(op.f("fk_move_new_lead_id"), "move", "worker", ["new_lead_id"], ["id"])
    op.create_foreign_key(op.f("fk_move_called_off_by_id"), "move", "worker", ["called_off_by_id"], ["id"])
    op.create_foreign_key(op.f("fk_move_started_by_id"), "move", "worker", ["started_by_id"], ["id"])
