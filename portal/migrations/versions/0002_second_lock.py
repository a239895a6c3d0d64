"""The second lock: roles that do not own the tables, who-is-asking functions, and a row-level policy on every table.

Each policy compares bigint ids with an array from a SECURITY DEFINER function called once per statement
(`= any((select f())::bigint[])`), which stays quick where a forgotten filter meets a million rows.
ENABLE without FORCE: the functions read as the owner, who never logs in at run time.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = """
do $$ begin create role portal_web nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role portal_worker nologin; exception when duplicate_object or unique_violation then null; end $$;
-- the first page's one query takes ten times as long to plan as to run, and its plan never depends on who asks
alter role portal_web set plan_cache_mode = force_generic_plan;
grant usage on schema public to portal_web, portal_worker;
revoke create on schema public from public;
"""

WHO_ASKS = """
create function actor_person() returns bigint language sql stable
  as $$ select nullif(current_setting('portal.person', true), '')::bigint $$;
create function actor_worker() returns bigint language sql stable
  as $$ select nullif(current_setting('portal.worker', true), '')::bigint $$;
create function actor_somebody() returns boolean language sql stable
  as $$ select actor_person() is not null or actor_worker() is not null $$;
create function at_the_door() returns boolean language sql stable
  as $$ select coalesce(current_setting('portal.door', true), '') = 'open' $$;
create function portal_now() returns timestamptz language sql stable
  as $$ select coalesce(nullif(current_setting('portal.now', true), '')::timestamptz, now()) $$;
create function portal_today() returns date language sql stable
  as $$ select (portal_now() at time zone 'Europe/London')::date $$;
"""

PEOPLE = """
create function find_my_circles() returns bigint[] language plpgsql stable security definer set search_path = public as $$
begin
  if actor_person() is null then return '{}'; end if;
  return array(select m.circle_id from circle_member m join person p on p.id = m.person_id
               where m.person_id = actor_person() and p.contact_limit <> 'no_contact');
end $$;

create function find_my_families() returns bigint[] language plpgsql stable security definer set search_path = public as $$
begin
  if actor_person() is null then return '{}'; end if;
  return array(select family_id from person where id = actor_person()
               and contact_limit <> 'no_contact' and relation <> 'supporter');
end $$;

-- families that somebody invited me to stand beside; network: I may see everybody who helps them
create function families_i_support(network boolean) returns bigint[]
language plpgsql stable security definer set search_path = public as $$
begin
  if actor_person() is null then return '{}'; end if;
  return array(select s.family_id from supporter s join person p on p.id = s.person_id
               where s.person_id = actor_person() and s.ended_at is null and p.contact_limit <> 'no_contact'
               and (s.sees_network or not network));
end $$;

-- those whom I invited: I give them a number to sign in with and may take it back
create function people_i_invited() returns bigint[] language plpgsql stable security definer set search_path = public as $$
begin
  if actor_person() is null then return '{}'; end if;
  return array(select person_id from supporter where invited_by_id = actor_person());
end $$;

create function people_i_support() returns bigint[] language plpgsql stable security definer set search_path = public as $$
begin
  if actor_person() is null then return '{}'; end if;
  return array(select invited_by_id from supporter where person_id = actor_person() and ended_at is null);
end $$;

create function find_sees_where() returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from person where id = actor_person() and contact_limit = 'none')
$$;

create function find_sees_police() returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from person p where p.id = actor_person() and p.sees_police and p.relation <> 'supporter')
$$;

-- A page asks these dozens of times. So each is a plain expression that the planner writes into the query (a function
-- with rights and a search path of its own costs more to enter than what it reads), and what open_device() has read of
-- a person is kept for the rest of the transaction, until something that decides it changes (forget_me, below).
create function my_circles() returns bigint[] language sql stable as $$
  select case when actor_person() is null then '{}'
         else coalesce(nullif(current_setting('portal.circles', true), '')::bigint[], find_my_circles()) end
$$;

create function my_families() returns bigint[] language sql stable as $$
  select case when actor_person() is null then '{}'
         else coalesce(nullif(current_setting('portal.families', true), '')::bigint[], find_my_families()) end
$$;

