"""The house: every table of the first version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_key_at", "attempt", ["key", "at"], unique=False)
    op.create_table(
        "function_sees",
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("function", "kind", name=op.f("pk_function_sees")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "organisation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("borough_id", sa.BigInteger(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("senior_manager_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('borough', 'youth_justice', 'youth_support', 'charity', 'school', 'health', 'housing', 'police')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.ForeignKeyConstraint(["borough_id"], ["organisation.id"], name=op.f("fk_organisation_borough_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisation_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_organisation_source_source_ref")),
    )
    op.create_index(op.f("ix_organisation_borough_id"), "organisation", ["borough_id"], unique=False)
    op.create_index(op.f("ix_organisation_senior_manager_id"), "organisation", ["senior_manager_id"], unique=False)
    op.create_table(
        "sign_in_code",
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
        sa.UniqueConstraint("ref", name=op.f("uq_sign_in_code_ref")),
    )
    op.create_index(op.f("ix_sign_in_code_number_hash"), "sign_in_code", ["number_hash"], unique=False)
    op.create_table(
        "timetable",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_timetable")),
    )
    op.create_table(
        "family",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home_borough_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["home_borough_id"], ["organisation.id"], name=op.f("fk_family_home_borough_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sa.UniqueConstraint("ref", name=op.f("uq_family_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_family_source_source_ref")),
    )
    op.create_index(op.f("ix_family_home_borough_id"), "family", ["home_borough_id"], unique=False)
    op.create_table(
        "worker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=True),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("cover_id", sa.BigInteger(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cover_id"], ["worker.id"], name=op.f("fk_worker_cover_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["worker.id"], name=op.f("fk_worker_manager_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_worker_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("ref", name=op.f("uq_worker_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_worker_source_source_ref")),
    )
    op.create_index(op.f("ix_worker_cover_id"), "worker", ["cover_id"], unique=False)
    op.create_index(op.f("ix_worker_manager_id"), "worker", ["manager_id"], unique=False)
    op.create_index(op.f("ix_worker_organisation_id"), "worker", ["organisation_id"], unique=False)
    op.create_table(
        "alert",
        sa.Column("to_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("about_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["about_worker_id"], ["worker.id"], name=op.f("fk_alert_about_worker_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_alert_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_worker_id"], ["worker.id"], name=op.f("fk_alert_to_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("ref", name=op.f("uq_alert_ref")),
    )
    op.create_index(op.f("ix_alert_family_id"), "alert", ["family_id"], unique=False)
    op.create_index(op.f("ix_alert_to_worker_id"), "alert", ["to_worker_id"], unique=False)
    op.create_table(
        "circle",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("members_key", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_circle_family_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle")),
        sa.UniqueConstraint("family_id", "members_key", name=op.f("uq_circle_family_id_members_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_circle_ref")),
    )
    op.create_table(
        "involvement",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("handover_to_id", sa.BigInteger(), nullable=True),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(family_id, family_id, '[]')"), "&&"),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            where=sa.text("is_lead"),
            deferrable="True",
            initially="DEFERRED",
            using="gist",
            name="one_lead_at_a_time",
        ),
        sa.CheckConstraint(
            "function in ('social_work', 'youth_justice', 'youth_support', 'mentor', 'school', 'health', 'housing', 'police_liaison')",
            name=op.f("ck_involvement_function"),
        ),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_involvement_period")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_involvement_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["handover_to_id"], ["worker.id"], name=op.f("fk_involvement_handover_to_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_involvement_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvement")),
        sa.UniqueConstraint(
            "family_id",
            "worker_id",
            "function",
            "starts_on",
            name=op.f("uq_involvement_family_id_worker_id_function_starts_on"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_involvement_ref")),
    )
    op.create_index("ix_involvement_family_id_starts_on", "involvement", ["family_id", "starts_on"], unique=False)
    op.create_index(op.f("ix_involvement_worker_id"), "involvement", ["worker_id"], unique=False)
    op.create_table(
        "look",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("circles", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_look_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_look_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint("ref", name=op.f("uq_look_ref")),
    )
    op.create_index("ix_look_family_at", "look", ["family_id", "at"], unique=False)
    op.create_index(op.f("ix_look_worker_id"), "look", ["worker_id"], unique=False)
    op.create_table(
        "look_delay",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_look_delay_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["manager_id"], ["worker.id"], name=op.f("fk_look_delay_manager_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_look_delay_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_delay")),
        sa.UniqueConstraint("ref", name=op.f("uq_look_delay_ref")),
    )
    op.create_index(op.f("ix_look_delay_family_id"), "look_delay", ["family_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("school_year", sa.SmallInteger(), nullable=True),
        sa.Column("parental_responsibility", sa.Boolean(), nullable=False),
        sa.Column("contact_limit", sa.Text(), nullable=False),
        sa.Column("sees_police", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "contact_limit in ('none', 'no_address', 'no_contact')", name=op.f("ck_person_contact_limit")
        ),
        sa.CheckConstraint(
            "relation in ('young_person', 'parent', 'carer', 'sibling', 'other', 'supporter')",
            name=op.f("ck_person_relation"),
        ),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_person_family_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("ref", name=op.f("uq_person_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_person_source_source_ref")),
    )
    op.create_index(op.f("ix_person_family_id"), "person", ["family_id"], unique=False)
    op.create_table(
        "urgent_access",
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("why in ('duty', 'break_glass')", name=op.f("ck_urgent_access_why")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_urgent_access_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_urgent_access_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_access")),
        sa.UniqueConstraint("ref", name=op.f("uq_urgent_access_ref")),
    )
    op.create_index(op.f("ix_urgent_access_family_id"), "urgent_access", ["family_id"], unique=False)
    op.create_index(op.f("ix_urgent_access_worker_id"), "urgent_access", ["worker_id"], unique=False)
    op.create_table(
        "worker_contact",
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_worker_contact_worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_contact")),
    )
    op.create_table(
        "account",
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("num_nonnulls(person_id, worker_id) = 1", name=op.f("ck_account_somebody")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_account_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_account_worker_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_account_ref")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_account_worker_id")),
    )
    op.create_index(op.f("ix_account_family_id"), "account", ["family_id"], unique=False)
    op.create_table(
        "address",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_address_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_address")),
    )
    op.create_index(op.f("ix_address_family_id"), "address", ["family_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('booked', 'attended', 'missed', 'cancelled_by_family', 'cancelled_by_service')",
            name=op.f("ck_appointment_status"),
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_appointment_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_appointment_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_appointment_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("ref", name=op.f("uq_appointment_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_appointment_source_source_ref")),
    )
    op.create_index(op.f("ix_appointment_circle_id"), "appointment", ["circle_id"], unique=False)
    op.create_index("ix_appointment_family_id_starts_at", "appointment", ["family_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_appointment_worker_id"), "appointment", ["worker_id"], unique=False)
    op.create_table(
        "circle_member",
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_circle_member_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_circle_member_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_circle_member_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("circle_id", "person_id", name=op.f("pk_circle_member")),
    )
    op.create_index(op.f("ix_circle_member_family_id"), "circle_member", ["family_id"], unique=False)
    op.create_index(op.f("ix_circle_member_person_id"), "circle_member", ["person_id"], unique=False)
    op.create_table(
        "family_update",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_family_update_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_family_update_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_family_update_family_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_update")),
        sa.UniqueConstraint("ref", name=op.f("uq_family_update_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_family_update_source_source_ref")),
    )
    op.create_index(op.f("ix_family_update_by_worker_id"), "family_update", ["by_worker_id"], unique=False)
    op.create_index(op.f("ix_family_update_circle_id"), "family_update", ["circle_id"], unique=False)
    op.create_index("ix_family_update_family_id_posted_at", "family_update", ["family_id", "posted_at"], unique=False)
    op.create_table(
        "link",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("borough_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "what in ('school', 'friends', 'family', 'youth_club', 'place', 'home', 'other')", name=op.f("ck_link_what")
        ),
        sa.ForeignKeyConstraint(["borough_id"], ["organisation.id"], name=op.f("fk_link_borough_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_link_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_link_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_link_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("ref", name=op.f("uq_link_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_link_source_source_ref")),
    )
    op.create_index(op.f("ix_link_circle_id"), "link", ["circle_id"], unique=False)
    op.create_index(op.f("ix_link_family_id"), "link", ["family_id"], unique=False)
    op.create_index(op.f("ix_link_young_person_id"), "link", ["young_person_id"], unique=False)
    op.create_table(
        "lives_with",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("with_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_lives_with_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lives_with_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["with_id"], ["person.id"], name=op.f("fk_lives_with_with_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "with_id", name=op.f("pk_lives_with")),
    )
    op.create_index(op.f("ix_lives_with_family_id"), "lives_with", ["family_id"], unique=False)
    op.create_table(
        "moment",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind_of_moment", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("borough_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind_of_moment in ('injury', 'arrest', 'exclusion', 'missing', 'threat', 'bereavement', 'other')",
            name=op.f("ck_moment_kind_of_moment"),
        ),
        sa.ForeignKeyConstraint(["borough_id"], ["organisation.id"], name=op.f("fk_moment_borough_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_moment_circle_id")),
        sa.ForeignKeyConstraint(["contact_worker_id"], ["worker.id"], name=op.f("fk_moment_contact_worker_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_moment_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_moment_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment")),
        sa.UniqueConstraint("ref", name=op.f("uq_moment_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_moment_source_source_ref")),
    )
    op.create_index(op.f("ix_moment_circle_id"), "moment", ["circle_id"], unique=False)
    op.create_index(op.f("ix_moment_family_id"), "moment", ["family_id"], unique=False)
    op.create_index(op.f("ix_moment_young_person_id"), "moment", ["young_person_id"], unique=False)
    op.create_table(
        "move",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("from_borough_id", sa.BigInteger(), nullable=False),
        sa.Column("to_borough_id", sa.BigInteger(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("need_before", sa.Text(), nullable=True),
        sa.Column("need_after", sa.Text(), nullable=True),
        sa.Column("conference_on", sa.Date(), nullable=True),
        sa.Column("invitation", sa.Text(), nullable=False),
        sa.Column("declined_by_id", sa.BigInteger(), nullable=True),
        sa.Column("declined_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("invitation in ('none', 'accepted', 'declined')", name=op.f("ck_move_invitation")),
        sa.CheckConstraint(
            "need_after is null or need_after in ('early_help', 'child_in_need', 'child_protection')",
            name=op.f("ck_move_need_after"),
        ),
        sa.CheckConstraint(
            "need_before is null or need_before in ('early_help', 'child_in_need', 'child_protection')",
            name=op.f("ck_move_need_before"),
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_move_circle_id")),
        sa.ForeignKeyConstraint(["declined_by_id"], ["worker.id"], name=op.f("fk_move_declined_by_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_move_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["from_borough_id"], ["organisation.id"], name=op.f("fk_move_from_borough_id")),
        sa.ForeignKeyConstraint(["to_borough_id"], ["organisation.id"], name=op.f("fk_move_to_borough_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
        sa.UniqueConstraint("ref", name=op.f("uq_move_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_move_source_source_ref")),
    )
    op.create_index(op.f("ix_move_circle_id"), "move", ["circle_id"], unique=False)
    op.create_index(op.f("ix_move_family_id"), "move", ["family_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by_worker_id", sa.BigInteger(), nullable=False),
        sa.Column("to_person_id", sa.BigInteger(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("response in ('accepted', 'declined', 'no_answer')", name=op.f("ck_offer_response")),
        sa.ForeignKeyConstraint(["by_worker_id"], ["worker.id"], name=op.f("fk_offer_by_worker_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_offer_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_offer_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_offer_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("ref", name=op.f("uq_offer_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_offer_source_source_ref")),
    )
    op.create_index(op.f("ix_offer_circle_id"), "offer", ["circle_id"], unique=False)
    op.create_index(op.f("ix_offer_family_id"), "offer", ["family_id"], unique=False)
    op.create_table(
        "statement",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("said_by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("said_by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("disagrees_with_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("replaced_by_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "section in ('story', 'strengths', 'family', 'tried', 'hopes', 'school', 'health', 'places', 'friends', 'online', 'harm')",
            name=op.f("ck_statement_section"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(said_by_person_id, said_by_worker_id) = 1", name=op.f("ck_statement_said_by_somebody")
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_statement_circle_id")),
        sa.ForeignKeyConstraint(["disagrees_with_id"], ["statement.id"], name=op.f("fk_statement_disagrees_with_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_statement_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_statement_organisation_id")),
        sa.ForeignKeyConstraint(["said_by_person_id"], ["person.id"], name=op.f("fk_statement_said_by_person_id")),
        sa.ForeignKeyConstraint(["said_by_worker_id"], ["worker.id"], name=op.f("fk_statement_said_by_worker_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["person.id"], name=op.f("fk_statement_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("ref", name=op.f("uq_statement_ref")),
        sa.UniqueConstraint("source", "source_ref", "version", name=op.f("uq_statement_source_source_ref_version")),
    )
    op.create_index(op.f("ix_statement_circle_id"), "statement", ["circle_id"], unique=False)
    op.create_index("ix_statement_family_id_made_on", "statement", ["family_id", "made_on"], unique=False)
    op.create_index(op.f("ix_statement_said_by_worker_id"), "statement", ["said_by_worker_id"], unique=False)
    op.create_index(op.f("ix_statement_young_person_id"), "statement", ["young_person_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_person_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.LargeBinary(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status in ('todo', 'doing', 'done', 'stopped')", name=op.f("ck_step_status")),
        sa.CheckConstraint("num_nonnulls(owner_person_id, owner_worker_id) <= 1", name=op.f("ck_step_one_owner")),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_step_circle_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_step_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_person_id"], ["person.id"], name=op.f("fk_step_owner_person_id")),
        sa.ForeignKeyConstraint(["owner_worker_id"], ["worker.id"], name=op.f("fk_step_owner_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sa.UniqueConstraint("ref", name=op.f("uq_step_ref")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_step_source_source_ref")),
    )
    op.create_index(op.f("ix_step_circle_id"), "step", ["circle_id"], unique=False)
    op.create_index("ix_step_family_id_due", "step", ["family_id", "due"], unique=False)
    op.create_index(op.f("ix_step_owner_worker_id"), "step", ["owner_worker_id"], unique=False)
    op.create_table(
        "supporter",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("sees_network", sa.Boolean(), nullable=False),
        sa.Column("comes_to_conference", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_supporter_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_supporter_invited_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_supporter_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_supporter")),
    )
    op.create_index(op.f("ix_supporter_family_id"), "supporter", ["family_id"], unique=False)
    op.create_table(
        "text_message",
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('queued', 'sending', 'sent', 'failed')", name=op.f("ck_text_message_state")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_text_message_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        sa.UniqueConstraint("ref", name=op.f("uq_text_message_ref")),
    )
    op.create_index(
        "ix_text_message_due",
        "text_message",
        ["urgent", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(op.f("ix_text_message_number_hash"), "text_message", ["number_hash"], unique=False)
    op.create_table(
        "appointment_person",
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_appointment_person_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_appointment_person_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_appointment_person_family_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appointment_person_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("appointment_id", "person_id", name=op.f("pk_appointment_person")),
    )
    op.create_index(op.f("ix_appointment_person_circle_id"), "appointment_person", ["circle_id"], unique=False)
    op.create_index(op.f("ix_appointment_person_family_id"), "appointment_person", ["family_id"], unique=False)
    op.create_table(
        "appointment_place",
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_place_appointment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_appointment_place_circle_id")),
        sa.ForeignKeyConstraint(
            ["family_id"], ["family.id"], name=op.f("fk_appointment_place_family_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_appointment_place")),
    )
    op.create_index(op.f("ix_appointment_place_circle_id"), "appointment_place", ["circle_id"], unique=False)
    op.create_index(op.f("ix_appointment_place_family_id"), "appointment_place", ["family_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_credential_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_credential")),
        sa.UniqueConstraint("email", name=op.f("uq_credential_email")),
    )
    op.create_table(
        "device",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_minutes", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("ref", name=op.f("uq_device_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index(op.f("ix_device_account_id"), "device", ["account_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by_worker_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_invitation_family_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by_worker_id"], ["worker.id"], name=op.f("fk_invitation_made_by_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("ref", name=op.f("uq_invitation_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)
    op.create_table(
        "phone",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_phone_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_phone_family_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
        sa.UniqueConstraint("account_id", name=op.f("uq_phone_account_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_phone_ref")),
    )
    op.create_index(op.f("ix_phone_family_id"), "phone", ["family_id"], unique=False)
    op.create_index(op.f("ix_phone_number_hash"), "phone", ["number_hash"], unique=False)

    # two pairs of tables point at each other, so these come once both are there
    op.create_foreign_key(
        "fk_organisation_senior_manager_id",
        "organisation",
        "worker",
        ["senior_manager_id"],
        ["id"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_foreign_key("fk_statement_replaced_by_id", "statement", "statement", ["replaced_by_id"], ["id"])


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first version: restore a backup instead.")
