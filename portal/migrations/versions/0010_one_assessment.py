"""One assessment for ever: writing in it, what belongs to a statement, what was asked elsewhere, and its second lock.

No statement is ever updated or deleted by the web: a newer version, taking out words and taking back what nobody has
read yet each go through a function that checks who asks and what may still happen.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CIRCLED = "circle_id = any((select my_circles())::bigint[])"
OWN = "family_id = any((select my_families())::bigint[])"
WHERE = "(select sees_where())"
A_MANAGER = "cardinality((select organisations_i_manage())) > 0"


def opens(kind: str) -> str:
    """The professional's half of a policy."""
    return f"family_id = any((select families_open('{kind}'))::bigint[])"


SECTIONS = {
    "story": ("story", "strengths", "family", "tried", "hopes"),
    "school": ("school",),
    "health": ("health",),
    "risk": ("places", "friends", "online", "harm"),
}
STATEMENTS = " or ".join(f"(section in {str(s).replace(',)', ')')} and {opens(k)})" for k, s in SECTIONS.items())

FUNCTIONS = """
-- is this young person's assessment kept here? Passed on to another installation, the copy here is read-only
create function assessment_open(young bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select not exists (select 1 from assessment_passed_on p where p.young_person_id = young and p.ended_at is null)
$$;

-- do young person, circle and the statement answered all belong to this family, and may something be added?
create function in_assessment(fam bigint, young bigint, circ bigint, answered bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from person p where p.id = young and p.family_id = fam and p.relation = 'young_person')
    and exists (select 1 from circle c where c.id = circ and c.family_id = fam)
    and (answered is null or exists (select 1 from statement s where s.id = answered and s.young_person_id = young))
    and assessment_open(young)
$$;

-- what belongs to a statement carries its family, circle and section: are they really its own?
create function statement_is(target bigint, fam bigint, circ bigint, sec text) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from statement s where s.id = target and s.family_id = fam and s.circle_id = circ
    and s.section = sec)
$$;

create function section_kind(sec text) returns text language sql immutable as $$
  select case when sec in ('story', 'strengths', 'family', 'tried', 'hopes') then 'story'
    when sec in ('places', 'friends', 'online', 'harm') then 'risk' else sec end
$$;

-- every version of one statement
create function versions_of(target bigint) returns bigint[]
language sql stable security definer set search_path = public as $$
  with recursive later(id) as (select target union select s.replaced_by_id from statement s join later l on s.id = l.id
      where s.replaced_by_id is not null),
    earlier(id) as (select id from later union select s.id from statement s join earlier e on s.replaced_by_id = e.id)
  select array_agg(id) from earlier
$$;

-- One's own words, said anew. False: somebody (oneself, on another page) did so already. Who saw the old one
-- differently sees the new one differently still.
create function replace_statement(old_id bigint, new_id bigint) returns boolean
language plpgsql volatile security definer set search_path = public as $$
declare o statement; n statement;
begin
  select * into o from statement where id = old_id for update;
  select * into n from statement where id = new_id;
  if o.replaced_by_id is not null or o.id is null or n.id is null then return false; end if;
  if o.young_person_id <> n.young_person_id or o.circle_id <> n.circle_id or o.section <> n.section
     or not (o.said_by_person_id is not distinct from n.said_by_person_id
             and o.said_by_worker_id is not distinct from n.said_by_worker_id)
     or not coalesce(o.said_by_person_id = actor_person(), o.said_by_worker_id = actor_worker(), false) then
    return false;
  end if;
  if exists (select 1 from statement_removal r where r.statement_id = old_id) then return false; end if;
  update statement set replaced_by_id = new_id where id = old_id;
  update statement set disagrees_with_id = new_id where disagrees_with_id = old_id and id <> new_id;
  return true;
end $$;

-- A manager takes out the words of a statement in all its versions. Returns the versions; nothing when refused.
create function remove_statement(target bigint, empty_words bytea) returns bigint[]
language plpgsql volatile security definer set search_path = public as $$
declare s statement; every bigint[];
begin
  select * into s from statement where id = target for update;
  if s.id is null or cardinality(organisations_i_manage()) = 0
     or not s.family_id = any(families_open(section_kind(s.section)))
     or exists (select 1 from statement_removal r where r.statement_id = target) then
    return '{}';
  end if;
  every := versions_of(target);
  update statement set text = empty_words, event = null, happened_on = null, happened_known = null, went = null,
    language = null, edited_at = portal_now() where id = any(every);
  delete from statement_draft where changes_id = any(every);
  return every;
end $$;

-- One's own words taken back, as long as nobody has read them. An opening that whoever asks may not be shown yet
-- counts as none: a refusal would tell of it.
create function may_take_back(target bigint) returns boolean
language plpgsql stable security definer set search_path = public as $$
declare s statement;
begin
  select * into s from statement where id = target;
  return s.id is not null and s.written_at is not null and s.replaced_by_id is null and s.version = 1
    and coalesce(s.said_by_person_id = actor_person(), s.said_by_worker_id = actor_worker(), false)
    and assessment_open(s.young_person_id)
    and not exists (select 1 from statement a where a.disagrees_with_id = target)
    and not exists (select 1 from statement_check c where c.statement_id = target)
    and not exists (select 1 from statement_draft d where d.answers_id = target)
    and not exists (select 1 from statement_removal r where r.statement_id = target)
    and not exists (
      select 1 from assessment_visit v join circle_member m on m.person_id = v.person_id
      where m.circle_id = s.circle_id and v.at >= s.written_at and v.person_id is distinct from actor_person())
    and not exists (
      select 1 from look l where l.family_id = s.family_id and l.at >= s.written_at
        and s.circle_id = any(l.circles) and l.worker_id is distinct from actor_worker()
        and (actor_worker() is not null or not look_delayed(l.family_id, l.worker_id))
        and (actor_worker() is not null or sees_police() or not is_police(l.worker_id)));
end $$;

create function take_back_statement(target bigint) returns boolean
language plpgsql volatile security definer set search_path = public as $$
begin
  perform 1 from statement where id = target for update;
  if not may_take_back(target) then return false; end if;
  delete from statement where id = target;
  return true;
end $$;
"""

