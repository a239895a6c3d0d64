"""What can be asked of duty: who watches now, calls one was told of, the rota, and where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Text, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.duty.conditions import today_and_before
from portal.duty.models import CheckBack, DutyCall, DutyLine, DutyTold, DutyTurn
from portal.foundation import clock
from portal.foundation.database import AnyRows
from portal.foundation.fields import decrypt
from portal.organisations.models import Organisation, Worker
from portal.organisations.queries import managed_by
from portal.people.models import Family

SHOWN = 30


@dataclass(frozen=True)
class Watch:
    """Whether anybody reads texts: is there a rota, and is somebody on it now?"""

    rota: bool = False
    somebody: bool = False
    phone: str | None = None
    """The number that answers out of hours, for whoever may know where the family is."""
    hours: str | None = None


def watch_of(session: Session, family_id: int | None) -> Watch:
    """As a family's own pages say it, honestly."""
    holiday, before = today_and_before()
    asked = func.watched_now(literal(family_id, BigInteger), holiday, before).table_valued(
        "rota", "somebody", "phone", "hours"
    )
    row = session.execute(select(asked)).first()
    return Watch(row.rota, row.somebody, row.phone, row.hours) if row else Watch()


@dataclass(frozen=True)
class Caller:
    """Whom a call is about, as far as somebody told of it may know before they open the family."""

    name: str | None
    family: str | None
    numbers: list[str]
    limit: str | None


def callers(session: Session) -> dict[int, Caller]:
    """By call: whom it is about, for the open calls this worker was told of."""
    asked = func.who_calls().table_valued(
        column("call_id", BigInteger),
        column("name", Text),
        column("family", Text),
        column("numbers", ARRAY(LargeBinary)),
        column("limit_", Text),
    )
    return {
        row.call_id: Caller(
            row.name, row.family, [decrypt(bytes(one), "phone.number") for one in row.numbers or ()], row.limit_
        )
        for row in session.execute(select(asked))
    }


def calls(session: Session, actor: Actor) -> list[Any]:
    """The calls this worker was told of, those that nobody has yet first."""
    rows = (
        select(DutyCall, Worker.name.label("has_it"), Family.ref.label("family_ref"))
        .join(DutyTold, DutyTold.call_id == DutyCall.id)
        .outerjoin(Worker, Worker.id == DutyCall.acknowledged_by_id)
        .outerjoin(Family, Family.id == DutyCall.family_id)
        .where(DutyTold.worker_id == actor.worker_id, DutyCall.made_at <= clock.now())
        .order_by(DutyCall.ended_at.desc().nulls_first(), DutyCall.made_at.desc())
        .limit(SHOWN)
    )
    return list(session.execute(rows))


def call(session: Session, actor: Actor, ref: str) -> DutyCall | None:
    """The call with this reference, if this worker was told of it."""
    told = select(DutyTold.call_id).where(DutyTold.worker_id == actor.worker_id)
    return session.scalar(select(DutyCall).where(DutyCall.ref == ref, DutyCall.id.in_(told)))


def told_of(session: Session, call_id: int) -> list[Any]:
    """Who was told of a call, in order."""
    rows = (
        select(Worker.name, DutyTold.at, DutyTold.level)
        .join(Worker, Worker.id == DutyTold.worker_id)
        .where(DutyTold.call_id == call_id)
        .order_by(DutyTold.level, Worker.name)
    )
    return list(session.execute(rows))


def rota(session: Session, actor: Actor) -> list[Any]:
    """The turns of the organisations this manager answers for, and those without any."""
    turns = (
        select(
            Organisation.id.label("organisation_id"),
            Organisation.ref.label("organisation_ref"),
            Organisation.name.label("organisation"),
            DutyTurn,
            Worker.name.label("worker"),
            DutyLine.phone,
            DutyLine.hours,
        )
        .outerjoin(DutyTurn, DutyTurn.organisation_id == Organisation.id)
        .outerjoin(Worker, Worker.id == DutyTurn.worker_id)
        .outerjoin(DutyLine, DutyLine.organisation_id == Organisation.id)
        .where(managed_by(actor, Organisation))
        .order_by(Organisation.name, DutyTurn.begins, Worker.name)
    )
    return list(session.execute(turns))


def without_rota() -> AnyRows:
    """Organisations whose workers lead a family today and that have no rota, nor has their borough."""
    return (
        select(Organisation.id, Organisation.name)
        .where(
            func.has_rota(Organisation.id).is_(False),
            Organisation.id.in_(select(Worker.organisation_id)),
            Organisation.kind.in_(("borough", "youth_justice", "youth_support", "charity")),
        )
        .order_by(Organisation.name)
    )


def turn(session: Session, actor: Actor, ref: str) -> DutyTurn | None:
    """A turn on the rota of an organisation this manager answers for."""
    mine = select(Organisation.id).where(managed_by(actor, Organisation))
    return session.scalar(select(DutyTurn).where(DutyTurn.ref == ref, DutyTurn.organisation_id.in_(mine)))


def managed(session: Session, actor: Actor, ref: str) -> Organisation | None:
    """An organisation this manager answers for."""
    return session.scalar(select(Organisation).where(Organisation.ref == ref, managed_by(actor, Organisation)))


def workers_of(session: Session, organisation: Organisation) -> list[Worker]:
    """Who can take a turn there: its workers, and for a borough those of its services too."""
    theirs = select(Organisation.id).where(
        (Organisation.id == organisation.id) | (Organisation.borough_id == organisation.id)
    )
    rows = select(Worker).where(Worker.organisation_id.in_(theirs), Worker.left_on.is_(None)).order_by(Worker.name)
    return list(session.scalars(rows))


def my_check(session: Session, actor: Actor) -> CheckBack | None:
    """The visit this worker is on alone, if any."""
    mine = CheckBack.worker_id == actor.worker_id, CheckBack.back_at.is_(None)
    return session.scalars(select(CheckBack).where(*mine).order_by(CheckBack.id.desc()).limit(1)).one_or_none()


def line_of(session: Session, organisation: Organisation) -> DutyLine | None:
    """The number that answers for this organisation out of hours."""
    return session.get(DutyLine, organisation.id)


def family_of(session: Session, call: DutyCall) -> Family | None:
    """The call's family, once it is open to whoever asks."""
    return session.get(Family, call.family_id) if call.family_id is not None else None
