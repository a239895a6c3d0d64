"""What was said, by whom, when, and what disagrees with what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Select

from portal.access.scope import Scope
from portal.assessments.models import SECTION_KIND, Statement
from portal.foundation import clock
from portal.foundation.database import Row, gather
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person


def statements(scope: Scope) -> Select[Any]:
    """The newest version of each statement made up to today, oldest first, with who said it and for which service."""
    worker, person, young_person = aliased(Worker), aliased(Person), aliased(Person)
    later = aliased(Statement)
    replaced = select(later.id).where(later.id == Statement.replaced_by_id, later.made_on <= clock.today()).exists()
    rows = (
        select(
            Statement.id, Statement.ref, Statement.section, Statement.made_on, Statement.text, Statement.circle_id,
            Statement.disagrees_with_id, Statement.version, Statement.young_person_id,
            young_person.name.label("young_person"),
            worker.name.label("worker"), worker.role.label("worker_role"),
            person.id.label("person_id"), person.name.label("person"), person.relation.label("relation"),
            Organisation.name.label("organisation"),
        )
        .join(young_person, young_person.id == Statement.young_person_id)
        .outerjoin(worker, worker.id == Statement.said_by_worker_id)
        .outerjoin(person, person.id == Statement.said_by_person_id)
        .outerjoin(Organisation, and_(Organisation.id == Statement.organisation_id, scope.where()))
        .where(scope.statements(Statement, SECTION_KIND), Statement.made_on <= clock.today(), ~replaced)
    )
    return rows.order_by(Statement.made_on, Statement.id)


def assessment(session: Session, scope: Scope) -> list[Row]:
    """Every statement for this viewer, texts readable."""
    rows = gather(session, said=statements(scope))["said"]
    for row in rows:
        row["text"] = scope.mask(row["text"])
        row["worker_role"] = row["worker_role"] and scope.mask(row["worker_role"])
    return rows
