"""A move that goes on in another installation: watched over where it began, gone on with where the file arrives.

The old borough's lead leads there too until both have met, so that the pages of both say the same.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.assessments.models import PassedOn
from portal.exchange.placing import Arrival, day_from
from portal.exchange.sealing import FileRefused
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.working_days import after_working_days
from portal.involvement.actions import alert
from portal.involvement.models import Involvement
from portal.moves.models import Move, MoveInvitation, MoveTask
from portal.organisations.models import Organisation, WorkerContact
from portal.people.models import Family, Person

SOON = 5
"""Working days within which a file is expected to have arrived."""


def under_way(session: Session, family_id: int) -> Move | None:
    """The move of this family that runs."""
    return session.scalar(
        select(Move).where(
            Move.family_id == family_id,
            Move.started_at.is_not(None),
            Move.finished_on.is_(None),
            Move.called_off_on.is_(None),
        )
    )


def watch_over(session: Session, young: Person, ref: str, file: str) -> None:
    """Write down for whoever is responsible that the record must arrive; once, however often the file is made."""
    move = session.scalars(select(Move).where(Move.ref == ref)).one()
    earlier = select(PassedOn.file).where(PassedOn.young_person_id == young.id)
    waiting = select(MoveTask).where(MoveTask.move_id == move.id, MoveTask.file.in_(earlier))
    if session.scalar(waiting.limit(1)) is not None:
        return
    who = session.execute(select(func.responsible(move.family_id).table_valued("worker_id"))).scalar_one()
    place = session.get_one(Organisation, move.to_borough_id)
    session.add(
        MoveTask(
            move_id=move.id,
            family_id=move.family_id,
            circle_id=move.circle_id,
            text=f"{young.name}: the record arrives safely at {place.name}",
            owner_worker_id=who,
            due=after_working_days(clock.today(), SOON),
            made_by_id=who,
            made_at=clock.now(),
            file=file,
        )
    )


def arrived(session: Session, passed: PassedOn) -> None:
    """Tick what waited for this young person's file, and tell whoever is responsible."""
    files = select(PassedOn.file).where(PassedOn.young_person_id == passed.young_person_id)
    for task in session.scalars(select(MoveTask).where(MoveTask.file.in_(files), MoveTask.done_on.is_(None))):
        task.done_on = clock.today()
    family = session.get_one(Family, passed.family_id)
    who = session.execute(select(func.responsible(family.id).table_valued("worker_id"))).scalar_one()
    if who is not None:
        alert(session, [who], family.id, "record_arrived", path=f"/work/families/{family.ref}/moving")


def go_on_here(arrival: Arrival) -> None:
    """Go on with the move that the file tells of: our borough is asked, and the one who leads there leads here too.

    Nothing is begun where somebody of ours leads already, or where a move runs."""
    told, session, young = arrival.payload.get("move"), arrival.session, arrival.young
    if told is None:
        return
    if (there := session.scalar(select(Move).where(Move.ref == told["ref"]))) is not None:
        if there.family_id != young.family_id:
            raise FileRefused("The move in the file belongs to another family here: nothing was taken in.")
        return
    family, lead = session.get_one(Family, young.family_id), arrival.workers[told["lead"]]
    left, place = arrival.organisations[told["borough"]], _our_borough(session, family)
    if place.id == left or under_way(session, family.id) or _somebody_else_leads(session, family.id, lead):
        return
    today = clock.today()
    moved = day_from(told["moved_on"])
    move = Move(
        ref=told["ref"],
        family_id=family.id,
        circle_id=arrival.circle(told["readers"]),
        from_borough_id=left,
        to_borough_id=place.id,
        planned_on=today,
        moved_on=moved,
        need_before=told["need"],
        started_at=clock.now(),
        started_by_id=lead,
        move_day=day_from(told["move_day"]),
        leads_on=day_from(told["leads_on"]),
        old_lead_until=day_from(told["old_lead_until"]),
        staying=[arrival.people[one] for one in told["staying"]],
        edited_at=real_now(),
    )
    session.add(move)
    session.flush()
    if moved is None:
        family.home_borough_id = left
    _lead_until_met(session, family.id, lead, told["function"], today, told["phone"])
    asked = MoveInvitation(
        move_id=move.id,
        family_id=family.id,
        circle_id=move.circle_id,
        asked_to="transfer",
        organisation_id=place.id,
        asked_by_id=lead,
        asked_on=today,
    )
    session.add(asked)
    session.flush()
    senior = session.scalar(select(func.senior_of(place.id)))
    if senior is not None:
        alert(session, [senior], family.id, "move_asked", about=lead, path=f"/work/moves/{asked.ref}")


def _our_borough(session: Session, family: Family) -> Organisation:
    """Where they come to: the borough they left from here when they come back, otherwise where the family was put."""
    left = session.scalar(
        select(Move.from_borough_id)
        .where(Move.family_id == family.id, Move.finished_on.is_not(None))
        .order_by(Move.finished_on.desc())
        .limit(1)
    )
    return session.get_one(Organisation, left or family.home_borough_id)


def _leads(family_id: int) -> Any:
    running = or_(Involvement.ends_on.is_(None), Involvement.ends_on >= clock.today())
    return select(Involvement.worker_id).where(Involvement.family_id == family_id, Involvement.is_lead, running)


def _somebody_else_leads(session: Session, family_id: int, lead: int) -> bool:
    return any(who != lead for who in session.scalars(_leads(family_id)))


def _lead_until_met(session: Session, family_id: int, lead: int, function: str, today: date, phone: str | None) -> None:
    if lead in set(session.scalars(_leads(family_id))):
        return
    if phone is not None and session.get(WorkerContact, lead) is None:
        session.add(WorkerContact(worker_id=lead, phone=phone))
    session.add(
        Involvement(
            family_id=family_id,
            worker_id=lead,
            function=function,
            is_lead=True,
            starts_on=today,
            accepted_on=today,
            edited_at=real_now(),
        )
    )
    session.flush()
