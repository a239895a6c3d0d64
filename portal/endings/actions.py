"""Deciding that help ends, giving one's name to it as a manager, and saying that one sees it differently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.endings.models import NEVER_ENOUGH, Ending, EndingSaid
from portal.endings.queries import Told, before_ending
from portal.foundation import clock
from portal.handovers import queries as handovers
from portal.involvement.actions import alert, end_involvement
from portal.involvement.models import Involvement
from portal.involvement.queries import Part
from portal.messages.actions import tell_circle
from portal.people.actions import circle_of
from portal.people.models import Family
from portal.questions import actions as questions

ENDED = "The help ended"
"""Beside the worker's name, for everybody who sees the network; the reasons are for the readers of the decision."""


class ClockRunning(Exception):
    """Somebody still has to be reached after a critical moment: nothing ends before that."""


class NotEnough(Exception):
    """The reason is never enough alone."""


class WithoutAName(Exception):
    """There was a critical moment in the last twelve months, and no manager's name stands under it."""


class AlreadyDecided(Exception):
    """There is a decision about this part already."""


class Settled(Exception):
    """The manager has answered otherwise in the meantime: nothing was changed."""


class HandedOver(Exception):
    """Somebody was asked to take over: that is settled first."""


@dataclass(frozen=True)
class Decision:
    """What whoever decides says."""

    last_day: date
    basis: str
    why: str
    besides: str | None
    protects: str
    come_back: str
    come_back_to_id: int
    readers: list[int]
    manager_id: int | None = None
    """Whose name is asked for; the one who decides, when they are a manager."""


def decide(session: Session, part: Part, by: int, said: Decision) -> Ending:
    """Write the decision down. It stands at once, or once the manager gives their name.

    Raises ClockRunning, NotEnough, WithoutAName, AlreadyDecided, HandedOver.
    """
    family_id = part.opened.family_id
    before = before_ending(session, family_id)
    if before.clock_running:
        raise ClockRunning
    if said.basis in NEVER_ENOUGH and not said.besides:
        raise NotEnough
    if before.within_a_year and said.manager_id is None:
        raise WithoutAName
    if handovers.standing(session, part.involvement.id):
        raise HandedOver
    made = Ending(
        family_id=family_id,
        circle_id=circle_of(session, family_id, said.readers),
        involvement_id=part.involvement.id,
        function=part.involvement.function,
        is_lead=part.involvement.is_lead,
        worker_id=part.involvement.worker_id,
        decided_by_id=by,
        manager_id=said.manager_id,
        last_day=said.last_day,
        basis=said.basis,
        why=said.why,
        besides=said.besides,
        protects=said.protects,
        come_back=said.come_back,
        come_back_to_id=said.come_back_to_id,
        made_at=clock.now(),
        decided_at=clock.now() if said.manager_id in (None, by) else None,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as refused:
        raise AlreadyDecided from refused
    if made.decided_at:
        _take_effect(session, made, by)
    elif said.manager_id is not None:
        alert(session, [said.manager_id], family_id, "ending_waits", about=by, path=path_of(session, made))
    return made


def agree(session: Session, made: Ending, by: int) -> None:
    """The manager gives their name, and help ends as decided; twice changes nothing. Raises ClockRunning when something
    happened since, Settled when they have refused."""
    session.refresh(made, with_for_update=True)  # as it stands, and nobody else answers it until this is done
    if made.refused_at is not None:
        raise Settled
    if made.decided_at is not None:
        return
    if before_ending(session, made.family_id).clock_running:
        raise ClockRunning
    made.decided_at = clock.now()
    session.flush()
    _take_effect(session, made, by)
    alert(session, [made.decided_by_id], made.family_id, "help_ends", about=made.worker_id, path=path_of(session, made))


def refuse(session: Session, made: Ending, by: int, reason: str) -> None:
    """The manager says that help goes on, and why; whoever decided hears it. Twice changes nothing. Raises Settled when
    it ends by now."""
    session.refresh(made, with_for_update=True)  # as it stands, and nobody else answers it until this is done
    if made.decided_at is not None:
        raise Settled
    if made.refused_at is not None:
        return
    made.refused_at, made.refused_reason = clock.now(), reason
    session.flush()
    path = path_of(session, made)
    alert(session, [made.decided_by_id], made.family_id, "ending_refused", about=by, note=reason, path=path)


def _take_effect(session: Session, made: Ending, by: int) -> None:
    """Set the last day, and tell the others who help."""
    part = session.get(Involvement, made.involvement_id)
    if part is None:
        return
    day = max(made.last_day, part.starts_on)
    end_involvement(session, part, day, ENDED, closes=made.is_lead)
    others = select(Involvement.worker_id).where(
        Involvement.family_id == made.family_id,
        Involvement.accepted_on.is_not(None),
        Involvement.worker_id != made.worker_id,
        Involvement.worker_id != by,
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= clock.today()),
    )
    to = list(session.scalars(others))
    alert(session, to, made.family_id, "help_ends", about=made.worker_id, path=path_of(session, made))
    tell_circle(session, made.circle_id, "help_ends", about=("ending", made.id))


def path_of(session: Session, made: Ending) -> str:
    """Where those who work with the family find this decision."""
    family = session.scalar(select(Family.ref).where(Family.id == made.family_id))
    return f"/work/families/{family}/endings/{made.ref}"


def say(session: Session, told: Told, said: str) -> None:
    """A family member has read it, or sees it differently; the latter is never taken back by the former."""
    if told.row.said == "differently":
        return
    now = {"said": said, "at": clock.now()}
    new = insert(EndingSaid).values(
        ending_id=told.row.id, person_id=told.scope.person_id, family_id=told.scope.family_id, **now
    )
    session.execute(new.on_conflict_do_update(index_elements=["ending_id", "person_id"], set_=now))


def see_differently(session: Session, told: Told, text: str) -> None:
    """Say so to the manager, as a question that they have to answer."""
    to = manager_for(session, told)
    questions.ask(session, told.scope, to, text, about=("ending", told.row.id, told.row.ref))
    say(session, told, "differently")


def manager_for(session: Session, told: Told) -> int:
    """Who answers somebody who sees it differently: the manager whose name stands under it, else the one above."""
    if told.row.manager_id:
        return int(told.row.manager_id)
    return int(session.scalar(select(func.manager_of(told.row.worker_id))) or told.row.come_back_to_id)
