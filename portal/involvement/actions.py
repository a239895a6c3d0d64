"""Joining a family, leaving it, and opening one in an emergency. Actions never commit; the request does, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BigInteger, Text, column, func, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import reference
from portal.involvement.conditions import running_urgently
from portal.involvement.models import Alert, Involvement, UrgentAccess
from portal.involvement.queries import OpenFamily, open_family_by_id, senior_after
from portal.organisations.models import Worker

LASTS = {"break_glass": timedelta(minutes=60), "duty": timedelta(hours=12)}
"""How long access opened by oneself runs: an emergency is one visit, duty is one night."""
TRIES = 5  # in an hour, that found nobody: a sixth is a guess
AT_ONCE = 20  # families open at a time in this way


@dataclass
class LeadTaken(Exception):
    """Somebody else leads in that time: the database holds one lead at a time."""

    name: str
    starts_on: date
    ends_on: date | None


class AlreadyThere(Exception):
    """This worker is involved, or asked, in this function at that time."""


class MustMeetFirst(Exception):
    """A move to this worker's borough is under way: they lead once they and the family have said that they met."""


class TooManyTries(Exception):
    """So many names without a match, or so many families open at once, that it has to stop."""


def ask_to_join(
    session: Session, opened: OpenFamily, worker: Worker, function: str, starts_on: date, is_lead: bool
) -> Involvement:
    """Ask a worker to join a family from a day on. They read once they said yes. Raises LeadTaken, MustMeetFirst or
    AlreadyThere."""
    if _running_beside(session, opened.family_id, worker.id, function, starts_on):
        raise AlreadyThere
    if is_lead and (lead := _lead_from(session, opened.family_id, starts_on)):
        raise lead
    if is_lead and session.scalar(select(func.lead_must_wait(opened.family_id, worker.id))):
        raise MustMeetFirst
    if before := _declined(session, opened.family_id, worker.id, function, starts_on, is_lead):
        before.declined_on, before.end_reason, before.edited_at = None, None, real_now()
        session.flush()
        return before
    asked = Involvement(
        family_id=opened.family_id,
        worker_id=worker.id,
        function=function,
        is_lead=is_lead,
        starts_on=starts_on,
        edited_at=real_now(),
    )
    try:
        with session.begin_nested():
            session.add(asked)
            session.flush()
            # the constraint waits for the end of the transaction; asked now, so that two managers at once hear it here
            session.execute(text("set constraints one_lead_at_a_time immediate"))
    except IntegrityError as refused:
        if is_lead and (lead := _lead_from(session, opened.family_id, starts_on)):
            raise lead from refused
        raise AlreadyThere from refused
    return asked


def _declined(
    session: Session, family_id: int, worker_id: int, function: str, starts_on: date, is_lead: bool
) -> Involvement | None:
    """The same question, to which they said no: asked again."""
    return session.scalar(
        select(Involvement).where(
            Involvement.family_id == family_id,
            Involvement.worker_id == worker_id,
            Involvement.function == function,
            Involvement.starts_on == starts_on,
            Involvement.is_lead == is_lead,
            Involvement.declined_on.is_not(None),
        )
    )


def _running_beside(session: Session, family_id: int, worker_id: int, function: str, starts_on: date) -> bool:
    beside = select(Involvement.id).where(
        Involvement.family_id == family_id,
        Involvement.worker_id == worker_id,
        Involvement.function == function,
        Involvement.declined_on.is_(None),
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= starts_on),
    )
    return session.scalar(beside.limit(1)) is not None


def _lead_from(session: Session, family_id: int, starts_on: date) -> LeadTaken | None:
    """Who leads, or was asked to, on or after this day."""
    row = session.execute(
        select(Worker.name, Involvement.starts_on, Involvement.ends_on)
        .join(Worker, Worker.id == Involvement.worker_id)
        .where(
            Involvement.family_id == family_id,
            Involvement.is_lead,
            Involvement.declined_on.is_(None),
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= starts_on),
        )
        .order_by(Involvement.starts_on)
        .limit(1)
    ).first()
    return LeadTaken(row.name, row.starts_on, row.ends_on) if row else None


def accept(session: Session, asked: Involvement) -> None:
    """The worker says yes: they read from today (M19). Saying it twice changes nothing."""
    if asked.accepted_on is None:
        asked.accepted_on = clock.today()
        asked.edited_at = real_now()


def decline(session: Session, asked: Involvement, reason: str) -> None:
    """The worker says no, and why. Whoever answers for the family and the manager above them hear it, the family
    does not. Saying it twice changes nothing."""
    if asked.accepted_on is not None or asked.declined_on is not None:
        return
    asked.declined_on, asked.end_reason, asked.edited_at = clock.today(), reason, real_now()
    session.flush()
    who = func.responsible(asked.family_id).table_valued(column("worker_id", BigInteger), column("how", Text))
    row = session.execute(select(who.c.worker_id, func.manager_of(who.c.worker_id).label("above"))).one()
    to = [one for one in (row.worker_id, row.above) if one and one != asked.worker_id]
    alert(session, to, asked.family_id, "said_no", about=asked.worker_id, note=reason)


