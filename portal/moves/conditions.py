"""How a move stands, where it broke a rule, how needs compare, and how everybody's time is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.foundation import clock
from portal.foundation.database import Row
from portal.moves.models import NEEDS

AROUND = timedelta(days=90)
"""How long after a move lowering the need takes more than the move (M21)."""
SHOWN = timedelta(days=28)
"""How much time is drawn before and after what is drawn."""


def current(moves: list[Row]) -> Row | None:
    """The move that the page is about: the latest that was planned."""
    return moves[0] if moves else None


def is_open(move: Any) -> bool:
    """Does a move that was begun here still run?"""
    today = clock.today()
    return (
        move.started_at is not None
        and move.called_off_on is None
        and (move.finished_on is None or move.finished_on > today)
    )


def state(move: Row, invitations: list[Row], joined: bool) -> str:
    """How a move stands: history, called_off, done, handed, met, joined, accepted, declined or asked."""
    today = clock.today()
    if move["started_at"] is None:
        return "history"
    if move["called_off_on"] and move["called_off_on"] <= today:
        return "called_off"
    if move["finished_on"]:
        return "done" if move["finished_on"] <= today else "handed"
    if move["new_lead_id"]:
        if move["lead_said_at"] or move["family_said_at"]:
            return "met"
        return "joined" if joined else "accepted"
    answers = [row["answer"] for row in invitations if row["move_id"] == move["id"] and row["asked_to"] == "transfer"]
    return "declined" if answers and all(answer == "declined" for answer in answers) else "asked"


def lower(after: str | None, before: str | None) -> bool:
    """Is one level of need lower than the other?"""
    return bool(after and before) and NEEDS.index(str(after)) < NEEDS.index(str(before))


def need_now(moves: list[Row], decided: list[Row]) -> str | None:
    """The level of need today: the latest decision; otherwise what the latest move carried over."""
    if decided:
        level: str = decided[0]["level"]
        return level
    for move in moves:
        moved = move["moved_on"] and move["moved_on"] <= clock.today()
        if found := (move["need_after"] if moved and move["need_after"] else move["need_before"]):
            return str(found)
    return None


def around_a_move(moves: list[Row]) -> bool:
    """Is a move running, or was there one in the last 90 days?"""
    today = clock.today()
    for move in moves:
        if move["called_off_on"] is not None:
            continue
        begun = move["moved_on"] or move["move_day"] or move["planned_on"]
        if is_open(move) or begun >= today - AROUND:
            return True
    return False


def broken(move: Row) -> list[str]:
    """Where a move that came as history broke a rule: declined_not_senior, declined_no_reason, need_lowered.

    Each from the day it can be known: a refusal by the day of the conference, a lower need by the move.
    """
    if move["started_at"] is not None:
        return []
    today, marks = clock.today(), []
    known = move["conference_on"] or move["moved_on"] or move["planned_on"]
    if move["invitation"] == "declined" and known <= today:
        if not move["declined_senior"]:
            marks.append("declined_not_senior")
        if not (move["declined_reason"] or "").strip():
            marks.append("declined_no_reason")
    if lower(move["need_after"], move["need_before"]) and (move["moved_on"] or move["planned_on"]) <= today:
        marks.append("need_lowered")
    return marks


# --- drawn to scale of time

WIDE = 320.0  # units of the picture from its first day to its last


@dataclass(frozen=True)
class Lane:
    """One person's time in the picture: where it begins and how long it is."""

    name: str
    function: str
    kind: str
    """leads, helps, or comes."""
    starts_on: date
    ends_on: date | None
    x: float
    width: float
    paid_by: str | None
    stays: bool


@dataclass(frozen=True)
class Drawing:
    """Everybody's time on one scale."""

    first: date
    last: date
    lanes: list[Lane]
    marks: list[tuple[str, date, float]]
    """(what, day, x): today, the day of the move."""


def drawn(involved: list[Row], parts: list[Row], move: Row) -> Drawing:
    """Everybody who is there around the move, from the same first day to the same last, drawn to scale."""
    today = clock.today()
    moved = move["moved_on"] or move["move_day"] or move["planned_on"]
    days = [today, moved]
    first = min(days) - SHOWN
    shown = [
        row
        for row in involved
        if row["accepted_on"] is not None and (row["ends_on"] is None or row["ends_on"] >= first)
    ]
    days += [row["starts_on"] for row in shown if row["starts_on"] > today]
    days += [row["ends_on"] for row in shown if row["ends_on"] and row["ends_on"] > today]
    last = min(max(days) + SHOWN, max(today, moved) + timedelta(days=365))
    span = max((last - first).days, 1)

    def at(day: date) -> float:
        return round(WIDE * min(max((day - first).days, 0), span) / span, 1)

    paid = {row["involvement_id"]: row for row in parts}
    lanes = []
    for row in sorted(shown, key=lambda row: (not row["is_lead"], row["starts_on"], row["id"])):
        starts, ends = at(row["starts_on"]), at(row["ends_on"] + timedelta(days=1)) if row["ends_on"] else WIDE
        part = paid.get(row["id"])
        lanes.append(
            Lane(
                row["name"],
                row["function"],
                "leads" if row["is_lead"] else "comes" if row["starts_on"] > today else "helps",
                row["starts_on"],
                row["ends_on"],
                starts,
                max(round(ends - starts, 1), 3.0),
                part["paid_by"] if part else None,
                bool(part and part["does"] == "stays"),
            )
        )
    marks = [("today", today, at(today))]
    if moved != today:
        marks.append(("move", moved, at(moved)))
    return Drawing(first, last, lanes, marks)


def may_slip(promised: Sequence[Row], involved: list[Row]) -> list[Row]:
    """What somebody promised who leaves before it is due, or has left: each needs a new owner by name."""
    found = []
    for step in promised:
        theirs = [row for row in involved if row["worker_id"] == step["owner_worker_id"]]
        stays = any(row["ends_on"] is None or row["ends_on"] >= max(step["due"], clock.today()) for row in theirs)
        if step["owner_left"] or (theirs and not stays):
            found.append(step)
    return found


def shown(found: dict[str, Any]) -> dict[str, Any]:
    """What the page about a move shows, made of what was asked: family and professionals read the same."""
    move, involved = found["move"], found["involved"]
    joined = any(row["worker_id"] == (move or {}).get("new_lead_id") and row["accepted_on"] for row in involved)
    ours = {row["id"] for row in found["parts"] if move and row["move_id"] == move["id"]}
    return found | {
        "state": state(move, found["invitations"], joined) if move else None,
        "drawing": drawn(involved, found["parts"], move) if move else None,
        "marks": {row["id"]: broken(row) for row in found["moves"]},
        "slipping": may_slip(found.get("promised") or [], involved),
        "need": need_now(found["moves"], found["needs"]),
        "stays": [row for row in found["parts"] if row["id"] in ours and row["does"] == "stays"],
        "staying": [row for row in found["members"] if move and row["id"] in (move["staying"] or ())],
    }
