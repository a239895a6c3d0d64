"""What the worker process asks and does about dates: is a text still right, and who will not be there after all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import Date, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from portal.appointments.models import Appointment, AppointmentChange, AppointmentPerson
from portal.availability.models import WorkException
from portal.checkins.jobs import asked_still_right
from portal.conversations.actions import AWAY_ANSWERED_WITHIN, tell_away
from portal.conversations.models import TextTalk
from portal.conversations.queries import Live
from portal.foundation import clock
from portal.foundation.database import NOBODY, Speaker, speak_for
from portal.involvement.models import Involvement
from portal.organisations.models import Worker


class Asked(Protocol):
    """A text about a date, of which it is asked whether it is still right (portal/messages)."""

    @property
    def id(self) -> int: ...
    @property
    def person_id(self) -> int: ...
    @property
    def wording(self) -> str: ...
    @property
    def about_id(self) -> int: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


Verdict = str | dict[str, Any]
LAST_COMES = timedelta(hours=3)
"""The longest before a date that anybody has their last reminder (messages/forms.py)."""


def still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts about dates: why one is no longer right, or the time and name that it says by now."""
    now = clock.now()
    rows = session.execute(
        select(
            Appointment.id,
            Appointment.family_id,
            Appointment.ref,
            Appointment.starts_at,
            Appointment.status,
            Appointment.sequence,
            Worker.name,
            AppointmentPerson.person_id,
            AppointmentPerson.answer,
        )
        .join(Worker, Worker.id == Appointment.worker_id)
        .join(AppointmentPerson, AppointmentPerson.appointment_id == Appointment.id)
        .where(Appointment.id.in_({one.about_id for one in asked}))
    )
    known = {(row.id, row.person_id): row for row in rows}
    answers: dict[int, Verdict] = {}
    for one in asked:
        row = known.get((one.about_id, one.person_id))
        answers[one.id] = _verdict(one, row, now)
        if row is not None and one.wording == "reminder" and isinstance(answers[one.id], dict):
            _wait_for_yes(session, row, ask=bool(answers[one.id]["ask"]))  # type: ignore[index]  # a dict, as just asked
    return answers


def _verdict(one: Asked, row: Any, now: Any) -> Verdict:
    if row is None:
        return "not_right"
    called_off = row.status in ("cancelled_by_family", "cancelled_by_service")
    if one.wording == "date_away" and one.values.get("at") != row.starts_at:
        return "moved"
    if one.wording == "date_off":
        return {"at": row.starts_at, "name": row.name} if called_off else "not_right"
    if called_off:
        return "cancelled"
    if row.starts_at <= now:
        return "too_late"
    if row.answer == "cannot":
        return "not_coming"
    if one.wording == "reminder" and not one.values.get("last", True) and row.starts_at - now <= LAST_COMES:
        # held up for so long that the one after it is as good as due: two at once say no more than one
        return "too_late"
    said = {"at": row.starts_at, "name": row.name}
    if one.wording == "reminder":
        # who has answered is not asked again; the last reminder still goes
        return said | {"ask": row.answer is None}
    return said


def _wait_for_yes(session: Session, row: Any, *, ask: bool) -> None:
    """A reminder asks "1 for yes, 2 to move": their next number answers it, until the date begins."""
    if not ask:
        return
    live = Live("yes", "confirm", dates=[row.ref], sequence=row.sequence)
    values = {"waits_for": live.waits_for, "about": live.sealed(), "expires_at": row.starts_at}
    kept = insert(TextTalk).values(person_id=row.person_id, family_id=row.family_id, **values)
    session.execute(kept.on_conflict_do_update(index_elements=["person_id"], set_=values))


def checkin_still_right(session: Session, asked: Sequence[Asked]) -> Mapping[int, Verdict]:
    """Of these texts that ask how somebody is: why one may not go out, or who asks. Their next number answers it; while
    it would answer something else, such as a reminder, they are not asked."""
    busy = set(
        session.scalars(
            select(TextTalk.person_id).where(
                TextTalk.person_id.in_({one.person_id for one in asked}), TextTalk.expires_at > clock.now()
            )
        )
    )
    found: dict[int, Verdict] = {}
    for one in asked:
        verdict, ref, family_id = asked_still_right(session, [one])[one.id]  # type: ignore[list-item]  # a text, as there
        if isinstance(verdict, dict) and one.person_id in busy:
            verdict = "talking"
        found[one.id] = verdict
        if isinstance(verdict, dict):
            live = Live("feeling", "checkin", dates=[ref])
            until = clock.now() + AWAY_ANSWERED_WITHIN
            values = {"waits_for": live.waits_for, "about": live.sealed(), "expires_at": until}
            kept = insert(TextTalk).values(person_id=one.person_id, family_id=family_id, **values)
            session.execute(kept.on_conflict_do_update(index_elements=["person_id"], set_=values))
    return found


AHEAD = timedelta(days=28)
MOST = 200  # dates in one go


def tell_who_lost_their_worker(session: Session) -> None:
    """Whoever has a date with somebody who will not be there is told, once, and offered another time or person."""
    now = clock.now()
    day = func.timezone("Europe/London", Appointment.starts_at).cast(Date)
    away = and_(Worker.away_from <= day, or_(Worker.away_until.is_(None), Worker.away_until >= day))
    off = (
        select(WorkException.id)
        .where(
            WorkException.worker_id == Worker.id,
            WorkException.there.is_(False),
            WorkException.starts.is_(None),
            WorkException.starts_on <= day,
            WorkException.ends_on >= day,
        )
        .exists()
    )
    part = Involvement.worker_id == Worker.id, Involvement.family_id == Appointment.family_id
    ended = and_(
        select(Involvement.id).where(*part).exists(),
        ~select(Involvement.id).where(*part, or_(Involvement.ends_on.is_(None), Involvement.ends_on >= day)).exists(),
    )
    moved = aliased(AppointmentChange)
    last_move = select(func.max(moved.at)).where(moved.appointment_id == Appointment.id, moved.what == "moved")
    told = (
        select(AppointmentChange.id)
        .where(
            AppointmentChange.appointment_id == Appointment.id,
            AppointmentChange.what == "worker_away",
            AppointmentChange.at
            >= func.coalesce(last_move.correlate(Appointment).scalar_subquery(), AppointmentChange.at),
        )
        .exists()
    )
    rows = session.execute(
        select(Appointment.id, Appointment.ref, Appointment.family_id, Appointment.circle_id, Appointment.worker_id)
        .join(Worker, Worker.id == Appointment.worker_id)
        .where(
            Appointment.status == "booked",
            Appointment.starts_at > now,
            Appointment.starts_at < now + AHEAD,
            or_(Worker.left_on < day, away, off, ended),
            ~told,
        )
        .order_by(Appointment.starts_at)
        .limit(MOST)
    ).all()
    for row in rows:
        session.add(
            AppointmentChange(
                appointment_id=row.id, family_id=row.family_id, circle_id=row.circle_id, at=now, what="worker_away"
            )
        )
        session.flush()
        people = session.scalars(
            select(AppointmentPerson.person_id).where(
                AppointmentPerson.appointment_id == row.id, AppointmentPerson.answer.is_distinct_from("cannot")
            )
        ).all()
        for person_id in people:
            speak_for(session, Speaker(person_id=person_id))
            tell_away(session, person_id, row.family_id, row.ref)
            speak_for(session, NOBODY)
