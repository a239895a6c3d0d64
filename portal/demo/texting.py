"""Texts and duty in the demo world: a rota with nights, a phone that has been used, a text that did not arrive."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Account, Phone
from portal.duty.models import DutyLine, DutyTurn
from portal.foundation import clock
from portal.foundation.phones import number_hash
from portal.hearing.models import InboundText, TextNumber
from portal.messages.models import TextChoice, TextMessage
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person


def add(session: Session, today: date) -> None:
    """Brook Vale has somebody on duty day and night; the others have nobody, as most places have when they begin."""
    brook_vale = session.scalars(select(Organisation).where(Organisation.source_ref == "BRV")).one()
    began = today - timedelta(days=60)
    for ref, days, begins, ends, number in (
        ("W-BRV-SW1", [0, 1, 2, 3, 4], "09:00", "17:30", None),
        ("W-BRV-TM", [0, 1, 2, 3, 4, 5, 6, 7], "17:30", "09:00", "+447700900560"),
        ("W-BRV-CHM", [5, 6, 7], "09:00", "17:30", "+447700900561"),
    ):
        worker = session.scalars(select(Worker).where(Worker.source_ref == ref)).one()
        session.add(
            DutyTurn(
                organisation_id=brook_vale.id, worker_id=worker.id, days=days, begins=time.fromisoformat(begins),
                ends=time.fromisoformat(ends), first_on=began, number=number,
            )
        )  # fmt: skip
    session.add(DutyLine(organisation_id=brook_vale.id, phone="020 7946 0560", hours="5:30pm to 9am, and weekends"))
    leo, rosa = _person(session, "P-LEO"), _person(session, "P-ROSA")
    session.add(TextChoice(person_id=leo.id, family_id=leo.family_id, hours_from=time(10), hours_until=time(22)))
    yesterday = clock.now().replace(hour=16, minute=5, second=0, microsecond=0) - timedelta(days=1)
    heard = _from(session, leo, "is marcus still coming thurs", yesterday)
    _to(session, leo, "Next: Thursday 16:30 with M. Reply MOVE, CANT or WHERE.", yesterday, answers=heard)
    _to(session, rosa, "A left you a note. Have a look when it is a good time.", yesterday + timedelta(minutes=40))
    session.flush()
    _gone(session, "P-THEO", yesterday)


def _person(session: Session, ref: str) -> Person:
    return session.scalars(select(Person).where(Person.source_ref == ref, Person.source == "main")).one()


def _number(session: Session, person: Person) -> str:
    number = session.scalar(
        select(Phone.number).join(Account, Account.id == Phone.account_id).where(Account.person_id == person.id)
    )
    assert number is not None  # noqa: S101 - the world's own files give one
    return number


def _from(session: Session, person: Person, body: str, at: datetime) -> InboundText:
    number = _number(session, person)
    row = InboundText(
        provider="simulator", sid=f"demo-{person.source_ref}-{at:%H%M}", number=number,
        number_hash=number_hash(number), body=body, at=at, heard="conversation", person_id=person.id,
        family_id=person.family_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _to(
    session: Session, person: Person, body: str, at: datetime, *, answers: InboundText | None = None, gone: bool = False
) -> None:
    number = _number(session, person)
    session.merge(TextNumber(number_hash=number_hash(number), introduced_at=at))
    session.add(
        TextMessage(
            person_id=person.id, family_id=person.family_id, number=number, number_hash=number_hash(number), body=body,
            made_at=at, due_at=at, sent_at=at, attempts=1, parts=1, provider="simulator",
            answers_id=answers.id if answers else None, state="failed" if gone else "delivered",
            delivered_at=None if gone else at, problem="gone" if gone else None, told_at=at if gone else None,
        )
    )  # fmt: skip
    session.flush()


def _gone(session: Session, ref: str, at: datetime) -> None:
    """A number that no longer works."""
    _to(session, _person(session, ref), "A left you a note. Have a look when it is a good time.", at, gone=True)
