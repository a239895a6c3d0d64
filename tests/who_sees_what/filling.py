"""Writes an invented world into a database, as the owner, one statement for each table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import tables as t
from portal.access.actor import token_hash
from portal.foundation.clock import real_now
from portal.foundation.database import Base
from tests.who_sees_what import crossing, telling, texting
from tests.who_sees_what.model import World, Written

PLACES = ("Home", "Library cafe", "12 Marl Street, Zarn Vale", "Quillmoor youth hub")


def token_of(identity: int) -> str:
    """The device token of this person or worker."""
    return f"token of {identity}"


def fill(session: Session, world: World) -> None:
    """Insert everything; ids and references are the world's own. Does not commit."""

    def add(table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:  # one statement, so that rows of one table may point at each other
            session.execute(insert(table).values(rows))

    kept = {c.id: c for c in world.circles.values()}
    add(
        t.organisations.Organisation,
        [
            {
                "id": o.id,
                "ref": f"o{o.id}",
                "name": o.name,
                "kind": o.kind,
                "borough_id": o.borough,
                "phone": o.phone,
                "senior_manager_id": o.senior,
            }
            for o in world.organisations.values()
        ],
    )
    add(
        t.organisations.Worker,
        [
            {
                "id": w.id,
                "ref": f"w{w.id}",
                "name": w.name,
                "role": f"Role {w.id}",
                "organisation_id": w.organisation,
                "is_manager": w.manager,
                "manager_id": w.above,
                "cover_id": w.cover,
                "away_from": w.away_from,
                "away_until": w.away_until,
                "left_on": w.left_on,
                "languages": ["en"],
            }
            for w in world.workers.values()
        ],
    )
    add(
        t.organisations.WorkerContact,
        [{"worker_id": w.id, "phone": w.phone, "email": f"w{w.id}@service.example"} for w in world.workers.values()],
    )
    add(
        t.people.Family,
        [
            {"id": f.id, "ref": f"f{f.id}", "name": f"Family {f.id}", "home_borough_id": f.home}
            for f in world.families.values()
        ],
    )
    add(
        t.people.Person,
        [
            {
                "id": p.id,
                "ref": f"p{p.id}",
                "family_id": p.family,
                "name": p.name,
                "relation": p.relation,
                "contact_limit": p.limit,
                "sees_police": p.sees_police,
                "interpreter": False,
                "parental_responsibility": True,
            }
            for p in world.people.values()
        ],
    )
    early = datetime(2010, 1, 1, tzinfo=UTC)
    add(
        t.people.Supporter,
        [
            {
                "person_id": s.id,
                "family_id": s.family,
                "invited_by_id": s.invited_by,
                "who": "a friend",
                "sees_network": s.sees_network,
                "comes_to_conference": False,
                "invited_at": early,
                "ended_at": early if s.ended else None,
            }
            for s in world.supporters.values()
        ],
    )
    add(
        t.people.Circle,
        [{"id": c.id, "ref": f"c{c.id}", "family_id": c.family, "members_key": c.key} for c in kept.values()],
    )
    add(
        t.people.CircleMember,
        [{"circle_id": c.id, "person_id": p, "family_id": c.family} for c in kept.values() for p in c.members],
    )
    add(
        t.involvement.Involvement,
        [
            {
                "id": i.id,
                "ref": f"i{i.id}",
                "family_id": i.family,
                "worker_id": i.worker,
                "function": i.function,
                "is_lead": i.lead,
                "starts_on": i.starts,
                "ends_on": i.ends,
                "accepted_on": i.accepted,
                "closes": i.closes,
            }
            for i in world.involvements
        ],
    )
    real = real_now()
    add(
        t.involvement.UrgentAccess,
        [
            {
                "id": u.id,
                "ref": f"u{u.id}",
                "family_id": u.family,
                "worker_id": u.worker,
                "why": u.why,
                "reason": f"because {u.id}",
                "began_at": u.began_at,
                "ends_at": real + timedelta(hours=3 if u.runs else -1),
            }
            for u in world.urgents
        ],
    )
    add(
        t.moves.Move,
        [
            {
                "id": m.id,
                "ref": f"m{m.id}",
                "family_id": m.family,
                "circle_id": m.circle,
                "from_borough_id": m.left,
                "to_borough_id": m.went_to,
                "planned_on": m.planned_on,
                "moved_on": m.moved_on,
                "invitation": "none",
            }
            for m in world.moves
        ],
    )
    for kind, row_of in WRITTEN.items():
        table = _table(kind)
        add(table, [_common(w, table) | row_of(w) for w in world.written if w.kind == kind])
    add(
        t.places.UnsafePlace,
        [
            {
                "id": m.id,
                "ref": f"u{m.id}",
                "family_id": m.family,
                "person_id": m.person,
                "words": f"place {m.id}",
                "own": m.own,
                "made_at": early,
            }
            for m in world.marked
        ],
    )
    add(
        t.places.UnsafePlaceSource,
        [
            {
                "unsafe_place_id": m.id,
                "family_id": m.family,
                "person_id": m.person if m.own else None,
                "worker_id": m.worker,
            }
            for m in world.marked
        ],
    )
    add(
        t.audit.Look,
        [
            {
                "id": k.id,
                "ref": f"k{k.id}",
                "family_id": k.family,
                "worker_id": k.worker,
                "at": k.at,
                "what": "plan",
                "why": "involved",
                "circles": sorted(k.circles),
            }
            for k in world.looks
        ],
    )
    add(
        t.audit.LookDelay,
        [
            {
                "id": d.id,
                "ref": f"d{d.id}",
                "family_id": d.family,
                "worker_id": d.worker,
                "manager_id": d.manager,
                "reason": "reason",
                "made_at": early,
                "until": d.until,
            }
            for d in world.delays
        ],
    )
    texting.fill(add, world)
    _sign_everybody_in(add, world)


def _table(kind: str) -> Any:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == kind)


