"""Whether a text that asks how somebody is may still go out, and that their next number answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.models import Account, Phone
from portal.checkins.models import Checkin, CheckinAsked
from portal.foundation import clock
from portal.messages.queries import Asked, Verdict
from portal.organisations.models import Worker


def asked_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, tuple[Verdict, str, int]]:
    """Of these texts: why one may not go out, or who asks; with the reference and the family of what was asked.

    It goes to one's own number alone: on one that several people have, nobody would know who answered.
    """
    own = select(Phone.number_hash).join(Account, Account.id == Phone.account_id)
    shared = set(
        session.scalars(
            select(Account.person_id)
            .join(Phone, Phone.account_id == Account.id)
            .where(
                Account.person_id.in_({one.person_id for one in asked}),
                Phone.number_hash.in_(
                    own.group_by(Phone.number_hash).having(func.count(Account.person_id.distinct()) > 1)
                ),
            )
        )
    )
    said = (
        select(Checkin.id)
        .where(Checkin.person_id == CheckinAsked.person_id, Checkin.made_at > CheckinAsked.asked_at)
        .exists()
    )
    rows = session.execute(
        select(
            CheckinAsked.id,
            CheckinAsked.ref,
            CheckinAsked.family_id,
            CheckinAsked.person_id,
            Worker.name,
            said.label("said"),
            Worker.left_on,
        )
        .join(Worker, Worker.id == CheckinAsked.to_worker_id)
        .where(CheckinAsked.id.in_({one.about_id for one in asked}))
    )
    known = {row.id: row for row in rows}
    found: dict[int, tuple[Verdict, str, int]] = {}
    for one in asked:
        row = known.get(one.about_id)
        if row is None or row.person_id != one.person_id or (row.left_on and row.left_on < clock.today()):
            found[one.id] = ("not_right", "", 0)
        elif row.said:
            found[one.id] = ("answered", "", 0)
        elif row.person_id in shared:
            found[one.id] = ("shared", "", 0)
        else:
            found[one.id] = ({"name": row.name}, row.ref, row.family_id)
    return found
