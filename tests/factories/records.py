"""What stands in a family's record: steps, appointments, updates, statements, links, moments. Times are London's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.appointments.models import Appointment, AppointmentPerson, AppointmentPlace
from portal.assessments.models import Statement
from portal.contexts.models import Enquiry, Link
from portal.duties.models import Duty
from portal.foundation.clock import london
from portal.foundation.working_days import after_working_days
from portal.meetings.models import WITHIN, Meeting
from portal.moments.models import Moment
from portal.organisations.models import Organisation, Worker
from portal.people.models import Circle, Person
from portal.plans.models import Step
from portal.protections.models import Protection
from portal.questions.models import ANSWER_WITHIN, Question
from portal.updates.models import Update


def moment_of(text: str) -> datetime:
    """A time on a London clock, such as `2019-06-03T12:00`."""
    return london(datetime.fromisoformat(text))


def step(
    session: Session,
    seen_by: Circle,
    owner: Worker | Person | None = None,
    text: str = "Ask about the rent",
    *,
    promised: date = date(2019, 6, 3),
    due: date = date(2019, 7, 1),
    **more: Any,
) -> Step:
    """A step of the plan; `owner` a worker or a family member."""
    made = Step(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        goal=more.pop("goal", "Home is settled"),
        text=text,
        owner_worker_id=owner.id if isinstance(owner, Worker) else None,
        owner_person_id=owner.id if isinstance(owner, Person) else None,
        promised_on=promised,
        due=due,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def appointment(
    session: Session,
    seen_by: Circle,
    who: Worker,
    starts: str,
    *people: Person,
    purpose: str = "Home visit",
    place: str | None = "Home",
    **more: Any,
) -> Appointment:
    """An appointment of `who` with these people."""
    made = Appointment(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        worker_id=who.id,
        starts_at=moment_of(starts),
        minutes=more.pop("minutes", 60),
        purpose=purpose,
        **more,
    )
    session.add(made)
    session.flush()
    common = {"appointment_id": made.id, "family_id": seen_by.family_id, "circle_id": seen_by.id}
    if place:
        session.add(AppointmentPlace(place=place, **common))
    session.add_all(AppointmentPerson(person_id=each.id, **common) for each in people)
    session.flush()
    return made


def update(
    session: Session, seen_by: Circle, by: Worker, text: str = "We met today.", at: str = "2019-06-03T12:00"
) -> Update:
    """A worker's update."""
    made = Update(
        family_id=seen_by.family_id, circle_id=seen_by.id, by_worker_id=by.id, text=text, posted_at=moment_of(at)
    )
    session.add(made)
    session.flush()
    return made


def meeting(
    session: Session,
    seen_by: Circle,
    by: Worker,
    about: str = "How school goes",
    held: str = "2019-07-08T11:00",
    **more: Any,
) -> Meeting:
    """A meeting about the family, told on the day after New Year."""
    held_at = moment_of(held)
    made = Meeting(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        made_at=more.pop("made_at", moment_of("2019-01-02T09:00")),
        by_worker_id=by.id,
        held_at=held_at,
        about=about,
        invited=[person.id for person in more.pop("invited", ())],
        due_on=after_working_days(held_at.date(), WITHIN),
        **more,
    )
    session.add(made)
    session.flush()
    return made


def protection(
    session: Session,
    seen_by: Circle,
    by: Worker,
    young: Person,
    what: str = "No contact from the older group",
    *,
    sort: str = "order",
    starts: date = date(2019, 3, 1),
    ends: date = date(2019, 8, 1),
    **more: Any,
) -> Protection:
    """Something that protects `young` until a day."""
    made = Protection(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        young_person_id=young.id,
        sort=sort,
        what=what,
        starts_on=starts,
        ends_on=ends,
        made_at=moment_of(f"{starts}T12:00"),
        by_worker_id=by.id,
        edited_at=moment_of(f"{starts}T12:00"),
        edited_by_id=by.id,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def question(
    session: Session,
    seen_by: Circle,
    who: Person,
    whom: Worker,
    text: str = "When is the next visit?",
    at: str = "2019-07-08T12:00",
    *,
    answer: str | None = None,
    answered: str = "2019-07-09T12:00",
    **more: Any,
) -> Question:
    """What `who` asked `whom`, and with `answer` what they were told."""
    asked = moment_of(at)
    made = Question(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        asked_by_person_id=who.id,
        first_to_worker_id=whom.id,
        to_worker_id=more.pop("now_with", whom).id,
        text=text,
        asked_at=asked,
        due_at=asked + ANSWER_WITHIN,
        answer=answer,
        answered_at=moment_of(answered) if answer else None,
        answered_by_id=whom.id if answer else None,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def statement(
    session: Session,
    seen_by: Circle,
    about: Person,
    by: Worker | Person,
    text: str = "He likes to build things.",
    section: str = "strengths",
    made_on: date = date(2019, 6, 3),
    **more: Any,
) -> Statement:
    """What a worker or a family member said about a young person."""
    made = Statement(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        young_person_id=about.id,
        section=section,
        made_on=made_on,
        text=text,
        said_by_worker_id=by.id if isinstance(by, Worker) else None,
        said_by_person_id=by.id if isinstance(by, Person) else None,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def link(
    session: Session, seen_by: Circle, about: Person, borough: Organisation, what: str = "school", **more: Any
) -> Link:
    """A young person's school, friends or place in a borough."""
    made = Link(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        young_person_id=about.id,
        borough_id=borough.id,
        what=what,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def moment(
    session: Session, seen_by: Circle, about: Person, kind: str, occurred: str, known: str | None = None, **more: Any
) -> Moment:
    """Something serious; `known`: when a service knew."""
    if "contacted_at" in more:
        more["contacted_at"] = moment_of(more["contacted_at"])
    made = Moment(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        young_person_id=about.id,
        kind_of_moment=kind,
        occurred_at=moment_of(occurred),
        known_at=moment_of(known or occurred),
        **more,
    )
    session.add(made)
    session.flush()
    return made


def duty(session: Session, seen_by: Circle, about: Person, by: Worker, what: str = "section_17", **more: Any) -> Duty:
    """What the law made a service do."""
    made = Duty(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        section=more.pop("section", "family"),
        young_person_id=about.id,
        what=what,
        began_on=more.pop("began_on", date(2019, 6, 3)),
        made_on=more.pop("made_on", date(2019, 6, 3)),
        by_worker_id=by.id,
        organisation_id=by.organisation_id,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def enquiry(
    session: Session,
    seen_by: Circle,
    about: Person,
    by: Worker,
    to: Worker,
    text: str = "What do you know?",
    **more: Any,
) -> Enquiry:
    """A question to another borough or school about a young person."""
    made = Enquiry(
        family_id=seen_by.family_id,
        circle_id=seen_by.id,
        young_person_id=about.id,
        organisation_id=more.pop("organisation_id", to.organisation_id),
        link_ids=more.pop("link_ids", []),
        to_worker_id=to.id,
        about=about.name,
        text=text,
        asked_on=more.pop("asked_on", date(2019, 6, 10)),
        asked_by_id=by.id,
        due_on=more.pop("due_on", date(2019, 6, 17)),
        **more,
    )
    session.add(made)
    session.flush()
    return made
