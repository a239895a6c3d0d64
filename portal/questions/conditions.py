"""Who may read a question (Python's lock, written apart from the database's), and whether an answer is late."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.involvement.models import Involvement
from portal.organisations.models import Organisation, Worker
from portal.questions.models import Question


def stood_for(scope: Scope) -> AnyRows:
    """The workers whose questions this professional reads: themselves, whom they cover today, and whom they manage."""
    me, borough = aliased(Worker), aliased(Organisation)
    managed = and_(
        me.is_manager,
        or_(
            Organisation.id == me.organisation_id,
            Organisation.senior_manager_id == me.id,
            and_(borough.kind == "borough", borough.senior_manager_id == me.id),
        ),
    )
    covered = and_(Worker.cover_id == me.id, Worker.away_from <= scope.today, Worker.away_until >= scope.today)
    return (
        select(Worker.id)
        .join(me, me.id == scope.worker_id)
        .join(Organisation, Organisation.id == Worker.organisation_id)
        .outerjoin(borough, borough.id == Organisation.borough_id)
        .where(or_(Worker.id == me.id, covered, managed))
    )


def overseen(scope: Scope) -> Any:
    """The families of which this professional reads every question: they lead there, stand in for whoever leads, manage
    them, or answer because nobody leads."""
    led = select(Involvement.family_id).where(
        Involvement.is_lead,
        Involvement.starts_on <= scope.today,
        Involvement.accepted_on <= scope.today,
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= scope.today),
        Involvement.worker_id.in_(stood_for(scope)),
    )
    return led.union(select(func.unnest(func.families_i_answer_for())))


def may_read(scope: Scope) -> ColumnElement[bool]:
    """The questions this viewer may read. In a family: by circle. A professional: while the family is open to them,
    what was asked of them or of somebody they stand in for, and all of it where they lead."""
    if not scope.is_professional:
        return scope.clause(Question)
    theirs = or_(Question.to_worker_id.in_(stood_for(scope)), Question.family_id.in_(overseen(scope)))
    return and_(scope.clause(Question), theirs)


def is_late(row: Row) -> bool:
    """Nobody has answered in time."""
    return row["answered_at"] is None and row["due_at"] < clock.now()
