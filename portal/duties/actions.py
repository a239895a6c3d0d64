"""Writing down what the law asks for and how it ended, what is kept elsewhere, and why something is asked again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.duties.models import AskedAgain, Duty, KeptElsewhere
from portal.foundation import clock
from portal.foundation.working_days import after_working_days
from portal.organisations.models import Worker
from portal.people.actions import circle_of
from portal.people.models import Person

SECTION = {
    "section_47": "harm",
    "referral_order_report": "harm",
    "referral_order_review": "harm",
    "ehcp_review": "school",
    "youth_justice": "harm",
    "ehcp": "school",
    "health": "health",
}
"""Where an entry stands, and so whose function opens it; everything else stands with the family."""
USUAL = {"section_17": 45, "section_47": 15, "first_conference": 15, "core_group": 10, "looked_after_review": 20}
"""Working days that statutory guidance gives (Working Together 2018; Care Planning Regulations 2010)."""
LAW = {
    "section_17": "Children Act 1989, section 17",
    "section_47": "Children Act 1989, section 47",
    "first_conference": "Working Together 2018",
    "review_conference": "Working Together 2018",
    "core_group": "Working Together 2018",
    "looked_after_review": "Care Planning Regulations 2010",
    "referral_order_report": "Sentencing Act 2020, Part 6",
    "referral_order_review": "Sentencing Act 2020, Part 6",
    "ehcp_review": "Children and Families Act 2014, section 44",
    "homelessness": "Housing Act 1996, Part 7",
}


def section_of(what: str) -> str:
    """The section in which a duty or a record kept elsewhere stands."""
    return SECTION.get(what, "family")


@dataclass(frozen=True)
class NewDuty:
    """What the law asks for, as a worker writes it down."""

    what: str
    law: str | None
    began_on: date
    working_days: int | None
    due_on: date | None
    people_ids: Collection[int]
    ref: str


def begin(session: Session, scope: Scope, young: Person, new: NewDuty) -> None:
    """Write an entry down, with its last day. The same form twice is one entry. Raises NotReaders."""
    if session.scalar(select(Duty.id).where(Duty.ref == new.ref)) is not None:
        return
    days = new.working_days if new.working_days or new.due_on else USUAL.get(new.what)
    session.add(
        Duty(
            ref=new.ref,
            family_id=scope.family_id,
            circle_id=circle_of(session, scope.family_id, new.people_ids),
            section=section_of(new.what),
            young_person_id=young.id,
            what=new.what,
            law=new.law or LAW.get(new.what),
            began_on=new.began_on,
            working_days=days,
            due_on=new.due_on or (after_working_days(new.began_on, days) if days else None),
            made_on=clock.today(),
            by_worker_id=scope.worker_id,
            organisation_id=select(Worker.organisation_id).where(Worker.id == scope.worker_id).scalar_subquery(),
        )
    )
    session.flush()


def finish(session: Session, duty: Duty, ended_on: date, outcome: str) -> bool:
    """Write how it ended. False when that stands there already."""
    done = session.execute(
        update(Duty).where(Duty.id == duty.id, Duty.ended_on.is_(None)).values(ended_on=ended_on, outcome=outcome),
        execution_options={"synchronize_session": False},
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # a cursor's result


def say_kept_elsewhere(
    session: Session, scope: Scope, young: Person, what: str, where_kept: str, people_ids: Collection[int], ref: str
) -> None:
    """Say where another system keeps an assessment. The same form twice is one. Raises NotReaders."""
    if session.scalar(select(KeptElsewhere.id).where(KeptElsewhere.ref == ref)) is not None:
        return
    session.add(
        KeptElsewhere(
            ref=ref,
            family_id=scope.family_id,
            circle_id=circle_of(session, scope.family_id, people_ids),
            section=section_of(what),
            young_person_id=young.id,
            what=what,
            made_on=clock.today(),
            by_worker_id=scope.worker_id,
            where_kept=where_kept,
        )
    )
    session.flush()


def ask_again(
    session: Session, scope: Scope, young: Person, section: str, reason: str, people_ids: Collection[int], ref: str
) -> None:
    """Ask again what was told before: the reason stands where the family reads it. Raises NotReaders."""
    if session.scalar(select(AskedAgain.id).where(AskedAgain.ref == ref)) is not None:
        return
    session.add(
        AskedAgain(
            ref=ref,
            family_id=scope.family_id,
            circle_id=circle_of(session, scope.family_id, people_ids),
            section=section,
            young_person_id=young.id,
            made_on=clock.today(),
            by_worker_id=scope.worker_id,
            reason=reason,
        )
    )
    session.flush()