ADDS = "in_assessment(family_id, young_person_id, circle_id, null)"
MINE = "by_worker_id = actor_worker()"

# table -> who may read a row
READ = {
    "statement_draft": f"(person_id = actor_person() and {OWN}) or worker_id = actor_worker()",
    "statement_check": f"{CIRCLED} or {STATEMENTS} or {MINE}",
    "statement_removal": f"{CIRCLED} or {STATEMENTS} or {MINE}",
    "asked_again": f"{CIRCLED} or {STATEMENTS} or {MINE}",
    "statutory_entry": f"{CIRCLED} or {STATEMENTS} or {MINE}",
    "kept_elsewhere": f"({CIRCLED} and {WHERE}) or {STATEMENTS} or {MINE}",
    # whoever is asked reads the question, and nothing else of the family
    "context_question": (
        f"({CIRCLED} and {WHERE}) or {opens('links')} or to_worker_id = actor_worker() or asked_by_id = actor_worker()"
    ),
    "assessment_visit": f"person_id = actor_person() and {OWN}",
    "assessment_passed_on": f"({OWN} and {WHERE}) or {opens('story')}",
    "assessment_received": f"({OWN} and {WHERE}) or {opens('story')}",
}

# table, command, who may, columns
WRITE = [
    (
        "statement",
        "insert",
        "in_assessment(family_id, young_person_id, circle_id, disagrees_with_id) and replaced_by_id is null and"
        f" ((said_by_person_id = actor_person() and {OWN} and {CIRCLED})"
        f" or (said_by_worker_id = actor_worker() and ({STATEMENTS})))",
        "ref, family_id, circle_id, young_person_id, section, made_on, said_by_person_id, said_by_worker_id,"
        " organisation_id, text, disagrees_with_id, version, written_at, language, event, happened_on, happened_known,"
        " went",
    ),
    (
        "statement_draft",
        "insert",
        f"(person_id = actor_person() and {OWN}) or (worker_id = actor_worker() and {opens('story')})",
        "",
    ),
    (
        "statement_draft",
        "update",
        f"(person_id = actor_person() and {OWN}) or worker_id = actor_worker()",
        "text, reader_ids, saved_at",
    ),
    ("statement_draft", "delete", f"(person_id = actor_person() and {OWN}) or worker_id = actor_worker()", ""),
    (
        "statement_check",
        "insert",
        "statement_is(statement_id, family_id, circle_id, section) and"
        f" ((by_person_id = actor_person() and {OWN} and {CIRCLED}) or ({MINE} and ({STATEMENTS})))",
        "",
    ),
    (
        "statement_removal",
        "insert",
        f"statement_is(statement_id, family_id, circle_id, section) and {MINE} and {A_MANAGER} and ({STATEMENTS})",
        "",
    ),
    ("asked_again", "insert", f"{ADDS} and {MINE} and ({STATEMENTS})", ""),
    ("statutory_entry", "insert", f"{ADDS} and {MINE} and ({STATEMENTS})", ""),
    ("statutory_entry", "update", f"({STATEMENTS}) and assessment_open(young_person_id)", "ended_on, outcome"),
    ("kept_elsewhere", "insert", f"{ADDS} and {MINE} and ({STATEMENTS})", ""),
    ("context_question", "insert", f"{ADDS} and asked_by_id = actor_worker() and {opens('links')}", ""),
    (
        "link",
        "insert",
        f"{ADDS} and ({opens('links')} or ({OWN} and {CIRCLED} and {WHERE}))",
        "ref, family_id, circle_id, young_person_id, borough_id, what, since, until, note, edited_at",
    ),
    ("link", "update", opens("links"), "asked_on, answered_on, until, edited_at"),
    ("assessment_visit", "insert", f"person_id = actor_person() and {OWN}", ""),
    ("assessment_visit", "update", f"person_id = actor_person() and {OWN}", "at, before"),
]

