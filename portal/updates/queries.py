"""Updates that a viewer may read, newest first, with who else reads each, who has, and what was written back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, case, exists, false, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.foundation.markdown import plain_text
from portal.involvement.conditions import Caseload, shown_to
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Worker
from portal.people.conditions import named_to
from portal.people.models import CircleMember, Family, Person
from portal.people.queries import own_scope
from portal.updates.conditions import may_know_read, may_read_reply
from portal.updates.models import Reply, Update, UpdateRead

PAGE = 30  # updates on one page
MOST = 50  # lines on a worker's day


def updates(scope: Scope, limit: int | None = None, skip: int = 0) -> AnyRows:
    """Updates posted up to now; of one that was put right only the latest version.

    `readers`: the names of the family members who read it, joined by `; `. `read_at`, `seen_at`: this family member's
    own marks; `read_by`: for professionals, the names of those who have read it. `here`: does the worker still work
    with the family, as far as the viewer knows? `away_until` and `cover` while they are away.
    """
    worker, cover = aliased(Worker), aliased(Worker)
    in_circle = (
        select(func.string_agg(Person.name, aggregate_order_by(literal_column("'; '"), Person.id)))
        .join(CircleMember, CircleMember.person_id == Person.id)
        .where(CircleMember.circle_id == Update.circle_id, Person.contact_limit != "no_contact", named_to(scope))
    )
    have_read = (
        select(func.string_agg(Person.name, aggregate_order_by(literal_column("'; '"), Person.id)))
        .join(UpdateRead, UpdateRead.person_id == Person.id)
        .where(
            UpdateRead.update_id == Update.id, UpdateRead.read_at.is_not(None), may_know_read(scope), named_to(scope)
        )
    )
    mark = aliased(UpdateRead)
    mine = (
        and_(mark.update_id == Update.id, mark.person_id == scope.person_id) if scope.person_id is not None else false()
    )
    works_here = exists().where(
        Involvement.family_id == Update.family_id,
        Involvement.worker_id == Update.by_worker_id,
        Involvement.accepted_on <= scope.today,
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= scope.today),
        shown_to(scope),
    )
    away = and_(worker.away_from <= scope.today, worker.away_until >= scope.today)
    later = aliased(Update)
    put_right = exists().where(
        later.corrects_id == func.coalesce(Update.corrects_id, Update.id),
        later.posted_at <= scope.now,
        or_(later.posted_at > Update.posted_at, and_(later.posted_at == Update.posted_at, later.id > Update.id)),
    )
    rows = (
        select(
            Update.id,
            Update.ref,
            Update.posted_at,
            Update.text,
            Update.circle_id,
            Update.corrects_id,
            func.coalesce(Update.corrects_id, Update.id).label("first_id"),
            Update.written_at,
            Update.by_worker_id,
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            case((away, worker.away_until)).label("away_until"),
            case((away, cover.name)).label("cover"),
            works_here.label("here"),
            in_circle.scalar_subquery().label("readers"),
            have_read.scalar_subquery().label("read_by"),
            mark.seen_at,
            mark.read_at,
        )
        .select_from(Update)
        .join(worker, worker.id == Update.by_worker_id)
        .outerjoin(cover, cover.id == worker.cover_id)
        .outerjoin(mark, mine)
        .where(scope.clause(Update), Update.posted_at <= scope.now, ~put_right)
        .order_by(Update.posted_at.desc(), Update.id.desc())
    )
    return rows.limit(limit).offset(skip) if limit else rows


def for_home(scope: Scope) -> AnyRows:
    """What home shows: what this family member has not had before them first, then the newest; two of them."""
    every = updates(scope).subquery("update")
    # only what it shows: what is not asked for (who else reads it, who has), PostgreSQL does not look up
    shown = (every.c[name] for name in ("id", "posted_at", "text", "circle_id", "worker", "seen_at", "read_at"))
    return select(*shown).order_by(every.c.seen_at.is_not(None), every.c.posted_at.desc(), every.c.id.desc()).limit(2)


def earlier(scope: Scope) -> AnyRows:
    """What updates that were put right said before, oldest first; `first_id` says which chain each belongs to."""
    later = aliased(Update)
    first = func.coalesce(Update.corrects_id, Update.id)
    chain = exists().where(later.corrects_id == first, later.posted_at <= scope.now)
    rows = select(Update.id, Update.text, Update.posted_at, first.label("first_id"))
    return rows.where(scope.clause(Update), Update.posted_at <= scope.now, chain).order_by(Update.posted_at, Update.id)


def replies(scope: Scope) -> AnyRows:
    """What was written back, oldest first; `update_id` says to which update."""
    worker = aliased(Worker)
    return (
        select(
            Reply.id,
            Reply.ref,
            Reply.update_id,
            Reply.circle_id,
            Reply.by_person_id,
            Reply.by_worker_id,
            Reply.to_worker_id,
            Reply.text,
            Reply.made_at,
            Reply.worker_seen_at,
            Person.name.label("person"),
            worker.name.label("worker"),
        )
        .select_from(Reply)
        .outerjoin(Person, and_(Person.id == Reply.by_person_id, named_to(scope)))
        .outerjoin(worker, worker.id == Reply.by_worker_id)
        .where(may_read_reply(scope), Reply.made_at <= scope.now)
        .order_by(Reply.made_at, Reply.id)
    )


def written_back(load: Caseload) -> AnyRows:
    """For a worker's day: replies to their updates, or to those of a colleague they cover for today, not read yet."""
    every = replies(load).subquery("reply")
    author = aliased(Worker)
    covered = and_(author.away_from <= load.today, author.away_until >= load.today, author.cover_id == load.worker_id)
    return (
        select(
            every.c.ref,
            every.c.text,
            every.c.made_at,
            every.c.person,
            Update.ref.label("update_ref"),
            Family.ref.label("family_ref"),
            Family.name.label("family"),
        )
        .select_from(every)
        .join(Update, Update.id == every.c.update_id)
        .join(Family, Family.id == Update.family_id)
        .join(author, author.id == Update.by_worker_id)
        .where(every.c.by_person_id.is_not(None), every.c.worker_seen_at.is_(None))
        .where(or_(author.id == load.worker_id, covered))
        .order_by(every.c.made_at, every.c.id)
        .limit(MOST)
    )


