"""The plan that a family writes in, help that is asked for and offered, what keeps people safe, wishes for a mentor.

Families write here for the first time: a step of their own, an answer to an offer, what they need. A policy lets them
write in circles they are in, under their own name, and change only what is theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FUNCTIONS = """
-- who answers for a promise: its owner while they are there; otherwise whoever is responsible for the family (M1)
create function who_answers(fam bigint, owner bigint) returns bigint
language sql stable security definer set search_path = public as $$
  select case when owner is not null and (
           exists (select 1 from involvement i where i.family_id = fam and i.worker_id = owner
                   and i.accepted_on <= portal_today() and i.starts_on <= portal_today()
                   and coalesce(i.ends_on, 'infinity') >= portal_today())
           or not exists (select 1 from involvement i where i.family_id = fam and i.worker_id = owner))
         and exists (select 1 from worker w where w.id = owner and coalesce(w.left_on, 'infinity') >= portal_today())
         then owner else (select r.worker_id from responsible(fam) r) end
$$;

-- is whoever promised this gone? For somebody with no_address, who reads of involvements only who leads: yes or no, about
-- promises they read themselves, so that nobody who left is shown to them as holding one
create function nobody_holds(fam bigint, owner bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from step s where s.family_id = fam and s.owner_worker_id = owner
                 and fam = any(my_families()) and s.circle_id = any(my_circles()))
     and coalesce((select max(coalesce(i.ends_on, 'infinity')) < portal_today() from involvement i
                   where i.family_id = fam and i.worker_id = owner and i.accepted_on <= portal_today()
                   and (i.function <> 'police_liaison' or sees_police())), false)
$$;

-- the same help under other words: what was declined as "Mentor from a charity" was accepted as "Mentor"
create function thing_of(what text) returns text language sql immutable as $$
  select case
    when what ~* 'mentor' then 'mentor'
    when what ~* 'mental.?health|salud mental|camhs|counsell?ing|therapy' then 'mental_health'
    when what ~* 'group for parents|parents?.{0,2} group|(course|class|programme) for parents|parenting (course|class)' then 'parents_group'
    when what ~* '(support|help) for (parents|mothers|fathers|mum|dad)|parents?.{0,2} support' then 'parents_support'
    when what ~* 'bus pass|travel ?card|oyster' then 'bus_pass'
    when what ~* 'apprentice' then 'apprenticeship'
    when what ~* '(school|college) place' then 'school_place'
    when what ~* 'rehous|another home|move home' then 'rehousing'
    when what ~* 'hotel' then 'hotel_nights'
    when what ~* 'respite' then 'respite'
    when what ~* 'solicitor|legal' then 'legal_advice'
    else lower(trim(what)) end
$$;

-- is the need high: something serious in the last year, or the last known level is child protection
create function need_is_high(fam bigint) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from moment m where m.family_id = fam and m.known_at <= portal_now()
                 and m.known_at > portal_now() - interval '365 days')
      or coalesce((select coalesce(case when m.moved_on <= portal_today() then m.need_after end, m.need_before)
                   from move m where m.family_id = fam and m.planned_on <= portal_today()
                   order by m.planned_on desc, m.id desc limit 1) = 'child_protection', false)
$$;

-- the senior person above whoever is responsible
create function senior_for(fam bigint) returns bigint
language sql stable security definer set search_path = public as $$
  select coalesce(case when r.how = 'leads' then manager_of(r.worker_id) end, r.worker_id) from responsible(fam) r
$$;
"""

CIRCLED = "circle_id = any((select my_circles())::bigint[])"
OWN = "family_id = any((select my_families())::bigint[])"
MINE = f"({CIRCLED} and {OWN})"
"""A family member's own family, in a circle they are in."""
ME = "actor_person()"


def opens(kind: str) -> str:
    """The professional's half of a policy."""
    return f"family_id = any((select families_open('{kind}'))::bigint[])"


