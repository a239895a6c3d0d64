"""Choosing on a page who will read something, and alerts that say where to look and may come from a family.

The web may not write circles: adding one person to a circle would open to them all that was ever said in it. So it
asks `circle_of`, which finds the circle of exactly these people or makes it, and never changes one that is there.
And the knot that ties whatever a record names to the family of the record (`tie_families`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CIRCLE_OF = """
-- Null: whoever asks may not, or somebody named is not of this family. A family member is always one of the readers
-- of what they write; a supporter is in no circle.
create function circle_of(fam bigint, people bigint[], new_ref text) returns bigint
language plpgsql volatile security definer set search_path = public as $$
declare wanted bigint[]; whole bigint[]; named text; found bigint;
begin
  if not (fam = any(families_open('family')) or (fam = any(my_families()) and actor_person() = any(people))) then
    return null;
  end if;
  wanted := array(select id from person where family_id = fam and relation <> 'supporter' and id = any(people) order by id);
  if cardinality(wanted) <> cardinality(array(select distinct unnest(people))) then return null; end if;
  whole := array(select id from person where family_id = fam and relation <> 'supporter' order by id);
  named := case when wanted = whole and cardinality(whole) > 0 then 'family' else array_to_string(wanted, ',') end;
  select id into found from circle where family_id = fam and members_key = named;
  if found is not null then return found; end if;
  insert into circle (family_id, members_key, ref) values (fam, named, new_ref)
    on conflict (family_id, members_key) do nothing returning id into found;
  if found is null then
    select id into found from circle where family_id = fam and members_key = named;
    return found;
  end if;
  insert into circle_member (circle_id, person_id, family_id) select found, unnest(wanted), fam;
  return found;
end $$;
"""

TIED = """
-- A record of one family never names a person, a circle, a step … of another. Policies hold whoever writes to the
-- family in `family_id`; this holds everything else in the row to that same family, whoever writes (decision 0079).
-- Each reference from one table with `family_id` to another becomes (family_id, reference), under the name it had.
-- The last migration calls this once all tables are there; one that adds such a table calls it again.
create function tie_families() returns void language plpgsql as $$
declare f record; also text;
begin
  for f in
    select c.conname as name, child.relname as child, parent.relname as parent, own.attname as key, c.confdeltype as gone,
      not fam.attnotnull as loose
    from pg_constraint c
    join pg_class child on child.oid = c.conrelid join pg_class parent on parent.oid = c.confrelid
    join pg_attribute own on own.attrelid = child.oid and own.attnum = c.conkey[1]
    join pg_attribute fam on fam.attrelid = child.oid and fam.attname = 'family_id'
    join pg_attribute theirs on theirs.attrelid = parent.oid and theirs.attname = 'family_id'
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace and cardinality(c.conkey) = 1
      and own.attname <> 'family_id'
      -- a text that came in learns its family later, when it has been understood; only the door and the worker write there
      and parent.relname <> 'inbound_text'
      and not exists (select 1 from pg_constraint t where t.conrelid = child.oid and t.conname = c.conname || '_family')
    order by 2, 1
  loop
    if not exists (select 1 from pg_constraint where conname = f.parent || '_of_family') then
      execute format('alter table %I add constraint %I unique (family_id, id)', f.parent, f.parent || '_of_family');
    end if;
    also := format('foreign key (family_id, %I) references %I (family_id, id)%s', f.key, f.parent,
      case f.gone when 'c' then ' on delete cascade' when 'n' then format(' on delete set null (%I)', f.key) else '' end);
    if f.loose then
      -- without a family nothing is compared: the plain reference stays beside it, and whoever is named has a family
      execute format('alter table %I add constraint %I %s', f.child, f.name || '_family', also);
      if f.key like '%person_id' then
        execute format('alter table %I add constraint %I check (%I is null or family_id is not null)', f.child,
          'ck_' || f.child || '_' || f.key || '_has_family', f.key);
      end if;
    else
      execute format('alter table %I drop constraint %I, add constraint %I %s', f.child, f.name, f.name, also);
    end if;
  end loop;
end $$;
revoke execute on function tie_families() from public;
"""

ALERTS = """
drop policy alert_insert on alert;
create policy alert_insert on alert for insert to portal_web
  with check (actor_worker() is not null or family_id = any((select my_families())::bigint[]));
grant insert on alert to portal_worker;
grant insert on text_message to portal_worker;
"""


def upgrade() -> None:
    op.add_column("alert", sa.Column("path", sa.Text()))
    op.execute(CIRCLE_OF)
    op.execute(TIED)
    op.execute(ALERTS)


def downgrade() -> None:
    raise NotImplementedError("Going back would lose where alerts lead: restore a backup instead.")