def _common(w: Written, table: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"family_id": w.family}
    values |= {"circle_id": w.circle} if hasattr(table, "circle_id") else {}
    return values | ({"id": w.id, "ref": f"r{w.id}"} if hasattr(table, "ref") else {})


def _at(w: Written) -> datetime:
    return datetime(2019, 6, 1, 12, tzinfo=UTC) + timedelta(minutes=w.id % 1000)


def _in_section(w: Written) -> dict[str, Any]:
    return {"young_person_id": w.about, "section": w.section, "made_on": w.since, "by_worker_id": w.worker}


WRITTEN: dict[str, Any] = {
    "family_update": lambda w: {"posted_at": w.since, "by_worker_id": w.worker, "text": f"update {w.id}"},
    "step": lambda w: {
        "goal": f"goal {w.id}",
        "text": f"step {w.id}",
        "owner_worker_id": w.worker,
        "promised_on": w.since,
        "due": w.since,
        "status": "todo",
    },
    "appointment": lambda w: {
        "worker_id": w.worker,
        "made_on": w.since,
        "starts_at": _at(w),
        "minutes": 30,
        "purpose": f"meet {w.id}",
        "status": "booked",
    },
    "appointment_place": lambda w: {"appointment_id": w.id, "place": PLACES[w.id % len(PLACES)]},
    "appointment_person": lambda w: {"appointment_id": w.id, "person_id": w.person},
    "appointment_change": lambda w: {"appointment_id": w.about, "at": w.since, "what": "moved", "note": f"note {w.id}"},
    "statement": lambda w: {
        "young_person_id": w.about,
        "section": w.section,
        "made_on": w.since,
        "said_by_worker_id": w.worker,
        "said_by_person_id": w.person,
        "text": f"said {w.id}",
        "organisation_id": w.organisation,
        "version": 1,
        "replaced_by_id": w.replaced_by,
    },
    "statement_check": lambda w: {
        "statement_id": w.about,
        "section": w.section,
        "made_on": w.since,
        "by_worker_id": w.worker,
        "still_true": True,
    },
    "statement_removal": lambda w: {
        "statement_id": w.about,
        "section": w.section,
        "made_on": w.since,
        "by_worker_id": w.worker,
        "because": "court",
        "note": f"note {w.id}",
    },
    "asked_again": lambda w: _in_section(w) | {"reason": f"reason {w.id}"},
    "statutory_entry": lambda w: (
        _in_section(w) | {"what": "section_17", "began_on": w.since, "organisation_id": w.organisation}
    ),
    "kept_elsewhere": lambda w: _in_section(w) | {"what": "other", "where_kept": f"kept {w.id}"},
    "context_question": lambda w: {
        "young_person_id": w.person,
        "organisation_id": w.borough,
        "link_ids": [],
        "to_worker_id": w.about,
        "about": f"name {w.id}",
        "text": f"asked {w.id}",
        "asked_on": w.since,
        "asked_by_id": w.worker,
        "due_on": w.since,
    },
    "offer": lambda w: {
        "offered_on": w.since,
        "what": f"offer {w.id}",
        "by_worker_id": w.worker,
        "to_person_id": w.person,
        "response": "no_answer",
    },
    "link": lambda w: {"young_person_id": w.person, "borough_id": w.borough, "what": "school", "note": f"note {w.id}"},
    "moment": lambda w: {
        "young_person_id": w.person,
        "kind_of_moment": "other",
        "occurred_at": _at(w),
        "known_at": _at(w),
        "note": f"moment {w.id}",
    },
    "meeting": lambda w: {
        "made_at": w.since,
        "by_worker_id": w.worker,
        "held_at": w.since,
        "about": f"meeting {w.id}",
        "invited": [],
        "due_on": w.since.date(),
        "withheld_until": w.held_back,
        "withheld_whole": w.whole,
        "withheld_by_id": w.worker if w.held_back else None,
    },
    "meeting_decision": lambda w: {
        "meeting_id": w.id,
        "text": f"decided {w.id}",
        "written_at": w.since,
        "by_worker_id": w.worker,
    },
    "protection": lambda w: {
        "young_person_id": w.person,
        "sort": w.section,
        "what": f"protection {w.id}",
        "starts_on": w.since.date(),
        "ends_on": w.since.date() + timedelta(days=3000),
        "made_at": w.since,
        "by_worker_id": w.worker,
        "edited_at": w.since,
        "edited_by_id": w.worker,
    },
    "checkin": lambda w: {
        "person_id": w.person,
        "to_worker_id": w.worker,
        "feeling": "tired",
        "wants": [],
        "made_at": w.since,
    },
    "update_read": lambda w: {"update_id": w.id, "person_id": w.person, "seen_at": w.since, "read_at": w.since},
    "update_reply": lambda w: {
        "update_id": w.about,
        "by_person_id": w.person,
        "to_worker_id": w.worker if w.alone else None,
        "text": f"reply {w.id}",
        "made_at": w.since,
    },
    "question": lambda w: {
        "asked_by_person_id": w.person,
        "first_to_worker_id": w.worker,
        "to_worker_id": w.worker,
        "text": f"question {w.id}",
        "asked_at": w.since,
        "due_at": w.since + timedelta(days=7),
    },
    **crossing.WRITTEN,
    "goal": lambda w: {
        "first_words": f"goal {w.id}",
        "text": f"goal {w.id}",
        "made_on": w.since,
        "by_worker_id": w.worker,
    },
    "step_event": lambda w: {
        "step_id": w.about,
        "at": w.since,
        "what": "not_working",
        "by_worker_id": w.worker,
        "words": f"event {w.id}",
    },
    "help_request": lambda w: {
        "what": f"help {w.id}",
        "words": f"words {w.id}",
        "asked_at": w.since,
        "asked_by_person_id": w.person,
        "to_worker_id": w.worker,
        "answer_by": w.since.date() + timedelta(days=7),
        "state": "no",
        "decided_at": w.since,
        "decided_by_worker_id": w.worker,
        "answer": f"answer {w.id}",
    },
    "refusal_review": lambda w: {
        "person_id": w.person,
        "asked_on": w.since,
        "to_worker_id": w.worker,
        "decided_at": datetime.combine(w.since, datetime.min.time(), UTC),
        "decided_by_worker_id": w.worker,
        "changes": f"changes {w.id}",
    },
    "safety_plan": lambda w: {
        "signs": f"signs {w.id}",
        "calls": f"calls {w.id}",
        "made_at": w.since,
        "made_by_worker_id": w.worker,
        "owner_worker_id": w.worker,
        "review_on": w.since.date(),
    },
    "safety_line": lambda w: {
        "safety_plan_id": w.about,
        "person_id": w.person,
        "text": f"line {w.id}",
        "edited_at": datetime(2010, 1, 1, tzinfo=UTC),
    },
    "mentor_wish": lambda w: {
        "person_id": w.person,
        "words": f"wish {w.id}",
        "said_at": w.since,
        "answer": "nobody",
        "answer_words": f"answer {w.id}",
        "answered_at": w.since,
        "answered_by_worker_id": w.worker,
    },
    "handover": lambda w: {
        "function": w.section,
        "is_lead": False,
        "from_worker_id": w.worker,
        "to_worker_id": w.other,
        "from_involvement_id": w.about,
        "made_by_id": w.worker,
        "made_at": w.since,
        "meets_on": _at(w).date(),
        "last_day": _at(w).date(),
        "reason": f"handover {w.id}",
        "said_yes_on": w.answered,
    },
    "ending": lambda w: {
        "involvement_id": w.about,
        "function": "mentor",
        "is_lead": False,
        "worker_id": w.worker,
        "decided_by_id": w.worker,
        "last_day": _at(w).date(),
        "basis": "done",
        "why": f"ending {w.id}",
        "protects": "somebody",
        "come_back": "call",
        "come_back_to_id": w.other,
        "made_at": w.since,
        "decided_at": w.answered,
    },
    **telling.WRITTEN,
    "text_message": lambda w: {
        "person_id": w.person,
        "wording": "reminder",
        "body": f"text {w.id}",
        "due_at": _at(w),
        "state": "sent",
        "urgent": False,
        "attempts": 1,
    },
    "inbound_text": lambda w: {
        "person_id": w.person,
        "provider": "simulator",
        "sid": f"s{w.id}",
        "number": "+447700900101",
        "number_hash": b"n",
        "body": f"said {w.id}",
        "media": 0,
        "at": _at(w),
        "heard": "conversation",
    },
}


def _sign_everybody_in(add: Any, world: World) -> None:
    """An account and a device with both factors for everybody, also for those who may not come in."""
    real = real_now()
    people = [
        {"id": p.id, "ref": f"a{p.id}", "person_id": p.id, "worker_id": None, "family_id": p.family}
        for p in world.people.values()
    ]
    staff = [
        {"id": w.id, "ref": f"a{w.id}", "person_id": None, "worker_id": w.id, "family_id": None}
        for w in world.workers.values()
    ]
    add(t.access.Account, [account | {"discreet": True} for account in people + staff])
    add(
        t.access.Device,
        [
            {
                "ref": f"v{account['id']}",
                "account_id": account["id"],
                "token_hash": token_hash(token_of(account["id"])),
                "label": "Test",
                "shared": False,
                "signed_in_at": real,
                "last_seen_at": real,
                "idle_minutes": 600,
                "ends_at": real + timedelta(hours=9),
                "second_factor_at": real,
            }
            for account in people + staff
        ],
    )
