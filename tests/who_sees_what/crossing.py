"""Moves, talks on moving and school in the random worlds: drawn, written down, and asked as their pages ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.forwarding import queries as forwarding
from portal.foundation.database import AnyRows, PortalSession
from portal.moves import queries as moves
from portal.relocation import queries as relocation
from portal.schools import queries as schools

NEEDS = {
    "move_invitation": "moves",
    "move_part": "moves",
    "move_task": "moves",
    "need_level": "moves",
    "relocation": "moves",
    "relocation_answer": "moves",
    "relocation_money": "moves",
    "relocation_stance": "moves",
    "assessment_passed_on": "story",
    "assessment_received": "story",
    "school_place": "school",
    "school_agreement": "school",
    "school_absence": "school",
}
"""What a function must open for a professional to see each; all of them tell where somebody is."""
PAIRED = ("relocation_stance",)
"""Known by two things: the talk and the person."""
WHOLE_FAMILY = ("assessment_passed_on", "assessment_received")
"""In no circle: read by all of the family who may know where the others are, and by no supporter."""
QUESTIONS: dict[str, Callable[[Scope], AnyRows]] = {
    "move_invitation": moves.invitations,
    "move_part": moves.parts,
    "move_task": moves.tasks,
    "need_level": moves.needs_decided,
    "relocation": relocation.talks,
    "relocation_answer": relocation.answers,
    "relocation_money": relocation.money,
    "relocation_stance": relocation.stances,
    "assessment_passed_on": forwarding.went,
    "assessment_received": forwarding.came,
    "school_place": schools.places,
    "school_agreement": schools.agreements,
    "school_absence": schools.absences,
}


def seen_in(session: PortalSession, scope: Scope) -> dict[str, set[Any]]:
    """The keys of each kind that the pages' own questions give this viewer."""
    return {
        kind: {(row["relocation_id"], row["person_id"]) if kind in PAIRED else row["id"] for row in rows}
        for kind, rows in ask(session, scope, **QUESTIONS).items()
    }


def draw(maker: Any, family: int, child: int, write: Callable[..., Any]) -> None:
    """A talk with what belongs to it, school, a level of need, and what each move of this family brings."""
    # dice of their own, so that the rest of each world stays as it was drawn before these were there
    before = maker.draw.getstate()
    maker.draw.seed(f"{maker.world.seed}/{family}")
    organisation = maker.draw.choice(sorted(maker.world.organisations))
    talk = write("relocation", maker.moment())
    write("relocation_answer", maker.moment(), about=talk.id)
    write("relocation_money", maker.moment(), about=talk.id)
    write("school_place", maker.near(), person=child, organisation=organisation)
    write("school_agreement", maker.moment(), person=child)
    write("school_absence", maker.near(), person=child)
    write("need_level", maker.near())
    for move in maker.world.moves:
        if move.family == family:
            write("move_task", maker.moment(), about=move.id)
            write("move_invitation", maker.near(), about=move.id, organisation=organisation)
            part = next(one for one in maker.world.involvements if one.family == family)
            write("move_part", maker.moment(), about=move.id, other=part.id)
    stance = write("relocation_stance", maker.moment(), person=child)
    maker.world.written[-1] = replace(stance, id=talk.id)
    for kind in WHOLE_FAMILY:
        write(kind, maker.moment(), person=child)
    maker.draw.setstate(before)


EARLY = datetime(2010, 1, 1, tzinfo=UTC)
WRITTEN: dict[str, Any] = {
    "move_part": lambda w: {"move_id": w.about, "involvement_id": w.other, "does": "joins", "made_at": w.since},
    "assessment_passed_on": lambda w: {
        "young_person_id": w.person,
        "file": f"file {w.id}",
        "receiver": "alongside-somewhere",
        "at": w.since,
    },
    "assessment_received": lambda w: {
        "young_person_id": w.person,
        "file": f"file {w.id}",
        "sender": "alongside-elsewhere",
        "at": w.since,
        "confirmed_by": f"name {w.id}",
    },
    "move_task": lambda w: {
        "move_id": w.about,
        "text": f"task {w.id}",
        "owner_worker_id": w.worker,
        "due": w.since.date(),
        "made_by_id": w.worker,
        "made_at": w.since,
    },
    "move_invitation": lambda w: {
        "move_id": w.about,
        "asked_to": "transfer",
        "organisation_id": w.organisation,
        "asked_by_id": w.worker,
        "asked_on": w.since,
    },
    "need_level": lambda w: {
        "level": "child_in_need",
        "decided_on": w.since,
        "decided_by_id": w.worker,
        "grounds": ["seen"],
        "evidence": f"seen {w.id}",
        "made_at": EARLY,
    },
    "relocation": lambda w: {"opened_by_id": w.worker, "opened_at": w.since},
    "relocation_stance": lambda w: {
        "relocation_id": w.id,
        "person_id": w.person,
        "stance": "pause",
        "said_at": w.since,
    },
    "relocation_answer": lambda w: {
        "relocation_id": w.about,
        "topic": "question",
        "side": "both",
        "text": f"asked {w.id}",
        "by_worker_id": w.worker,
        "made_at": w.since,
    },
    "relocation_money": lambda w: (
        {
            "relocation_id": w.about,
            "way": "stay",
            "weeks": 1,
            "help_weeks": 0,
            "by_worker_id": w.worker,
            "changed_at": w.since,
        }
        | dict.fromkeys(("home_now", "home_new", "travel", "other", "income", "help"), w.id % 997)
    ),
    "school_place": lambda w: {
        "young_person_id": w.person,
        "organisation_id": w.organisation,
        "since": w.since,
        "made_by_id": w.worker,
    },
    "school_agreement": lambda w: {
        "young_person_id": w.person,
        "way": "told",
        "text": f"told {w.id}",
        "asked": True,
        "made_by_id": w.worker,
        "made_at": w.since,
    },
    "school_absence": lambda w: {
        "young_person_id": w.person,
        "why": "other",
        "since": w.since,
        "made_by_id": w.worker,
    },
}
"""How each is written down."""