-- may this person see what tells where the family is? (contact limit no_address)
create function sees_where() returns boolean language sql stable as $$
  select actor_worker() is not null
      or coalesce(nullif(current_setting('portal.sees_where', true), '')::boolean, find_sees_where())
$$;

create function sees_police() returns boolean language sql stable as $$
  select actor_worker() is not null
      or coalesce(nullif(current_setting('portal.sees_police', true), '')::boolean, find_sees_police())
$$;

create function forget_me() returns trigger language plpgsql as $$
begin
  perform set_config(name, '', true)
    from unnest('{portal.circles,portal.families,portal.sees_where,portal.sees_police}'::text[]) name;
  return null;
end $$;
"""

RESPONSIBLE = """
create function senior_of(org bigint) returns bigint language sql stable security definer set search_path = public as $$
  select coalesce(
    o.senior_manager_id,
    b.senior_manager_id,
    (select w.id from worker w where w.organisation_id = o.id and w.is_manager order by w.id limit 1),
    (select w.id from worker w where w.organisation_id = b.id and w.is_manager order by w.id limit 1))
  from organisation o left join organisation b on b.id = o.borough_id where o.id = org
$$;

-- who is above a worker: their own manager, else their organisation's senior manager, else the borough's
create function manager_of(who bigint) returns bigint language sql stable security definer set search_path = public as $$
  select coalesce(w.manager_id, nullif(senior_of(w.organisation_id), w.id), nullif(b.senior_manager_id, w.id))
  from worker w join organisation o on o.id = w.organisation_id left join organisation b on b.id = o.borough_id
  where w.id = who
$$;

-- where the family lives on a day: before a move that is on record, the borough they moved from
create function home_borough(fam bigint) returns bigint language sql stable security definer set search_path = public as $$
  select coalesce(
    (select m.from_borough_id from move m where m.family_id = fam and m.moved_on > portal_today()
     order by m.moved_on, m.id limit 1),
    (select f.home_borough_id from family f where f.id = fam))
$$;

-- M1: there is never nobody. how: leads | accountable (the lead ended, nobody followed) | closed | new (no lead yet)
create function responsible(fam bigint)
returns table (worker_id bigint, how text, since date, last_lead_id bigint, organisation_id bigint,
               until date, next_lead_id bigint)
language sql stable rows 1 security definer set search_path = public as $$
  with leads as (
    select i.worker_id, i.starts_on, i.ends_on, i.closes, w.organisation_id
    from involvement i join worker w on w.id = i.worker_id
    -- somebody who was asked to lead and has not said yes does not lead
    where i.family_id = fam and i.is_lead and i.starts_on <= portal_today() and i.accepted_on <= portal_today()
    order by i.starts_on desc limit 1)
  select case when l.ends_on is null or l.ends_on >= portal_today() then l.worker_id
              else senior_of(l.organisation_id) end,
         case when l.ends_on is null or l.ends_on >= portal_today() then 'leads'
              when l.closes then 'closed' else 'accountable' end,
         case when l.ends_on is null or l.ends_on >= portal_today() then l.starts_on
              when l.closes then l.ends_on else l.ends_on + 1 end,
         l.worker_id, l.organisation_id,
         case when l.ends_on >= portal_today() then l.ends_on end,
         -- who leads next, once they have said yes
         (select i.worker_id from involvement i where i.family_id = fam and i.is_lead
            and i.starts_on > portal_today() and i.accepted_on <= portal_today() order by i.starts_on limit 1)
  from leads l
  union all
  select senior_of(home_borough(fam)), 'new', null, null, home_borough(fam), null, null
  where not exists (select 1 from leads)
$$;
"""

WORKERS = """
-- organisations whose families I see as a manager: my own; for a borough's senior manager, all of the borough's
create function organisations_i_manage() returns bigint[] language plpgsql stable security definer set search_path = public as $$
declare me worker;
begin
  if actor_worker() is null then return '{}'; end if;
  select * into me from worker where id = actor_worker();
  if not coalesce(me.is_manager, false) then return '{}'; end if;
  return array(
    select me.organisation_id
    union select o.id from organisation o where o.senior_manager_id = me.id
    union select o.id from organisation o join organisation b on b.id = o.borough_id
          where b.senior_manager_id = me.id and b.kind = 'borough');
end $$;

-- families where nobody leads and I am the one who stays accountable: as responsible() says, for all of them at once
create function families_i_answer_for() returns bigint[] language plpgsql stable security definer set search_path = public as $$
declare orgs bigint[]; led bigint[]; me worker; day date := portal_today();
begin
  if actor_worker() is null then return '{}'; end if;
  select * into me from worker where id = actor_worker();
  if not coalesce(me.is_manager, false) then return '{}'; end if;
  orgs := organisations_i_manage();
  -- also of my borough's services: with nobody senior of their own they fall to a manager of the borough
  led := array(select o.id from organisation o
               where (o.id = any(orgs) or o.borough_id = me.organisation_id) and senior_of(o.id) = me.id);
  return array(
    select i.family_id from involvement i join worker w on w.id = i.worker_id
    where w.organisation_id = any(led) and i.is_lead and i.ends_on < day and not i.closes
      and i.starts_on <= day and i.accepted_on <= day
      and not exists (select 1 from involvement n where n.family_id = i.family_id and n.is_lead
                      and n.starts_on > i.starts_on and n.starts_on <= day and n.accepted_on <= day)
    union
    select f.id from (
      select fam.id from family fam
      where (fam.home_borough_id = any(orgs)
             or fam.id in (select m.family_id from move m where m.from_borough_id = any(orgs)))
        and not exists (select 1 from involvement i where i.family_id = fam.id and i.is_lead
                        and i.accepted_on <= day and i.starts_on <= day)
      offset 0) f
    where senior_of(home_borough(f.id)) = me.id);
end $$;

-- Families of which I may open this kind of record today: involved, covering, managing, accountable, urgent access.
-- A page asks dozens of times, so the answer is kept for the rest of the transaction; what could change it (the
-- triggers below), another actor or another day makes it ask again.
create function find_families_open(wanted text) returns bigint[] language plpgsql stable security definer set search_path = public as $$
declare
  me bigint := actor_worker(); orgs bigint[]; day date := portal_today(); t timestamptz := portal_now();
  name text := 'portal.open_' || wanted; kept text := current_setting(name, true); found bigint[];
  stamp text := me || '@' || t || '/' || coalesce(current_setting('portal.changed', true), '') || ':';
begin
  if me is null then return '{}'; end if;
  if starts_with(kept, stamp) then return substr(kept, length(stamp) + 1)::bigint[]; end if;
  orgs := organisations_i_manage();
  found := array(
    select i.family_id from involvement i
    join function_sees s on s.function = i.function and s.kind = wanted
    where i.worker_id = me and i.accepted_on <= day and (i.ends_on is null or i.ends_on >= day)
    union
    select i.family_id from worker w join involvement i on i.worker_id = w.id
    join function_sees s on s.function = i.function and s.kind = wanted
    where w.organisation_id = any(orgs) and i.accepted_on <= day and (i.ends_on is null or i.ends_on >= day)
    union
    select i.family_id from worker w join involvement i on i.worker_id = w.id
    join function_sees s on s.function = i.function and s.kind = wanted
    where w.cover_id = me and w.away_from <= day and w.away_until >= day
      and i.accepted_on <= day and (i.ends_on is null or i.ends_on >= day)
    union
    select unnest(families_i_answer_for())
    union
    select u.family_id from urgent_access u where u.worker_id = me and u.ends_at > clock_timestamp()
      and u.began_at <= t and u.family_id is not null);
  perform set_config(name, stamp || found::text, true);
  return found;
end $$;

create function families_open(wanted text) returns bigint[] language sql stable as $$
  select case when actor_worker() is null then '{}' else find_families_open(wanted) end
$$;

create function forget_families_open() returns trigger language plpgsql as $$
begin
  perform set_config('portal.changed', clock_timestamp()::text, true);
  return null;
end $$;

-- break glass: only somebody who already knows the full name and the birthday finds a family; nobody can browse
create function find_family(full_name text, born date) returns bigint[]
language plpgsql stable security definer set search_path = public as $$
begin
  if actor_worker() is null then return '{}'; end if;
  return array(select distinct family_id from person where lower(name) = lower(trim(full_name)) and date_of_birth = born);
