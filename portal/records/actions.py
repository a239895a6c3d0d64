"""Writing down that a professional opened a family's record, and putting off that the family reads it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, union
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.appointments.models import Appointment
from portal.assessments.models import Statement
from portal.audit.models import Look, LookDelay
from portal.checkins.conditions import may_read as may_read_checkin
from portal.checkins.models import Checkin
from portal.contexts.models import Enquiry, Link
from portal.duties.models import AskedAgain, Duty, KeptElsewhere
from portal.foundation import clock
from portal.foundation.database import Row, reference
from portal.involvement.models import SECTION_KIND
from portal.involvement.queries import OpenFamily
from portal.meetings.models import Meeting, MeetingChange
from portal.moves.models import Move, MoveTask
from portal.offers.models import HelpRequest, Offer, RefusalReview
from portal.organisations.models import Worker
from portal.plans.models import Goal, Step, StepEvent
from portal.protections.models import Protection, ProtectionChange
from portal.questions.conditions import may_read
from portal.questions.models import Question
from portal.relocation.models import Relocation, RelocationAnswer, RelocationMoney
from portal.safety.models import SafetyPlan
from portal.schools.models import SchoolAbsence, SchoolAgreement, SchoolPlace
from portal.updates.conditions import may_read_reply
from portal.updates.models import Reply, Update
from portal.wishes.models import MentorWish

SHOWS: dict[str, tuple[Any, ...]] = {
    "family": (Step, Appointment, Update, Offer),
    "plan": (Step, Goal, StepEvent),
    "safety": (SafetyPlan,),
    "wishes": (MentorWish,),
    "help": (Offer, HelpRequest, RefusalReview),
    "appointments": (Appointment,),
    "updates": (Update, Reply),
    "questions": (Question,),
    "meetings": (Meeting, MeetingChange),
    "protections": (Protection, ProtectionChange),
    "checkins": (Checkin,),
    "assessment": (Statement, Duty, KeptElsewhere, AskedAgain, Link),
    "where": (Link, Enquiry),
    "export": (Step, StepEvent, Appointment, Update, Statement, Meeting, MeetingChange, Protection, ProtectionChange),
    "people": (),
    "files": (),
    "texts": (),
    "moving": (Move, MoveTask),
    "school": (SchoolPlace, SchoolAgreement, SchoolAbsence),
    "talk": (Relocation, RelocationAnswer, RelocationMoney),
}
"""Which records stand on each page: whoever is in a circle of one of them reads that it was opened."""


def record_opening(session: Session, actor: Actor, opened: OpenFamily, what: str) -> None:
    """Add one line to who-has-looked: this worker, this family, this page, why it was allowed, and whose records."""
    scope = opened.scope
    parts = [select(model.circle_id).distinct().where(_those_shown(scope, model)) for model in SHOWS[what]]
    circles = func.array(union(*parts).scalar_subquery()) if parts else []
    session.execute(
        insert(Look).values(
            family_id=opened.family_id,
            worker_id=actor.worker_id,
            at=clock.now(),
            what=what,
            why=scope.why,
            reason=scope.reason,
            circles=circles,
        )
    )


def _those_shown(scope: Scope, model: Any) -> ColumnElement[bool]:
    """The records of this kind that the page shows this professional."""
    if model is Statement:
        return scope.statements(Statement, SECTION_KIND)
    if model is Reply:
        return may_read_reply(scope)
    if model is Checkin:
        return may_read_checkin(scope)
    if hasattr(model, "section"):
        return scope.statements(model, SECTION_KIND)
    return may_read(scope) if model is Question else scope.clause(model)


def record_list(session: Session, actor: Actor, shown: list[Row]) -> None:
    """A list across families showed something of these families: each reads it, once a day.

    Every row has family_id, circle_id (or None, when it showed no record of anybody's) and why it was allowed.
    """
    circles: dict[tuple[int, str], set[int]] = {}
    for row in shown:
        seen = circles.setdefault((row["family_id"], row["why"]), set())
        if row["circle_id"] is not None:
            seen.add(row["circle_id"])
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    already = {
        (look.family_id, circle)
        for look in session.execute(
            select(Look.family_id, Look.circles).where(
                Look.worker_id == actor.worker_id,
                Look.what == "list",
                Look.at >= midnight,
                Look.family_id.in_({family_id for family_id, _ in circles}),
            )
        )
        for circle in look.circles
    }
    rows = [
        {
            "ref": reference(),
            "family_id": family_id,
            "worker_id": actor.worker_id,
            "at": clock.now(),
            "what": "list",
            "why": why,
            "circles": sorted(new),
        }
        for (family_id, why), seen in circles.items()
        if (new := {circle for circle in seen if (family_id, circle) not in already})
    ]
    if rows:
        session.connection().execute(Look.__table__.insert().inline(), rows)  # type: ignore[attr-defined]  # a Table


def delay_looks(session: Session, actor: Actor, opened: OpenFamily, worker: Worker, until: date, reason: str) -> None:
    """Do not show this worker's openings to the family until this day has passed. Kept with the manager's name."""
    session.add(
        LookDelay(
            family_id=opened.family_id,
            worker_id=worker.id,
            manager_id=actor.worker_id,
            reason=reason,
            made_at=clock.now(),
            until=until,
        )
    )
