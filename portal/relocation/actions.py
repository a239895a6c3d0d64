"""Opening the conversation, saying something in it, pausing it, the money, and signing. Never commits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import reference
from portal.involvement.actions import alert
from portal.messages.actions import tell_where
from portal.relocation.conditions import AMOUNTS, mark
from portal.relocation.models import Relocation, RelocationAnswer, RelocationMoney, RelocationStance


class OpenAlready(Exception):
    """A conversation of this family is open already."""


class Paused(Exception):
    """Somebody of the family said: pause, we need to think. Nothing is signed while they do."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the money since the page was opened: nothing was saved."""


def open_talk(
    session: Session, scope: Scope, circle_id: int, to_borough_id: int | None, decide_by: date | None
) -> Relocation:
    """Open the conversation. Raises OpenAlready."""
    made = Relocation(
        family_id=scope.family_id,
        circle_id=circle_id,
        opened_by_id=scope.worker_id,
        opened_at=clock.now(),
        to_borough_id=to_borough_id,
        decide_by=decide_by,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as twice:
        raise OpenAlready from twice
    tell_where(session, circle_id, "move_new", ("relocation", made.id), what="talk")
    return made


def say(session: Session, scope: Scope, talk: Relocation, circle_id: int, topic: str, side: str, words: str) -> bool:
    """Say something on one topic, read by one circle. False when the same was said just before (a form sent twice)."""
    mine = (
        RelocationAnswer.by_person_id == scope.person_id
        if scope.person_id
        else RelocationAnswer.by_worker_id == scope.worker_id
    )
    before = select(RelocationAnswer.text).where(
        RelocationAnswer.relocation_id == talk.id,
        RelocationAnswer.topic == topic,
        RelocationAnswer.side == side,
        RelocationAnswer.circle_id == circle_id,
        mine,
    )
    if words in set(session.scalars(before)):
        return False
    session.add(
        RelocationAnswer(
            relocation_id=talk.id,
            family_id=talk.family_id,
            circle_id=circle_id,
            topic=topic,
            side=side,
            text=words,
            by_person_id=scope.person_id,
            by_worker_id=scope.worker_id,
            made_at=clock.now(),
        )
    )
    session.flush()
    return True


def take_stance(session: Session, scope: Scope, talk: Relocation, stance: str) -> None:
    """Pause, or go on. Whoever opened the conversation and whoever is responsible hear of a pause."""
    values = {"stance": stance, "said_at": clock.now()}
    row = insert(RelocationStance).values(
        relocation_id=talk.id, person_id=scope.person_id, family_id=talk.family_id, circle_id=talk.circle_id, **values
    )
    session.execute(row.on_conflict_do_update(index_elements=["relocation_id", "person_id"], set_=values))
    if stance == "pause":
        who = func.responsible(talk.family_id).table_valued("worker_id")
        to = [talk.opened_by_id, *session.scalars(select(who.c.worker_id))]
        alert(session, [one for one in to if one], talk.family_id, "move_pause")


def sign(session: Session, scope: Scope, talk: Relocation, decision: str, reason: str) -> None:
    """A director signs what was decided, and why. Raises Paused while somebody of the family wants a pause."""
    paused = select(RelocationStance.person_id).where(
        RelocationStance.relocation_id == talk.id, RelocationStance.stance == "pause"
    )
    if session.scalar(paused.limit(1)) is not None:
        raise Paused
    talk.decision, talk.reason = decision, reason
    talk.signed_by_id, talk.signed_at = scope.worker_id, clock.now()
    session.flush()
    tell_where(session, talk.circle_id, "move_new", ("relocation", talk.id), what="signed")
    if talk.opened_by_id != scope.worker_id:
        alert(session, [talk.opened_by_id], talk.family_id, "move_signed", about=scope.worker_id)


def mark_of(session: Session, talk: Relocation) -> str:
    """What the money looks like now: a page that carries another mark is stale."""
    rows = session.scalars(
        select(RelocationMoney)
        .where(RelocationMoney.relocation_id == talk.id)
        .execution_options(populate_existing=True)
    )
    names = ("way", "weeks", "help_weeks", *AMOUNTS)
    return mark([{name: getattr(row, name) for name in names} for row in rows])


def save_money(session: Session, scope: Scope, talk: Relocation, amounts: dict[str, dict[str, int]], seen: str) -> None:
    """Keep the amounts of all three ways. Raises ChangedMeanwhile."""
    # two phones at once: one after the other, so that the second is told what the first has changed
    session.execute(select(func.pg_advisory_xact_lock(talk.id)))
    if mark_of(session, talk) != seen:
        raise ChangedMeanwhile
    for way, values in amounts.items():
        kept = values | {
            "by_person_id": scope.person_id,
            "by_worker_id": scope.worker_id,
            "changed_at": clock.now(),
        }
        row = insert(RelocationMoney).values(
            ref=reference(),
            relocation_id=talk.id,
            family_id=talk.family_id,
            circle_id=talk.circle_id,
            way=way,
            **kept,
        )
        session.execute(row.on_conflict_do_update(index_elements=["relocation_id", "way"], set_=kept))
