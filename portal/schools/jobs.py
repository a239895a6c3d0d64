"""Whether a text that asks what school may be told is still right when it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.messages.conditions import still_reads_where
from portal.messages.queries import Asked, Verdict
from portal.schools.models import SchoolAgreement


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts: why one is no longer right: answered by somebody, ended, or no longer theirs to read."""
    rows = session.execute(
        select(
            SchoolAgreement.id,
            SchoolAgreement.circle_id,
            SchoolAgreement.answer,
            SchoolAgreement.ended_on,
            SchoolAgreement.asked,
        ).where(SchoolAgreement.id.in_({one.about_id for one in asked}))
    ).all()
    known = {row.id: row for row in rows}
    readers = still_reads_where(session, asked, {row.id: row.circle_id for row in rows})
    found: dict[int, Verdict] = {}
    for one in asked:
        agreement = known.get(one.about_id)
        if agreement is None or one.id not in readers or not agreement.asked or agreement.ended_on is not None:
            found[one.id] = "not_right"
        else:
            found[one.id] = "answered" if agreement.answer is not None else {}
    return found
