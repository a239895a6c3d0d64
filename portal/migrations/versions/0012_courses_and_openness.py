"""Courses that a parent joins with a name and a phone, and what changed since the review.

Who signed up is nobody's business in children's services: only workers whom a manager of the course's own charity or
school named as organisers read it, in both locks. Somebody who signs up is not signed in, so the functions here do the
few things that a stranger may: take a place, look at one's own, leave it, answer an offer.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "('charity', 'school')"
RUN = "organisation_id = any((select courses_i_run())::bigint[])"
OF_COURSE = f"course_id in (select c.id from course c where c.{RUN})"
OF_GROUP = f"group_id in (select g.id from course_group g join course c on c.id = g.course_id where c.{RUN})"
OF_SIGN_UP = f"sign_up_id in (select s.id from course_sign_up s where s.{OF_GROUP})"

FUNCTIONS = f"""
-- the organisations whose courses I organise
create function courses_i_run() returns bigint[] language plpgsql stable security definer set search_path = public as $$
begin
  if actor_worker() is null then return '{{}}'; end if;
  return array(select organisation_id from course_organiser where worker_id = actor_worker() and ended_at is null);
end $$;

-- a manager names organisers among their own colleagues, in a charity or a school: never in children's services
create function may_name_organiser(org bigint, who bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from worker m join worker w on w.organisation_id = m.organisation_id
                 join organisation o on o.id = m.organisation_id
                 where m.id = actor_worker() and m.is_manager and m.organisation_id = org and w.id = who
                   and o.kind in {KINDS})
$$;

-- how full each group is that anybody may see: numbers, no names
create function course_seats() returns table (group_id bigint, taken bigint, waiting bigint)
language sql stable security definer set search_path = public as $$
  select g.id, coalesce(sum(s.people) filter (where s.state in ('booked', 'offered')), 0)::bigint,
         coalesce(sum(s.people) filter (where s.state = 'waiting'), 0)::bigint
  from course_group g left join course_sign_up s on s.group_id = g.id group by g.id
$$;

-- A place, or a place on the waiting list: `already` says that this number had one. The group is locked, so the last
-- place is given once; whoever waits is not jumped. Null: that group cannot be joined.
create function course_join(which bigint, a_name bytea, a_number bytea, hash bytea, a_companion bytea, how_many int,
                            a_language text, how text, a_poster text, a_token bytea, a_token_hash bytea, new_ref text)
returns table (sign_up_id bigint, state text, already boolean)
language plpgsql volatile security definer set search_path = public as $$
declare g course_group; taken int; queue int; given text; found course_sign_up;
begin
  select cg.* into g from course_group cg join course c on c.id = cg.course_id
    where cg.id = which and cg.cancelled_at is null and c.published_at is not null for update of cg;
  if g.id is null or not exists (select 1 from course_meeting m where m.group_id = which and m.starts_at > portal_now()) then
    return;
  end if;
  select s.* into found from course_sign_up s
    where s.group_id = which and s.number_hash = hash and s.state in ('booked', 'waiting', 'offered');
  if found.id is not null then
    return query select found.id, found.state, true;
    return;
  end if;
  select coalesce(sum(s.people) filter (where s.state in ('booked', 'offered')), 0), count(*) filter (where s.state = 'waiting')
    into taken, queue from course_sign_up s where s.group_id = which;
  given := case when queue = 0 and taken + how_many <= g.places then 'booked' else 'waiting' end;
  return query insert into course_sign_up as s (ref, group_id, name, number, number_hash, companion, people, language, state,
      via, poster, token, token_hash, made_at)
    values (new_ref, which, a_name, a_number, hash, a_companion, how_many, a_language, given, how, a_poster, a_token, a_token_hash, portal_now())
    returning s.id, s.state, false;
end $$;

-- one's own place, by the secret in the link
create function course_place(a_token_hash bytea)
returns table (sign_up_id bigint, group_id bigint, state text, people int, answer_by timestamptz, asked boolean)
language sql stable security definer set search_path = public as $$
  select id, group_id, state, people::int, answer_by, asked_at is not null from course_sign_up where token_hash = a_token_hash
$$;

