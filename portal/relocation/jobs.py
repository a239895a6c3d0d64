"""Whether a text about the conversation on staying or moving is still right when it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages.conditions import still_reads_where
from portal.messages.queries import Asked, Verdict
from portal.relocation.models import Relocation


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts: why one is no longer right. "You can say what you think" while nothing is decided; "it was
    decided" once a director has signed."""
    rows = session.execute(
        select(Relocation.id, Relocation.circle_id, Relocation.decision).where(
            Relocation.id.in_({one.about_id for one in asked})
        )
    ).all()
    known = {row.id: row for row in rows}
    readers = still_reads_where(session, asked, {row.id: row.circle_id for row in rows})
    found: dict[int, Verdict] = {}
    for one in asked:
        talk = known.get(one.about_id)
        signed = one.values.get("what") == "signed"
        right = talk is not None and one.id in readers and (talk.decision is not None) == signed
        found[one.id] = {} if right else "not_right"
    return found
