"""What the import's files cannot hold of the plan, help, safety and wishes: rows that show each in its states."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.demo import shifting
from portal.foundation import clock
from portal.offers.models import HelpRequest, HelpThing, Offer, RefusalReview
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person
from portal.plans.models import Step, StepEvent
from portal.safety.models import SafetyLine, SafetyPlan
from portal.wishes.models import MentorProfile, MentorWish


def add(session: Session, today: date) -> None:
    """Add them to the world that has just been brought in."""
    world = _World(session, today)
    _histories(world)
    _help(world)
    _safety(world)
    _mentors(world)
    session.flush()


class _World:
    """The demo's people, workers and steps by their references, and its days moved to today."""

    def __init__(self, session: Session, today: date) -> None:
        self.session, self.today = session, today

    def _one(self, model: Any, ref: str) -> Any:
        return self.session.scalars(select(model).where(model.source_ref == ref, model.source == "main")).one()

    def person(self, ref: str) -> Person:
        found: Person = self._one(Person, ref)
        return found

    def worker(self, ref: str) -> Worker:
        found: Worker = self._one(Worker, ref)
        return found

    def step(self, ref: str) -> Step:
        found: Step = self._one(Step, ref)
        return found

    def day(self, written: str) -> date:
        return date.fromisoformat(shifting.moved_day(written, self.today))

    def at(self, written: str) -> datetime:
        return clock.london(datetime.fromisoformat(shifting.moved_day(written, self.today)))

    def beside(self, step: str) -> dict[str, int]:
        """The family and circle of this step, for something that the same people read."""
        row = self.step(step)
        return {"family_id": row.family_id, "circle_id": row.circle_id}


def _histories(world: _World) -> None:
    """A step that was put off and is not working, one that was handed on, and why some matter."""
    gate, walk, home = world.step("F3-S2"), world.step("F3-S3"), world.step("F3-S9")
    gate.why = "The older boys wait at the side gate."
    walk.why = "Aravinthan said he walks an hour round by himself otherwise."
    home.why = "Three children sleep in one room."
    school, meena, marcus = world.worker("W-ASH-SCH1"), world.person("P-MEENA"), world.worker("W-ASH-TY1")

    def event(step: Step, at: str, what: str, **more: Any) -> None:
        world.session.add(
            StepEvent(
                step_id=step.id,
                family_id=step.family_id,
                circle_id=step.circle_id,
                at=world.at(at),
                what=what,
                **more,
            )
        )

    event(gate, "2019-06-17T11:00", "made", by_worker_id=school.id, to_worker_id=school.id)
    event(
        gate, "2019-06-26T15:00", "moved", by_worker_id=school.id, words="Two teachers are ill.",
        due_before=world.day("2019-06-28"), due_after=gate.due,
    )  # fmt: skip
    event(gate, "2019-07-09T18:40", "not_working", by_person_id=meena.id, words="Nobody stood there on Monday.")
    event(walk, "2019-06-18T16:10", "begun", by_worker_id=marcus.id)
    event(
        home,
        "2019-06-07T10:00",
        "handed_on",
        by_worker_id=world.worker("W-ASH-SW2").id,
        to_worker_id=home.owner_worker_id,
    )


def _help(world: _World) -> None:
    """Requests that are asked, looked into, late, arranged; open and declined offers; a decision that waits."""
    session, kept = world.session, world.beside("F3-S10")
    meena, donna, jay = world.person("P-MEENA"), world.person("P-DONNA"), world.person("P-JAY")
    grace, senior = world.worker("W-ASH-SW2"), world.worker("W-KIN-YSM")
    session.add_all(
        [
            HelpRequest(
                **kept, what="Something to do after school", thing="activity", words="For Nila, on Tuesdays.",
                asked_at=world.at("2019-07-12T20:15"), asked_by_person_id=meena.id, to_worker_id=grace.id,
                answer_by=world.day("2019-07-19"),
            ),
            HelpRequest(
                **kept, what="A bus pass", thing="bus_pass", asked_at=world.at("2019-07-01T09:30"),
                asked_by_person_id=meena.id, to_worker_id=grace.id, answer_by=world.day("2019-07-08"), state="looking",
                looking_since=world.at("2019-07-04T12:00"), looking_worker_id=grace.id,
            ),
            HelpRequest(
                **kept, what="Help with money", thing="money", asked_at=world.at("2019-06-03T10:00"),
                asked_by_person_id=meena.id, to_worker_id=grace.id, answer_by=world.day("2019-06-10"), state="arranged",
                decided_at=world.at("2019-06-05T16:00"), decided_by_worker_id=grace.id, answer="Yes, for school shoes.",
                arranged_on=world.day("2019-06-11"), arranged="Sixty pounds, at the office on Thursday.",
            ),
        ]
    )  # fmt: skip
    at_home = world.beside("F5-S1")
    session.add_all(
        [
            Offer(
                **world.beside("F3-S1"), offered_on=world.day("2019-07-11"), what="Something to do after school",
                thing="activity", by_worker_id=world.worker("W-ASH-TY1").id, to_person_id=world.person("P-ARAV").id,
                response="no_answer",
            ),
            Offer(
                **at_home, offered_on=world.day("2019-06-24"), what="A mental-health assessment", thing="mental_health",
                by_worker_id=world.worker("W-KIN-YS1").id, to_person_id=jay.id, response="declined",
                reason="He does not want to tell it again", answered_on=world.day("2019-06-25"),
                answered_by_person_id=donna.id, noted_by_worker_id=world.worker("W-KIN-YS1").id,
                again_on=world.day("2019-09-02"),
            ),
            Offer(
                **at_home, offered_on=world.day("2019-07-01"), what="A mentor", thing="mentor",
                by_worker_id=world.worker("W-KIN-YS1").id, to_person_id=jay.id, response="declined",
                reason="Somebody new again", answered_on=world.day("2019-07-02"), answered_by_person_id=jay.id,
                again_on=world.day("2019-08-26"),
            ),
            RefusalReview(
                **at_home, person_id=jay.id, asked_on=world.day("2019-07-14"), to_worker_id=senior.id
            ),
        ]
    )  # fmt: skip
    kingsford = session.scalars(select(Organisation).where(Organisation.source_ref == "KIN")).one()
    session.add(
        HelpThing(organisation_id=kingsford.id, name="Boxing at the Arches", about="Mondays and Thursdays, free")
    )


