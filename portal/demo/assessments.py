"""What the demo's assessments hold besides the folder: checks, events, a question elsewhere, what the law asks for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.assessments.models import Check, Statement
from portal.contexts.models import Enquiry, Link
from portal.demo import shifting
from portal.demo.who import person, worker
from portal.duties.models import AskedAgain, Duty, KeptElsewhere
from portal.foundation.working_days import after_working_days
from portal.organisations.models import Worker
from portal.people.models import Person


def add(session: Session, today: date) -> None:
    """Add them to the world that the folder has brought in."""

    def day(written: str) -> date:
        return date.fromisoformat(shifting.moved_day(written, today))

    def said(ref: str) -> Statement:
        return session.scalars(select(Statement).where(Statement.source_ref == ref)).one()

    leo, amina, meena = person(session, "P-LEO"), worker(session, "W-BRV-SW1"), person(session, "P-MEENA")
    arav, social = person(session, "P-ARAV"), worker(session, "W-ASH-SW2")
    for of, by, on in (("T9", leo, "2019-07-10"), ("T8", amina, "2019-07-11"), ("F3-T1", meena, "2019-07-08")):
        session.add(_check(said(of), by, day(on)))
    _law(session, said("T9"), amina, day("2019-06-24"))
    session.add(
        AskedAgain(
            family_id=leo.family_id,
            circle_id=said("T9").circle_id,
            section="hopes",
            young_person_id=leo.id,
            made_on=day("2019-07-12"),
            by_worker_id=amina.id,
            reason="The college wants to hear from Leo himself which trade it should be.",
        )
    )
    shared = said("F3-T1").circle_id
    common = {
        "family_id": arav.family_id,
        "young_person_id": arav.id,
        "circle_id": shared,
        "made_on": day("2019-06-20"),
    }
    session.add_all(
        [
            Statement(
                section="family",
                said_by_person_id=meena.id,
                text="We came here with two suitcases and my sister's address.",
                event="move",
                happened_on=date(day("2009-05-01").year, 1, 1),
                happened_known="year",
                **common,
            ),
            Statement(
                section="tried",
                said_by_worker_id=social.id,
                organisation_id=social.organisation_id,
                text="Walking home with a neighbour's son. It stopped when the neighbour moved.",
                event="tried",
                happened_on=day("2019-02-01"),
                happened_known="month",
                went="partly",
                **common,
            ),
        ]
    )
    _ask_kingsford(session, arav, social, day("2019-07-11"))
    session.flush()


def _check(of: Statement, by: Person | Worker, on: date) -> Check:
    return Check(
        family_id=of.family_id,
        circle_id=of.circle_id,
        section=of.section,
        statement_id=of.id,
        made_on=on,
        by_person_id=by.id if isinstance(by, Person) else None,
        by_worker_id=by.id if isinstance(by, Worker) else None,
        still_true=True,
    )


def _law(session: Session, beside: Statement, amina: Worker, began: date) -> None:
    """The child and family assessment as an entry on the one record, and youth justice's own, kept where it was."""
    common = {
        "family_id": beside.family_id,
        "circle_id": beside.circle_id,
        "young_person_id": beside.young_person_id,
        "made_on": began,
        "by_worker_id": amina.id,
    }
    session.add(
        Duty(
            section="family",
            what="section_17",
            law="Children Act 1989, section 17",
            began_on=began,
            working_days=45,
            due_on=after_working_days(began, 45),
            organisation_id=amina.organisation_id,
            **common,
        )
    )
    session.add(
        KeptElsewhere(
            section="harm",
            what="youth_justice",
            where_kept="The youth justice service keeps it under YJ 1187. Ask its manager.",
            **common,
        )
    )


def _ask_kingsford(session: Session, arav: Person, social: Worker, on: date) -> None:
    """The borough where his cousins live was asked, and has three days left."""
    link = session.scalars(select(Link).where(Link.source_ref == "F3-L2")).one()
    there = worker(session, "W-KIN-SW2")
    link.asked_on = on
    session.add(
        Enquiry(
            family_id=arav.family_id,
            circle_id=link.circle_id,
            young_person_id=arav.id,
            organisation_id=link.borough_id,
            link_ids=[link.id],
            to_worker_id=there.id,
            about=f"{arav.name}, {arav.date_of_birth:%-d.%-m.%Y}" if arav.date_of_birth else arav.name,
            text="Does anybody know the young people he meets at his cousins' on Fridays?",
            asked_on=on,
            asked_by_id=social.id,
            due_on=after_working_days(on, 5),
        )
    )
