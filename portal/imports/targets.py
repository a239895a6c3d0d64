"""Which table each file fills, and from what: a column of the table on the left, an expression over the staged row `s`.

`<column>_id` of a staged row is the key that its reference resolved to (staging.py). `t` is the row as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LIMIT_ORDER = "array['none', 'no_address', 'no_contact']"
NEVER_LOOSER = (
    f"({LIMIT_ORDER})[greatest(array_position({LIMIT_ORDER}, t.contact_limit),"
    f" array_position({LIMIT_ORDER}, coalesce(s.contact_limits, 'none')))]"
)
"""An import may narrow what somebody sees, and never widen it."""


@dataclass(frozen=True)
class Target:
    """One table and how a row of it is made."""

    table: str
    columns: dict[str, str]
    changes: dict[str, str] = field(default_factory=dict)
    """Where a changed row is written otherwise than a new one."""
    only_new: dict[str, str] = field(default_factory=dict)
    """Set once, and never by an import again."""


def _same(*names: str) -> dict[str, str]:
    return {name: f"s.{name}" for name in names}


TARGETS = {
    "organisations": Target(
        "organisation",
        _same("name", "kind", "phone")
        | {"borough_id": "s.borough_ref_id", "senior_manager_id": "s.senior_manager_ref_id"},
    ),
    "workers": Target(
        "worker",
        _same("name", "role", "hours", "away_from", "away_until")
        | {
            "organisation_id": "s.organisation_ref_id",
            "is_manager": "s.manager",
            "manager_id": "s.manager_ref_id",
            "languages": "coalesce(string_to_array(s.languages, ';'), '{}')",
            "cover_id": "s.cover_ref_id",
        },
    ),
    "families": Target("family", _same("name") | {"home_borough_id": "s.home_borough_ref_id"}),
    "people": Target(
        "person",
        _same("family_id", "name", "relation", "date_of_birth", "language", "school_year")
        | {
            "interpreter": "coalesce(s.interpreter, false)",
            "parental_responsibility": "coalesce(s.parental_responsibility, false)",
            "contact_limit": "coalesce(s.contact_limits, 'none')",
        },
        changes={"contact_limit": NEVER_LOOSER},
        only_new={"sees_police": "false"},
    ),
    "involvements": Target(
        "involvement",
        _same("family_id", "function", "end_reason")
        | {
            "worker_id": "s.worker_ref_id",
            "is_lead": "s.lead",
            "starts_on": "s.start",
            "ends_on": 's."end"',
            "handover_to_id": "s.handover_to_id",
            "closes": "coalesce(s.closes, false)",
        },
        # history has nobody left to ask: whoever was involved had said yes
        only_new={"accepted_on": "s.start"},
    ),
    "plan": Target(
        "step",
        _same("family_id", "goal", "promised_on", "due", "status", "done_on")
        | {"text": "s.step", "owner_person_id": "s.owner_ref_person_id", "owner_worker_id": "s.owner_ref_worker_id"},
    ),
    "appointments": Target(
        "appointment",
        _same("family_id", "made_on", "starts_at", "minutes", "purpose", "status", "status_on")
        | {"worker_id": "s.worker_ref_id"},
    ),
    "offers": Target(
        "offer",
        _same("family_id", "offered_on", "what", "response", "reason")
        | {"by_worker_id": "s.by_worker_ref_id", "to_person_id": "s.to_person_ref_id"},
    ),
    "statements": Target(
        "statement",
        _same("family_id", "section", "made_on", "text")
        | {
            "young_person_id": "s.young_person_ref_id",
            "said_by_person_id": "s.said_by_person_id",
            "said_by_worker_id": "s.said_by_worker_id",
            "organisation_id": "s.organisation_ref_id",
            "disagrees_with_id": "s.disagrees_with_id",
        },
    ),
    "links": Target(
        "link",
        _same("family_id", "what", "since", "until", "asked_on", "answered_on", "note")
        | {"young_person_id": "s.young_person_ref_id", "borough_id": "s.borough_ref_id"},
    ),
    "moments": Target(
        "moment",
        _same("family_id", "occurred_at", "contacted_at", "note")
        | {
            "young_person_id": "s.young_person_ref_id",
            "kind_of_moment": "s.kind",
            "known_at": "coalesce(s.known_at, s.occurred_at)",
            "borough_id": "s.borough_ref_id",
            "contact_worker_id": "s.contact_worker_ref_id",
        },
    ),
    "moves": Target(
        "move",
        _same(
            "family_id",
            "planned_on",
            "moved_on",
            "need_before",
            "need_after",
            "conference_on",
            "invitation",
            "declined_reason",
        )
        | {
            "from_borough_id": "s.from_borough_ref_id",
            "to_borough_id": "s.to_borough_ref_id",
            "declined_by_id": "s.declined_by_id",
        },
    ),
    "updates": Target(
        "family_update",
        _same("family_id", "posted_at", "text") | {"by_worker_id": "s.by_worker_ref_id"},
    ),
}
