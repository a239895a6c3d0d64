"""Writing a safety plan, changing one's own line of it, looking at it again. Actions never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.involvement.actions import alert
from portal.messages.actions import tell
from portal.organisations.models import Worker
from portal.people.models import Family
from portal.safety.conditions import OneSafetyPlan
from portal.safety.models import SafetyLine, SafetyPlan


class Changed(Exception):
    """Somebody else saved this plan in the meantime: nothing was written, and the page shows what stands there now."""


@dataclass(frozen=True)
class Said:
    """What a safety plan says."""

    lines: dict[int | None, str]
    """What each person does; under None what those who work with the family do. Empty: nothing yet."""
    calls: str
    signs: str | None
    review_on: date


def path_of(session: Session, family_id: int) -> str:
    """Where those who work with the family find its safety plans."""
    ref = session.scalar(select(Family.ref).where(Family.id == family_id))
    return f"/work/families/{ref}/safety"


def make(session: Session, scope: Scope, circle_id: int, said: Said, people: list[int]) -> SafetyPlan:
    """Write a safety plan; those it concerns hear of it by a discreet text. A plan for the same people made today with
    the same words is that plan."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    today = select(SafetyPlan).where(
        SafetyPlan.family_id == scope.family_id,
        SafetyPlan.circle_id == circle_id,
        SafetyPlan.made_by_worker_id == scope.worker_id,
        SafetyPlan.made_at >= midnight,
        SafetyPlan.ended_at.is_(None),
    )
    for already in session.scalars(today):
        if already.calls == said.calls and already.signs == said.signs:
            return already
    made = SafetyPlan(
        family_id=scope.family_id,
        circle_id=circle_id,
        signs=said.signs,
        calls=said.calls,
        made_at=clock.now(),
        made_by_worker_id=scope.worker_id,
        owner_worker_id=scope.worker_id,
        review_on=said.review_on,
    )
    session.add(made)
    session.flush()
    _write_lines(session, made.id, scope.family_id, circle_id, said.lines, {})
    for person_id in people:
        tell(session, person_id, "news", about=("safety_plan", made.id))
    return made


def _write_lines(
    session: Session, plan_id: int, family_id: int, circle_id: int, lines: dict[int | None, str], now: dict[Any, str]
) -> None:
    for person_id, text in lines.items():
        if text == now.get(person_id, ""):
            continue
        line = SafetyLine.safety_plan_id == plan_id, SafetyLine.person_id.is_not_distinct_from(person_id)
        if not text:
            session.execute(delete(SafetyLine).where(*line))
        elif person_id in now:
            session.execute(update(SafetyLine).where(*line).values(text=text, edited_at=clock.now()))
        else:
            session.add(
                SafetyLine(
                    safety_plan_id=plan_id,
                    family_id=family_id,
                    circle_id=circle_id,
                    person_id=person_id,
                    text=text,
                    edited_at=clock.now(),
                )
            )


def _save(session: Session, found: OneSafetyPlan, version: int, **values: Any) -> None:
    done = session.execute(
        update(SafetyPlan)
        .where(SafetyPlan.id == found.row.id, SafetyPlan.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
        .returning(SafetyPlan.id)
    )
    if done.first() is None:
        raise Changed


def review(session: Session, found: OneSafetyPlan, version: int, said: Said) -> None:
    """Look at it again with the family: what changes, and when next. Whoever does it owns it now. Raises Changed."""
    _save(
        session,
        found,
        version,
        signs=said.signs,
        calls=said.calls,
        review_on=said.review_on,
        reviewed_at=clock.now(),
        owner_worker_id=found.scope.worker_id,
    )
    now = {line["person_id"]: line["text"] for line in found.lines}
    _write_lines(session, found.row.id, found.family_id, found.row.circle_id, said.lines, now)


def end(session: Session, found: OneSafetyPlan, version: int) -> None:
    """It is not needed any more. Raises Changed."""
    _save(session, found, version, ended_at=clock.now())


def say_mine(session: Session, found: OneSafetyPlan, text: str) -> None:
    """A family member changes what they themselves do."""
    me = found.scope.person_id
    now = {line["person_id"]: line["text"] for line in found.lines}
    _write_lines(session, found.row.id, found.family_id, found.row.circle_id, {me: text}, now)


def ask_to_look_again(session: Session, found: OneSafetyPlan) -> None:
    """The family wants it looked at again: whoever owns it is alerted, and whoever covers for them today."""
    owner = found.row.owner_id
    cover = select(Worker.cover_id).where(
        Worker.id == owner, Worker.away_from <= clock.today(), Worker.away_until >= clock.today()
    )
    to = [one for one in (owner, *session.scalars(cover)) if one]
    alert(session, to, found.family_id, "safety_asked", path=path_of(session, found.family_id))
