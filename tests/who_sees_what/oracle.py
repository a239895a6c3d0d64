"""May this viewer see this record? Written from the documents alone, as simply as it can be said.

Two questions, asked apart: `may_see` (who: circles, limits, functions) and `exists` (when: what is dated after now
does not exist yet). Nothing here is quick or clever, so that somebody can read it beside the documents.
"""

from __future__ import annotations

from typing import Any

from tests.who_sees_what import crossing, telling, texting
from tests.who_sees_what.model import (
    Delay,
    Family,
    Involvement,
    Look,
    Marked,
    Move,
    Organisation,
    Person,
    Supporter,
    Urgent,
    Worker,
    World,
    Written,
)

Viewer = Person | Worker

NEEDS = {
    "step": "plan",
    "appointment": "appointments",
    "appointment_place": "appointments",
    "appointment_person": "appointments",
    "appointment_change": "appointments",
    "text_message": "texts",
    "inbound_text": "texts",
    "offer": "offers",
    "link": "links",
    "context_question": "links",
    "moment": "moments",
    "family_update": "updates",
    **crossing.NEEDS,
    "goal": "plan",
    "step_event": "plan",
    "help_request": "offers",
    "refusal_review": "offers",
    "mentor_wish": "offers",
    "safety_plan": "risk",
    "safety_line": "risk",
    "meeting": "plan",
    "meeting_decision": "plan",
    "protection": "plan",
    "checkin": "family",
    "update_read": "updates",
    "update_reply": "updates",
    "handover": "family",
    "ending": "family",
    **telling.NEEDS,
}
"""What a function must open for a professional to see each kind of record."""

SECTIONS = {
    "story": "story",
    "strengths": "story",
    "family": "story",
    "tried": "story",
    "hopes": "story",
    "school": "school",
    "health": "health",
    "places": "risk",
    "friends": "risk",
    "online": "risk",
    "harm": "risk",
}
TELLS = ("housing", "worker", "funding")
"""Sorts of protection that tell where somebody is, or who helps them there."""
TEXTS = ("text_message", "inbound_text")
"""On the phone of whoever they went to, and for professionals to whom a young person writes: on no family's page."""
OF_SECTIONS = (
    "statement", "statement_check", "statement_removal", "asked_again", "statutory_entry", "kept_elsewhere",
)  # fmt: skip
"""What stands in a section of the assessment: whose function opens the section reads it; whoever wrote it, always."""
TELLS_WHERE = (
    *crossing.NEEDS, "appointment_place", "link", "handover", "handover_item", "handover_met", "kept_elsewhere",
    "context_question",
)  # fmt: skip


# --- who may come in at all


def may_sign_in(world: World, viewer: Viewer) -> bool:
    """`no_contact` has no sign-in; a supporter whose invitation ended and a worker who left have none either."""
    if isinstance(viewer, Worker):
        return viewer.left_on is None or viewer.left_on >= world.day
    if viewer.limit == "no_contact":
        return False
    if viewer.relation == "supporter":
        return not world.supporters[viewer.id].ended
    return True


def knows_where(viewer: Viewer) -> bool:
    """`no_address`: nothing that could tell where the others live, go to school or are met."""
    return isinstance(viewer, Worker) or viewer.limit == "none"


# --- who is responsible (M1)


def senior_of(world: World, organisation: int) -> int | None:
    """Its senior manager; absent: its borough's. With neither named, the first manager there: never nobody."""
    here = world.organisations[organisation]
    if here.senior is not None:
        return here.senior
    if here.borough is not None and world.organisations[here.borough].senior is not None:
        return world.organisations[here.borough].senior
    for place in (organisation, here.borough):
        for worker in sorted(world.workers.values(), key=lambda worker: worker.id):
            if place is not None and worker.organisation == place and worker.manager:
                return worker.id
    return None


def home_borough(world: World, family: Family) -> int:
    """Where they live; before a move that is on record, the borough they moved from."""
    later = [
        move
        for move in world.moves
        if move.family == family.id and move.moved_on is not None and move.moved_on > world.day
    ]
    if later:
        return min(later, key=lambda move: (move.moved_on, move.id)).left
    return family.home


def responsible(world: World, family: Family) -> tuple[int | None, str]:
    """Who, and how: leads, accountable (the lead ended and nobody followed), closed, or new (nobody led yet)."""
    last = None
    for involvement in world.involvements:
        # somebody who was asked to lead and has not said yes does not lead
        said_yes = involvement.accepted is not None and involvement.accepted <= world.day
        led = involvement.family == family.id and involvement.lead and said_yes and involvement.starts <= world.day
        if led and (last is None or involvement.starts > last.starts):
            last = involvement
    if last is None:
        return senior_of(world, home_borough(world, family)), "new"
    if last.ends is None or last.ends >= world.day:
        return last.worker, "leads"
    senior = senior_of(world, world.workers[last.worker].organisation)
    return senior, "closed" if last.closes else "accountable"


# --- what a professional has open