ANSWERING = f"""
create policy context_question_update on context_question for update to portal_web
  using (answered_on is null and (to_worker_id = actor_worker() or {opens("links")}))
  with check (answered_by_id = actor_worker());
grant update (answered_on, answered_by_id, answer) on context_question to portal_web;
-- whoever is asked says on the link that they answered, without seeing it
create function link_answered(question bigint) returns void
language sql volatile security definer set search_path = public as $$
  update link l set answered_on = q.answered_on, edited_at = portal_now()
  from context_question q where q.id = question and q.answered_by_id = actor_worker() and q.answered_on is not null
    and l.id = any(q.link_ids) and l.family_id = q.family_id and l.answered_on is null
$$;
"""


def upgrade() -> None:
    op.create_table(
        "asked_again",
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_asked_again_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_asked_again_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_asked_again_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_asked_again_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_again")),
        sa.UniqueConstraint("ref", name=op.f("uq_asked_again_ref")),
    )
    op.create_index(op.f("ix_asked_again_by_worker_id"), "asked_again", ["by_worker_id"], unique=False)
    op.create_index(op.f("ix_asked_again_circle_id"), "asked_again", ["circle_id"], unique=False)
    op.create_index(op.f("ix_asked_again_family_id"), "asked_again", ["family_id"], unique=False)
    op.create_table(
        "assessment_passed_on",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by", sa.Text(), nullable=True),
        sa.Column("portal", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_assessment_passed_on_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["person.id"], name=op.f("fk_assessment_passed_on_young_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_passed_on")),
        sa.UniqueConstraint("file", name=op.f("uq_assessment_passed_on_file")),
        sa.UniqueConstraint("ref", name=op.f("uq_assessment_passed_on_ref")),
    )
    op.create_index(op.f("ix_assessment_passed_on_family_id"), "assessment_passed_on", ["family_id"], unique=False)
    op.create_index(
        op.f("ix_assessment_passed_on_young_person_id"), "assessment_passed_on", ["young_person_id"], unique=False
    )
    op.create_table(
        "assessment_received",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_assessment_received_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["person.id"], name=op.f("fk_assessment_received_young_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_received")),
        sa.UniqueConstraint("file", name=op.f("uq_assessment_received_file")),
        sa.UniqueConstraint("ref", name=op.f("uq_assessment_received_ref")),
    )
    op.create_index(op.f("ix_assessment_received_family_id"), "assessment_received", ["family_id"], unique=False)
    op.create_index(
        op.f("ix_assessment_received_young_person_id"), "assessment_received", ["young_person_id"], unique=False
    )
    op.create_table(
        "assessment_visit",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_assessment_visit_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assessment_visit_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_assessment_visit")),
    )
    op.create_index(op.f("ix_assessment_visit_family_id"), "assessment_visit", ["family_id"], unique=False)
    op.create_table(
        "context_question",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("link_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("to_name", sa.LargeBinary(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("num_nonnulls(to_worker_id, to_name) = 1", name=op.f("ck_context_question_to_somebody")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["worker.id"], name=op.f("fk_context_question_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["worker.id"], name=op.f("fk_context_question_asked_by_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_context_question_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_context_question_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_context_question_organisation_id")
        ),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_context_question_to_worker_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_context_question_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_question")),
        sa.UniqueConstraint("ref", name=op.f("uq_context_question_ref")),
    )
    op.create_index(op.f("ix_context_question_asked_by_id"), "context_question", ["asked_by_id"], unique=False)
    op.create_index(op.f("ix_context_question_circle_id"), "context_question", ["circle_id"], unique=False)
    op.create_index(op.f("ix_context_question_family_id"), "context_question", ["family_id"], unique=False)
    op.create_index(op.f("ix_context_question_to_worker_id"), "context_question", ["to_worker_id"], unique=False)
    op.create_table(
        "kept_elsewhere",
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("where_kept", sa.LargeBinary(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "what in ('youth_justice', 'ehcp', 'homelessness', 'health', 'other')", name=op.f("ck_kept_elsewhere_what")
        ),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_kept_elsewhere_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_kept_elsewhere_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_kept_elsewhere_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_kept_elsewhere_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_elsewhere")),
        sa.UniqueConstraint("ref", name=op.f("uq_kept_elsewhere_ref")),
    )
    op.create_index(op.f("ix_kept_elsewhere_by_worker_id"), "kept_elsewhere", ["by_worker_id"], unique=False)
    op.create_index(op.f("ix_kept_elsewhere_circle_id"), "kept_elsewhere", ["circle_id"], unique=False)
    op.create_index(op.f("ix_kept_elsewhere_family_id"), "kept_elsewhere", ["family_id"], unique=False)
    op.create_table(
        "statutory_entry",
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), nullable=True),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("working_days", sa.SmallInteger(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "what in ('section_17', 'section_47', 'first_conference', 'review_conference', 'core_group', 'looked_after_review', 'referral_order_report', 'referral_order_review', 'ehcp_review', 'homelessness', 'other')",
            name=op.f("ck_statutory_entry_what"),
        ),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_statutory_entry_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_statutory_entry_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_statutory_entry_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_statutory_entry_organisation_id")
        ),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_statutory_entry_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_entry")),
        sa.UniqueConstraint("ref", name=op.f("uq_statutory_entry_ref")),
    )
    op.create_index(op.f("ix_statutory_entry_by_worker_id"), "statutory_entry", ["by_worker_id"], unique=False)
    op.create_index(op.f("ix_statutory_entry_circle_id"), "statutory_entry", ["circle_id"], unique=False)
    op.create_index(op.f("ix_statutory_entry_family_id"), "statutory_entry", ["family_id"], unique=False)
    op.create_table(
        "statement_check",
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("still_true", sa.Boolean(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name=op.f("ck_statement_check_by_somebody")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_statement_check_by_person_id")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_statement_check_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_statement_check_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_statement_check_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_check_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_check")),
        sa.UniqueConstraint("ref", name=op.f("uq_statement_check_ref")),
    )
    op.create_index(op.f("ix_statement_check_circle_id"), "statement_check", ["circle_id"], unique=False)
    op.create_index(op.f("ix_statement_check_family_id"), "statement_check", ["family_id"], unique=False)
    op.create_index(op.f("ix_statement_check_statement_id"), "statement_check", ["statement_id"], unique=False)
    op.create_table(
        "statement_draft",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("answers_id", sa.BigInteger(), nullable=True),
        sa.Column("changes_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("reader_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "section in ('story', 'strengths', 'family', 'tried', 'hopes', 'school', 'health', 'places', 'friends', 'online', 'harm')",
            name=op.f("ck_statement_draft_section"),
        ),
        sa.CheckConstraint("num_nonnulls(person_id, worker_id) = 1", name=op.f("ck_statement_draft_somebodys")),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["statement.id"], name=op.f("fk_statement_draft_answers_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["changes_id"], ["statement.id"], name=op.f("fk_statement_draft_changes_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_statement_draft_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_statement_draft_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_statement_draft_worker_id")),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["person.id"], name=op.f("fk_statement_draft_young_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_draft")),
        sa.UniqueConstraint(
            "person_id",
            "worker_id",
            "young_person_id",
            "section",
            "answers_id",
            "changes_id",
            name="uq_statement_draft_one_each",
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_statement_draft_ref")),
    )
    op.create_index(op.f("ix_statement_draft_family_id"), "statement_draft", ["family_id"], unique=False)
    op.create_table(
        "statement_removal",
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "because in ('court', 'wrong_person', 'data_protection')", name=op.f("ck_statement_removal_because")
        ),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_statement_removal_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_statement_removal_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_statement_removal_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_removal_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_removal")),
        sa.UniqueConstraint("ref", name=op.f("uq_statement_removal_ref")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_statement_removal_statement_id")),
    )
    op.create_index(op.f("ix_statement_removal_circle_id"), "statement_removal", ["circle_id"], unique=False)
    op.create_index(op.f("ix_statement_removal_family_id"), "statement_removal", ["family_id"], unique=False)
    op.add_column("statement", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("statement", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("statement", sa.Column("event", sa.Text(), nullable=True))
    op.add_column("statement", sa.Column("happened_on", sa.Date(), nullable=True))
    op.add_column("statement", sa.Column("happened_known", sa.Text(), nullable=True))
    op.add_column("statement", sa.Column("went", sa.Text(), nullable=True))
    op.create_index(op.f("ix_statement_disagrees_with_id"), "statement", ["disagrees_with_id"], unique=False)
    op.create_index(op.f("ix_statement_replaced_by_id"), "statement", ["replaced_by_id"], unique=False)

    for name, values in (
        ("event", "('loss', 'move', 'separation', 'start', 'tried', 'other')"),
        ("went", "('well', 'partly', 'badly')"),
        ("happened_known", "('day', 'month', 'year')"),
    ):
        op.create_check_constraint(op.f(f"ck_statement_{name}"), "statement", f"{name} in {values}")
    op.execute(FUNCTIONS)
    for table, using in READ.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy {table}_read on {table} for select to portal_web using ({using})")
        op.execute(f"create policy {table}_worker on {table} for all to portal_worker using (true) with check (true)")
        op.execute(f"grant select on {table} to portal_web, portal_worker")
    for table, verb, test, columns in WRITE:
        clause = {"insert": f"with check ({test})", "delete": f"using ({test})"}.get(verb, f"using ({test})")
        op.execute(f"create policy {table}_{verb} on {table} for {verb} to portal_web {clause}")
        op.execute(f"grant {verb}{f' ({columns})' if columns else ''} on {table} to portal_web")
    op.execute(ANSWERING)


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")
