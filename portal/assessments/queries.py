"""What was said, by whom, when, and what disagrees with what."""

from __future__ import annotations

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.assessments.models import SECTION_KIND, Link, Statement
from portal.audit.models import Look
from portal.foundation.database import AnyRows, Row, gather
from portal.organisations.models import Organisation, Worker
from portal.people.conditions import looks_shown_to
from portal.people.models import Person


def statements(scope: Scope) -> AnyRows:
    """The newest version of each statement made up to today, oldest first, with who said it and for which service."""
    worker, person, young_person = aliased(Worker), aliased(Person), aliased(Person)
    later = aliased(Statement)
    replaced = select(later.id).where(later.id == Statement.replaced_by_id, later.made_on <= scope.today).exists()
    rows = (
        select(
            Statement.id,
            Statement.ref,
            Statement.section,
            Statement.made_on,
            Statement.text,
            Statement.circle_id,
            Statement.disagrees_with_id,
            Statement.version,
            Statement.young_person_id,
            young_person.name.label("young_person"),
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            person.id.label("person_id"),
            person.name.label("person"),
            person.relation.label("relation"),
            Organisation.name.label("organisation"),
        )
        .join(young_person, young_person.id == Statement.young_person_id)
        .outerjoin(worker, worker.id == Statement.said_by_worker_id)
        .outerjoin(person, person.id == Statement.said_by_person_id)
        .outerjoin(Organisation, and_(Organisation.id == Statement.organisation_id, scope.where()))
        .where(scope.statements(Statement, SECTION_KIND), Statement.made_on <= scope.today, ~replaced)
    )
    return rows.order_by(Statement.made_on, Statement.id)


def chapters(rows: list[Row]) -> list[tuple[str, list[tuple[str, list[Row]]]]]:
    """Statements by young person and section, in the order of the sections; each with those that see it differently.

    A disagreement stands beside what it disagrees with, when the viewer may see that; otherwise by itself.
    """
    seen = {row["id"]: row for row in rows}
    people: dict[tuple[int, str], dict[str, list[Row]]] = {}
    for row in rows:
        row["disagreed"] = []
    for row in rows:
        root = row
        while root["disagrees_with_id"] in seen and root["disagrees_with_id"] != row["id"]:
            root = seen[root["disagrees_with_id"]]
        if root is not row:
            root["disagreed"].append(row)
    for row in rows:
        if row["disagrees_with_id"] in seen:
            continue  # stands beside what it answers
        sections = people.setdefault((row["young_person_id"], row["young_person"]), {})
        sections.setdefault(row["section"], []).append(row)
    order = list(SECTION_KIND)
    return [
        (name, sorted(sections.items(), key=lambda section: order.index(section[0])))
        for (_, name), sections in people.items()
    ]


def readers(session: Session, scope: Scope) -> list[Row]:
    """Professionals who have read the assessment, and when last, so that nobody has to say it again."""
    rows = (
        select(Worker.name, func.max(Look.at).label("at"))
        .join(Worker, Worker.id == Look.worker_id)
        .where(looks_shown_to(scope), Look.what == "assessment")
        .group_by(Worker.id, Worker.name)
        .order_by(func.max(Look.at).desc())
        .limit(5)
    )
    return gather(session, readers=rows)["readers"]


def assessment(session: Session, scope: Scope) -> list[Row]:
    """Every statement for this viewer, texts readable."""
    rows = ask(session, scope, said=statements)["said"]
    for row in rows:
        row["text"] = scope.mask(row["text"])
        row["worker_role"] = row["worker_role"] and scope.mask(row["worker_role"])
    return rows


def links(scope: Scope) -> AnyRows:
    """A young person's schools, places and friends in each borough up to today, and whether that borough was asked."""
    young_person = aliased(Person)
    asked = case((Link.asked_on <= scope.today, Link.asked_on))
    return (
        select(
            Link.id,
            Link.ref,
            Link.what,
            Link.since,
            case((Link.until <= scope.today, Link.until)).label("until"),
            asked.label("asked_on"),
            case((Link.answered_on <= scope.today, Link.answered_on)).label("answered_on"),
            Link.note,
            Organisation.name.label("borough"),
            young_person.name.label("young_person"),
            # where they live now, their own services know already
            and_(Link.what == "home", Link.borough_id == func.home_borough(Link.family_id)).label("lives_here"),
        )
        .join(Organisation, Organisation.id == Link.borough_id)
        .join(young_person, young_person.id == Link.young_person_id)
        .where(scope.clause(Link), or_(Link.since.is_(None), Link.since <= scope.today))
        .order_by(Organisation.name, Link.since.nulls_first(), Link.id)
    )


def gaps(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """(borough, links) that nobody has asked that borough about (M15)."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["asked_on"] is None and not row["lives_here"]:
            found.setdefault(row["borough"], []).append(row)
    return list(found.items())


def at_work(session: Session, scope: Scope) -> tuple[list[Row], list[Row]]:
    """Every statement and every link that this professional may read."""
    found = ask(session, scope, said=statements, links=links)
    return found["said"], found["links"]
