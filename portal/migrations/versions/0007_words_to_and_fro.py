"""Words to and fro: questions with their clock, updates and what is written back; meetings, what protects, how one is."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDING_IN = """
-- a supporter whose invitation ended reads nothing, whatever circle they were ever put into
create or replace function find_my_circles() returns bigint[] language plpgsql stable security definer set search_path = public as $$
begin
  if actor_person() is null then return '{}'; end if;
  return array(select m.circle_id from circle_member m join person p on p.id = m.person_id
               where m.person_id = actor_person() and p.contact_limit <> 'no_contact'
               and (p.relation <> 'supporter' or exists
                    (select 1 from supporter s where s.person_id = p.id and s.ended_at is null)));
end $$;

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

MEETING_IS_KEPT = """
create function meeting_is_kept() returns trigger language plpgsql as $$
begin
  if (new.withheld_until, new.withheld_whole, new.withheld_by_id)
     is distinct from (old.withheld_until, old.withheld_whole, old.withheld_by_id)
     and actor_worker() is not null and cardinality(organisations_i_manage()) = 0 then
    raise exception 'only a manager keeps a meeting back, or shows it again';
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
    updates()
    meetings()
    protections()
    checkins()


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


def updates() -> None:
    op.add_column("family_update", sa.Column("corrects_id", sa.BigInteger()))
    op.add_column("family_update", sa.Column("written_at", sa.DateTime(timezone=True)))
    op.create_foreign_key(
        op.f("fk_family_update_corrects_id"),
        "family_update",
        "family_update",
        ["corrects_id"],
        ["id"],
        ondelete="CASCADE",
    )
    index("family_update", "corrects_id")
    op.create_table(
        "update_read",
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        family(),
        circle(),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("update_id", "person_id", name=op.f("pk_update_read")),
        to("update_read", "update_id", "family_update", "CASCADE"),
        to("update_read", "person_id", "person", "CASCADE"),
        to("update_read", "family_id", "family", "CASCADE"),
        to("update_read", "circle_id", "circle"),
    )
    index("update_read", "person_id", "family_id", "circle_id")
    op.create_table(
        "update_reply",
        *keyed(),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        family(),
        circle(),
        sa.Column("by_person_id", sa.BigInteger()),
        sa.Column("by_worker_id", sa.BigInteger()),
        sa.Column("to_worker_id", sa.BigInteger()),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker_seen_at", sa.DateTime(timezone=True)),
        *kept("update_reply", update_id="family_update", by_person_id="person"),
        to("update_reply", "by_worker_id", "worker"),
        to("update_reply", "to_worker_id", "worker"),
        sa.CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name=op.f("ck_update_reply_somebody")),
    )
    index("update_reply", "update_id", "family_id", "circle_id", "to_worker_id")
    opened = OPEN.format("updates")
    mine = f"person_id = actor_person() and {CIRCLED}"
    locked("update_read", f"({mine}) or {opened}")
    may("update_read", "insert", mine)
    may("update_read", "update", mine, "read_at")
    reads = (
        f"({opened} and (to_worker_id is null or to_worker_id = any((select workers_i_stand_for())::bigint[])"
        " or family_id = any((select families_i_oversee())::bigint[])))"
    )
    locked("update_reply", f"{CIRCLED} or {reads}")
    may(
        "update_reply",
        "insert",
        f"(by_person_id = actor_person() and {OWN} and {CIRCLED}) or (by_worker_id = actor_worker() and {opened})",
    )
    may("update_reply", "update", reads, "worker_seen_at")
    may("family_update", "insert", f"by_worker_id = actor_worker() and {opened} and source is null")
    # within its minute and while nobody has read it; a little longer here, so that Python's clock decides
    taken_back = (
        "by_worker_id = actor_worker() and written_at > clock_timestamp() - interval '75 seconds'"
        " and not exists (select 1 from update_read r where r.update_id = family_update.id)"
    )
    may("family_update", "delete", taken_back)
    # a row that is to be deleted is held first, which PostgreSQL counts as changing it
    may("family_update", "update", "by_worker_id = actor_worker()", "edited_at")


def meetings() -> None:
    op.create_table(
        "meeting",
        *keyed(),
        family(),
        circle(),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("invited", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("why_not", sa.LargeBinary()),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("withheld_until", sa.Date()),
        sa.Column("withheld_whole", sa.Boolean(), nullable=False),
        sa.Column("withheld_by_id", sa.BigInteger()),
        sa.Column("told_late_at", sa.DateTime(timezone=True)),
        sa.Column("called_off_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *kept("meeting"),
        to("meeting", "by_worker_id", "worker"),
        to("meeting", "withheld_by_id", "worker"),
        sa.CheckConstraint(
            "num_nonnulls(withheld_until, withheld_by_id) in (0, 2)", name=op.f("ck_meeting_withheld_by_somebody")
        ),
    )
    index("meeting", "circle_id", "by_worker_id")
    op.create_index("ix_meeting_family_id_held_at", "meeting", ["family_id", "held_at"])
    op.create_table(
        "meeting_change",
        *keyed(),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        family(),
        circle(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("held_before", sa.DateTime(timezone=True)),
        sa.Column("held_after", sa.DateTime(timezone=True)),
        sa.Column("words", sa.LargeBinary()),
        *kept("meeting_change", meeting_id="meeting"),
        to("meeting_change", "by_worker_id", "worker"),
        sa.CheckConstraint("what in ('moved', 'off', 'invited', 'readers')", name=op.f("ck_meeting_change_what")),
    )
    index("meeting_change", "meeting_id", "family_id", "circle_id")
    op.create_table(
        "meeting_decision",
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        family(),
        circle(),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", "number", name=op.f("pk_meeting_decision")),
        to("meeting_decision", "meeting_id", "meeting", "CASCADE"),
        to("meeting_decision", "family_id", "family", "CASCADE"),
        to("meeting_decision", "circle_id", "circle"),
        to("meeting_decision", "by_worker_id", "worker"),
    )
    index("meeting_decision", "family_id", "circle_id")
    op.create_table(
        "meeting_withholding",
        *keyed(),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        family(),
        sa.Column("manager_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_withholding")),
        sa.UniqueConstraint("ref", name=op.f("uq_meeting_withholding_ref")),
        to("meeting_withholding", "meeting_id", "meeting", "CASCADE"),
        to("meeting_withholding", "family_id", "family", "CASCADE"),
        to("meeting_withholding", "manager_id", "worker"),
    )
    index("meeting_withholding", "meeting_id", "family_id")
    opened = OPEN.format("plan")
    manages = "cardinality((select organisations_i_manage())) > 0"
    locked(
        "meeting",
        f"({CIRCLED} and not (withheld_whole and coalesce(withheld_until, '-infinity') >= (select portal_today())))"
        f" or {opened}",
    )
    may("meeting", "insert", f"by_worker_id = actor_worker() and {opened}")
    # any of them moves it, calls it off or changes who reads of it; only a manager keeps it back
    columns = (
        "withheld_until, withheld_whole, withheld_by_id, held_at, due_on, called_off_at, version, circle_id, invited,"
        " why_not"
    )
    may("meeting", "update", opened, columns)
    op.execute(MEETING_IS_KEPT)
    op.execute(
        "create trigger meeting_is_kept before update on meeting for each row execute function meeting_is_kept()"
    )
    locked(
        "meeting_decision",
        f"({CIRCLED} and exists (select 1 from meeting m where m.id = meeting_id"
        f" and coalesce(m.withheld_until, '-infinity') < (select portal_today()))) or {opened}",
    )
    may("meeting_decision", "insert", f"by_worker_id = actor_worker() and {opened}")
    # what was decided goes with the meeting when its readers change; its words never do
    may("meeting_decision", "update", opened, "circle_id")
    # a meeting that is not read is not read in its history either
    locked("meeting_change", f"({CIRCLED} and meeting_id in (select m.id from meeting m)) or {opened}")
    may("meeting_change", "insert", f"by_worker_id = actor_worker() and {opened}")
    locked("meeting_withholding", opened)
    may("meeting_withholding", "insert", f"manager_id = actor_worker() and {opened} and {manages}")
    op.execute("grant update (told_late_at) on meeting to portal_worker")


def protections() -> None:
    op.create_table(
        "protection",
        *keyed(),
        family(),
        circle(),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("follows", sa.LargeBinary()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_id", sa.BigInteger(), nullable=False),
        sa.Column("told_for", sa.Date()),
        *kept("protection", young_person_id="person"),
        to("protection", "by_worker_id", "worker"),
        to("protection", "edited_by_id", "worker"),
        sa.CheckConstraint(
            "sort in ('order', 'conditions', 'funding', 'worker', 'housing', 'other')", name=op.f("ck_protection_sort")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_protection_period")),
    )
    index("protection", "circle_id")
    op.create_index("ix_protection_family_id_ends_on", "protection", ["family_id", "ends_on"])
    opened = OPEN.format("plan")
    tells = "sort in ('housing', 'worker', 'funding')"
    locked("protection", f"({CIRCLED} and (not {tells} or (select sees_where()))) or {opened}")
    may("protection", "insert", f"by_worker_id = actor_worker() and {opened}")
    may("protection", "update", opened, "what, ends_on, follows, circle_id, edited_at, edited_by_id")
    op.execute("grant update (told_for) on protection to portal_worker")
    op.create_table(
        "protection_change",
        *keyed(),
        sa.Column("protection_id", sa.BigInteger(), nullable=False),
        family(),
        circle(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary()),
        sa.Column("day_before", sa.Date()),
        *kept("protection_change", protection_id="protection"),
        to("protection_change", "by_worker_id", "worker"),
        sa.CheckConstraint("what in ('words', 'follows', 'end', 'readers')", name=op.f("ck_protection_change_what")),
    )
    index("protection_change", "protection_id", "family_id", "circle_id")
    # a protection that is not read is not read in its history either
    locked("protection_change", f"({CIRCLED} and protection_id in (select p.id from protection p)) or {opened}")
    may("protection_change", "insert", f"by_worker_id = actor_worker() and {opened}")


def checkins() -> None:
    op.create_table(
        "checkin",
        *keyed(),
        family(),
        circle(),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("feeling", sa.Text(), nullable=False),
        sa.Column("wants", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question_id", sa.BigInteger()),
        *kept("checkin", person_id="person"),
        to("checkin", "to_worker_id", "worker"),
        to("checkin", "question_id", "question", "SET NULL"),
        sa.CheckConstraint(
            "feeling in ('ok', 'tired', 'hard', 'very_low', 'frightened')", name=op.f("ck_checkin_feeling")
        ),
    )
    index("checkin", "family_id", "circle_id", "to_worker_id")
    op.create_index("ix_checkin_person_id_made_at", "checkin", ["person_id", "made_at"])
    locked("checkin", f"{CIRCLED} or {READS_QUESTION}")
    may("checkin", "insert", f"person_id = actor_person() and {OWN} and {CIRCLED}")
    op.create_table(
        "checkin_asked",
        *keyed(),
        family(),
        circle(),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        *kept("checkin_asked", person_id="person"),
        to("checkin_asked", "to_worker_id", "worker"),
    )
    index("checkin_asked", "family_id", "circle_id", "person_id", "to_worker_id")
    locked("checkin_asked", f"{CIRCLED} or {READS_QUESTION}")
    may("checkin_asked", "insert", f"to_worker_id = actor_worker() and {OPEN.format('family')}")


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
