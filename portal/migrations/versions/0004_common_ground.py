"""Choosing on a page who will read something, and alerts that say where to look and may come from a family.

The web may not write circles: adding one person to a circle would open to them all that was ever said in it. So it
asks `circle_of`, which finds the circle of exactly these people or makes it, and never changes one that is there.
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
    op.execute(ALERTS)


def downgrade() -> None:
    raise NotImplementedError("Going back would lose where alerts lead: restore a backup instead.")
