"""Courses in the demo, full, filling and online; and what one borough wrote about the review's recommendations."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.changes.actions import Done, write
from portal.courses.actions import CourseWords, GroupPlan, Joining, add_group, join, publish, save_course
from portal.courses.models import CourseGroup, CourseOrganiser
from portal.demo.who import actor_of
from portal.foundation import clock
from portal.organisations.models import Organisation, Worker

LIBRARY = "Brook Vale Library, upstairs"
ROOM = "https://meet.lanternstreet.example/stepup"
COURSES = (
    (
        "W-BRV-CHM",
        CourseWords(
            "Phones, friends and the walk home",
            "What changes for a child in Year 5 and 6, and how to keep talking.",
            "group chats and games\n"
            "how older people make friends with children\n"
            "knives, and why a child might carry one\n"
            "what to say, and what to leave unsaid",
            5,
            6,
            None,
            "YEAR5",
        ),
        (
            GroupPlan("place", LIBRARY, "There is a lift. Bus 18.", True, "en", 10, date.min, time(18, 30), 90, 4),
            GroupPlan("place", LIBRARY, "There is a lift. Bus 18.", False, "es", 8, date.min, time(10, 0), 90, 4),
        ),
    ),
    (
        "W-KIN-CHM",
        CourseWords(
            "Before secondary school",
            "One evening on the step up to Year 7: buses, new friends, money.",
            "the bus and the way home\nold and new friends\nmoney, trainers and debts",
            6,
            6,
            None,
            "STEPUP",
        ),
        (GroupPlan("online", ROOM, None, False, "en", 30, date.min, time(20, 0), 60, 1),),
    ),
)  # fmt: skip
NOTES = (
    (
        9,
        40,
        "done",
        "Before each move we fill in one form with the family. A director signs it.",
        "9 of 9 moves since spring had it.",
    ),
    (
        10,
        75,
        "done",
        "Only a service director may say no to a meeting about a child who moves in.",
        "None was turned down this year.",
    ),
    (
        2,
        12,
        "begun",
        "A charity runs a course for parents of children in Year 5 and 6.",
        "One group is full, one begins soon.",
    ),
)
"""Recommendation, days ago, how it stands, what was done, how one can tell."""
FULL = ("Anneka", "Bolaji", "Chandra", "Dorota", "Esi", "Farah", "Gina", "Halima", "Ivana", "Jonas", "Katya")


def add(session: Session, today: date) -> None:
    """Two charities with courses, one group of them full with somebody waiting; three notes by a director."""
    for ahead, (ref, words, plans) in enumerate(COURSES):
        who = session.scalars(select(Worker).where(Worker.source_ref == ref, Worker.source == "main")).one()
        place = session.get_one(Organisation, who.organisation_id)
        session.add(
            CourseOrganiser(worker_id=who.id, organisation_id=place.id, named_by_id=who.id, named_at=clock.now())
        )
        session.flush()
        course = save_course(session, actor_of(who), place.id, place.name, words)
        publish(course, True)
        for week, plan in enumerate(plans):
            first = today + timedelta(days=9 + 3 * ahead + 5 * week)
            group = add_group(session, course, GroupPlan(**(vars(plan) | {"first_day": first})))
            if week == 0 and ahead == 0:
                fill(session, group)
    director = session.scalars(select(Worker).where(Worker.source_ref == "W-BRV-DIR", Worker.source == "main")).one()
    borough = session.get_one(Organisation, director.organisation_id)
    for number, days, state, done, evidence in NOTES:
        said = Done("Director of children's services", done, evidence, today - timedelta(days=days), state)
        write(session, actor_of(director), borough, number, said)


def fill(session: Session, group: CourseGroup) -> None:
    """Sign people up until one waits."""
    for number, name in enumerate(FULL):
        join(session, group.id, Joining(name, f"+447700900{700 + number}", language="en"))
