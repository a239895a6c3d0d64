"""Links in every borough, who was asked about them, what came back, and what nobody has asked yet (M15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.contexts.models import Enquiry, Link
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.foundation.working_days import working_days_between
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person
from portal.people.queries import own_scope


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
            Link.circle_id,
            Link.borough_id,
            Link.young_person_id,
            Organisation.name.label("borough"),
            Organisation.ref.label("borough_ref"),
            young_person.name.label("young_person"),
            young_person.ref.label("young_person_ref"),
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


def questions(scope: Scope) -> AnyRows:
    """What boroughs and schools were asked, newest first, with what came back by today."""
    asker, to, answerer, young_person = aliased(Worker), aliased(Worker), aliased(Worker), aliased(Person)
    came = Enquiry.answered_on <= scope.today
    return (
        select(
            Enquiry.id,
            Enquiry.ref,
            Enquiry.text,
            Enquiry.asked_on,
            Enquiry.due_on,
            Enquiry.circle_id,
            Enquiry.link_ids,
            Enquiry.to_name,
            case((came, Enquiry.answered_on)).label("answered_on"),
            case((came, Enquiry.answer), else_=None).label("answer"),
            Organisation.name.label("organisation"),
            asker.name.label("asker"),
            to.name.label("to"),
            answerer.name.label("answerer"),
            young_person.name.label("young_person"),
        )
        .join(Organisation, Organisation.id == Enquiry.organisation_id)
        .join(young_person, young_person.id == Enquiry.young_person_id)
        .join(asker, asker.id == Enquiry.asked_by_id)
        .outerjoin(to, to.id == Enquiry.to_worker_id)
        .outerjoin(answerer, and_(answerer.id == Enquiry.answered_by_id, came))
        .where(scope.clause(Enquiry), Enquiry.asked_on <= scope.today)
        .order_by(Enquiry.asked_on.desc(), Enquiry.id.desc())
        .limit(100)
    )


@dataclass(frozen=True)
class Whose:
    """A young person whose links a viewer may write down."""

    scope: Scope
    young: Person
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id


def base_of(opened: OpenFamily | None) -> str:
    """The address of the assessment: one's own, or a family's at work."""
    return f"/work/families/{opened.family.ref}/assessment" if opened else "/assessment"


def whose(session: Session, actor: Actor, young: str, ref: str | None = None) -> Whose | None:
    """The young person with this reference; `ref` is the family's, for professionals."""
    opened = open_family(session, actor, ref) if ref else None
    scope = opened.scope if opened else None if ref else own_scope(session, actor)
    if scope is None:
        return None
    mine = Person.family_id == scope.family_id, Person.relation == "young_person"
    person = session.scalar(select(Person).where(Person.ref == young, *mine))
    return Whose(scope, person, opened) if person else None


def with_clock(rows: list[Row]) -> list[Row]:
    """Each question with `left`: working days until its answer is due, below zero when late; None once answered."""
    for row in rows:
        row["left"] = None if row["answered_on"] else working_days_between(clock.today(), row["due_on"])
    return rows


@dataclass(frozen=True)
class OpenEnquiry:
    """One question in a family that a professional has open."""

    opened: OpenFamily
    enquiry: Enquiry

    @property
    def family_id(self) -> int:
        return self.opened.family_id

    @property
    def scope(self) -> Scope:
        return self.opened.scope


def open_enquiry(session: Session, actor: Actor, ref: str, enquiry: str) -> OpenEnquiry | None:
    """The question with this reference, asked about a family this professional may open."""
    if not (opened := open_family(session, actor, ref)):
        return None
    row = session.scalar(select(Enquiry).where(Enquiry.ref == enquiry, Enquiry.family_id == opened.family_id))
    return OpenEnquiry(opened, row) if row else None


def asked_of_me(session: Session, actor: Actor, ref: str) -> Enquiry | None:
    """A question to this worker, whether or not they may open the family."""
    return session.scalar(
        select(Enquiry).where(
            Enquiry.ref == ref, Enquiry.to_worker_id == actor.worker_id, Enquiry.asked_on <= clock.today()
        )
    )


def whom_to_ask(scope: Scope) -> AnyRows:
    """The boroughs and schools that could know something: of each link's borough, the borough and its schools, with
    whoever is senior there."""
    senior = aliased(Worker)
    boroughs = select(Link.borough_id).where(scope.clause(Link))
    return (
        select(
            Organisation.id,
            Organisation.ref,
            Organisation.name,
            Organisation.kind,
            Organisation.borough_id,
            senior.id.label("senior_id"),
            senior.name.label("senior"),
            senior.role.label("senior_role"),
        )
        .outerjoin(senior, senior.id == func.senior_of(Organisation.id))
        .where(
            or_(
                Organisation.id.in_(boroughs),
                and_(Organisation.borough_id.in_(boroughs), Organisation.kind == "school"),
            )
        )
        .order_by(Organisation.kind != "borough", Organisation.name)
    )


@dataclass(frozen=True)
class Bar:
    """One link in the picture: where it stands, in parts of the picture's width and height."""

    link: Row
    x: int
    width: int
    y: int
    gap: bool


@dataclass(frozen=True)
class Lane:
    """One borough in the picture, with its bars."""

    borough: str
    y: int
    height: int
    bars: list[Bar]


@dataclass(frozen=True)
class Picture:
    """Where a young person's life is, drawn to scale of time: a lane for each borough."""

    width: int
    height: int
    lanes: list[Lane]
    years: list[tuple[int, int]]
    """(year, x) of each line."""
    today_x: int


WIDTH, TOP, NAME, ROW, BETWEEN = 340, 8, 24, 30, 14


def picture(rows: list[Row], today: date) -> Picture | None:
    """The links of one young person over time. A link whose beginning nobody knows begins at the left edge."""
    if not rows:
        return None
    known = [row["since"] for row in rows if row["since"]] or [date(today.year - 1, 1, 1)]
    first = min(min(known), date(today.year - 1, today.month, 1))
    days = max((today - first).days, 1)

    def across(day: date) -> int:
        return round((WIDTH - 8) * (day - first).days / days)

    lanes: list[Lane] = []
    y = TOP
    boroughs: dict[str, list[Row]] = {}
    for row in rows:
        boroughs.setdefault(row["borough"], []).append(row)
    for name, its in boroughs.items():
        bars = []
        for place, row in enumerate(its):
            x = across(row["since"] or first)
            end = across(row["until"] or today)
            gap = row["asked_on"] is None and not row["lives_here"]
            bars.append(Bar(row, x, max(end - x, 10), y + NAME + place * ROW, gap))
        height = NAME + len(its) * ROW
        lanes.append(Lane(name, y, height, bars))
        y += height + BETWEEN
    step = max(1, (today.year - first.year) // 5)
    years = [(year, across(date(year, 1, 1))) for year in range(first.year + 1, today.year + 1, step)]
    return Picture(WIDTH, y + 20, lanes, years, across(today))


def pictures(rows: list[Row], today: date) -> dict[int, Picture]:
    """The picture of each young person who has any link."""
    people: dict[int, list[Row]] = {}
    for row in rows:
        people.setdefault(row["young_person_id"], []).append(row)
    return {young: drawn for young, its in people.items() if (drawn := picture(its, today))}
