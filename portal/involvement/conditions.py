"""What opens a family to a professional today (Python's lock, written apart from the database's policies), and how
each involvement stands: running, joining, gone, changed too often."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql import CompoundSelect

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import AnyRows, Row
from portal.involvement.models import FunctionSees, Involvement, UrgentAccess
from portal.organisations.models import Organisation, Worker
from portal.organisations.queries import managed_by
from portal.people.conditions import chose_police
from portal.people.models import Family, Supporter

HALF_A_YEAR = 183  # days

WHY = ("involved", "cover", "accountable", "manager", "duty", "break_glass")


def what_opens(actor: Actor, family_id: Any) -> list[AnyRows]:
    """Everything that opens something of this family today, as rows (kind, why, reason, ends_at).

    `family_id`: its key, or for a select around this one (lateral) the column that names it.
    """
    nothing_said = (null().cast(Text).label("reason"), null().cast(DateTime(timezone=True)).label("ends_at"))
    parts = [
        rows.where(Involvement.family_id == family_id).with_only_columns(
            FunctionSees.kind, literal(why).label("why"), *nothing_said
        )
        for why, rows in ways_in(actor).items()
    ]
    if actor.is_manager:
        who = func.responsible(family_id).table_valued("worker_id", "how")
        answers = exists().where(who.c.worker_id == actor.worker_id, who.c.how.in_(("accountable", "new")))
        parts.append(select(FunctionSees.kind, literal("accountable"), *nothing_said).where(answers))
    urgent = (
        running_urgently(actor)
        .where(UrgentAccess.family_id == family_id)
        .order_by(UrgentAccess.ends_at.desc())
        .limit(1)
        .correlate(Family)
        .lateral()
    )
    parts.append(select(FunctionSees.kind, urgent.c.why, urgent.c.reason, urgent.c.ends_at).join(urgent, true()))
    return parts


def ways_in(actor: Actor, today: date | None = None) -> dict[str, AnyRows]:
    """Involvements that open something today, with the kinds they open: one's own, one being covered, or one of a
    worker whose manager one is."""
    me, today = actor.worker_id, clock.today() if today is None else today
    opened = (
        select(Involvement.family_id, FunctionSees.kind)
        .join(FunctionSees, FunctionSees.function == Involvement.function)
        .join(Worker, Worker.id == Involvement.worker_id)
        .where(
            # from the day they said yes, to their last day
            Involvement.accepted_on <= today,
            or_(Involvement.ends_on.is_(None), Involvement.ends_on >= today),
        )
    )
    ways = {
        "involved": opened.where(Involvement.worker_id == me),
        "cover": opened.where(Worker.cover_id == me, Worker.away_from <= today, Worker.away_until >= today),
    }
    if actor.is_manager:
        theirs = aliased(Organisation)
        ways["manager"] = opened.join(theirs, theirs.id == Worker.organisation_id).where(managed_by(actor, theirs))
    return ways


def running_urgently(actor: Actor, now: datetime | None = None) -> AnyRows:
    """Access that this worker opened for themselves, while its time runs, by the real clock."""
    return select(UrgentAccess).where(
        UrgentAccess.worker_id == actor.worker_id,
        UrgentAccess.ends_at > (real_now() if now is None else func.clock_timestamp()),
        UrgentAccess.began_at <= (clock.now() if now is None else now),
        # a try that matched nobody has no family, and one null would make every `not in` say nothing
        UrgentAccess.family_id.is_not(None),
    )


def families_opened(
    actor: Actor, kind: str, *, settled: bool = False, today: date | None = None, now: datetime | None = None
) -> CompoundSelect[Any]:
    """The families of which this professional may open this kind of record today (Python's lock, for lists).

    `settled`: without those open for a short time on duty or in an emergency. `today`, `now`: of a query that is kept.
    """
    parts = [
        rows.where(FunctionSees.kind == kind).with_only_columns(Involvement.family_id)
        for rows in ways_in(actor, today).values()
    ]
    if actor.is_manager:
        parts.append(select(func.unnest(func.families_i_answer_for())))
    if not settled:
        parts.append(running_urgently(actor, now).with_only_columns(UrgentAccess.family_id))
    return union(*parts)


def why_opened(actor: Actor) -> AnyRows:
    """The families this professional may open today, each with the place in WHY of the first reason that opens it."""
    rank = {why: place for place, why in enumerate(WHY)}
    ways: list[AnyRows] = [
        rows.where(FunctionSees.kind == "family").with_only_columns(
            Involvement.family_id, literal(rank[why]).label("why")
        )
        for why, rows in ways_in(actor).items()
    ]
    if actor.is_manager:
        ways.append(select(func.unnest(func.families_i_answer_for()), literal(rank["accountable"])))
    ways.extend(
        running_urgently(actor)
        .where(UrgentAccess.why == why)
        .with_only_columns(UrgentAccess.family_id, literal(rank[why]))
        for why in ("duty", "break_glass")
    )
    every = union_all(*ways).subquery()
    return select(every.c.family_id, func.min(every.c.why).label("why")).group_by(every.c.family_id)


@dataclass(frozen=True)
class Caseload(Scope):
    """A professional's sight of all their families at once, for lists that cross families (my day, oversight)."""

    family_id: int = 0
    actor: Actor | None = None
    settled: bool = False

    def opened(self, kind: str) -> CompoundSelect[Any]:
        """The families of which this kind of record is open to them today."""
        if self.actor is None:
            raise LookupError("a caseload belongs to somebody")
        return families_opened(self.actor, kind, settled=self.settled, today=self.today, now=self.now)

    @property
    def shape(self) -> tuple[Any, ...]:
        """As for any scope; and whether it is a manager's, since managers open more."""
        return (*super().shape, "caseload", self.settled, self.actor is not None and self.actor.is_manager)

    def as_symbol(self) -> Caseload:
        """A caseload of the same shape, whose worker and organisation are filled in when the query runs."""
        symbol = cast("Caseload", super().as_symbol())
        if self.actor is None:
            return symbol
        place = bindparam("scope_organisation", None, required=False, type_=BigInteger)
        me: Any = symbol.worker_id
        # not `replace`: what a request calls its current user only stands for an actor
        known = {each.name: getattr(self.actor, each.name) for each in fields(Actor)}
        return replace(symbol, actor=Actor(**known | {"worker_id": me, "organisation_id": cast("int", place)}))

    def values(self) -> dict[str, Any]:
        """What `as_symbol` left open."""
        return super().values() | {"scope_organisation": self.actor.organisation_id if self.actor else None}

    def clause(self, model: Any, kind: str | None = None) -> ColumnElement[bool]:
        """The rows of this model, of whichever family, that the professional may see."""
        return model.family_id.in_(self.opened(kind or model.kind))

    def statements(self, model: Any, section_kind: dict[str, str]) -> ColumnElement[bool]:
        """As `clause`, for statements, whose kind depends on their section."""
        sections: dict[str, list[str]] = {}
        for section, kind in section_kind.items():
            sections.setdefault(kind, []).append(section)
        return or_(*(and_(model.section.in_(these), self.clause(model, kind)) for kind, these in sections.items()))


def caseload(actor: Actor, *, settled: bool = False) -> Caseload:
    """All of a professional's families at once; `settled`: without those open for a short time."""
    return Caseload(worker_id=actor.worker_id, actor=actor, settled=settled)


def shown_to(scope: Scope, part: Any = Involvement) -> ColumnElement[bool]:
    """The involvements that this viewer may know of.

    A family hears of somebody who joins once they have said yes, and of the police when they chose to. Somebody with
    `no_address` sees who leads and nobody else: the others would tell where the family is. A supporter sees everybody
    only when the family chose so. What is dated after today does not exist yet: not even that somebody will come.
    """
    today = scope.today
    if scope.is_professional:
        known = or_(part.accepted_on.is_(None), part.accepted_on <= today, part.starts_on <= today)
        return and_(scope.clause(part, "family"), known)
    shown = and_(
        part.family_id == scope.family_id,
        part.accepted_on <= today,
        or_(part.function != "police_liaison", chose_police(scope)),
    )
    leads = and_(part.is_lead, part.starts_on <= today, or_(part.ends_on.is_(None), part.ends_on >= today))
    if not scope.sees_where:
        return and_(shown, leads)
    if scope.supporter:
        everybody = select(Supporter.person_id).where(
            Supporter.person_id == scope.person_id, Supporter.sees_network, Supporter.ended_at.is_(None)
        )
        return and_(shown, or_(leads, everybody.exists()))
    return shown


def is_now(row: Row) -> bool:
    """Does this involvement run today?"""
    today = clock.today()
    return row["starts_on"] <= today and (row["ends_on"] is None or row["ends_on"] >= today)


def unanswered(involved: list[Row]) -> tuple[list[Row], list[Row]]:
    """Those who were asked and have not answered, and everybody else."""
    asked = [
        row
        for row in involved
        if row["accepted_on"] is None
        and row["declined_on"] is None
        and (row["ends_on"] is None or row["ends_on"] >= clock.today())
    ]
    return asked, [row for row in involved if row["accepted_on"] is not None]


def helping_now(involved: list[Row], who: Row) -> list[Row]:
    """Who is involved today besides the one who leads, longest first."""
    rest = [row for row in involved if is_now(row) and not (row["is_lead"] and row["worker_id"] == who["worker_id"])]
    return sorted(rest, key=lambda row: row["starts_on"])


def joining(involved: list[Row]) -> list[Row]:
    """Who begins on a later day, soonest first."""
    return sorted((row for row in involved if row["starts_on"] > clock.today()), key=lambda row: row["starts_on"])


def came_before(involved: list[Row]) -> list[Row]:
    """Who was involved and is gone, the latest first."""
    gone = [row for row in involved if row["ends_on"] is not None and row["ends_on"] < clock.today()]
    return sorted(gone, key=lambda row: row["ends_on"], reverse=True)


@dataclass(frozen=True)
class Changes:
    """How often the worker in one function changed, each time handed from one to the next."""

    function: str
    workers: int
    days: tuple[date, ...]
    """The first day of each new worker."""

    @property
    def often(self) -> bool:
        """Two changes within six months (M3): too many, and the manager hears of it."""
        return any((later - earlier).days <= HALF_A_YEAR for earlier, later in pairwise(self.days))


def changes(involved: list[Row], until: date | None = None) -> list[Changes]:
    """For each function in which the worker changed: who came after whom, up to today, or up to `until`.

    A change is a new worker in the function within a half year of the last one's end, or beside them: the same
    work, another face (review 3.7.15: four workers in nine months).
    """
    found = []
    begun = [row for row in involved if row["starts_on"] <= (until or clock.today())]
    for function in dict.fromkeys(row["function"] for row in reversed(begun)):
        line = sorted((row for row in begun if row["function"] == function), key=lambda row: row["starts_on"])
        days = tuple(
            after["starts_on"]
            for before, after in pairwise(line)
            if after["worker_id"] != before["worker_id"]
            and before["ends_on"] is not None
            and (after["starts_on"] - before["ends_on"]).days <= HALF_A_YEAR
        )
        if days:
            found.append(Changes(function, len({row["worker_id"] for row in line}), days))
    return found


@dataclass(frozen=True)
class Gap:
    """Days on which nobody held a function, between one worker and the next."""

    function: str
    first: date
    last: date


def gaps(involved: list[Row]) -> list[Gap]:
    """The gaps between two workers of one function, up to today; each is explained to the family (M3).

    Help that ended by a decision, and help that began again after half a year, leave no gap.
    """
    found = []
    begun = [row for row in involved if row["accepted_on"] and row["starts_on"] <= clock.today()]
    for function in dict.fromkeys(row["function"] for row in reversed(begun)):
        line = sorted((row for row in begun if row["function"] == function), key=lambda row: row["starts_on"])
        held, closed = None, False
        for row in line:
            if held and not closed and 1 < (row["starts_on"] - held).days <= HALF_A_YEAR:
                found.append(Gap(function, held + timedelta(days=1), row["starts_on"] - timedelta(days=1)))
            last = row["ends_on"] or date.max
            if held is None or last > held:
                held, closed = last, row["closes"]
    return found