READ = {
    "goal": f"{CIRCLED} or {opens('plan')}",
    "step_event": f"{CIRCLED} or {opens('plan')}",
    "safety_plan": f"{CIRCLED} or {opens('risk')}",
    "safety_line": f"{CIRCLED} or {opens('risk')}",
    "help_request": f"{CIRCLED} or {opens('offers')}",
    "refusal_review": f"{CIRCLED} or {opens('offers')}",
    "mentor_wish": f"{CIRCLED} or {opens('offers')}",
    # the name of a club tells where somebody lives
    "help_thing": "actor_somebody() and (select sees_where())",
    # what a mentor says of themselves is for those who choose one
    "mentor_profile": "actor_worker() is not null",
}
OWN_STEP = f"owner_person_id = {ME} or (made_by_person_id = {ME} and owner_worker_id is null)"
WRITE = [
    ("goal", "insert", f"({MINE} and by_person_id = {ME}) or ({opens('plan')} and by_worker_id = actor_worker())"),
    ("goal", "update", f"{MINE} or {opens('plan')}"),
    (
        "step",
        "insert",
        f"({MINE} and made_by_person_id = {ME}) or ({opens('plan')} and made_by_worker_id = actor_worker())",
    ),
    # a professional's promise is theirs to change: the family answers it in words, which nobody can take back for them
    ("step", "update", f"({MINE} and ({OWN_STEP})) or {opens('plan')}"),
    (
        "step_event",
        "insert",
        f"({MINE} and by_person_id = {ME}) or ({opens('plan')} and by_worker_id = actor_worker())",
    ),
    ("safety_plan", "insert", f"{opens('risk')} and made_by_worker_id = actor_worker()"),
    ("safety_plan", "update", opens("risk")),
    ("safety_line", "insert", f"({MINE} and person_id = {ME}) or {opens('risk')}"),
    ("safety_line", "update", f"({MINE} and person_id = {ME}) or {opens('risk')}"),
    ("safety_line", "delete", opens("risk")),
    ("offer", "insert", f"{opens('offers')} and by_worker_id = actor_worker()"),
    ("offer", "update", f"({MINE} and to_person_id = {ME}) or {opens('offers')}"),
    (
        "help_request",
        "insert",
        f"({MINE} and asked_by_person_id = {ME} and state = 'asked') or ({opens('offers')} and noted_by_worker_id = actor_worker())",
    ),
    (
        "help_request",
        "update",
        f"({MINE} and asked_by_person_id = {ME} and state in ('asked', 'looking', 'withdrawn')) or {opens('offers')}",
    ),
    ("refusal_review", "insert", f"{MINE} or {opens('offers')}"),
    ("refusal_review", "update", f"{opens('offers')} and cardinality((select organisations_i_manage())) > 0"),
    ("mentor_wish", "insert", f"{MINE} and person_id = {ME} and answer is null"),
    ("mentor_wish", "update", f"({MINE} and person_id = {ME}) or {opens('offers')}"),
    ("help_thing", "insert", "organisation_id = any((select organisations_i_manage())::bigint[])"),
    ("help_thing", "update", "organisation_id = any((select organisations_i_manage())::bigint[])"),
    ("mentor_profile", "insert", "worker_id = actor_worker()"),
    ("mentor_profile", "update", "worker_id = actor_worker()"),
]
# all that the web may change: no family, and no circle but where somebody chooses anew who reads their own words
COLUMNS = {
    "goal": "text, circle_id, by_person_id, by_worker_id, version",
    "step": "text, why, owner_person_id, owner_worker_id, due, status, done_on, version, edited_at",
    "safety_plan": "signs, calls, owner_worker_id, review_on, reviewed_at, ended_at, version",
    "safety_line": "text, edited_at",
    "offer": "response, reason, answered_on, answered_by_person_id, noted_by_worker_id, again_on, version, edited_at",
    "help_request": "to_worker_id, answer_by, state, looking_since, looking_worker_id, decided_at, decided_by_worker_id,"
    " answer, arranged_on, arranged, version",
    "refusal_review": "decided_at, decided_by_worker_id, changes",
    "mentor_wish": "circle_id, gender, language, background, interests, words, said_at, answer, answer_words,"
    " answered_at, answered_by_worker_id, mentor_worker_id, look_again_on, version",
    "help_thing": "about, ended_at",
    "mentor_profile": "gender, about, has_room, edited_at",
}
WORKER_ROLE = """
grant update (late_told_on) on help_request to portal_worker;
grant update (reminded_on) on safety_plan to portal_worker;
grant insert on refusal_review to portal_worker;
"""


