"""Who may read a reply and a read mark (Python's lock), and what was on the screen when somebody posted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_

from portal.access.scope import Scope
from portal.foundation.clock import real_now
from portal.foundation.database import Row
from portal.questions.conditions import overseen, stood_for
from portal.updates.models import UNDO, Reply, Update, UpdateRead


def may_read_reply(scope: Scope) -> ColumnElement[bool]:
    """The replies this viewer may read. In a family: by circle. A professional: as the update; what was for one worker
    alone also only as a question to that worker would be."""
    if not scope.is_professional:
        return scope.clause(Reply)
    theirs = or_(
        Reply.to_worker_id.is_(None), Reply.to_worker_id.in_(stood_for(scope)), Reply.family_id.in_(overseen(scope))
    )
    return and_(scope.clause(Reply), theirs)


def may_know_read(scope: Scope) -> ColumnElement[bool]:
    """The marks of who has read. Professionals see all of them; in a family each their own."""
    if scope.is_professional:
        return scope.clause(UpdateRead)
    return and_(scope.clause(UpdateRead), UpdateRead.person_id == scope.person_id)


def can_undo(update: Update | Row, worker_id: int | None) -> bool:
    """Does its minute still run, for whoever wrote it? Whether somebody has read it the database says."""
    return update.by_worker_id == worker_id and update.written_at is not None and real_now() < update.written_at + UNDO


def as_shown(offered: Iterable[Row], chosen: Iterable[Row]) -> str:
    """A mark of who could read it and who was named as reading it: when it differs on posting, the worker is asked
    again, because somebody has come, gone or been given a contact limit since."""
    there = sorted(f"{row['ref']} {row['contact_limit']}" for row in offered)
    named = sorted(row["ref"] for row in chosen)
    return hashlib.sha256("\n".join([*there, "for", *named]).encode()).hexdigest()[:24]