end $$;

-- names and places around a family that must not be read by somebody with no_address (access/masking.py): where its
-- workers and those above them work, every borough, the services of each borough it has to do with, every place named
create function words_to_hide(fam bigint)
returns table (organisations text[], places bytea[], notes bytea[], addresses bytea[])
language plpgsql stable security definer set search_path = public as $$
begin
  if not fam = any(my_families() || families_i_support(false)) then return; end if;
  return query
    with known as (
      select worker_id as id from involvement where family_id = fam
      union select handover_to_id from involvement where family_id = fam
      union select worker_id from appointment where family_id = fam
      union select owner_worker_id from step where family_id = fam
      union select said_by_worker_id from statement where family_id = fam
      union select by_worker_id from family_update where family_id = fam
      union select by_worker_id from offer where family_id = fam
      union select contact_worker_id from moment where family_id = fam
      union select declined_by_id from move where family_id = fam
      union select worker_id from look where family_id = fam),
    near as (
      select k.id from known k
      union select manager_of(k.id) from known k where k.id is not null
      union select w.cover_id from worker w join known k on k.id = w.id),
    here as (
      select w.organisation_id as id from worker w join near n on n.id = w.id
      union select organisation_id from statement where family_id = fam),
    boroughs as (
      select o.borough_id as id from organisation o join here h on h.id = o.id
      union select borough_id from link where family_id = fam
      union select borough_id from moment where family_id = fam
      union select from_borough_id from move where family_id = fam
      union select to_borough_id from move where family_id = fam
      union select home_borough_id from family where id = fam)
    select
      array(select o.name from organisation o
            where o.kind = 'borough' or o.id in (select h.id from here h) or o.borough_id in (select b.id from boroughs b)),
      array(select p.place from appointment_place p where p.family_id = fam),
      array(select l.note from link l where l.family_id = fam and l.note is not null),
      array(select a.text from address a where a.family_id = fam);
end $$;

-- families I was asked to join: before my yes I read nothing of them but the name and whom to ask
create function my_invitations() returns table (involvement_id bigint, family text, led_by text)
language plpgsql stable security definer set search_path = public as $$
begin
  return query
    select i.id, f.name, w.name from involvement i join family f on f.id = i.family_id
    left join lateral responsible(i.family_id) r on true left join worker w on w.id = r.worker_id
    where i.worker_id = actor_worker() and i.accepted_on is null and coalesce(i.ends_on, 'infinity') >= portal_today();
end $$;

-- does this worker work where I am a manager?
create function i_manage(who bigint) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from worker w where w.id = who and w.organisation_id = any((select organisations_i_manage())::bigint[]))
$$;

create function look_delayed(fam bigint, who bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from look_delay d where d.family_id = fam and d.worker_id = who and d.until >= portal_today())
$$;

-- is this worker known to families only as police? such openings are shown to nobody who has not chosen to see police
create function is_police(who bigint) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from worker w join organisation o on o.id = w.organisation_id where w.id = who and o.kind = 'police')
$$;
"""

DEVICES = """
-- who holds this device? Sets the actor for the transaction and says what the first page needs to know of them.
create function open_device(token bytea)
returns table (device_id bigint, device_ref text, account_id bigint, person_id bigint, worker_id bigint, family_id bigint,
               name text, relation text, contact_limit text, is_manager boolean, organisation_id bigint,
               language text, circles bigint[], shared boolean, second_factor boolean, welcomed boolean, discreet boolean,
               sees_police boolean)
