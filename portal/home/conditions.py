"""What is on a family's first page only when it is there."""

from __future__ import annotations

from sqlalchemy import or_, select

from portal.access.scope import Scope
from portal.endings import queries as endings
from portal.foundation.database import AnyRows
from portal.handovers import queries as handovers
from portal.moves.models import Move
from portal.offers import queries as offers
from portal.protections import queries as protections
from portal.questions import queries as questions
from portal.relocation.models import Relocation
from portal.schools.models import SchoolAbsence, SchoolAgreement, SchoolPlace

SOMETIMES = {
    "ending": (protections.some_ending, protections.ending),
    "handovers": (handovers.some_coming, handovers.coming),
    "endings": (endings.some_coming, endings.coming),
    "answers": (questions.some_new_answers, questions.new_answers),
    "offered": (offers.some_open_to_me, offers.open_to_me),
}
"""What most people's home has none of: how one asks whether there is any, and for the rows. Asked for all of them
every time, these would cost more than everything that a home does show."""


def around(scope: Scope) -> AnyRows:
    """What is there for this viewer to read? One row of yes and no.

    `some`: something of SOMETIMES. `move`, `talk`, `school`: what home only links to. `met`: somebody is to lead next
    and the family has not said yet whether they met.
    """
    move = select(Move.id).where(scope.clause(Move), Move.planned_on <= scope.today)
    asked = (Move.new_lead_id.is_not(None), Move.family_said_at.is_(None), Move.called_off_on.is_(None))
    about_school = [
        select(model.id).where(scope.clause(model)) for model in (SchoolPlace, SchoolAgreement, SchoolAbsence)
    ]
    return select(
        or_(*(some(scope).exists() for some, _ in SOMETIMES.values())).label("some"),
        move.exists().label("move"),
        move.where(*asked).exists().label("met"),
        select(Relocation.id).where(scope.clause(Relocation), Relocation.decision.is_(None)).exists().label("talk"),
        or_(*(rows.exists() for rows in about_school)).label("school"),
    )
