"""Changes of worker in the demo: one half-way, one coming, one that waits for a yes, one refused, one done; and help
that ended by a decision the family read, beside one that waits for a manager's name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.demo import shifting
from portal.endings.models import Ending, EndingSaid
from portal.foundation import clock
from portal.handovers.models import Handover, HandoverItem, HandoverMet
from portal.involvement.models import Involvement
from portal.organisations.models import Worker
from portal.people.models import Circle, Family, Person

SOURCE = "main"


class World:
    """The demo's records by the references of its files, and its days moved with the rest."""

    def __init__(self, session: Session, today: date) -> None:
        self.session, self.today = session, today

    def at(self, written: str) -> datetime:
        return clock.london(datetime.fromisoformat(shifting.moved_day(written, self.today)))

    def day(self, written: str) -> date:
        return date.fromisoformat(shifting.moved_day(written, self.today))

    def one(self, model: Any, ref: str) -> Any:
        return self.session.scalars(select(model).where(model.source_ref == ref, model.source == SOURCE)).one()

    def part(self, family: str, worker: str, starts: str) -> Involvement:
        return self.session.scalars(
            select(Involvement)
            .join(Family, Family.id == Involvement.family_id)
            .join(Worker, Worker.id == Involvement.worker_id)
            .where(Family.source_ref == family, Worker.source_ref == worker, Involvement.starts_on == self.day(starts))
        ).one()

    def circle(self, family_id: int, *people: str) -> Circle:
        """The circle of these people, or of the whole family without any."""
        ids = sorted(self.one(Person, ref).id for ref in people)
        key = ",".join(map(str, ids)) if people else "family"
        return self.session.scalars(
            select(Circle).where(Circle.family_id == family_id, Circle.members_key == key)
        ).one()

    def handover(self, part: Involvement, to: str, circle: Circle, days: tuple[str, str, str], **more: Any) -> Handover:
        """A handover of this part; days: made, from when both are there, last day."""
        made, meets, last = days
        found = Handover(
            family_id=part.family_id,
            circle_id=circle.id,
            function=part.function,
            is_lead=part.is_lead,
            from_worker_id=part.worker_id,
            to_worker_id=self.one(Worker, to).id,
            from_involvement_id=part.id,
            made_by_id=part.worker_id,
            made_at=self.at(f"{made}T09:10"),
            meets_on=self.day(meets),
            last_day=self.day(last),
            **more,
        )
        self.session.add(found)
        self.session.flush()
        return found


def add(session: Session, today: date) -> None:
    """Put them into a world that has just been brought in."""
    world = World(session, today)
    half_way(world)
    to_jordan(world)
    waiting_and_refused(world)
    endings(world)
    session.flush()


def half_way(world: World) -> None:
    """The Talukdars: Ellen goes, Tunde is there already; two have met him, one has not said, one thing is passed on."""
    part = world.part("F4", "W-KIN-SW1", "2018-11-05")
    circle = world.circle(part.family_id)
    made = world.handover(
        part,
        "W-KIN-SW2",
        circle,
        ("2019-06-28", "2019-07-08", "2019-07-22"),
        reason="New job in another town",
        said_yes_on=world.day("2019-07-01"),
        goodbye="It was good to know you. Tanvir, send me a picture of the first bike you mend for money.",
        hello="I am Tunde. I have read what you told Ellen, and I know about Sunday tea. I will be on time.",
        passed_on="How the three days at school came about. Who calls whom when it gets loud.",
        not_again="The year before the workshop. Why Imran moved to the day shift.",
    )
    for ref, met in (("P-RUKH", True), ("P-IMRAN", False)):
        who = world.one(Person, ref)
        world.session.add(
            HandoverMet(
                handover_id=made.id,
                person_id=who.id,
                family_id=part.family_id,
                met=met,
                at=world.at("2019-07-11T19:00"),
            )
        )
    world.session.add(
        HandoverItem(
            family_id=part.family_id,
            circle_id=circle.id,
            handover_id=made.id,
            what="step",
            text="Look at the whole plan with you once Ellen has gone",
            to_worker_id=made.to_worker_id,
            at=world.at("2019-07-10T18:10"),
        )
    )


def to_jordan(world: World) -> None:
    """The Marins: Marcus stays until 2 August, Jordan comes on the first."""
    part = world.part("F1", "W-ASH-TY1", "2019-05-20")
    world.handover(
        part,
        "W-BRV-CH1",
        world.circle(part.family_id, "P-LEO", "P-ROSA"),
        ("2019-07-09", "2019-08-01", "2019-08-02"),
        reason="No longer paid for outside the borough",
        said_yes_on=world.day("2019-07-11"),
        not_again="What happened last summer. Jordan asks about it only if you start.",
    )


def waiting_and_refused(world: World) -> None:
    """The Fenwicks' lead left: Inês could not take it on. The Ilankovans' mentor asks a colleague, who has not said."""
    left = world.part("F5", "W-KIN-YS1", "2019-01-21")
    world.handover(
        left,
        "W-KIN-CH1",
        world.circle(left.family_id, "P-JAY", "P-DONNA"),
        ("2019-06-24", "2019-06-26", "2019-07-03"),
        reason="Left the service",
        declined_on=world.day("2019-06-25"),
        declined_reason="I am Jay's mentor. Leading as well would make me somebody else to him.",
    )
    asks = world.part("F3", "W-ASH-TY1", "2019-06-10")
    world.handover(
        asks,
        "W-ASH-SW1",
        world.circle(asks.family_id, "P-ARAV", "P-MEENA"),
        ("2019-07-12", "2019-07-29", "2019-08-16"),
        reason="Marcus goes back to one borough",
    )


def endings(world: World) -> None:
    """The Poliuses' help ended by agreement; two have read why, and a father has not said."""
    part = world.part("F6", "W-BRV-SW2", "2018-09-17")
    ending = Ending(
        family_id=part.family_id,
        circle_id=world.circle(part.family_id).id,
        involvement_id=part.id,
        function=part.function,
        is_lead=True,
        worker_id=part.worker_id,
        decided_by_id=part.worker_id,
        last_day=world.day("2019-06-14"),
        basis="done",
        why="Ezra lives with his grandmother by order of the court, has work he likes, and sees his dad.",
        protects="The order stands until he is 18. The money that goes with it is paid to Marcia each month.",
        come_back="Call me, and I open it again the same week. You need not tell it again: it all stays here.",
        come_back_to_id=part.worker_id,
        made_at=world.at("2019-06-14T17:30"),
        decided_at=world.at("2019-06-14T17:30"),
    )
    world.session.add(ending)
    world.session.flush()
    for ref in ("P-EZRA", "P-MARCIA"):
        who = world.one(Person, ref)
        world.session.add(
            EndingSaid(
                ending_id=ending.id,
                person_id=who.id,
                family_id=part.family_id,
                said="read",
                at=world.at("2019-06-15T20:00"),
            )
        )
