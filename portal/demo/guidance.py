"""What two boroughs of the demo add to the guidance: numbers of the duty team, and notes beside a page."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.demo.who import actor_of, worker
from portal.guidance.actions import write_note
from portal.organisations.actions import Numbers, keep_duty_numbers
from portal.organisations.models import Organisation

WEEK = "Monday to Friday, 9am to 5pm"
NUMBERS = (
    ("W-BRV-DIR", Numbers("020 7946 0310", WEEK, "020 7946 0399")),
    ("W-ASH-DIR", Numbers("020 7946 0210", WEEK, "020 7946 0299")),
)
NOTES = (
    (
        "W-BRV-DIR",
        "knives",
        "en",
        "There is a knife bin by the fire station in Mill Lane. Nobody asks your name.\n\n"
        "**Brook Vale Youth Club** is open on Fridays from 4pm to 9pm. Ask for Sam. There is food.",
    ),
    (
        "W-BRV-DIR",
        "year-6",
        "en",
        "In July the library holds a morning for families who start at Brook Vale High. A bus driver, a teacher and "
        "two Year 7 pupils answer questions. Just come.",
    ),
    (
        "W-ASH-DIR",
        "looking-after-yourself",
        "en",
        "Parents meet on the first Tuesday of the month at 6pm, above Ashmere Library. You can bring children.",
    ),
)


def add(session: Session, today: date) -> None:
    """Each kept by the borough's own director."""
    for ref, numbers in NUMBERS:
        borough, actor = _borough(session, ref)
        keep_duty_numbers(session, actor, borough, numbers)
    for ref, slug, code, words in NOTES:
        borough, actor = _borough(session, ref)
        write_note(session, actor, borough, slug, code, words, today + timedelta(days=120))


def _borough(session: Session, ref: str) -> tuple[Organisation, Actor]:
    director = worker(session, ref)
    return session.get_one(Organisation, director.organisation_id), actor_of(director)