language plpgsql volatile security definer set search_path = public as $$
declare d device; a account; p person; w worker; mine bigint[] := '{}'; t timestamptz := clock_timestamp();
begin
  select * into d from device where device.token_hash = token and device.ended_at is null and device.ends_at > t
    and device.last_seen_at > t - make_interval(mins => device.idle_minutes::int);
  if not found then return; end if;
  select * into a from account where account.id = d.account_id and account.locked_at is null;
  if not found then return; end if;
  if a.person_id is not null then
    select * into p from person where person.id = a.person_id and person.contact_limit <> 'no_contact';
    if not found then return; end if;
    if p.relation = 'supporter' and not exists
      (select 1 from supporter s where s.person_id = p.id and s.ended_at is null) then return; end if;
    perform set_config('portal.person', p.id::text, true);
    mine := array(select m.circle_id from circle_member m where m.person_id = p.id);
    perform set_config('portal.circles', mine::text, true),
      set_config('portal.families', case when p.relation = 'supporter' then '{}' else '{' || p.family_id || '}' end, true),
      set_config('portal.sees_where', (p.contact_limit = 'none')::text, true),
      set_config('portal.sees_police', (p.sees_police and p.relation <> 'supporter')::text, true);
  else
    select * into w from worker where worker.id = a.worker_id and (worker.left_on is null or worker.left_on >= portal_today());
    if not found then return; end if;
    -- before the second factor nobody is asking: a password alone opens no family
    if d.second_factor_at is not null then perform set_config('portal.worker', w.id::text, true); end if;
  end if;
  if d.last_seen_at < t - interval '1 minute' then
    update device set last_seen_at = t where device.id = d.id;
  end if;
  return query select d.id, d.ref, a.id, p.id, w.id, p.family_id, coalesce(p.name, w.name), p.relation,
    coalesce(p.contact_limit, 'none'), coalesce(w.is_manager, false), w.organisation_id,
    coalesce(a.language, p.language),
    mine,
    d.shared, d.second_factor_at is not null, a.welcomed_at is not null, a.discreet,
    coalesce(p.sees_police and p.relation <> 'supporter', false);
end $$;
"""

MATRIX = {
    "social_work": "family contact plan appointments updates story school health risk offers moments links moves",
    "youth_justice": "family contact plan appointments updates story school health risk offers moments links moves",
    "youth_support": "family contact plan appointments updates story school risk offers moments links moves",
    "mentor": "family contact plan appointments updates story school risk offers moments links moves",
    "school": "family contact plan appointments updates story school offers",
    "health": "family contact plan appointments updates story school health risk offers moments",
    "housing": "family contact plan appointments updates moves",
    "police_liaison": "family moments",
}

CIRCLED = "circle_id = any((select my_circles())::bigint[])"
OWN = "family_id = any((select my_families())::bigint[])"
SUPPORTED = "family_id = any((select families_i_support({}))::bigint[])"
WHERE = "(select sees_where())"
TODAY = "(select portal_today())"
A_MANAGER = "cardinality((select organisations_i_manage())) > 0"


def opens(kind: str, column: str = "family_id") -> str:
    """The professional's half of a policy."""
    return f"{column} = any((select families_open('{kind}'))::bigint[])"


OWN_ACCOUNT = (
    "account_id in (select a.id from account a where a.person_id = actor_person() or a.worker_id = actor_worker())"
)
INVITED_ACCOUNT = (
    "account_id in (select a.id from account a where a.person_id = any((select people_i_invited())::bigint[]))"
)

SECTIONS = {
    "story": ("story", "strengths", "family", "tried", "hopes"),
    "school": ("school",),
    "health": ("health",),
    "risk": ("places", "friends", "online", "harm"),
}
STATEMENTS = " or ".join(f"(section in {str(s).replace(',)', ')')} and {opens(k)})" for k, s in SECTIONS.items())

