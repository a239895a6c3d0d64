"""Posting, taking back, putting right, reading and writing back. Actions never commit; the request does, once."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import Row
from portal.messages.actions import tell, unsend
from portal.organisations.models import Worker
from portal.people.actions import circle_of
from portal.people.models import CircleMember
from portal.updates.conditions import can_undo
from portal.updates.models import UNDO, Reply, Update, UpdateRead


class TooLate(Exception):
    """The minute is over, or somebody has read it: it can only be put right, not taken back."""


def post(session: Session, scope: Scope, name: str, text: str, readers: list[Row]) -> Update:
    """A worker of this name writes to these people. They are told by text once the minute to undo is over.

    The same words to the same people within the minute are one update: a form sent twice has one effect.
    """
    circle = circle_of(session, scope.family_id, [row["id"] for row in readers])
    return _post(session, scope, name, text, readers, circle)


def correct(session: Session, scope: Scope, name: str, wrong: Update, text: str, readers: list[Row]) -> Update:
    """A correction reaches the same people and is shown as one; what stood there before stays to be read."""
    return _post(session, scope, name, text, readers, wrong.circle_id, wrong.corrects_id or wrong.id)


def _post(
    session: Session, scope: Scope, name: str, text: str, readers: list[Row], circle: int, corrects: int | None = None
) -> Update:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("update"), scope.worker_id)))
    twice = session.scalar(
        select(Update).where(
            Update.by_worker_id == scope.worker_id,
            Update.circle_id == circle,
            Update.corrects_id.is_not_distinct_from(corrects),
            Update.text == text,
            Update.written_at > real_now() - UNDO,
        )
    )
    if twice is not None:
        return twice
    posted = Update(
        family_id=scope.family_id,
        circle_id=circle,
        posted_at=clock.now(),
        written_at=real_now(),
        by_worker_id=scope.worker_id,
        text=text,
        corrects_id=corrects,
    )
    session.add(posted)
    session.flush()
    for row in readers:
        tell(session, row["id"], "update", about=("update", posted.id), due_at=clock.now() + UNDO, name=name)
    return posted


def undo(session: Session, posted: Update, worker_id: int | None) -> None:
    """Take it back as if it had never been: nobody has read it, and nobody is told. Raises TooLate."""
    # whoever reads it right now waits, or we wait for them
    session.execute(select(Update.id).where(Update.id == posted.id).with_for_update())
    read = session.scalar(select(UpdateRead.person_id).where(UpdateRead.update_id == posted.id).limit(1))
    if read is not None or not can_undo(posted, worker_id):
        raise TooLate
    unsend(session, ("update", posted.id))
    session.execute(delete(Update).where(Update.id == posted.id))


def mark_read(session: Session, scope: Scope, whole: list[Row], begun: list[Row] = []) -> None:  # noqa: B006  # read only
    """These updates have been before this family member: the whole of them, or their beginning."""
    now = clock.now()
    rows = [(row, now) for row in whole if row["read_at"] is None] + [
        (row, None) for row in begun if not row["seen_at"]
    ]
    if not rows or scope.person_id is None:
        return
    marks = insert(UpdateRead).values(
        [
            {"update_id": row["id"], "person_id": scope.person_id, "family_id": scope.family_id}
            | {"circle_id": row["circle_id"], "seen_at": now, "read_at": read}
            for row, read in rows
        ]
    )
    read_at = func.coalesce(UpdateRead.read_at, marks.excluded.read_at)
    session.execute(marks.on_conflict_do_update(index_elements=["update_id", "person_id"], set_={"read_at": read_at}))


def reply(session: Session, scope: Scope, to: Update, text: str, only_worker_id: int | None = None) -> Reply:
    """A family member writes back: to all who read the update, or to one worker alone."""
    circle = to.circle_id
    if only_worker_id is not None and scope.person_id is not None:
        circle = circle_of(session, scope.family_id, [scope.person_id])
    return _reply(session, scope, to, text, circle, only_worker_id)


def answer_reply(session: Session, scope: Scope, to: Update, text: str, reply_to: Reply | None) -> Reply:
    """A worker writes back: to all who read the update, or to whoever wrote to one worker alone. Those who wrote are
    told by text; where nobody did, all who read it."""
    before = session.scalar(select(func.max(Reply.id)).where(Reply.update_id == to.id))
    circle, only = (to.circle_id, None) if reply_to is None else (reply_to.circle_id, reply_to.to_worker_id)
    written = _reply(session, scope, to, text, circle, only)
    if before is None or written.id > before:
        _tell_who_wrote(session, scope, written)
    return written


def _tell_who_wrote(session: Session, scope: Scope, written: Reply) -> None:
    wrote = select(Reply.by_person_id).where(
        Reply.update_id == written.update_id, Reply.circle_id == written.circle_id, Reply.by_person_id.is_not(None)
    )
    everybody = select(CircleMember.person_id).where(CircleMember.circle_id == written.circle_id)
    people = set(session.scalars(wrote)) or set(session.scalars(everybody))
    name = session.scalar(select(Worker.name).where(Worker.id == scope.worker_id))
    for person_id in sorted(one for one in people if one is not None):
        tell(session, person_id, "reply", about=("reply", written.id), name=name)


def _reply(session: Session, scope: Scope, to: Update, text: str, circle: int, only: int | None) -> Reply:
    who = scope.worker_id or scope.person_id
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("reply"), who)))
    before = select(Reply).where(
        Reply.update_id == to.id,
        Reply.by_person_id.is_not_distinct_from(scope.person_id),
        Reply.by_worker_id.is_not_distinct_from(scope.worker_id),
        Reply.circle_id == circle,
        Reply.to_worker_id.is_not_distinct_from(only),
        Reply.made_at >= clock.now() - UNDO,
    )
    for known in session.scalars(before):
        if known.text == text:
            return known
    written = Reply(
        update_id=to.id,
        family_id=scope.family_id,
        circle_id=circle,
        by_person_id=scope.person_id,
        by_worker_id=scope.worker_id,
        to_worker_id=only,
        text=text,
        made_at=clock.now(),
    )
    session.add(written)
    session.flush()
    return written


def see_replies(session: Session, ids: list[int]) -> None:
    """The worker who wrote the update, or somebody in their place, has these before them now."""
    session.execute(
        update(Reply)
        .where(Reply.id.in_(ids), Reply.worker_seen_at.is_(None))
        .values(worker_seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )
