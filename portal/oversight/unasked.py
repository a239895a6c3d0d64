"""What the assessments of a supervisor's families have not asked yet, from the review's own list (4.1.5).

The same lines as on each assessment's own page (coverage.queries.review_list), for all families in one question.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Text, all_, and_, case, cast, distinct, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.assessments.conditions import shown
from portal.assessments.models import SECTION_KIND, Statement
from portal.contexts.models import Enquiry, Link
from portal.coverage.queries import LISTED
from portal.foundation.database import AnyRows, Row, gather
from portal.involvement.conditions import Caseload, caseload
from portal.people.models import Family, Person

A_PAGE = 50


def _told(load: Caseload) -> Any:
    """For each young person: the sections somebody spoke to; are their own words, the family's, and events there?"""
    own = Statement.said_by_person_id == Statement.young_person_id
    return (
        select(
            Statement.young_person_id,
            func.array_agg(distinct(Statement.section)).label("sections"),
            func.bool_or(func.coalesce(own, False)).label("own_words"),
            func.bool_or(and_(Statement.said_by_person_id.is_not(None), ~func.coalesce(own, False))).label("family"),
            func.bool_or(Statement.happened_on.is_not(None)).label("events"),
        )
        .where(shown(load))
        .group_by(Statement.young_person_id)
        .subquery()
    )


def _links(load: Caseload) -> Any:
    """For each young person: how many links are known, and how many of them no borough was asked about."""
    lives_here = and_(Link.what == "home", Link.borough_id == func.home_borough(Link.family_id))
    asked = func.coalesce(Link.asked_on <= load.today, False)
    return (
        select(
            Link.young_person_id,
            func.count().label("known"),
            func.count().filter(~asked, ~lives_here).label("unasked"),
        )
        .where(load.clause(Link), func.coalesce(Link.since <= load.today, True))
        .group_by(Link.young_person_id)
        .subquery()
    )


def _late(load: Caseload) -> Any:
    """Young people about whom an answer from elsewhere is late."""
    waits = Enquiry.asked_on <= load.today, func.coalesce(Enquiry.answered_on > load.today, True)
    late = select(Enquiry.young_person_id).where(load.clause(Enquiry), *waits, Enquiry.due_on < load.today)
    return late.distinct().subquery()


def unasked(load: Caseload, beginning: int) -> AnyRows:
    """Each young person whose assessment has not asked everything, those about whom least was asked first. `missing`:
    the lines, as in coverage.queries.review_list. Only what is open to this supervisor is missed."""
    told, links, late = _told(load), _links(load), _late(load)
    kinds = {*SECTION_KIND.values(), "links"} - {"story"}
    young = (
        select(
            Person.id,
            Person.ref,
            Person.name,
            Person.family_id,
            *(Person.family_id.in_(load.opened(kind)).label(kind) for kind in sorted(kinds)),
        )
        .where(Person.relation == "young_person", Person.family_id.in_(load.opened("story")))
        .offset(0)  # so that what is open is asked once for each kind, and not again for each line below
        .subquery()
    )
    said: Any = func.coalesce(told.c.sections, cast(array([]), ARRAY(Text)))

    def silent(section: str) -> Any:
        kind, untold = SECTION_KIND[section], literal(section) != all_(said)
        return untold if kind == "story" else and_(young.c[kind], untold)

    lines: list[tuple[str, Any]] = [
        ("own_words", ~func.coalesce(told.c.own_words, False)),
        ("family_words", ~func.coalesce(told.c.family, False)),
        *((name, silent(name)) for name in LISTED),
        ("events", ~func.coalesce(told.c.events, False)),
        ("links", and_(young.c.links, links.c.known.is_(None))),
        ("boroughs", func.coalesce(links.c.unasked > 0, False)),
        ("answers", late.c.young_person_id.is_not(None)),
    ]
    missing = func.array_remove(array([case((open_, literal(name))) for name, open_ in lines]), None)
    each = (
        select(young.c.id, young.c.ref, young.c.name, young.c.family_id, missing.label("missing"))
        .select_from(young)
        .outerjoin(told, told.c.young_person_id == young.c.id)
        .outerjoin(links, links.c.young_person_id == young.c.id)
        .outerjoin(late, late.c.young_person_id == young.c.id)
        .subquery()
    )
    many = func.cardinality(each.c.missing, type_=Integer)
    first = (
        select(each, func.count().over().label("total"), many.label("many"))
        .where(many > 0)
        .order_by(many.desc(), each.c.id)
        .offset(beginning)
        .limit(A_PAGE)
        .subquery()
    )
    columns = (
        first.c.ref.label("young_ref"), first.c.name.label("young"), first.c.family_id, first.c.missing, first.c.total,
        Family.ref, Family.name.label("family"),
    )  # fmt: skip
    return select(*columns).join(Family, Family.id == first.c.family_id).order_by(first.c.many.desc(), first.c.id)


def page_of(session: Session, actor: Actor, beginning: int) -> list[Row]:
    """One page of `unasked`."""
    return gather(session, unasked=unasked(caseload(actor, settled=True), beginning))["unasked"]