@dataclass(frozen=True)
class Ended:
    """What ending an involvement led to."""

    accountable: str | None = None
    """Who answers from the next day on, when the one who led has no successor."""


def end_involvement(
    session: Session, involvement: Involvement, last_day: date, reason: str, *, closes: bool = False
) -> Ended:
    """Set a last day and a reason. When a lead ends and nobody follows, whoever stays accountable hears of it (M1).

    `closes`: help ends here and the family agrees, so nobody stays accountable.
    """
    already = involvement.ends_on == last_day and not involvement.closes
    involvement.ends_on, involvement.end_reason = last_day, reason
    involvement.closes = closes and involvement.is_lead
    involvement.edited_at = real_now()
    session.flush()
    if not involvement.is_lead or involvement.closes or _somebody_follows(session, involvement):
        return Ended()
    manager = senior_after(session, involvement.worker_id)
    if manager is None:
        return Ended()
    if not already:
        alert(session, [manager.id], involvement.family_id, "no_lead", about=involvement.worker_id, note=reason)
    return Ended(manager.name)


def _somebody_follows(session: Session, gone: Involvement) -> bool:
    """Does a lead who said yes begin by the day after?"""
    following = select(Involvement.id).where(
        Involvement.family_id == gone.family_id,
        Involvement.id != gone.id,
        Involvement.is_lead,
        Involvement.accepted_on.is_not(None),
        Involvement.starts_on <= gone.ends_on + timedelta(days=1),  # type: ignore[operator]  # set just before
        or_(Involvement.ends_on.is_(None), Involvement.ends_on > gone.ends_on),
    )
    return session.scalar(following.limit(1)) is not None


def alert(
    session: Session,
    to: list[int],
    family_id: int,
    kind: str,
    *,
    about: int | None = None,
    note: str | None = None,
    path: str | None = None,
) -> None:
    """Tell these workers something that they must look at; each once. `path`: the page to look at."""
    rows = [
        {
            "ref": reference(),
            "to_worker_id": who,
            "family_id": family_id,
            "about_worker_id": about,
            "kind": kind,
            "note": note,
            "path": path,
            "made_at": clock.now(),
        }
        for who in dict.fromkeys(to)
    ]
    if rows:
        # inline: the writer may not read what stands on somebody else's list, so nothing is asked back
        session.connection().execute(Alert.__table__.insert().inline(), rows)  # type: ignore[attr-defined]  # a Table


def see_alert(seen: Alert) -> None:
    """Tick an alert off one's own list."""
    seen.seen_at = seen.seen_at or clock.now()


@dataclass(frozen=True)
class Search:
    """What somebody on duty asks: for whom, why, and the words the family will read."""

    name: str
    born: date
    why: str
    reason: str


def open_urgently(session: Session, actor: Actor, search: Search) -> list[OpenFamily]:
    """Open the families with a person of this exact name and birthday, for a short time. Raises TooManyTries.

    Every try is written down, found or not. The managers of whoever is responsible and of this worker are told.
    """
    if _tries(session, actor) >= TRIES:
        raise TooManyTries
    ids: list[int] = session.scalar(select(func.find_family(search.name, search.born))) or []
    already = [found for one in ids if (found := open_family_by_id(session, actor, one))]
    known = {found.family_id for found in already}
    fresh = [one for one in ids if one not in known]
    if len(fresh) + _open_now(session, actor) > AT_ONCE:
        raise TooManyTries
    if not ids:
        session.add(_access(actor, search, None))
    for family_id in fresh:
        session.add(_access(actor, search, family_id))
        to = _who_must_hear(session, actor, family_id)
        alert(session, to, family_id, search.why, about=actor.worker_id, note=search.reason)
    session.flush()
    return already + [found for one in fresh if (found := open_family_by_id(session, actor, one))]


def _access(actor: Actor, search: Search, family_id: int | None) -> UrgentAccess:
    now = real_now()
    return UrgentAccess(
        family_id=family_id,
        worker_id=actor.worker_id,
        why=search.why,
        reason=search.reason,
        began_at=clock.now(),
        ends_at=now if family_id is None else now + LASTS[search.why],
    )


def _tries(session: Session, actor: Actor) -> int:
    """How often this worker found nobody in the last hour."""
    lately = select(func.count()).where(
        UrgentAccess.worker_id == actor.worker_id,
        UrgentAccess.family_id.is_(None),
        UrgentAccess.ends_at > real_now() - timedelta(hours=1),
    )
    return session.scalar(lately) or 0


def _open_now(session: Session, actor: Actor) -> int:
    return session.scalar(select(func.count()).select_from(running_urgently(actor).subquery())) or 0


def _who_must_hear(session: Session, actor: Actor, family_id: int) -> list[int]:
    """The manager of whoever is responsible (or they themselves, where nobody is above), and this worker's own."""
    who = func.responsible(family_id).table_valued(column("worker_id", BigInteger), column("how", Text))
    row = session.execute(
        select(
            who.c.worker_id,
            who.c.how,
            func.manager_of(who.c.worker_id).label("above"),
            func.manager_of(actor.worker_id).label("mine"),
        )
    ).one()
    theirs = row.above if row.how == "leads" and row.above else row.worker_id
    return [one for one in (theirs, row.mine) if one and one != actor.worker_id]
