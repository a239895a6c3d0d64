"""What the Marins and those who help them wrote to and fro, and what protects Leo.

On a day of the demo one question waits too long and one has just been answered; one meeting has decided and another
is to come; Leo's conditions end within four weeks and nothing follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.checkins.models import Checkin
from portal.foundation import clock
from portal.foundation.database import Speaker, speak_for
from portal.foundation.working_days import after_working_days
from portal.meetings.models import WITHIN, Decision, Meeting, MeetingChange
from portal.organisations.models import Worker
from portal.people.actions import circle_of
from portal.people.models import Person
from portal.protections.models import Protection, ProtectionChange
from portal.questions.models import ANSWER_WITHIN, Question
from portal.updates.models import Reply, Update, UpdateRead

AMINA, MARCUS, IAN = "W-BRV-SW1", "W-ASH-TY1", "W-ASH-HOM"


@dataclass(frozen=True)
class World:
    """The keys of those concerned, their circles, and what day it is."""

    session: Session
    today: date
    family: int
    rosa: int
    leo: int
    workers: dict[str, int]
    rosas: int
    leos: int
    both: int

    def ago(self, days: int, hour: int = 10) -> datetime:
        """So many days ago at this hour; negative: to come."""
        return clock.london(datetime.combine(self.today - timedelta(days=days), time(hour)))

    def put(self, record: Any) -> Any:
        """Add a record of the family."""
        record.family_id = self.family
        self.session.add(record)
        self.session.flush()
        return record


def add(session: Session, today: date) -> None:
    """Add all of it, as it stands on this day."""
    workers = dict(session.execute(select(Worker.source_ref, Worker.id)).all())
    people = {person.source_ref: person for person in session.scalars(select(Person))}
    family, rosa, leo = people["P-ROSA"].family_id, people["P-ROSA"].id, people["P-LEO"].id
    known = {ref: workers[ref] for ref in (AMINA, MARCUS, IAN)}
    speak_for(session, Speaker(worker_id=known[AMINA]))
    circles = [circle_of(session, family, chosen) for chosen in ([rosa], [leo], [rosa, leo])]
    speak_for(session, Speaker())
    world = World(session, today, family, rosa, leo, known, *circles)
    _questions(world)
    _updates(world)
    _meetings(world)
    _protection(world)


def _ask(world: World, who: int, circle: int, whom: str, words: str, days: int, **more: Any) -> Question:
    asked, to = world.ago(days), world.workers[whom]
    question = Question(
        circle_id=circle, asked_by_person_id=who, first_to_worker_id=to, to_worker_id=to, text=words, asked_at=asked,
        due_at=asked + more.pop("within", ANSWER_WITHIN), **more,
    )  # fmt: skip
    found: Question = world.put(question)
    return found


def _questions(world: World) -> None:
    """One late, one just answered, one to answer, and how Rosa is."""
    _ask(world, world.rosa, world.rosas, IAN, "Who pays the rent on the old flat while we are here?", 12)
    answer = "I stay until my last day on your page. You meet the next one with me, twice, before that."
    answered = {"answer": answer, "answered_at": world.ago(1), "answered_by_id": world.workers[MARCUS]}
    _ask(world, world.leo, world.leos, MARCUS, "Do you stop when we move for good?", 3, **answered)
    _ask(world, world.rosa, world.both, AMINA, "Can my sister come to the meeting?", 1)
    hard = "It is very hard just now.\n– Somebody to call me"
    strain = _ask(world, world.rosa, world.rosas, AMINA, hard, 2, within=timedelta(days=3))
    world.put(
        Checkin(
            circle_id=world.rosas, person_id=world.rosa, to_worker_id=world.workers[AMINA], feeling="hard",
            wants=["call"], made_at=world.ago(2), question_id=strain.id,
        )
    )  # fmt: skip


def _updates(world: World) -> None:
    """Everything older has been read; the newest, from this morning, was put right, and Leo wrote back."""
    for person, circles in ((world.rosa, (world.rosas, world.both)), (world.leo, (world.leos, world.both))):
        older = select(Update.id, Update.circle_id, Update.posted_at).where(
            Update.circle_id.in_(circles), Update.posted_at < world.ago(3)
        )
        marks = [
            {"update_id": row.id, "person_id": person, "family_id": world.family, "circle_id": row.circle_id}
            | {"seen_at": row.posted_at, "read_at": row.posted_at}
            for row in world.session.execute(older)
        ]
        if marks:
            world.session.execute(insert(UpdateRead), marks)
    by = {"circle_id": world.both, "by_worker_id": world.workers[AMINA]}
    first = world.put(
        Update(
            text="The school has a place for Leo from **Monday**. Marcus goes with him.", posted_at=world.ago(1), **by
        )
    )
    right = "The school has a place for Leo from **Tuesday**, not Monday. Marcus goes with him on the first day."
    world.put(Update(text=right, posted_at=world.ago(1, 12), corrects_id=first.id, **by))
    world.put(
        Reply(
            update_id=first.id, circle_id=world.both, by_person_id=world.leo, text="ok. can he come at 8",
            made_at=world.ago(1, 13),
        )
    )  # fmt: skip


def _meetings(world: World) -> None:
    """One decided and put right, with an invitation; one to come, to which Leo is not invited, and why."""
    common = {"circle_id": world.both, "by_worker_id": world.workers[AMINA]}

    def meeting(about: str, days: int, **more: Any) -> Meeting:
        held = world.ago(days, 14)
        due = after_working_days(held.date(), WITHIN)
        made = Meeting(about=about, held_at=held, made_at=world.ago(9), due_on=due, **common, **more)
        found: Meeting = world.put(made)
        return found

    held = meeting("How Leo gets to school and home safely", 5, invited=[world.rosa, world.leo])
    first = "- Marcus walks with Leo until he says it is enough."
    decided = f"{first}\n- Amina asks about a later start by Friday."
    world.put(Decision(meeting_id=held.id, text=first, written_at=world.ago(4), **common))
    world.put(Decision(meeting_id=held.id, number=2, text=decided, written_at=world.ago(3), **common))
    moved = meeting(
        "Where you live after the summer", -2, invited=[world.rosa], why_not="Leo sees Marcus at that hour."
    )
    for before, after, days, words in (
        (3, -1, 7, "The housing office could not come yet."),
        (-1, -2, 2, None),
    ):
        world.put(
            MeetingChange(
                meeting_id=moved.id, at=world.ago(days), what="moved", held_before=world.ago(before, 14),
                held_after=world.ago(after, 14), words=words, **common,
            )
        )  # fmt: skip


def _protection(world: World) -> None:
    """Ends within four weeks, and nothing follows."""
    amina, began = world.workers[AMINA], world.ago(70)
    made = world.put(
        Protection(
            circle_id=world.both, young_person_id=world.leo, sort="conditions",
            what="No contact with the older boys from the estate", starts_on=began.date(),
            ends_on=world.today + timedelta(days=19), made_at=began, by_worker_id=amina, edited_at=began,
            edited_by_id=amina,
        )
    )  # fmt: skip
    world.put(
        ProtectionChange(
            circle_id=world.both, protection_id=made.id, at=world.ago(20), by_worker_id=amina, what="words",
            before="No contact with a group of older boys",
        )
    )  # fmt: skip