# table -> who may read a row (`using`)
READ = {
    "organisation": f"actor_somebody() and {WHERE}",
    "worker": "actor_somebody()",
    "worker_contact": f"actor_somebody() and {WHERE}",
    "family": (
        f"id = any((select my_families())::bigint[]) or {opens('family', 'id')}"
        " or id = any((select families_i_support(false))::bigint[])"
    ),
    "person": (
        f"id = actor_person() or ({OWN} and (relation <> 'supporter' or {WHERE})) or {opens('family')}"
        " or id = any((select people_i_support())::bigint[])"
    ),
    "address": f"person_id = actor_person() or ({OWN} and {WHERE}) or {opens('contact')}",
    "lives_with": f"({OWN} and {WHERE}) or {opens('family')}",
    "circle": f"id = any((select my_circles())::bigint[]) or {opens('family')}",
    "circle_member": f"{CIRCLED} or {opens('family')}",
    "supporter": f"person_id = actor_person() or ({OWN} and {WHERE}) or {opens('family')}",
    "involvement": (
        # the family hears of somebody who joins once they have said yes
        f"(({OWN} or {SUPPORTED.format('false')}) and accepted_on is not null"
        " and (function <> 'police_liaison' or (select sees_police()))"
        f" and ((is_lead and starts_on <= {TODAY} and coalesce(ends_on, 'infinity') >= {TODAY})"
        f" or ({WHERE} and ({OWN} or {SUPPORTED.format('true')}))))"
        # by a hash: a director's thousands of families would be compared one by one with each row
        " or family_id in (select unnest(families_open('family'))) or worker_id = actor_worker()"
    ),
    "function_sees": "actor_somebody()",
    "urgent_access": f"worker_id = actor_worker() or {opens('family')} or (family_id is null and i_manage(worker_id))",
    "alert": "to_worker_id = actor_worker()",
    "step": f"{CIRCLED} or {opens('plan')}",
    "appointment": f"{CIRCLED} or {opens('appointments')}",
    "appointment_place": f"({CIRCLED} and {WHERE}) or {opens('appointments')}",
    "appointment_person": f"{CIRCLED} or {opens('appointments')}",
    "offer": f"{CIRCLED} or {opens('offers')}",
    "statement": f"{CIRCLED} or {STATEMENTS} or said_by_worker_id = actor_worker()",
    "link": f"({CIRCLED} and {WHERE}) or {opens('links')}",
    "moment": f"{CIRCLED} or {opens('moments')}",
    "move": f"({CIRCLED} and {WHERE}) or {opens('moves')}",
    "family_update": f"{CIRCLED} or {opens('updates')} or by_worker_id = actor_worker()",
    "look": (
        f"({OWN} and (circles && (select my_circles())::bigint[] or (cardinality(circles) = 0 and {WHERE}))"
        " and not look_delayed(family_id, worker_id)"
        " and (not is_police(worker_id) or (select sees_police())))"
        f" or worker_id = actor_worker() or {opens('family')}"
    ),
    "look_delay": f"manager_id = actor_worker() or {opens('family')}",
    "account": (
        "at_the_door() or person_id = actor_person() or worker_id = actor_worker()"
        " or person_id = any((select people_i_invited())::bigint[]) or " + opens("contact")
    ),
    "credential": f"at_the_door() or {OWN_ACCOUNT}",
    "phone": (f"at_the_door() or {OWN_ACCOUNT} or {INVITED_ACCOUNT} or {opens('contact')}"),
    "sign_in_code": "at_the_door()",
    "device": f"at_the_door() or {OWN_ACCOUNT} or {INVITED_ACCOUNT}",
    "invitation": f"at_the_door() or made_by_worker_id = actor_worker() or {opens('contact')}",
    "attempt": "at_the_door()",
    "text_message": "false",
    "timetable": "false",
    "heartbeat": "true",
}

