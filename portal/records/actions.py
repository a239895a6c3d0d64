"""Writing down that a professional opened a family's record."""

from __future__ import annotations

from sqlalchemy import insert, select, union
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.appointments.models import Appointment
from portal.assessments.models import SECTION_KIND, Statement
from portal.audit.models import Look
from portal.foundation import clock
from portal.involvement.queries import OpenFamily
from portal.plans.models import Step
from portal.updates.models import Update

SHOWS = {
    "family": (Step, Appointment, Update),
    "plan": (Step,),
    "appointments": (Appointment,),
    "updates": (Update,),
    "assessment": (Statement,),
    "people": (),
}
"""Which records stand on each page: whoever is in a circle of one of them reads that it was opened."""


def record_opening(session: Session, actor: Actor, opened: OpenFamily, what: str) -> None:
    """Add one line to who-has-looked: this worker, this family, this page, why it was allowed, and whose records."""
    scope = opened.scope
    parts = [
        select(model.circle_id).where(
            scope.statements(Statement, SECTION_KIND) if model is Statement else scope.clause(model)
        )
        for model in SHOWS[what]
    ]
    circles = list(session.scalars(union(*parts))) if parts else []
    session.execute(
        insert(Look).values(
            family_id=opened.family_id, worker_id=actor.worker_id, at=clock.now(), what=what,
            why=scope.why, reason=scope.reason, circles=circles,
        )
    )
