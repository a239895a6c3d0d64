"""Planning a handover, saying yes or no to it, passing on what is open, and finishing. Actions never commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.appointments.models import Appointment, AppointmentChange, AppointmentPerson
from portal.availability.actions import Time, take_another
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import Row, reference
from portal.handovers.models import Handover, HandoverItem, HandoverMet
from portal.handovers.queries import Told
from portal.involvement.actions import alert
from portal.involvement.conditions import changes
from portal.involvement.models import Involvement
from portal.involvement.queries import Part
from portal.messages.actions import tell, tell_circle
from portal.organisations.models import Worker
from portal.people.actions import circle_of
from portal.people.models import Family, Person
from portal.plans import actions as plans
from portal.plans.models import Step
from portal.questions import actions as questions
from portal.questions.models import Question
from portal.reminders import actions as reminders

NO_WAY = timedelta(0)
"""Nothing more is kept free after a date that is passed on: its way was thought of when it was booked."""


@dataclass(frozen=True)
class Plan:
    """What somebody says when they plan a handover."""

    to: Worker
    meets_on: date
    last_day: date
    reason: str
    goodbye: str | None = None
    passed_on: str | None = None
    not_again: str | None = None


class AlreadyPlanned(Exception):
    """There is a handover of this part already: two planned it at once, or a page was stale."""


class Leaves(Exception):
    """The one who should take over leaves the service themselves."""


def plan(session: Session, part: Part, by: int, said: Plan) -> Handover:
    """Ask the next worker to take over. Nothing changes for the family until they say yes. Raises AlreadyPlanned,
    Leaves."""
    if said.to.left_on is not None:
        raise Leaves
    family_id = part.opened.family_id
    everybody = select(Person.id).where(*_everybody(family_id))
    made = Handover(
        family_id=family_id,
        circle_id=circle_of(session, family_id, list(session.scalars(everybody))),
        function=part.involvement.function,
        is_lead=part.involvement.is_lead,
        from_worker_id=part.involvement.worker_id,
        to_worker_id=said.to.id,
        from_involvement_id=part.involvement.id,
        made_by_id=by,
        made_at=clock.now(),
        meets_on=said.meets_on,
        last_day=said.last_day,
        reason=said.reason,
        goodbye=said.goodbye,
        passed_on=said.passed_on,
        not_again=said.not_again,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as refused:
        raise AlreadyPlanned from refused
    return made


def answer(session: Session, ref: str, agrees: bool, reason: str | None = None) -> str:
    """Yes or no of the one who was asked. Returns what came of it: yes, no, gone, taken or leaves.

    With the yes the last day of the one who goes is set and the next one's first days with it, in one step.
    """
    return str(session.scalar(select(func.answer_handover(ref, agrees, reason, reference(), reference()))))


def tell_of_no(session: Session, asked: Row, by: int, reason: str) -> None:
    """Tell the one who goes and whoever planned it that the answer was no, and why."""
    path = f"/work/families/{asked.family_ref}"
    to = [asked.from_worker_id, asked.made_by_id]
    alert(session, to, asked.family_id, "handover_no", about=by, note=reason, path=path)


def tell_of_yes(session: Session, made: Handover, path: str) -> None:
    """Tell the one who goes and whoever planned it, the family by a text that says nothing to a stranger, and the
    manager when it changes too often."""
    to = [who for who in (made.from_worker_id, made.made_by_id) if who != made.to_worker_id]
    alert(session, to, made.family_id, "handover_yes", about=made.to_worker_id, path=path)
    tell_of_changes(session, made.family_id, made.function, made.to_worker_id)
    tell_circle(session, made.circle_id, "worker_comes", about=("handover", made.id))


def tell_of_leaving(session: Session, gone: Involvement) -> None:
    """Somebody leaves and nobody follows by name: the family hears of it from us first."""
    for person_id in session.scalars(select(Person.id).where(*_everybody(gone.family_id))):
        tell(session, person_id, "worker_leaves", about=("involvement", gone.id))


def _everybody(family_id: int) -> tuple[ColumnElement[bool], ...]:
    """Those in a family who read who helps them."""
    return Person.family_id == family_id, Person.contact_limit == "none", Person.relation != "supporter"


def tell_of_changes(session: Session, family_id: int, function: str, worker_id: int) -> bool:
    """When this is the second change in one role within six months, the manager hears of it at once (M3)."""
    rows = select(Involvement.function, Involvement.worker_id, Involvement.starts_on, Involvement.ends_on).where(
        Involvement.family_id == family_id, Involvement.function == function, Involvement.accepted_on.is_not(None)
    )
    line = [Row(row._mapping) for row in session.execute(rows.order_by(Involvement.starts_on.desc()))]
    # also the days to come: the manager hears of a second change before it happens
    often = any(change.often for change in changes(line, until=date.max))
    if often and (manager := session.scalar(select(func.manager_of(worker_id)))):
        alert(session, [manager], family_id, "changed_often", about=worker_id)
    return often


@dataclass(frozen=True)
class Words:
    """What one of the two writes for the family. None: not theirs to write, so it stays as it is."""

    goodbye: str | None = None
    hello: str | None = None
    passed_on: str | None = None
    not_again: str | None = None


def write(session: Session, made: Handover, words: Words) -> None:
    """Keep the words; an empty one takes back what stood there. The family is told of the first hello."""
    if words.hello and not made.hello and made.said_yes_on is not None:
        tell_circle(session, made.circle_id, "worker_hello", about=("handover", made.id))
    for name in ("goodbye", "hello", "passed_on", "not_again"):
        said = getattr(words, name)
        if said is not None:
            setattr(made, name, said or None)


class Settled(Exception):
    """It was done, answered, called off or passed on in the meantime: nothing was written."""


def hand_on(session: Session, item: Row, to: int, by: int) -> None:
    """Give an open thing to this worker. Raises Settled, and SlotGone for a date at which they have another one."""
    if item.what == "question":
        _hand_on_question(session, item.id, to, by)
    elif item.what == "appointment":
        _hand_on_date(session, item.id, to, by)
    else:
        _hand_on_step(session, item.id, to, by)


def _hand_on_step(session: Session, step_id: int, to: int, by: int) -> None:
    step = session.get(Step, step_id)
    over = step is None or step.status == "stopped" or (step.done_on is not None and step.done_on <= clock.today())
    if step is None or over:
        raise Settled
    try:
        plans.hand_on(session, step, to, by)
    except plans.Changed as meanwhile:
        raise Settled from meanwhile


def _hand_on_question(session: Session, question_id: int, to: int, by: int) -> None:
    question = session.get(Question, question_id)
    if question is None:
        raise Settled
    try:
        questions.pass_on(session, question, to, by)
    except (questions.AlreadyAnswered, questions.NotTheirs) as meanwhile:
        raise Settled from meanwhile


def _hand_on_date(session: Session, date_id: int, to: int, by: int) -> None:
    """The same date with somebody else, and the time in their day; those who come are told with whom."""
    date = session.get(Appointment, date_id)
    if date is None or date.status != "booked":
        raise Settled
    take_another(session, date.id, date.family_id, date.circle_id, Time(to, date.starts_at, date.minutes, NO_WAY))
    date.worker_id, date.edited_at, date.sequence = to, real_now(), date.sequence + 1
    what = AppointmentChange(appointment_id=date.id, family_id=date.family_id, circle_id=date.circle_id, what="changed")
    what.at, what.by_worker_id = clock.now(), by
    session.add(what)
    session.flush()
    # what waits to be sent would remind of it beside the reminders that are planned for it as it is now
    reminders.forget(session, date.id)
    come = select(AppointmentPerson.person_id).where(
        AppointmentPerson.appointment_id == date.id, AppointmentPerson.answer.is_distinct_from("cannot")
    )
    reminders.tell(session, date.id, list(session.scalars(come)), "date_moved")


def left(session: Session, made: Handover) -> int:
    """How many promises, questions and dates the one who goes still holds, seen or not by whoever asks."""
    return int(session.scalar(select(func.handover_left(made.id))) or 0)


def record_item(session: Session, made: Handover, item: Row, to: int) -> None:
    """Write down that this was passed on, and to whom, for those who may see the thing itself."""
    session.add(
        HandoverItem(
            family_id=made.family_id,
            circle_id=item.circle_id,
            handover_id=made.id,
            what=item.what,
            # what somebody asked is between them and who answers: only that it went on is written here
            text="" if item.what == "question" else item.text,
            to_worker_id=to,
            at=clock.now(),
        )
    )


def finish(made: Handover) -> None:
    """It is done: nothing is left in the hands of the one who went. Twice changes nothing."""
    made.finished_at = made.finished_at or clock.now()


def call_off(session: Session, made: Handover) -> None:
    """Take back the question, while nobody has answered it. Raises Settled when somebody answers it right now."""
    session.refresh(made, with_for_update=True)
    if made.said_yes_on is not None or made.declined_on is not None:
        raise Settled
    made.called_off_at = made.called_off_at or clock.now()


def say_met(session: Session, told: Told, met: bool) -> None:
    """A family member says whether they have met the new worker. "Not yet" is told to both who can mend it, once."""
    row = told.row
    now = {"met": met, "at": clock.now()}
    new = insert(HandoverMet).values(
        handover_id=row.id, person_id=told.scope.person_id, family_id=told.scope.family_id, **now
    )
    session.execute(new.on_conflict_do_update(index_elements=["handover_id", "person_id"], set_=now))
    if not met and row.met is not False:
        family = session.scalar(select(Family.ref).where(Family.id == told.scope.family_id))
        path = f"/work/families/{family}/handovers/{row.ref}"
        to = [row.to_worker_id, row.made_by_id]
        alert(session, to, told.scope.family_id, "not_met", about=row.to_worker_id, path=path)