def manages(world: World, worker: Worker, organisation: int) -> bool:
    """Managers see what the workers of their organisation see; senior managers, of theirs and of their borough's."""
    if not worker.manager:
        return False
    there = world.organisations[organisation]
    if worker.organisation == organisation or there.senior == worker.id:
        return True
    if there.borough is not None:
        borough = world.organisations[there.borough]
        return borough.kind == "borough" and borough.senior == worker.id
    return False


def covers(world: World, worker: Worker, colleague: Worker) -> bool:
    """Whoever covers for a colleague does so while the colleague is away."""
    if colleague.cover != worker.id or colleague.away_from is None or colleague.away_until is None:
        return False
    return colleague.away_from <= world.day <= colleague.away_until


def is_open(world: World, involvement: Involvement) -> bool:
    """From the day of the yes to the last day."""
    if involvement.accepted is None or involvement.accepted > world.day:
        return False
    return involvement.ends is None or involvement.ends >= world.day


def kinds_open(world: World, worker: Worker, family: int) -> set[str]:
    """What this professional may open of this family today."""
    if not may_sign_in(world, worker):
        return set()
    everything = set().union(*world.matrix.values())
    found: set[str] = set()
    for involvement in world.involvements:
        if involvement.family != family or not is_open(world, involvement):
            continue
        colleague = world.workers[involvement.worker]
        if (
            colleague.id == worker.id
            or covers(world, worker, colleague)
            or manages(world, worker, colleague.organisation)
        ):
            found |= world.matrix[involvement.function]
    who, how = responsible(world, world.families[family])
    if worker.manager and who == worker.id and how in ("accountable", "new"):
        found |= everything
    for urgent in world.urgents:
        if urgent.worker == worker.id and urgent.family == family and urgent.runs and urgent.began_at <= world.now:
            found |= everything
    return found


def stands_for(world: World, me: Worker, colleague: Worker) -> bool:
    """Oneself, somebody one covers for today, somebody one manages."""
    return colleague.id == me.id or covers(world, me, colleague) or manages(world, me, colleague.organisation)


def reads_every_question(world: World, me: Worker, family: Family) -> bool:
    """Whoever leads today, stands in for them, manages them, or answers because nobody leads."""
    who, how = responsible(world, family)
    if me.manager and who == me.id and how in ("accountable", "new"):
        return True
    return any(
        involvement.lead
        and involvement.starts <= world.day
        and stands_for(world, me, world.workers[involvement.worker])
        for involvement in world.involvements
        if involvement.family == family.id and is_open(world, involvement)
    )


# --- the answer


def family_of(row: Any) -> int | None:
    """The family a record belongs to."""
    return row.id if isinstance(row, Family) else getattr(row, "family", None)


def may_see(world: World, viewer: Viewer, row: Any) -> bool:
    """May this viewer see this record, whatever the day it is dated?"""
    if not may_sign_in(world, viewer):
        return False
    if isinstance(viewer, Worker):
        return _professional(world, viewer, row)
    if isinstance(row, texting.ABOUT_TEXTS):
        return texting.member_may(viewer, row)
    if not isinstance(row, Organisation | Worker) and viewer.family != family_of(row):
        return False
    if viewer.relation == "supporter":
        return _supporter(world, viewer, row)
    return _member(world, viewer, row)


def _professional(world: World, me: Worker, row: Any) -> bool:
    if isinstance(row, Organisation | Worker):
        return True
    if isinstance(row, Urgent) and row.family is None:
        return row.worker == me.id or manages(world, me, world.workers[row.worker].organisation)
    if isinstance(row, texting.ABOUT_TEXTS):
        return texting.worker_may(
            me,
            row,
            lambda family: kinds_open(world, me, family) if family is not None else set(),
            lambda worker: manages(world, me, world.workers[worker].organisation),
        )
    kinds = kinds_open(world, me, family_of(row))
    if isinstance(row, Written) and (row.kind == "question" or row.alone):
        # words to one worker: they, who stands in for them, and who leads; and the family must be open to them
        theirs = row.worker is not None and stands_for(world, me, world.workers[row.worker])
        needed = "family" if row.kind == "question" else NEEDS[row.kind]
        return needed in kinds and (theirs or reads_every_question(world, me, world.families[row.family]))
    if isinstance(row, Written) and row.kind == "handover_item":
        return telling.ITEM_NEEDS[row.section] in kinds  # whoever may see the thing may see that it was passed on
    if isinstance(row, Written):
        # what one wrote stays one's own to read
        wrote = row.kind in (*OF_SECTIONS, "family_update", "context_question") and row.worker == me.id
        asked = row.kind == "context_question" and row.about == me.id  # whoever is asked reads the question
        return wrote or asked or (SECTIONS[row.section] if row.kind in OF_SECTIONS else NEEDS[row.kind]) in kinds
    if isinstance(row, Move):
        return "moves" in kinds
    if isinstance(row, Marked):
        return "risk" in kinds or (row.worker == me.id and "appointments" in kinds)
    if isinstance(row, Involvement | Urgent | Look) and row.worker == me.id:
        return True
    if isinstance(row, Delay) and row.manager == me.id:
        return True
    return "family" in kinds