# table -> (command, who may do it); `with check` for what is written
WRITE = [
    (
        "account",
        "update",
        f"at_the_door() or person_id = actor_person() or worker_id = actor_worker() or {opens('contact')}",
    ),
    ("account", "insert", f"at_the_door() or {opens('contact')} or {OWN}"),
    ("credential", "update", f"at_the_door() or {OWN_ACCOUNT}"),
    ("credential", "insert", f"at_the_door() or {OWN_ACCOUNT}"),
    ("phone", "insert", f"{opens('contact')} or {INVITED_ACCOUNT}"),
    ("phone", "delete", INVITED_ACCOUNT),
    ("phone", "update", f"{opens('contact')}"),
    ("sign_in_code", "insert", "at_the_door()"),
    ("sign_in_code", "update", "at_the_door()"),
    ("sign_in_code", "delete", "at_the_door()"),
    ("device", "insert", "at_the_door()"),
    ("device", "update", f"at_the_door() or {OWN_ACCOUNT} or {INVITED_ACCOUNT}"),
    ("invitation", "insert", f"made_by_worker_id = actor_worker() and {opens('contact')}"),
    ("invitation", "update", "at_the_door()"),
    ("attempt", "insert", "at_the_door()"),
    ("attempt", "delete", "at_the_door()"),
    ("text_message", "insert", "at_the_door() or actor_somebody()"),
    ("look", "insert", "worker_id = actor_worker()"),
    (
        "look_delay",
        "insert",
        f"manager_id = actor_worker() and worker_id <> actor_worker() and i_manage(worker_id) and {opens('family')}",
    ),
    ("urgent_access", "insert", "worker_id = actor_worker()"),
    ("alert", "insert", "actor_worker() is not null"),
    ("alert", "update", "to_worker_id = actor_worker()"),
    ("involvement", "insert", f"{opens('family')} and {A_MANAGER}"),
    # what has ended stays ended: nobody lets themselves back in
    (
        "involvement",
        "update",
        f"(worker_id = actor_worker() and coalesce(ends_on, 'infinity') >= portal_today()) or ({opens('family')} and {A_MANAGER})",
    ),
    ("person", "insert", f"({OWN} and relation = 'supporter' and {WHERE})"),
    (
        "person",
        "update",
        f"id = actor_person() or id = any((select people_i_invited())::bigint[]) or {opens('family')}",
    ),
    ("supporter", "insert", f"invited_by_id = actor_person() and {OWN} and {WHERE}"),
    ("supporter", "update", "invited_by_id = actor_person()"),
]

# policies choose rows; these columns are all that the web may change in them: no contact limit, no family, no role
COLUMNS = {
    "account": "language, discreet, welcomed_at, invited_at, joined_at, locked_at, locked_by",
    "person": "name, language, interpreter, sees_police",
    "involvement": "accepted_on, ends_on, end_reason, handover_to_id, closes, edited_at",
    "supporter": "who, sees_network, comes_to_conference, ended_at",
}

# what families_open() reads: a change in one of these makes it ask again
DECIDES_WHAT_IS_OPEN = (
    "involvement",
    "urgent_access",
    "worker",
    "organisation",
    "family",
    "move",
    "function_sees",
)

# what open_device() keeps of a person (my_circles() and its neighbours)
DECIDES_WHAT_IS_MINE = ("circle_member", "person", "supporter")

WORKER_ROLE = """
grant select on all tables in schema public to portal_worker;
grant update on text_message to portal_worker;
grant insert, update on heartbeat, timetable to portal_worker;
grant delete on attempt, sign_in_code, device to portal_worker;
grant select on alembic_version to portal_web;
"""


def upgrade() -> None:
    for part in (ROLES, WHO_ASKS, PEOPLE, RESPONSIBLE, WORKERS, DEVICES):
        op.execute(part)
    for function, kinds in MATRIX.items():
        for kind in kinds.split():
            op.execute(f"insert into function_sees (function, kind) values ('{function}', '{kind}')")
    for table, using in READ.items():
        op.execute(f'alter table "{table}" enable row level security')
        op.execute(f'create policy "{table}_read" on "{table}" for select to portal_web using ({using})')
        op.execute(
            f'create policy "{table}_worker" on "{table}" for all to portal_worker using (true) with check (true)'
        )
        op.execute(f'grant select on "{table}" to portal_web')
    for table, verb, test in WRITE:
        clause = {"insert": f"with check ({test})", "delete": f"using ({test})"}.get(
            verb, f"using ({test}) with check ({test})"
        )
        op.execute(f'create policy "{table}_{verb}" on "{table}" for {verb} to portal_web {clause}')
        columns = f" ({COLUMNS[table]})" if verb == "update" and table in COLUMNS else ""
        op.execute(f'grant {verb}{columns} on "{table}" to portal_web')
    for table in DECIDES_WHAT_IS_OPEN:
        op.execute(
            f'create trigger "{table}_decides" after insert or update or delete on "{table}"'
            " for each statement execute function forget_families_open()"
        )
    for table in DECIDES_WHAT_IS_MINE:
        op.execute(
            f'create trigger "{table}_decides_mine" after insert or update or delete on "{table}"'
            " for each statement execute function forget_me()"
        )
    op.execute(WORKER_ROLE)


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first version: restore a backup instead.")
