"""Around a change of worker, an end, what protects, and how one is: what is said of it in the random worlds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.checkins.queries import asked_by_text
from portal.endings.queries import endings, readers_of
from portal.foundation.database import PortalSession
from portal.handovers.queries import handovers, items, meetings
from portal.meetings.queries import changes as meeting_changes
from portal.protections.queries import changes
from tests.who_sees_what.model import Written

NEEDS = {
    "handover_item": "family",
    "handover_met": "family",
    "ending_said": "family",
    "checkin_asked": "family",
    "protection_change": "plan",
    "meeting_change": "plan",
}
"""What a function must open for a professional to see each; for what was passed on, see ITEM_NEEDS."""
ITEM_NEEDS = {"step": "plan", "question": "family", "appointment": "appointments"}
"""That a thing was passed on is for whoever may see the thing."""
PAIRED = ("handover_met", "ending_said")
OF = {"handover_met": "handover", "ending_said": "ending"}
"""What somebody said of a handover or an end: read like that itself, in the family by whoever said it."""


def draw(maker: Any, family: int) -> None:
    """Something said of each handover and end, what was passed on, changes of what protects, who was asked by text."""
    # dice of their own, so that the rest of each world stays as it was drawn before these were there
    before = maker.draw.getstate()
    maker.draw.seed(f"{maker.world.seed}/telling/{family}")
    world, dice = maker.world, maker.draw
    for row in [one for one in world.written if one.family == family]:
        if row.kind in ("handover", "ending"):
            told = [world.people[one] for one in sorted(world.circles[row.circle].members)]
            kind = {"handover": "handover_met", "ending": "ending_said"}[row.kind]
            limits = ("none",) if row.kind == "handover" else ("none", "no_address")
            for person in told:
                if person.limit in limits and person.relation != "supporter" and maker.maybe(0.7):
                    said = {"person": person.id, "section": row.section, "answered": row.answered}
                    world.written.append(Written(kind, row.id, family, row.circle, row.since, **said))
        if row.kind == "handover":
            for what in ITEM_NEEDS:
                circle, worker = dice.choice(sorted(world.circles)), dice.choice(sorted(world.workers))
                if circle_family(maker, circle) == family:
                    world.written.append(
                        Written(
                            "handover_item",
                            next(maker.more_ids),
                            family,
                            circle,
                            maker.moment(),
                            worker,
                            about=row.id,
                            section=what,
                        )
                    )
        if row.kind == "protection":
            said = {"about": row.id, "section": row.section}
            world.written.append(
                Written(
                    "protection_change", next(maker.more_ids), family, row.circle, maker.moment(), row.worker, **said
                )
            )
        if row.kind == "meeting":
            said = {"about": row.id, "held_back": row.held_back, "whole": row.whole}
            world.written.append(
                Written("meeting_change", next(maker.more_ids), family, row.circle, maker.moment(), row.worker, **said)
            )
        if row.kind == "checkin":
            said = {"person": row.person, "alone": True}
            world.written.append(
                Written("checkin_asked", next(maker.more_ids), family, row.circle, maker.moment(), row.worker, **said)
            )
    maker.draw.setstate(before)


def circle_family(maker: Any, circle: int) -> int:
    """Whose circle it is."""
    return int(maker.world.circles[circle].family)


WRITTEN: dict[str, Callable[[Any], dict[str, Any]]] = {
    "handover_item": lambda w: {
        "handover_id": w.about,
        "what": w.section,
        "text": f"item {w.id}",
        "to_worker_id": w.worker,
        "at": w.since,
    },
    "handover_met": lambda w: {"handover_id": w.id, "person_id": w.person, "met": True, "at": w.since},
    "ending_said": lambda w: {"ending_id": w.id, "person_id": w.person, "said": "read", "at": w.since},
    "protection_change": lambda w: {
        "protection_id": w.about,
        "at": w.since,
        "by_worker_id": w.worker,
        "what": "words",
        "before": f"before {w.id}",
    },
    "meeting_change": lambda w: {
        "meeting_id": w.about,
        "at": w.since,
        "by_worker_id": w.worker,
        "what": "moved",
        "held_before": w.since,
        "held_after": w.since,
        "words": f"why {w.id}",
    },
    "checkin_asked": lambda w: {"person_id": w.person, "to_worker_id": w.worker, "asked_at": w.since},
}


def seen_in(session: PortalSession, scope: Scope) -> dict[str, set[Any]]:
    """The keys of each kind that the pages' own questions give this viewer."""
    found = ask(
        session,
        scope,
        handovers=handovers,
        items=items,
        meetings=meetings,
        endings=endings,
        readers=readers_of,
        changes=changes,
        moved=meeting_changes,
        asked=asked_by_text,
    )
    seen: dict[str, set[Any]] = {
        "handover_item": {row["id"] for row in found["items"]},
        "protection_change": {row["id"] for row in found["changes"]},
        "meeting_change": {row["id"] for row in found["moved"]},
        "checkin_asked": {row["id"] for row in found["asked"]},
    }
    if scope.is_professional:
        met = [(row["thing_id"], row["person_id"]) for row in found["meetings"] if row["met"] is not None]
        said = [(row["thing_id"], row["person_id"]) for row in found["readers"] if row["said"]]
    else:
        met = [(row["id"], scope.person_id) for row in found["handovers"] if row["met"] is not None]
        said = [(row["id"], scope.person_id) for row in found["endings"] if row["said"]]
    return seen | {"handover_met": set(met), "ending_said": set(said)}
