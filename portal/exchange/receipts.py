"""What became of an assessment that went to another installation: a small file that travels back, signed and sealed.

It says who took it in, and how the move stands there: who is to lead, whether they have met the family, whether the
family has said so. Either side can make one at any time; the newer adds to what the older said and takes nothing back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from portal.assessments.models import PassedOn, Received
from portal.exchange.checking import a_day, a_moment, a_name, a_ref, abroad, an_address, check_row, maybe, one_of
from portal.exchange.moving import arrived
from portal.exchange.naming import ABROAD, name_of
from portal.exchange.placing import day_from
from portal.exchange.sealing import RECEIPT, FileRefused, Keys, Opened, fingerprint, seal
from portal.foundation import clock
from portal.foundation.clock import london, real_now
from portal.foundation.database import NOBODY, Speaker, reference, speak_for
from portal.foundation.fields import Encrypted
from portal.involvement.models import FUNCTIONS, Involvement
from portal.moves.models import Move, MoveInvitation, MovePart
from portal.organisations.models import Worker, WorkerContact
from portal.people.models import CircleMember, Family, Person

TOP = {
    "of": a_name, "portal": maybe(an_address), "arrived_at": maybe(a_moment), "received_by": maybe(a_name),
    "move": lambda value: value is None or isinstance(value, dict),
}  # fmt: skip
MOVE = {
    "ref": a_ref, "lead": lambda value: value is None or isinstance(value, dict), "accepted_on": maybe(a_day),
    "joined_on": maybe(a_day), "lead_said_at": maybe(a_moment), "met_on": maybe(a_day),
    "family_said_at": maybe(a_moment), "family_said_by": maybe(a_name), "moved_on": maybe(a_day),
    "called_off": maybe(a_name),
}  # fmt: skip
LEAD = {"id": abroad, "name": a_name, "role": a_name, "phone": maybe(a_name), "function": one_of(FUNCTIONS)}
BOTH_MET = "You met, and the lead was passed on"
NOT_AFTER_ALL = "The move was called off"


def _latest(session: Session, young: Person) -> PassedOn | Received | None:
    """What went out or came in last for this young person."""
    went = session.scalar(
        select(PassedOn)
        .where(PassedOn.young_person_id == young.id, PassedOn.ended_at.is_(None))
        .order_by(PassedOn.at.desc(), PassedOn.id.desc())
        .limit(1)
    )
    came = session.scalar(
        select(Received)
        .where(Received.young_person_id == young.id)
        .order_by(Received.at.desc(), Received.id.desc())
        .limit(1)
    )
    return went or came


def receipt(session: Session, young: Person, keys: Keys, url: str) -> bytes:
    """What stands here, as a file for the portal that the assessment came from or went to. Raises FileRefused."""
    one = _latest(session, young)
    if one is None:
        raise FileRefused(f"No assessment of {young.name} came from another portal, and none went to one.")
    came = isinstance(one, Received)
    move = session.scalar(
        select(Move)
        .where(Move.family_id == one.family_id, Move.started_at.is_not(None))
        .order_by(Move.planned_on.desc(), Move.id.desc())
        .limit(1)
    )
    payload = {
        "of": one.file,
        "portal": url,
        "arrived_at": _moment(one.at) if came else None,
        "received_by": one.confirmed_by if isinstance(one, Received) else None,
        "move": _told(session, move, fingerprint(keys.public)) if move is not None else None,
    }
    other = one.sender if isinstance(one, Received) else one.receiver
    return seal(payload, keys, other, real_now().isoformat(), kind=RECEIPT)


def _told(session: Session, move: Move, ours: str) -> dict[str, Any]:
    lead = session.get(Worker, move.new_lead_id) if move.new_lead_id else None
    part = session.scalar(
        select(Involvement)
        .where(Involvement.family_id == move.family_id, Involvement.worker_id == move.new_lead_id)
        .order_by(Involvement.starts_on, Involvement.id)
        .limit(1)
    )
    said_by = session.get(Person, move.family_said_by_id) if move.family_said_by_id else None
    accepted = select(MoveInvitation.answered_on).where(
        MoveInvitation.move_id == move.id,
        MoveInvitation.asked_to == "transfer",
        MoveInvitation.answer == "accepted",
    )
    return {
        "ref": move.ref,
        "lead": lead
        and {
            "id": name_of(lead, ours),
            "name": lead.name,
            "role": lead.role,
            "phone": session.scalar(select(WorkerContact.phone).where(WorkerContact.worker_id == lead.id)),
            "function": part.function if part else "social_work",
        },
        "accepted_on": _day(session.scalar(accepted)),
        "joined_on": _day(part.accepted_on) if part else None,
        "lead_said_at": _moment(move.lead_said_at),
        "met_on": _day(move.met_on),
        "family_said_at": _moment(move.family_said_at),
        "family_said_by": said_by.name if said_by else None,
        "moved_on": _day(move.moved_on),
        "called_off": move.called_off_reason if move.called_off_on else None,
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime | None) -> str | None:
    return london(value).isoformat() if value else None


def check(payload: dict[str, Any]) -> None:
    """Raises FileRefused at the first thing that a receipt of version 1 does not hold."""
    check_row("receipt", payload, TOP)
    if (move := payload["move"]) is not None:
        check_row("move", move, MOVE)
        if move["lead"] is not None:
            check_row("move, lead", move["lead"], LEAD)


def hear(session: Session, opened: Opened, keys: Keys) -> tuple[PassedOn | Received, str]:
    """Take in what the other portal says. Returns what it is about, and one word: arrived, or how the move stands:
    accepted, joined, met, handed, called_off, taken (another borough was first). Raises FileRefused."""
    payload = opened.payload
    check(payload)
    passed = session.scalar(select(PassedOn).where(PassedOn.file == payload["of"]).with_for_update())
    came = session.scalar(select(Received).where(Received.file == payload["of"]).with_for_update())
    one = passed or came
    if one is None:
        raise FileRefused("This receipt is about a file that neither went out from here nor came in.")
    if (passed.receiver if passed else one.sender) != opened.sender:  # type: ignore[union-attr]  # then it came in
        raise FileRefused("This receipt is not from the portal that has to do with that assessment.")
    made = datetime.fromisoformat(opened.made_at)
    if one.heard_at is not None and made <= one.heard_at:
        raise FileRefused("This receipt, or a newer one, was taken in before: nothing was changed.")
    one.heard_at, one.portal = made, payload["portal"]
    how = ""
    if passed is not None and payload["arrived_at"] and passed.arrived_at is None:
        passed.arrived_at = datetime.fromisoformat(payload["arrived_at"])
        passed.received_by = payload["received_by"]
        arrived(session, passed)
        how = "arrived"
    session.flush()
    if payload["move"] is not None:
        how = _go_on(session, one.family_id, payload["move"], keys) or how
    return one, how


def _go_on(session: Session, family_id: int, told: dict[str, Any], keys: Keys) -> str:
    """Add to our move what the other portal knows of it; how it stands now, or nothing when nothing came of it."""
    move = session.scalar(select(Move).where(Move.ref == told["ref"], Move.family_id == family_id).with_for_update())
    if move is None or move.called_off_on is not None or move.finished_on is not None:
        return ""
    if told["called_off"]:
        return _call_off(session, move, told["called_off"])
    if told["moved_on"] and move.moved_on is None:
        move.moved_on = day_from(told["moved_on"])
        session.get_one(Family, family_id).home_borough_id = move.to_borough_id
    if told["lead"] is None or told["accepted_on"] is None:
        return ""
    lead = _worker(session, told["lead"], keys, move.to_borough_id)
    if move.new_lead_id is None:
        if _taken(session, move):
            return "taken"
        _accept(session, move, lead, told)
    elif move.new_lead_id != lead:
        return "taken"
    part = _part_of(session, move, lead, told)
    if told["joined_on"] and part.accepted_on is None:
        part.accepted_on = day_from(told["joined_on"])
    if told["lead_said_at"] and move.lead_said_at is None:
        move.lead_said_at, move.met_on = datetime.fromisoformat(told["lead_said_at"]), day_from(told["met_on"])
    if told["family_said_at"] and move.family_said_at is None:
        move.family_said_at = datetime.fromisoformat(told["family_said_at"])
        move.family_said_by_id = _called(session, move, told["family_said_by"])
    session.flush()
    if session.scalar(select(func.hand_lead_over(move.id, BOTH_MET))) == "handed":
        return "handed"
    return "met" if move.lead_said_at or move.family_said_at else "joined" if part.accepted_on else "accepted"


def _worker(session: Session, told: dict[str, Any], keys: Keys, borough_id: int) -> int:
    """Who leads next, as they are called here; written down under the new borough when they are not here yet."""
    portal, ref = told["id"].split("/", 1)
    if portal == fingerprint(keys.public):
        own = session.scalar(select(Worker.id).where(Worker.ref == ref))
        if own is None:
            raise FileRefused("The receipt names somebody as one of ours, and there is nobody of that reference here.")
        return own
    named = Worker.source == ABROAD + portal, Worker.source_ref == ref
    found = session.scalar(select(Worker).where(*named))
    if found is None:
        found = Worker(
            ref=reference(),
            source=ABROAD + portal,
            source_ref=ref,
            name=told["name"],
            role=told["role"],
            organisation_id=borough_id,
            is_manager=False,
            languages=[],
        )
        session.add(found)
        session.flush()
        session.add(WorkerContact(worker_id=found.id, phone=told["phone"]))
    return found.id


def _taken(session: Session, move: Move) -> bool:
    """Did another borough say yes here?"""
    said_yes = MoveInvitation.answer == "accepted", MoveInvitation.asked_to == "transfer"
    return session.scalar(select(MoveInvitation.id).where(MoveInvitation.move_id == move.id, *said_yes)) is not None


def _accept(session: Session, move: Move, lead: int, told: dict[str, Any]) -> None:
    """The new borough said yes in its own portal, with a name."""
    asked = session.scalar(
        select(MoveInvitation)
        .where(
            MoveInvitation.move_id == move.id, MoveInvitation.asked_to == "transfer", MoveInvitation.answer.is_(None)
        )
        .order_by((MoveInvitation.organisation_id == move.to_borough_id).desc(), MoveInvitation.id)
        .limit(1)
    )
    if asked is not None:
        asked.answer, asked.answered_on, asked.answered_by_id = "accepted", day_from(told["accepted_on"]), lead
    move.new_lead_id = lead
    session.flush()
    session.execute(select(func.tell_about_move(move.id, "move_accepted")))
    if asked is not None:
        session.execute(select(func.tell_of_answer(asked.id, "move_answer")))


def _part_of(session: Session, move: Move, lead: int, told: dict[str, Any]) -> Involvement:
    """The new lead's part beside the one who leads now; made when it is not here yet."""
    mine = Involvement.family_id == move.family_id, Involvement.worker_id == lead
    found = session.scalar(select(Involvement).where(*mine, Involvement.ends_on.is_(None)).limit(1))
    if found is not None:
        return found
    made = Involvement(
        family_id=move.family_id,
        worker_id=lead,
        function=told["lead"]["function"],
        is_lead=False,
        starts_on=day_from(told["joined_on"] or told["accepted_on"]),
        edited_at=real_now(),
    )
    session.add(made)
    session.flush()
    session.add(
        MovePart(
            move_id=move.id,
            family_id=move.family_id,
            circle_id=move.circle_id,
            involvement_id=made.id,
            does="joins",
            made_at=clock.now(),
        )
    )
    session.flush()
    return made


def _called(session: Session, move: Move, name: str | None) -> int | None:
    """Who of those that read of the move has this name."""
    rows = (
        select(Person.id)
        .join(CircleMember, CircleMember.person_id == Person.id)
        .where(CircleMember.circle_id == move.circle_id, Person.name == name)
    )
    return session.scalar(rows.limit(1))


def _call_off(session: Session, move: Move, reason: str) -> str:
    """Everything goes back as it was, in the name of whoever is responsible here."""
    which, family_id = move.id, move.family_id
    who = session.execute(select(func.responsible(family_id).table_valued("worker_id"))).scalar_one()
    before = session.info.get("speaker", NOBODY)
    speak_for(session, Speaker(worker_id=who))
    sealed = literal(reason, Encrypted("move.called_off_reason"))
    said = session.scalar(select(func.call_off_move(which, sealed, NOT_AFTER_ALL)))
    speak_for(session, before)
    return "called_off" if said == "ok" else ""