-- what a number has: for a text from it, never for a page
create function course_places_of(hash bytea)
returns table (sign_up_id bigint, group_id bigint, state text, answer_by timestamptz, language text, asked_at timestamptz)
language plpgsql stable security definer set search_path = public as $$
begin
  if not at_the_door() then return; end if;
  return query select s.id, s.group_id, s.state, s.answer_by, s.language, s.asked_at from course_sign_up s
    where s.number_hash = hash order by s.made_at desc, s.id desc;
end $$;

-- leave a place, or say yes or no to one that was offered. Whoever calls has the secret, or the phone.
create function course_change(which bigint, wanted text) returns boolean
language plpgsql volatile security definer set search_path = public as $$
declare s course_sign_up;
begin
  select * into s from course_sign_up where id = which for update;
  if wanted = 'left' and s.state in ('booked', 'waiting', 'offered') then
    update course_sign_up set state = 'left', ended_at = portal_now() where id = which;
  elsif wanted in ('booked', 'declined') and s.state = 'offered' and s.answer_by > portal_now() then
    update course_sign_up set state = wanted, ended_at = case when wanted = 'declined' then portal_now() end where id = which;
  else
    return false;
  end if;
  return true;
end $$;

create function course_say(which bigint, stars int, words bytea) returns void
language sql volatile security definer set search_path = public as $$
  update course_sign_up set rating = stars, said = coalesce(words, said) where id = which and asked_at is not null
$$;

create function follow_changes(a_number bytea, hash bytea, a_language text, new_ref text) returns boolean
language plpgsql volatile security definer set search_path = public as $$
begin
  insert into change_follower (ref, number, number_hash, language, since) values (new_ref, a_number, hash, a_language, portal_now())
    on conflict (number_hash) do nothing;
  return found;
