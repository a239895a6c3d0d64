"""Whether a text about a move is still right when it goes out, and what it says by then. None says where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages.conditions import still_reads_where
from portal.messages.queries import Asked, Verdict
from portal.moves.models import Move, MoveInvitation
from portal.organisations.models import Worker


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about moves: why one is no longer right, or the name and the day that it says by now."""
    rows = session.execute(
        select(Move, Worker.name)
        .outerjoin(Worker, Worker.id == Move.new_lead_id)
        .where(Move.id.in_({one.about_id for one in asked}))
    ).all()
    known = {row.Move.id: row for row in rows}
    readers = still_reads_where(session, asked, {row.Move.id: row.Move.circle_id for row in rows})
    return {
        one.id: _says(one, known[one.about_id].Move, known[one.about_id].name)
        if one.about_id in known and one.id in readers
        else "not_right"
        for one in asked
    }


def _says(one: Asked, move: Move, name: str | None) -> Verdict:
    if one.wording == "move_new" and one.values.get("what") == "off":
        return {} if move.called_off_on is not None else "not_right"
    if move.called_off_on is not None:
        return "not_right"
    if one.wording == "move_met":
        waits = move.lead_said_at is not None and move.family_said_at is None
        return {"name": name} if waits else "answered"
    if one.wording == "move_leads":
        return {"name": name, "day": move.finished_on} if move.finished_on is not None else "not_right"
    return {}


def answer_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts that somebody has answered for their organisation: why one is no longer right, or what they said.
    An answer that was taken back, or that came to nothing with the move, is not told."""
    rows = session.execute(
        select(MoveInvitation, Move.called_off_on)
        .join(Move, Move.id == MoveInvitation.move_id)
        .where(MoveInvitation.id.in_({one.about_id for one in asked}))
    ).all()
    known: dict[int, Any] = {row.MoveInvitation.id: row for row in rows}
    readers = still_reads_where(session, asked, {which: row.MoveInvitation.circle_id for which, row in known.items()})
    found: dict[int, Verdict] = {}
    for one in asked:
        row = known.get(one.about_id)
        answer = row.MoveInvitation.answer if row is not None and row.called_off_on is None else None
        right = "withdrawn" if one.wording == "move_answer_back" else ("accepted", "declined")
        if one.id not in readers or answer is None or answer not in right:
            found[one.id] = "not_right"
        else:
            found[one.id] = {"what": answer, "to": row.MoveInvitation.asked_to} if row is not None else "not_right"
    return found