def _member(world: World, me: Person, row: Any) -> bool:
    if isinstance(row, Organisation | Worker):
        return knows_where(me)
    held_back = isinstance(row, Written) and row.held_back is not None and row.held_back >= world.day
    if held_back and (row.kind == "meeting_decision" or row.whole):
        return False  # a manager keeps back what was decided, or that there is a meeting at all
    protects = isinstance(row, Written) and row.kind in ("protection", "protection_change")
    if protects and row.section in TELLS and not knows_where(me):
        return False
    if isinstance(row, Written) and row.kind == "update_read" and row.person != me.id:
        return False  # whether the others have read it is for the worker to know
    if isinstance(row, Written) and row.kind in telling.OF and row.person != me.id:
        return False  # what the others said of it is for the workers to know
    if isinstance(row, Written) and (row.kind in ("handover", "ending") or row.kind in telling.OF):
        # the family hears of a change once the next one said yes, of an end once it is decided; of the police by choice
        police = row.section == "police_liaison" and not (me.sees_police and me.relation != "supporter")
        if row.answered is None or police:
            return False
    if isinstance(row, Written) and row.kind in TEXTS:
        return False
    if isinstance(row, Written) and row.kind in crossing.WHOLE_FAMILY:
        return knows_where(me) and me.relation != "supporter"
    if isinstance(row, Written | Move):
        return me.id in world.circles[row.circle].members and (
            knows_where(me) or not (isinstance(row, Move) or row.kind in TELLS_WHERE)
        )
    if isinstance(row, Involvement):
        if row.accepted is None or (row.function == "police_liaison" and not me.sees_police):
            return False  # the family hears of somebody once they have said yes; of the police when they chose to
        return knows_where(me) or _leads_today(world, row)
    if isinstance(row, Person):
        return row.relation != "supporter" or knows_where(me)
    if isinstance(row, Supporter):
        return knows_where(me)
    if isinstance(row, Marked):
        return row.own and row.person == me.id  # what a worker marked shows to nobody in the family
    if isinstance(row, Look):
        return _may_read_look(world, me, row)
    return isinstance(row, Family)


def _may_read_look(world: World, me: Person, row: Look) -> bool:
    """Only openings of what one may see oneself, unless a manager put that off; police only for those who chose it."""
    place = world.organisations[world.workers[row.worker].organisation]
    if place.kind == "police" and not me.sees_police:
        return False
    for delay in world.delays:
        if delay.family == row.family and delay.worker == row.worker and delay.until >= world.day:
            return False
    if not row.circles:
        return knows_where(me)
    return any(me.id in world.circles[circle].members for circle in row.circles)


def _supporter(world: World, me: Person, row: Any) -> bool:
    """What the family chose: who leads, or everybody who helps; whoever invited them; what they were named for."""
    invitation = world.supporters[me.id]
    if isinstance(row, Organisation | Worker | Written | Move):
        return _member(world, me, row)
    if isinstance(row, Involvement):
        if row.accepted is None or row.function == "police_liaison":
            return False
        if not knows_where(me):
            return _leads_today(world, row)
        return invitation.sees_network or _leads_today(world, row)
    if isinstance(row, Person):
        return row.id in (me.id, invitation.invited_by)
    if isinstance(row, Supporter):
        return row.id == me.id
    return isinstance(row, Family)


def _leads_today(world: World, row: Involvement) -> bool:
    return row.lead and row.starts <= world.day and (row.ends is None or row.ends >= world.day)


# --- when


def _still_theirs(world: World, viewer: Viewer, row: Written) -> bool:
    """In a family that is closed to them a worker keeps what they wrote: what others said since, and so that it was
    replaced, is no longer theirs to know of."""
    if not isinstance(viewer, Worker) or row.worker != viewer.id or "family" in kinds_open(world, viewer, row.family):
        return False
    newer = next(one for one in world.written if one.kind == row.kind and one.id == row.replaced_by)
    return newer.worker != viewer.id


def exists(world: World, viewer: Viewer, row: Any) -> bool:
    """What is dated after now does not exist yet."""
    if isinstance(row, Written):
        if row.replaced_on is not None and row.replaced_on <= world.day and not _still_theirs(world, viewer, row):
            return False  # a newer version stands in its place
        if (
            (row.kind in ("handover", "ending") or row.kind in telling.OF)
            and isinstance(viewer, Person)
            and row.answered is not None
        ):
            stands = row.answered <= (world.now if hasattr(row.answered, "hour") else world.day)
            return stands and row.since <= world.now
        if row.since is None:
            return True
        return row.since <= (world.now if hasattr(row.since, "hour") else world.day)
    if isinstance(row, Look):
        return row.at <= world.now
    if isinstance(row, texting.ABOUT_TEXTS):
        return texting.there(world, row)
    if isinstance(row, Involvement):
        # from the yes on, also before the first day: joining. Colleagues know from the asking.
        if row.accepted is not None and row.accepted <= world.day:
            return True
        return isinstance(viewer, Worker) and (row.accepted is None or row.starts <= world.day)
    if isinstance(row, Person) and row.relation == "supporter":
        return not world.supporters[row.id].ended
    if isinstance(row, Supporter):
        return not row.ended
    return True
