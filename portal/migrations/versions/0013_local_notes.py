"""What a borough adds for its own people: the numbers of its duty team, and notes beside the national guidance.

Both are for everybody to read, signed in or not, so the public pages get them from two functions that show only what
stands now. `my_boroughs` says which of them is the reader's own; to somebody with a contact limit it says nothing,
because the name of the borough would tell where the family is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MINE = "organisation_id = any((select organisations_i_manage())::bigint[])"
OF_A_BOROUGH = "exists (select from organisation o where o.id = organisation_id and o.kind = 'borough')"

READING = """
create function my_boroughs() returns text[]
language plpgsql stable security definer set search_path = public as $$
begin
  if actor_worker() is not null then
    return array(select b.ref from worker w join organisation o on o.id = w.organisation_id
                 join organisation b on b.id = coalesce(o.borough_id, o.id) where w.id = actor_worker());
  end if;
  if actor_person() is null or not sees_where() then return '{}'; end if;
  return array(
    select o.ref from organisation o where o.kind = 'borough' and o.id in (
      select coalesce(l.borough_id, l.id) from family f, lateral responsible(f.id) r
        join organisation l on l.id = r.organisation_id where f.id = any(my_families())
      union select f.home_borough_id from family f where f.id = any(my_families())));
end $$;

create function help_near()
returns table (ref text, name text, day_phone text, day_hours text, night_phone text, checked_on date)
language sql stable security definer set search_path = public as $$
  select o.ref, o.name, d.day_phone, d.day_hours, d.night_phone, d.checked_on
  from duty_numbers d join organisation o on o.id = d.organisation_id where o.kind = 'borough' order by o.name
$$;

create function notes_near()
returns table (ref text, name text, slug text, language text, text text, review_by date)
language sql stable security definer set search_path = public as $$
  select o.ref, o.name, n.slug, n.language, n.text, n.review_by
  from local_note n join organisation o on o.id = n.organisation_id
  where n.ended_at is null and o.kind = 'borough' order by o.name, n.slug, n.language
$$;
"""

LOCKS = f"""
alter table duty_numbers enable row level security;
alter table local_note enable row level security;
create policy duty_numbers_read on duty_numbers for select to portal_web using (actor_worker() is not null);
create policy duty_numbers_insert on duty_numbers for insert to portal_web
  with check ({MINE} and {OF_A_BOROUGH} and changed_by_id = actor_worker());
create policy duty_numbers_update on duty_numbers for update to portal_web
  using ({MINE}) with check ({MINE} and changed_by_id = actor_worker());
create policy local_note_read on local_note for select to portal_web using (actor_worker() is not null);
create policy local_note_insert on local_note for insert to portal_web
  with check ({MINE} and {OF_A_BOROUGH} and written_by_id = actor_worker() and ended_at is null);
create policy local_note_update on local_note for update to portal_web
  using ({MINE} and ended_at is null) with check ({MINE} and ended_by_id = actor_worker());
create policy duty_numbers_worker on duty_numbers for all to portal_worker using (true) with check (true);
create policy local_note_worker on local_note for all to portal_worker using (true) with check (true);
grant select, insert on duty_numbers, local_note to portal_web;
grant update (day_phone, day_hours, night_phone, checked_on, changed_by_id, changed_at) on duty_numbers to portal_web;
grant update (ended_at, ended_by_id) on local_note to portal_web;
grant select on duty_numbers, local_note to portal_worker;
"""


def upgrade() -> None:
    op.create_table(
        "duty_numbers",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("day_phone", sa.Text(), nullable=True),
        sa.Column("day_hours", sa.Text(), nullable=True),
        sa.Column("night_phone", sa.Text(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_duty_numbers_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["changed_by_id"], ["worker.id"], name=op.f("fk_duty_numbers_changed_by_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_duty_numbers")),
    )
    op.create_table(
        "local_note",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("written_by_id", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_local_note_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["worker.id"], name=op.f("fk_local_note_written_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["worker.id"], name=op.f("fk_local_note_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_note")),
        sa.UniqueConstraint("ref", name=op.f("uq_local_note_ref")),
    )
    op.create_index(
        "one_note_stands",
        "local_note",
        ["organisation_id", "slug", "language"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.execute(READING)
    op.execute(LOCKS)
    op.execute("select tie_families()")


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")