def _safety(world: _World) -> None:
    """A plan that should have been looked at again two days ago, and one that runs."""
    for step, owner, made, review, lines, calls in (
        (
            "F3-S2", "W-ASH-SW2", "2019-06-12T17:00", "2019-07-13",
            {
                "P-ARAV": "I go with Marcus, or I wait inside\nI text Amma when I am on the bus",
                "P-MEENA": "I answer when he rings, at work too",
                None: "Marcus walks with him on Mondays and Wednesdays",
            },
            "999 in danger\nGrace, by day: 020 7946 0104\nUncle Ravi, by night: 07700 900399",
        ),
        (
            "S6", "W-BRV-SW1", "2019-07-10T18:00", "2019-07-19",
            {
                "P-LEO": "I do not go back for my jacket\nI say where I sleep",
                "P-ROSA": "I ring Theo first, then Amina",
                None: "Amina rings each evening at 6",
            },
            "999 in danger\nAmina, by day: 020 7946 0303\nTheo, by night: 07700 900104",
        ),
    ):  # fmt: skip
        beside = world.beside(step)
        plan = SafetyPlan(
            **beside, signs="He goes quiet\nSomebody waits outside", calls=calls, made_at=world.at(made),
            made_by_worker_id=world.worker(owner).id, owner_worker_id=world.worker(owner).id,
            review_on=world.day(review),
        )  # fmt: skip
        world.session.add(plan)
        world.session.flush()
        for who, text in lines.items():
            world.session.add(
                SafetyLine(
                    safety_plan_id=plan.id,
                    **beside,
                    person_id=world.person(who).id if who else None,
                    text=text,
                    edited_at=plan.made_at,
                )
            )


def _mentors(world: _World) -> None:
    """What mentors say of themselves, and what two young people look for."""
    now = world.at("2019-07-01T09:00") - timedelta(days=30)
    for ref, gender, about, room in (
        ("W-ASH-TY1", "man", "I mend bikes and cook. I grew up here and got into trouble at fifteen.", False),
        ("W-BRV-CH1", "other", "Music, mostly: I record with whoever wants to. I moved towns nine times.", True),
        ("W-KIN-CH1", None, "Boxing, football, and sitting still when that is better.", True),
    ):
        world.session.add(
            MentorProfile(worker_id=world.worker(ref).id, gender=gender, about=about, has_room=room, edited_at=now)
        )
    leo, kavi = world.person("P-LEO"), world.person("P-KAVI")
    world.session.add_all(
        [
            MentorWish(
                **world.beside("S5"), person_id=leo.id, gender="man", interests="mending bikes, engines",
                words="Like Marcus. Somebody who does not write while I talk.", said_at=world.at("2019-07-08T21:00"),
            ),
            MentorWish(
                **world.beside("F3-S6"), person_id=kavi.id, gender="woman", language="ta",
                words="Not somebody from our street.", said_at=world.at("2019-06-20T19:30"), answer="nobody",
                answer_words="No woman who speaks Tamil mentors here yet. We asked the charity in the next borough.",
                answered_at=world.at("2019-06-27T14:00"), answered_by_worker_id=world.worker("W-ASH-SW2").id,
                look_again_on=world.day("2019-07-29"),
            ),
        ]
    )  # fmt: skip
