"""What a family's first page leads to only when it is there."""

from __future__ import annotations

from sqlalchemy import or_, select

from portal.access.scope import Scope
from portal.foundation.database import AnyRows
from portal.moves.models import Move
from portal.relocation.models import Relocation
from portal.schools.models import SchoolAbsence, SchoolAgreement, SchoolPlace


def around(scope: Scope) -> AnyRows:
    """Is there a move, a talk on one, or anything about school, for this viewer to read? One row of yes and no.

    `met`: somebody is to lead next and the family has not said yet whether they met.
    """
    move = select(Move.id).where(scope.clause(Move), Move.planned_on <= scope.today)
    asked = (Move.new_lead_id.is_not(None), Move.family_said_at.is_(None), Move.called_off_on.is_(None))
    about_school = [
        select(model.id).where(scope.clause(model)) for model in (SchoolPlace, SchoolAgreement, SchoolAbsence)
    ]
    return select(
        move.exists().label("move"),
        move.where(*asked).exists().label("met"),
        select(Relocation.id).where(scope.clause(Relocation), Relocation.decision.is_(None)).exists().label("talk"),
        or_(*(rows.exists() for rows in about_school)).label("school"),
    )
