"""Moves that a manager looks at: those that run, and those of the past that broke a rule."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Text, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from portal.access.scope import Scope
from portal.foundation.database import AnyRows
from portal.moves.models import NEEDS, Move, MoveInvitation
from portal.organisations.models import Organisation, Worker


def open_moves(load: Scope) -> AnyRows:
    """Moves that run, of every family open to a manager: since when, who was asked, and whether both have met."""
    new, lead = aliased(Organisation), aliased(Worker)
    waits = select(MoveInvitation.id).where(
        MoveInvitation.move_id == Move.id, MoveInvitation.asked_to == "transfer", MoveInvitation.answer.is_(None)
    )
    declined = select(MoveInvitation.id).where(MoveInvitation.move_id == Move.id, MoveInvitation.answer == "declined")
    return (
        select(
            Move.family_id,
            Move.circle_id,
            Move.planned_on.label("since"),
            Move.moved_on,
            new.name.label("to_borough"),
            lead.name.label("new_lead"),
            waits.exists().label("waits"),
            declined.exists().label("declined"),
        )
        .join(new, new.id == Move.to_borough_id)
        .outerjoin(lead, lead.id == Move.new_lead_id)
        .where(load.clause(Move), Move.started_at <= load.now, Move.called_off_on.is_(None), Move.finished_on.is_(None))
    )


def broken_moves(load: Scope) -> AnyRows:
    """Moves that came as history and broke a rule, in the last two years: which one, as conditions.broken says it."""
    no = aliased(Worker)
    known = func.coalesce(Move.conference_on, Move.moved_on, Move.planned_on)
    declined = and_(Move.invitation == "declined", known <= load.today)
    not_senior = and_(declined, func.senior_of(no.organisation_id).is_distinct_from(no.id))
    no_reason = and_(declined, func.coalesce(func.trim(Move.declined_reason), "") == "")
    order = literal(list(NEEDS), ARRAY(Text))
    lowered = and_(
        func.array_position(order, Move.need_after) < func.array_position(order, Move.need_before),
        func.coalesce(Move.moved_on, Move.planned_on) <= load.today,
    )
    broke = or_(not_senior, no_reason, lowered)
    return (
        select(
            Move.family_id,
            Move.circle_id,
            Move.planned_on.label("since"),
            func.coalesce(not_senior, False).label("not_senior"),
            func.coalesce(no_reason, False).label("no_reason"),
            func.coalesce(lowered, False).label("lowered"),
        )
        .outerjoin(no, no.id == Move.declined_by_id)
        .where(
            load.clause(Move),
            Move.started_at.is_(None),
            Move.planned_on.between(load.today - timedelta(days=730), load.today),
            broke,
        )
    )
