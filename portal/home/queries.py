"""Everything the first pages show, each in one question to the database: a family's home, a worker's day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    Date,
    Text,
    column,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import Answer, Question, answer
from portal.access.scope import Scope
from portal.appointments import queries as dates
from portal.assessments.models import Statement
from portal.availability.queries import bookable
from portal.foundation import clock
from portal.foundation.database import Row, gather
from portal.home.conditions import SOMETIMES, around
from portal.involvement import queries as network
from portal.involvement.conditions import WHY, caseload, why_opened
from portal.involvement.models import Involvement
from portal.offers import queries as offers
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person
from portal.plans import queries as plan
from portal.protections import queries as protected
from portal.questions import queries as asked_of
from portal.updates import queries as feed
from portal.updates.models import Update


def home(session: Session, scope: Scope, *, books: bool) -> Answer:
    """Who is responsible, what is next, what was promised, what is new: one round trip, or two where something is
    there that most people have none of. Not read yet. `books`: also with whom they can take a time themselves."""
    asked: dict[str, Question] = {"bookable": bookable} if books else {}
    sometimes: dict[str, Question] = {name: rows for name, (_, rows) in SOMETIMES.items()}
    if not scope.sees_where:  # the words to keep from them took a round trip already
        asked |= sometimes
    found = answer(
        session,
        scope,
        who=network.responsible,
        next=dates.for_home,
        promised=plan.promised,
        new=feed.for_home,
        around=around,
        **asked,
    )
    if scope.sees_where and found.first("around").some:
        found += answer(session, scope, **sometimes)
    return found


def home_rows(scope: Scope, answered: Answer) -> dict[str, list[Row]]:
    """What `home` answered, read, with what this viewer may not read left out."""
    found: dict[str, list[Row]] = {name: [] for name in ("bookable", *SOMETIMES)} | answered.rows()
    parts = {
        "next": dates,
        "promised": plan,
        "answers": asked_of,
        "offered": offers,
        "ending": protected,
        "who": network,
    }
    for name, part in parts.items():
        part.readable(scope, found[name])
    feed.told(scope, found["new"])
    return found


PAGE = 50  # families on one page of the list


def families(session: Session, actor: Actor, search: str = "", number: int = 1) -> tuple[list[Row], int]:
    """One page of the families this professional may open today, and how many there are: by name, with who is
    responsible, where they live, and why they are open."""
    best = why_opened(actor).subquery()
    found = select(Family.id, Family.ref, Family.name, best.c.why, func.count().over().label("total"))
    found = found.select_from(Family).join(best, best.c.family_id == Family.id)
    if search:
        named = select(Person.id).where(Person.family_id == Family.id, Person.name.icontains(search, autoescape=True))
        found = found.where(
            or_(
                Family.name.icontains(search, autoescape=True),
                Family.source_ref == search,
                Family.ref == search,
                named.exists(),
            )
        )
    shown = found.order_by(func.lower(Family.name), Family.id).limit(PAGE).offset((number - 1) * PAGE).subquery()
    who = (
        func.responsible(shown.c.id)
        .table_valued(column("worker_id", BigInteger), column("how", Text), column("since", Date))
        .lateral()
    )
    page = (
        select(shown, who.c.how, who.c.since, Worker.name.label("lead"), Organisation.name.label("home"))
        .select_from(shown)
        .join(who, true())
        .outerjoin(Worker, Worker.id == who.c.worker_id)
        .outerjoin(Organisation, Organisation.id == func.home_borough(shown.c.id))
        .order_by(func.lower(shown.c.name), shown.c.id)
    )
    rows = gather(session, families=page)["families"]
    for row in rows:
        row["why"] = WHY[row["why"]]
    return rows, rows[0]["total"] if rows else 0


def wrote(session: Session, actor: Actor) -> list[Row]:
    """What this worker wrote for families that are no longer open to them: when they were involved, the updates, the
    statements.

    Nothing else of the family: not who leads today, not even its name, which can have changed for its safety.
    """
    still = caseload(actor).opened("family")
    involved = (
        select(
            Involvement.family_id,
            func.min(Involvement.starts_on).label("first"),
            func.max(func.coalesce(Involvement.ends_on, clock.today())).label("last"),
        )
        .where(Involvement.worker_id == actor.worker_id, Involvement.starts_on <= clock.today())
        .group_by(Involvement.family_id)
    )
    later = aliased(Statement)
    said = select(Statement.family_id, Statement.made_on, Statement.section, Statement.text).where(
        Statement.said_by_worker_id == actor.worker_id,
        Statement.made_on <= clock.today(),
        # only their own newer words replace it: what others said since is no longer theirs to know of
        ~select(later.id)
        .where(
            later.id == Statement.replaced_by_id,
            later.made_on <= clock.today(),
            later.said_by_worker_id == actor.worker_id,
        )
        .exists(),
        Statement.family_id.not_in(still),
    )
    posted = select(Update.family_id, Update.posted_at, Update.text).where(
        Update.by_worker_id == actor.worker_id, Update.posted_at <= clock.now(), Update.family_id.not_in(still)
    )
    found = gather(
        session,
        involved=involved,
        said=said.order_by(Statement.made_on.desc(), Statement.id.desc()),
        posted=posted.order_by(Update.posted_at.desc(), Update.id.desc()),
    )
    when = {row["family_id"]: row for row in found["involved"]}
    families: dict[int, Row] = {}
    for part in ("said", "posted"):
        for row in found[part]:
            new = Row(when.get(row["family_id"], {"first": None, "last": None}), said=[], posted=[])
            families.setdefault(row["family_id"], new)[part].append(row)
    return sorted(families.values(), key=lambda family: family["last"] or date.min, reverse=True)
