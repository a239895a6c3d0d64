"""The thirteen files of the import folder: their columns, what each value must be, and what refs point to."""

from __future__ import annotations

from dataclasses import replace

from portal.access.models import Phone
from portal.appointments import models as appointments
from portal.assessments import models as assessments
from portal.contexts import models as contexts
from portal.imports import values
from portal.imports.columns import (
    Column,
    File,
    borough,
    day,
    label,
    moment,
    name,
    one_of,
    people,
    ref,
    seen_by,
    text,
    to,
    yes_no,
    young_person,
)
from portal.involvement.models import FUNCTIONS
from portal.moments import models as moments
from portal.moves import models as moves
from portal.offers.models import RESPONSES
from portal.organisations.models import KINDS
from portal.people.models import LIMITS, RELATIONS
from portal.plans.models import STATUSES

FAMILY = to("family_ref", "families")
YOUNG = "young_person_ref"

IN_ORDER = (
    File(
        "organisations",
        (
            ref(),
            name(),
            one_of("kind", KINDS),
            borough("borough_ref", True),
            Column("phone", values.work_phone, True),
            to("senior_manager_ref", "workers", optional=True),
        ),
        required=True,
    ),
    File(
        "workers",
        (
            ref(),
            name(),
            to("organisation_ref", "organisations"),
            name("role"),
            Column("email", values.email),
            Column("phone", values.work_phone, True),
            yes_no("manager"),
            to("manager_ref", "workers", optional=True),
            Column("languages", values.languages, True),
            name("hours", True),
            to("cover_ref", "workers", optional=True),
            day("away_from", True),
            day("away_until", True),
        ),
        required=True,
        in_order=(("away_from", "away_until"),),
        not_same=(("ref", "manager_ref"), ("ref", "cover_ref")),
        fresh=("account",),
    ),
    File("families", (ref(), name(), borough("home_borough_ref")), required=True),
    File(
        "people",
        (
            Column("ref", values.person_ref),
            FAMILY,
            name(),
            one_of("relation", tuple(relation for relation in RELATIONS if relation != "supporter")),
            day("date_of_birth", True),
            Column("phone", values.mobile, True, staged="bytea", sealed=label(Phone.__table__.c.number)),
            Column("language", values.language, True),
            yes_no("interpreter", True),
            Column("school_year", values.whole(0, 14), True, staged="smallint"),
            yes_no("parental_responsibility", True),
            people("lives_with", True),
            one_of("contact_limits", LIMITS, True),
        ),
        required=True,
        hashed="phone",
        fresh=("account", "phone"),
    ),
    File(
        "involvements",
        (
            FAMILY,
            to("worker_ref", "workers"),
            one_of("function", FUNCTIONS),
            yes_no("lead"),
            day("start"),
            day("end", True),
            text("end_reason", True),
            to("handover_to", "workers", optional=True),
            yes_no("closes", True),
        ),
        keyed=False,
        in_order=(("start", "end"),),
    ),
    File(
        "plan",
        (
            ref(),
            FAMILY,
            text("goal"),
            text("step"),
            to("owner_ref", "people", "workers"),
            day("promised_on"),
            day("due"),
            one_of("status", STATUSES),
            day("done_on", True),
            seen_by(),
        ),
        audience="young_people",
    ),
    File(
        "appointments",
        (
            ref(),
            FAMILY,
            to("worker_ref", "workers"),
            people("people"),
            day("made_on", True),
            moment("starts_at"),
            Column("minutes", values.whole(1, 10_080), staged="smallint"),
            text("place", sealed=appointments.AppointmentPlace.__table__.c.place),
            text("purpose"),
            one_of("status", appointments.STATUSES),
            day("status_on", True),
            seen_by(),
        ),
        audience="young_people",
    ),
    File(
        "offers",
        (
            ref(),
            FAMILY,
            day("offered_on"),
            text("what"),
            to("by_worker_ref", "workers"),
            to("to_person_ref", "people"),
            one_of("response", RESPONSES),
            text("reason", True),
            seen_by(True),
        ),
        audience="to_person_ref",
    ),
    File(
        "statements",
        (
            ref(),
            young_person(),
            one_of("section", assessments.SECTIONS),
            day("made_on"),
            to("said_by", "people", "workers"),
            to("organisation_ref", "organisations", optional=True),
            text("text", sealed=assessments.Statement.__table__.c.text),
            to("disagrees_with", "statements", optional=True),
            seen_by(),
        ),
        audience=YOUNG,
    ),
    File(
        "links",
        (
            ref(),
            young_person(),
            borough("borough_ref"),
            one_of("what", contexts.LINK_KINDS),
            day("since", True),
            day("until", True),
            day("asked_on", True),
            day("answered_on", True),
            text("note", True, sealed=contexts.Link.__table__.c.note),
            seen_by(True),
        ),
        in_order=(("since", "until"), ("asked_on", "answered_on")),
        audience=YOUNG,
    ),
    File(
        "moments",
        (
            ref(),
            young_person(),
            one_of("kind", moments.KINDS),
            moment("occurred_at"),
            moment("known_at", True),
            borough("borough_ref", True),
            to("contact_worker_ref", "workers", optional=True),
            moment("contacted_at", True),
            text("note", True, sealed=moments.Moment.__table__.c.note),
            seen_by(True),
        ),
        in_order=(("occurred_at", "known_at"), ("occurred_at", "contacted_at")),
        audience=YOUNG,
    ),
    File(
        "moves",
        (
            ref(),
            FAMILY,
            borough("from_borough_ref"),
            borough("to_borough_ref"),
            day("planned_on"),
            day("moved_on", True),
            one_of("need_before", moves.NEEDS),
            one_of("need_after", moves.NEEDS, True),
            day("conference_on", True),
            one_of("invitation", moves.INVITATIONS),
            to("declined_by", "workers", optional=True),
            text("declined_reason", True),
            seen_by(True),
        ),
        not_same=(("from_borough_ref", "to_borough_ref"),),
        audience="young_people",
    ),
    File(
        "updates",
        (ref(), FAMILY, moment("posted_at"), to("by_worker_ref", "workers"), text("text"), seen_by()),
        audience="young_people",
    ),
)

FILES = tuple(replace(file, number=number) for number, file in enumerate(IN_ORDER))
BY_NAME = {file.name: file for file in FILES}
REFERRED_TO = ("organisations", "workers", "families", "people", "statements")
