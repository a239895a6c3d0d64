"""What may be asked before anybody is known: who answers to a number, and closing an account whose phone was taken.

At the door the tables of people stay shut (0002). These functions say just enough of them to let the right person in.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DOOR = """
-- may this account be let in at all, locked or not? Nobody with no_contact, no former supporter, nobody who left.
create function may_come_in(which bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select coalesce((
    select case when a.person_id is not null
      then p.contact_limit <> 'no_contact' and (p.relation <> 'supporter'
           or exists (select 1 from supporter s where s.person_id = p.id and s.ended_at is null))
      else w.left_on is null or w.left_on >= portal_today() end
    from account a left join person p on p.id = a.person_id left join worker w on w.id = a.worker_id
    where a.id = which), false)
$$;

-- A number is closed for everybody on it while one of them is locked (that phone was taken) or may not be in contact
-- (that person may hold the phone). A worker's invitation opens it in the first case, never in the second.
create function number_closed(hash bytea, invited boolean) returns boolean
language plpgsql stable security definer set search_path = public as $$
begin
  if not at_the_door() then return true; end if;
  return exists (select 1 from phone f join account a on a.id = f.account_id join person p on p.id = a.person_id
                 where f.number_hash = hash
                   and (p.contact_limit = 'no_contact' or (a.locked_at is not null and not invited)));
end $$;

-- who answers to a number; shared: somebody else does too, even if that one may not come in
create function people_on_number(hash bytea)
returns table (account_id bigint, account_ref text, name text, relation text, language text, joined boolean,
               welcomed boolean, has_pin boolean, born_known boolean, shared boolean)
language plpgsql stable security definer set search_path = public as $$
declare holders bigint;
begin
  if not at_the_door() then return; end if;
  select count(*) into holders from phone where number_hash = hash;
  return query select a.id, a.ref, p.name, p.relation, coalesce(a.language, p.language), a.joined_at is not null,
      a.welcomed_at is not null, c.pin_hash is not null, p.date_of_birth is not null, holders > 1
    from phone f join account a on a.id = f.account_id join person p on p.id = a.person_id
    left join credential c on c.account_id = a.id
    where f.number_hash = hash and a.locked_at is null and may_come_in(a.id)
    order by p.name, a.id;
end $$;

-- null: there is no birthday on record
create function born_on(which bigint, day date) returns boolean
language plpgsql stable security definer set search_path = public as $$
begin
  if not at_the_door() then return false; end if;
  return (select p.date_of_birth = day from account a join person p on p.id = a.person_id where a.id = which);
end $$;

create function birthday_known(which bigint) returns boolean
language plpgsql stable security definer set search_path = public as $$
begin
  if not at_the_door() then return false; end if;
  return exists (select 1 from account a join person p on p.id = a.person_id
                 where a.id = which and p.date_of_birth is not null);
end $$;

create function language_of(which bigint) returns text
language plpgsql stable security definer set search_path = public as $$
begin
  if not at_the_door() then return null; end if;
  return (select coalesce(a.language, p.language) from account a left join person p on p.id = a.person_id where a.id = which);
end $$;
"""

LOCK = """
-- Not for the web by itself: the two functions below decide who may.
create function shut_account(which bigint, by_whom text) returns void
language plpgsql volatile security definer set search_path = public as $$
declare t timestamptz := clock_timestamp(); numbers bytea[]; accounts bigint[];
begin
  numbers := array(select number_hash from phone where account_id = which);
  -- whoever signs in with the same number may have done so on the phone that was taken
  accounts := array(select account_id from phone where number_hash = any(numbers)) || which;
  update account set locked_at = coalesce(locked_at, t), locked_by = coalesce(locked_by, by_whom) where id = which;
  update device set ended_at = coalesce(ended_at, t), covered_at = null where account_id = any(accounts);
  update sign_in_code set expires_at = t where number_hash = any(numbers) and expires_at > t;
  update invitation set expires_at = t where account_id = which and used_at is null and expires_at > t;
end $$;
revoke execute on function shut_account(bigint, text) from public;

-- by the person themselves, or by a worker who may bring them in
create function lock_account(which bigint) returns boolean
language plpgsql volatile security definer set search_path = public as $$
declare a account;
begin
  select * into a from account where id = which;
  if a.person_id = actor_person() then perform shut_account(which, 'self');
  elsif a.family_id = any(families_open('contact')) then perform shut_account(which, 'worker');
  else return false;
  end if;
  return true;
end $$;

-- by somebody whose phone is gone, so that nothing can be sent to it: number and birthday
create function lock_by_number(hash bytea, born date) returns void
language plpgsql volatile security definer set search_path = public as $$
begin
  if not at_the_door() then return; end if;
  perform shut_account(a.id, 'self') from phone f join account a on a.id = f.account_id join person p on p.id = a.person_id
    where f.number_hash = hash and p.date_of_birth = born and a.locked_at is null;
end $$;

-- how many people sign in with my own number?
create function my_number_is_shared() returns boolean
language sql stable security definer set search_path = public as $$
  select count(*) > 1 from phone where number_hash in
    (select f.number_hash from phone f join account a on a.id = f.account_id where a.person_id = actor_person())
$$;
"""

RIGHTS = """
drop policy phone_insert on phone;
create policy phone_insert on phone for insert to portal_web with check (
  at_the_door() or family_id = any((select families_open('contact'))::bigint[])
  or account_id in (select a.id from account a where a.person_id = any((select people_i_invited())::bigint[])));
drop policy invitation_update on invitation;
create policy invitation_update on invitation for update to portal_web
  using (at_the_door() or family_id = any((select families_open('contact'))::bigint[]))
  with check (at_the_door() or family_id = any((select families_open('contact'))::bigint[]));
grant delete on invitation, heartbeat to portal_worker;
"""


def upgrade() -> None:
    op.add_column("device", sa.Column("covered_at", sa.DateTime(timezone=True)))
    op.add_column("credential", sa.Column("pin_tries", sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    for part in (DOOR, LOCK, RIGHTS):
        op.execute(part)


def downgrade() -> None:
    raise NotImplementedError("Going back would forget who is locked out: restore a backup instead.")