def upgrade() -> None:
    op.create_table(
        "help_thing",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("num_nonnulls(thing, name) = 1", name=op.f("ck_help_thing_own_or_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_help_thing_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_thing")),
        sa.UniqueConstraint("ref", name=op.f("uq_help_thing_ref")),
    )
    op.create_index(op.f("ix_help_thing_organisation_id"), "help_thing", ["organisation_id"], unique=False)
    op.create_table(
        "mentor_profile",
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("has_room", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gender in ('woman', 'man', 'other')", name=op.f("ck_mentor_profile_gender")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_mentor_profile_worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_mentor_profile")),
    )
    op.create_table(
        "goal",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("first_words", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name=op.f("ck_goal_one_writer")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_goal_by_person_id")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_goal_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_goal_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_goal_family_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("ref", name=op.f("uq_goal_ref")),
    )
    op.create_index(op.f("ix_goal_circle_id"), "goal", ["circle_id"], unique=False)
    op.create_index("ix_goal_family_id_first_words", "goal", ["family_id", "first_words"], unique=False)
    op.create_table(
        "help_request",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_person_id", sa.BigInteger(), nullable=False),
        sa.Column("noted_by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("looking_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looking_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("arranged_on", sa.Date(), nullable=True),
        sa.Column("arranged", sa.LargeBinary(), nullable=True),
        sa.Column("late_told_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'looking', 'yes', 'no', 'arranged', 'withdrawn')", name=op.f("ck_help_request_state")
        ),
        sa.ForeignKeyConstraint(["asked_by_person_id"], ["person.id"], name=op.f("fk_help_request_asked_by_person_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_help_request_circle_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_worker_id"], ["worker.id"], name=op.f("fk_help_request_decided_by_worker_id")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_help_request_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["looking_worker_id"], ["worker.id"], name=op.f("fk_help_request_looking_worker_id")),
        sa.ForeignKeyConstraint(["noted_by_worker_id"], ["worker.id"], name=op.f("fk_help_request_noted_by_worker_id")),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_help_request_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("ref", name=op.f("uq_help_request_ref")),
    )
    op.create_index(op.f("ix_help_request_circle_id"), "help_request", ["circle_id"], unique=False)
    op.create_index(op.f("ix_help_request_family_id"), "help_request", ["family_id"], unique=False)
    op.create_index(op.f("ix_help_request_to_worker_id"), "help_request", ["to_worker_id"], unique=False)
    op.create_index(
        "ix_help_request_waiting",
        "help_request",
        ["answer_by"],
        unique=False,
        postgresql_where=sa.text("state in ('asked', 'looking')"),
    )
    op.create_table(
        "mentor_wish",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("background", sa.LargeBinary(), nullable=True),
        sa.Column("interests", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_words", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("mentor_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("answer in ('looking', 'found', 'nobody')", name=op.f("ck_mentor_wish_answer")),
        sa.CheckConstraint("gender in ('woman', 'man', 'other')", name=op.f("ck_mentor_wish_gender")),
        sa.ForeignKeyConstraint(
            ["answered_by_worker_id"], ["worker.id"], name=op.f("fk_mentor_wish_answered_by_worker_id")
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_mentor_wish_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_mentor_wish_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["mentor_worker_id"], ["worker.id"], name=op.f("fk_mentor_wish_mentor_worker_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mentor_wish_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_wish")),
        sa.UniqueConstraint("person_id", name=op.f("uq_mentor_wish_person_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_mentor_wish_ref")),
    )
    op.create_index(op.f("ix_mentor_wish_circle_id"), "mentor_wish", ["circle_id"], unique=False)
    op.create_index(op.f("ix_mentor_wish_family_id"), "mentor_wish", ["family_id"], unique=False)
    op.create_table(
        "refusal_review",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_refusal_review_circle_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_worker_id"], ["worker.id"], name=op.f("fk_refusal_review_decided_by_worker_id")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_refusal_review_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_refusal_review_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_refusal_review_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal_review")),
        sa.UniqueConstraint("ref", name=op.f("uq_refusal_review_ref")),
    )
    op.create_index(op.f("ix_refusal_review_circle_id"), "refusal_review", ["circle_id"], unique=False)
    op.create_index(op.f("ix_refusal_review_family_id"), "refusal_review", ["family_id"], unique=False)
    op.create_index(op.f("ix_refusal_review_person_id"), "refusal_review", ["person_id"], unique=False)
    op.create_index(op.f("ix_refusal_review_to_worker_id"), "refusal_review", ["to_worker_id"], unique=False)
    op.create_table(
        "safety_plan",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("signs", sa.LargeBinary(), nullable=True),
        sa.Column("calls", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_safety_plan_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_safety_plan_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_worker_id"], ["worker.id"], name=op.f("fk_safety_plan_made_by_worker_id")),
        sa.ForeignKeyConstraint(["owner_worker_id"], ["worker.id"], name=op.f("fk_safety_plan_owner_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_plan")),
        sa.UniqueConstraint("ref", name=op.f("uq_safety_plan_ref")),
    )
    op.create_index(op.f("ix_safety_plan_circle_id"), "safety_plan", ["circle_id"], unique=False)
    op.create_index(op.f("ix_safety_plan_family_id"), "safety_plan", ["family_id"], unique=False)
    op.create_index(op.f("ix_safety_plan_owner_worker_id"), "safety_plan", ["owner_worker_id"], unique=False)
    op.create_table(
        "safety_line",
        sa.Column("safety_plan_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_safety_line_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_safety_line_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_safety_line_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["safety_plan_id"], ["safety_plan.id"], name=op.f("fk_safety_line_safety_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_line")),
        sa.UniqueConstraint("ref", name=op.f("uq_safety_line_ref")),
    )
    op.create_index(op.f("ix_safety_line_circle_id"), "safety_line", ["circle_id"], unique=False)
    op.create_index(op.f("ix_safety_line_family_id"), "safety_line", ["family_id"], unique=False)
    op.create_index("ix_safety_line_whose", "safety_line", ["safety_plan_id", "person_id"], unique=True)
    op.create_table(
        "step_event",
        sa.Column("step_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column("to_person_id", sa.BigInteger(), nullable=True),
        sa.Column("to_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "what in ('made', 'begun', 'moved', 'done', 'reopened', 'handed_on', 'stopped', 'changed', 'not_working')",
            name=op.f("ck_step_event_what"),
        ),
        sa.CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name=op.f("ck_step_event_one_writer")),
        sa.CheckConstraint("num_nonnulls(to_person_id, to_worker_id) <= 1", name=op.f("ck_step_event_one_receiver")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_step_event_by_person_id")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_step_event_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_step_event_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_step_event_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_step_event_step_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_step_event_to_person_id")),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_step_event_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_event")),
        sa.UniqueConstraint("ref", name=op.f("uq_step_event_ref")),
    )
    op.create_index(op.f("ix_step_event_circle_id"), "step_event", ["circle_id"], unique=False)
    op.create_index(op.f("ix_step_event_family_id"), "step_event", ["family_id"], unique=False)
    op.create_index(op.f("ix_step_event_step_id"), "step_event", ["step_id"], unique=False)
    op.add_column("offer", sa.Column("thing", sa.Text(), nullable=True))
    op.add_column("offer", sa.Column("answered_on", sa.Date(), nullable=True))
    op.add_column("offer", sa.Column("answered_by_person_id", sa.BigInteger(), nullable=True))
    op.add_column("offer", sa.Column("noted_by_worker_id", sa.BigInteger(), nullable=True))
    op.add_column("offer", sa.Column("again_on", sa.Date(), nullable=True))
    op.add_column("offer", sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False))
    op.create_foreign_key(op.f("fk_offer_noted_by_worker_id"), "offer", "worker", ["noted_by_worker_id"], ["id"])
    op.create_foreign_key(op.f("fk_offer_answered_by_person_id"), "offer", "person", ["answered_by_person_id"], ["id"])
    op.add_column("step", sa.Column("why", sa.Text(), nullable=True))
    op.add_column("step", sa.Column("made_by_person_id", sa.BigInteger(), nullable=True))
    op.add_column("step", sa.Column("made_by_worker_id", sa.BigInteger(), nullable=True))
    op.add_column("step", sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False))
    op.create_foreign_key(op.f("fk_step_made_by_person_id"), "step", "person", ["made_by_person_id"], ["id"])
    op.create_foreign_key(op.f("fk_step_made_by_worker_id"), "step", "worker", ["made_by_worker_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_step_one_maker"), "step", "num_nonnulls(made_by_person_id, made_by_worker_id) <= 1"
    )
    op.execute(FUNCTIONS)
    for table, using in READ.items():
        op.execute(f'alter table "{table}" enable row level security')
        op.execute(f'create policy "{table}_read" on "{table}" for select to portal_web using ({using})')
        op.execute(
            f'create policy "{table}_worker" on "{table}" for all to portal_worker using (true) with check (true)'
        )
        op.execute(f'grant select on "{table}" to portal_web, portal_worker')
    for table, verb, test in WRITE:
        clause = {"insert": f"with check ({test})", "delete": f"using ({test})"}.get(
            verb, f"using ({test}) with check ({test})"
        )
        op.execute(f'create policy "{table}_{verb}" on "{table}" for {verb} to portal_web {clause}')
        columns = f" ({COLUMNS[table]})" if verb == "update" else ""
        op.execute(f'grant {verb}{columns} on "{table}" to portal_web')
    op.execute(WORKER_ROLE)


def downgrade() -> None:
    raise NotImplementedError("Going back would lose what people wrote: restore a backup instead.")
