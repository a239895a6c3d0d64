"""Questions to a named worker, with their clock; who reads them, in the second lock."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDING_IN = """
-- whose questions I read: my own, those of colleagues I cover today, those of the workers I manage
create function workers_i_stand_for() returns bigint[] language plpgsql stable security definer set search_path = public as $$
declare me bigint := actor_worker(); day date := portal_today(); orgs bigint[];
begin
  if me is null then return '{}'; end if;
  orgs := organisations_i_manage();
  return array(
    select me
    union select id from worker where cover_id = me and away_from <= day and away_until >= day
    union select id from worker where organisation_id = any(orgs));
end $$;

-- families of which I read every question: I lead there, stand in for whoever leads, or answer because nobody does
create function families_i_oversee() returns bigint[] language plpgsql stable security definer set search_path = public as $$
declare day date := portal_today(); mine bigint[];
begin
  if actor_worker() is null then return '{}'; end if;
  mine := workers_i_stand_for();
  return array(
    select family_id from involvement where is_lead and worker_id = any(mine) and starts_on <= day
      and accepted_on <= day and (ends_on is null or ends_on >= day)
    union select unnest(families_i_answer_for()));
end $$;
"""

QUESTIONS = """
-- passed on by a worker who reads it, to somebody of this family's; or taken to somebody senior by whoever asked
create function pass_on_question(which bigint, new_to bigint, raised boolean) returns text
language plpgsql volatile security definer set search_path = public as $$
declare q question;
begin
  select * into q from question where id = which for update;
  if not found then return 'not yours'; end if;
  if raised then
    if q.asked_by_person_id is distinct from actor_person() or not q.family_id = any(my_families()) then
      return 'not yours';
    end if;
  elsif not (q.family_id = any(families_open('family'))
             and (q.to_worker_id = any(workers_i_stand_for()) or q.family_id = any(families_i_oversee()))) then
    return 'not yours';
  end if;
  if q.answered_at is not null then return 'answered'; end if;
  if new_to is distinct from manager_of(q.to_worker_id)
     and not exists (select 1 from responsible(q.family_id) r where r.worker_id = new_to)
     and not exists (select 1 from involvement i where i.family_id = q.family_id and i.worker_id = new_to
                     and i.accepted_on <= portal_today() and (i.ends_on is null or i.ends_on >= portal_today())) then
    return 'not of this family';
  end if;
  update question set to_worker_id = new_to, passed_from_id = q.to_worker_id, passed_at = portal_now(),
    passed_by_id = actor_worker(), told_late_at = null,
    raised_at = case when raised then portal_now() else q.raised_at end,
    due_at = case when raised then portal_now() + interval '3 days' else q.due_at end
  where id = which;
  return 'passed';
end $$;

-- what a family was told does not change under them, and nobody answers in a worker's name
create function question_is_kept() returns trigger language plpgsql as $$
begin
  if (new.answer, new.answered_at, new.answered_by_id) is distinct from (old.answer, old.answered_at, old.answered_by_id) then
    if old.answered_at is not null or new.answered_by_id is distinct from actor_worker() then
      raise exception 'a question is answered once, by the worker who answers it';
    end if;
  end if;
  if new.family_seen_at is distinct from old.family_seen_at and old.asked_by_person_id is distinct from actor_person() then
    raise exception 'only whoever asked has seen the answer';
  end if;
  return new;
end $$;
"""

CIRCLED = "circle_id = any((select my_circles())::bigint[])"
OWN = "family_id = any((select my_families())::bigint[])"
OPEN = "family_id = any((select families_open('{}'))::bigint[])"
READS_QUESTION = (
    f"({OPEN.format('family')} and (to_worker_id = any((select workers_i_stand_for())::bigint[])"
    " or family_id = any((select families_i_oversee())::bigint[])))"
)


def upgrade() -> None:
    op.execute(STANDING_IN)
    questions()


def questions() -> None:
    worker = [
        ("first_to_worker_id", False),
        ("to_worker_id", False),
        ("passed_from_id", True),
        ("passed_by_id", True),
        ("answered_by_id", True),
    ]
    times = [
        ("asked_at", False),
        ("due_at", False),
        ("passed_at", True),
        ("raised_at", True),
        ("told_late_at", True),
        ("answered_at", True),
        ("family_seen_at", True),
    ]
    op.create_table(
        "question",
        *keyed(),
        family(),
        circle(),
        sa.Column("asked_by_person_id", sa.BigInteger(), nullable=False),
        sa.Column("about_kind", sa.Text()),
        sa.Column("about_id", sa.BigInteger()),
        sa.Column("about_ref", sa.Text()),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary()),
        *(sa.Column(name, sa.BigInteger(), nullable=empty) for name, empty in worker),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=empty) for name, empty in times),
        *kept("question", asked_by_person_id="person"),
        *(to("question", name, "worker") for name, _ in worker),
        sa.CheckConstraint(
            "num_nonnulls(answered_at, answer, answered_by_id) in (0, 3)", name=op.f("ck_question_answer_is_whole")
        ),
        sa.CheckConstraint("num_nonnulls(about_kind, about_id) in (0, 2)", name=op.f("ck_question_about_something")),
    )
    index("question", "family_id", "circle_id", "asked_by_person_id", "to_worker_id", "answered_by_id")
    op.create_index("ix_question_about_kind_about_id", "question", ["about_kind", "about_id"])
    op.execute(QUESTIONS)
    op.execute(
        "create trigger question_is_kept before update on question for each row execute function question_is_kept()"
    )
    locked("question", f"{CIRCLED} or {READS_QUESTION}")
    may("question", "insert", f"asked_by_person_id = actor_person() and {OWN} and {CIRCLED} and answered_at is null")
    may(
        "question",
        "update",
        f"(asked_by_person_id = actor_person() and {CIRCLED}) or {READS_QUESTION}",
        "answer, answered_at, answered_by_id, family_seen_at",
    )
    op.execute("grant select, update (told_late_at) on question to portal_worker")


# --- what every table here has


def keyed() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
    ]


def family() -> sa.Column[Any]:
    return sa.Column("family_id", sa.BigInteger(), nullable=False)


def circle() -> sa.Column[Any]:
    return sa.Column("circle_id", sa.BigInteger(), nullable=False)


def to(table: str, column: str, target: str, gone: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=gone)


def kept(table: str, **cascading: str) -> list[sa.Constraint]:
    """The key, the reference, family and circle, and what goes with whom it belongs to."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{table}_ref")),
        to(table, "family_id", "family", "CASCADE"),
        to(table, "circle_id", "circle"),
        *(to(table, column, target, "CASCADE") for column, target in cascading.items()),
    ]


def index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def locked(table: str, reads: str) -> None:
    """Row-level security on, who may read, and the worker process's own policy."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"create policy {table}_read on {table} for select to portal_web using ({reads})")
    op.execute(f"create policy {table}_worker on {table} for all to portal_worker using (true) with check (true)")
    op.execute(f"grant select on {table} to portal_web")
    op.execute(f"grant select on {table} to portal_worker")


def may(table: str, verb: str, test: str, columns: str = "") -> None:
    """The web may do this to rows of which this is true, in these columns."""
    clause = {"insert": f"with check ({test})", "delete": f"using ({test})"}.get(
        verb, f"using ({test}) with check ({test})"
    )
    op.execute(f"create policy {table}_{verb} on {table} for {verb} to portal_web {clause}")
    op.execute(f"grant {verb}{f' ({columns})' if columns else ''} on {table} to portal_web")


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")