end $$;
"""


def _keyed() -> tuple[sa.Column[Any], sa.Column[Any]]:
    """The two columns every record has."""
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("ref", sa.Text(), nullable=False, unique=True),
    )


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "course_organiser",
        sa.Column("worker_id", sa.BigInteger(), sa.ForeignKey("worker.id"), primary_key=True),
        sa.Column("organisation_id", sa.BigInteger(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("named_by_id", sa.BigInteger(), sa.ForeignKey("worker.id"), nullable=False),
        sa.Column("named_at", moment, nullable=False),
        sa.Column("ended_at", moment),
    )
    op.create_table(
        "course",
        *_keyed(),
        sa.Column("organisation_id", sa.BigInteger(), sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("year_from", sa.SmallInteger(), nullable=False),
        sa.Column("year_to", sa.SmallInteger(), nullable=False),
        sa.Column("cost", sa.Text()),
        sa.Column("keyword", sa.Text(), unique=True),
        sa.Column("published_at", moment),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), sa.ForeignKey("worker.id"), nullable=False),
        sa.CheckConstraint("year_from >= 0 and year_to >= year_from and year_to <= 13", name="years"),
    )
    op.create_table(
        "course_group",
        *_keyed(),
        sa.Column(
            "course_id", sa.BigInteger(), sa.ForeignKey("course.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("getting_in", sa.Text()),
        sa.Column("creche", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("places", sa.SmallInteger(), nullable=False),
        sa.Column("cancelled_at", moment),
        sa.Column("cancelled_why", sa.Text()),
        sa.CheckConstraint("mode in ('place', 'online')", name="mode"),
        sa.CheckConstraint("places between 1 and 500", name="places"),
    )
    op.create_table(
        "course_meeting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("group_id", sa.BigInteger(), sa.ForeignKey("course_group.id", ondelete="CASCADE"), nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.UniqueConstraint("group_id", "starts_at"),
    )
    op.create_table(
        "course_sign_up",
        *_keyed(),
        sa.Column(
            "group_id",
            sa.BigInteger(),
            sa.ForeignKey("course_group.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False, index=True),
        sa.Column("companion", sa.LargeBinary()),
        sa.Column("people", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("poster", sa.Text()),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("answer_by", moment),
        sa.Column("ended_at", moment),
        sa.Column("asked_at", moment),
        sa.Column("rating", sa.SmallInteger()),
        sa.Column("said", sa.LargeBinary()),
        sa.CheckConstraint(
            "state in ('booked', 'waiting', 'offered', 'declined', 'lapsed', 'left', 'cancelled')", name="state"
        ),
        sa.CheckConstraint("people between 1 and 2", name="people"),
        sa.CheckConstraint("via in ('web', 'text', 'poster', 'offer')", name="via"),
        sa.CheckConstraint("rating is null or rating between 1 and 5", name="rating"),
    )
    op.create_index(
        "uq_course_sign_up_one_place", "course_sign_up", ["group_id", "number_hash"], unique=True,
        postgresql_where=sa.text("state in ('booked', 'waiting', 'offered')"),
    )  # fmt: skip
    for table, more in (("course_came", sa.Column("people", sa.SmallInteger(), nullable=False)),
                        ("course_reminder", sa.Column("at", moment, nullable=False))):  # fmt: skip
        op.create_table(
            table,
            sa.Column(
                "sign_up_id", sa.BigInteger(), sa.ForeignKey("course_sign_up.id", ondelete="CASCADE"), primary_key=True
            ),
            sa.Column(
                "meeting_id", sa.BigInteger(), sa.ForeignKey("course_meeting.id", ondelete="CASCADE"), primary_key=True
            ),
            more,
        )
    op.create_table(
        "change_note",
        *_keyed(),
        sa.Column("recommendation", sa.SmallInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), sa.ForeignKey("worker.id"), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.CheckConstraint("recommendation between 1 and 15", name="recommendation"),
        sa.CheckConstraint("state in ('begun', 'done', 'stopped')", name="state"),
    )
    op.create_table(
        "change_follower",
        *_keyed(),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("told_at", moment),
    )
    op.execute(FUNCTIONS)
    read = {
        "course_organiser": "worker_id = actor_worker() or may_name_organiser(organisation_id, worker_id)",
        "course": f"published_at is not null or {RUN}",
        "course_group": "true",
        "course_meeting": "true",
        "course_sign_up": OF_GROUP,
        "course_came": OF_SIGN_UP,
        "course_reminder": OF_SIGN_UP,
        "change_note": "true",
        "change_follower": "false",
    }
    write = [
        ("course_organiser", "insert", "named_by_id = actor_worker() and may_name_organiser(organisation_id, worker_id)", ""),
        ("course_organiser", "update", "may_name_organiser(organisation_id, worker_id)", "named_by_id, named_at, ended_at"),
        ("course", "insert", f"made_by_id = actor_worker() and {RUN}", ""),
        ("course", "update", RUN, "title, summary, covers, year_from, year_to, cost, keyword, published_at, changed_at"),
        ("course_group", "insert", OF_COURSE, ""),
        ("course_group", "update", OF_COURSE, "place, getting_in, creche, language, places, cancelled_at, cancelled_why"),
        ("course_meeting", "insert", OF_GROUP, ""),
        ("course_sign_up", "insert", OF_GROUP, ""),
        ("course_sign_up", "update", OF_GROUP, "state, answer_by, ended_at"),
        ("course_came", "insert", OF_SIGN_UP, ""),
        ("course_came", "update", OF_SIGN_UP, "people"),
        ("course_came", "delete", OF_SIGN_UP, ""),
        ("change_note", "insert", "by_worker_id = actor_worker() and organisation_id = any((select organisations_i_manage())::bigint[])", ""),
    ]  # fmt: skip
    for table, using in read.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy {table}_read on {table} for select to portal_web using ({using})")
        op.execute(f"create policy {table}_worker on {table} for all to portal_worker using (true) with check (true)")
        op.execute(f"grant select on {table} to portal_web, portal_worker")
    for table, verb, test, columns in write:
        clause = {"insert": f"with check ({test})", "delete": f"using ({test})"}.get(
            verb, f"using ({test}) with check ({test})"
        )
        op.execute(f"create policy {table}_{verb} on {table} for {verb} to portal_web {clause}")
        op.execute(f"grant {verb}{f' ({columns})' if columns else ''} on {table} to portal_web")
    op.execute("grant update (state, answer_by, ended_at, asked_at) on course_sign_up to portal_worker")
    # the worker locks a group while it passes places on, which needs the right to change something in it
    op.execute("grant update (cancelled_at) on course_group to portal_worker")
    op.execute("grant insert on course_reminder to portal_worker")
    op.execute("grant update (told_at) on change_follower to portal_worker")
    op.execute("grant delete on change_follower to portal_worker")


def downgrade() -> None:
    raise NotImplementedError("Going back would lose who signed up: restore a backup instead.")