def to_write_to(load: Caseload) -> AnyRows:
    """The families this worker may write to, those who have waited longest first; `written_at`: when they last did."""
    mine = select(func.max(Update.posted_at)).where(
        Update.family_id == Family.id, Update.by_worker_id == load.worker_id, Update.posted_at <= load.now
    )
    last = mine.scalar_subquery()
    rows = select(Family.ref, Family.name, last.label("last_at")).where(Family.id.in_(load.opened("updates")))
    own = exists().where(
        Involvement.family_id == Family.id,
        Involvement.worker_id == load.worker_id,
        or_(Involvement.ends_on.is_(None), Involvement.ends_on >= load.today),
    )
    return rows.order_by(own.desc(), last.asc().nulls_first(), func.lower(Family.name), Family.id).limit(MOST)


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        row["text"] = scope.mask(row["text"])
        if row.get("worker_role"):
            row["worker_role"] = scope.mask(row["worker_role"])
    return rows


def told(scope: Scope, rows: list[Row]) -> list[Row]:
    """As `readable`, for a page that shows beginnings: the texts without their marks."""
    for row in readable(scope, rows):
        row["text"] = plain_text(row["text"])
    return rows


def under(rows: list[Row], key: str) -> dict[int, list[Row]]:
    """The rows under what each belongs to."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


@dataclass(frozen=True)
class OwnUpdate:
    """An update in the hands of a family member who reads it."""

    scope: Scope
    update: Update
    row: Row


def own_update(session: Session, actor: Actor, ref: str) -> OwnUpdate | None:
    """The update with this reference, if this family member may read it."""
    scope = own_scope(session, actor)
    if scope is None:
        return None
    this = Update.ref == ref, Update.posted_at <= clock.now()
    found = session.scalar(select(Update).where(*this, scope.clause(Update)))
    if found is None:
        return None
    every = updates(scope).subquery()
    first = found.corrects_id or found.id
    row = session.execute(select(every).where(every.c.first_id == first)).one()
    return OwnUpdate(scope, found, Row(row._mapping))


@dataclass(frozen=True)
class OpenUpdate:
    """An update of a family that a professional has open."""

    opened: OpenFamily
    update: Update

    @property
    def scope(self) -> Scope:
        return self.opened.scope

    @property
    def family_id(self) -> int:
        return self.opened.family_id


def open_update(session: Session, actor: Actor, ref: str, update: str) -> OpenUpdate | None:
    """The update with this reference in a family one may open, if one may read it."""
    if not (opened := open_family(session, actor, ref)):
        return None
    this = Update.ref == update, Update.family_id == opened.family_id, Update.posted_at <= clock.now()
    found = session.scalar(select(Update).where(*this, opened.scope.clause(Update)))
    return OpenUpdate(opened, found) if found else None


def people_of(scope: Scope, circle_id: int) -> AnyRows:
    """Who of the family is in this circle and may read at all."""
    return (
        select(Person.id, Person.ref, Person.name, Person.contact_limit)
        .join(CircleMember, CircleMember.person_id == Person.id)
        .where(CircleMember.circle_id == circle_id, Person.contact_limit != "no_contact", named_to(scope))
        .order_by(Person.id)
    )


def private_reply(session: Session, found: OpenUpdate, ref: str) -> Reply | None:
    """The reply with this reference that was for one worker alone, if this professional may read it."""
    this = Reply.ref == ref, Reply.update_id == found.update.id, Reply.to_worker_id.is_not(None)
    return session.scalar(select(Reply).where(*this, may_read_reply(found.scope)))
