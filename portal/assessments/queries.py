"""What was said, by whom, when, what disagrees with what, and what is still true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Text, and_, case, func, select, true
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.scope import Scope, given
from portal.assessments.conditions import shown, stands_beside, voice
from portal.assessments.models import SECTION_KIND, SECTIONS, Chapter, Check, Draft, Removal, Statement, Visit
from portal.audit.models import Look
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person
from portal.people.queries import own_scope

MOST = 2  # statements of each voice in each section, on the page that holds all of them
ANSWERS = 3  # that stand beside one statement there
A_PAGE = 20
ONE_VISIT = timedelta(minutes=30)  # whoever comes back sooner is still reading


def statements(scope: Scope) -> AnyRows:
    """The newest version of each statement made up to today, oldest first, with who said it and for which service."""
    return said_rows(scope).where(shown(scope)).order_by(Statement.made_on, Statement.id)


def said_rows(scope: Scope) -> AnyRows:
    """Everything that is said beside a statement, whichever version of it."""
    worker, person, young_person, remover = aliased(Worker), aliased(Person), aliased(Person), aliased(Worker)
    return (
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
            Statement.said_by_worker_id.label("worker_id"),
            Statement.language,
            Statement.event,
            Statement.happened_on,
            Statement.happened_known,
            Statement.went,
            Statement.written_at,
            young_person.name.label("young_person"),
            young_person.ref.label("young_person_ref"),
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            person.id.label("person_id"),
            person.name.label("person"),
            person.relation.label("relation"),
            voice().label("voice"),
            Organisation.name.label("organisation"),
            Removal.made_on.label("removed_on"),
            Removal.because.label("removed_because"),
            Removal.note.label("removed_note"),
            remover.name.label("removed_by"),
        )
        .join(young_person, young_person.id == Statement.young_person_id)
        .outerjoin(worker, worker.id == Statement.said_by_worker_id)
        .outerjoin(person, person.id == Statement.said_by_person_id)
        .outerjoin(Organisation, and_(Organisation.id == Statement.organisation_id, scope.where()))
        .outerjoin(Removal, Removal.statement_id == Statement.id)
        .outerjoin(remover, remover.id == Removal.by_worker_id)
    )


def with_answers(scope: Scope, roots: Any, answers: int) -> AnyRows:
    """These statements (a select with `id`) and what sees them differently, each row with its `root`, how many there
    are with it (`together`), how many in its section and voice (`in_voice`), and whether it is still true."""
    tree = select(roots.c.id, roots.c.id.label("root"), roots.c.in_voice).cte("tree", recursive=True)
    answer = aliased(Statement)
    # union, not union all: a ring of answers would go round for ever
    tree = tree.union(
        select(answer.id, tree.c.root, tree.c.in_voice)
        .join(tree, answer.disagrees_with_id == tree.c.id)
        .where(shown(scope, answer))
    )
    numbered = select(
        tree.c.id,
        tree.c.root,
        tree.c.in_voice,
        func.row_number()
        .over(partition_by=tree.c.root, order_by=((tree.c.id == tree.c.root).desc(), tree.c.id))
        .label("place"),
        func.count().over(partition_by=tree.c.root).label("together"),
    ).subquery()
    worker, person = aliased(Worker), aliased(Person)
    latest = (
        select(
            Check.made_on.label("on"),
            Check.still_true,
            func.coalesce(person.name, worker.name).label("by"),
        )
        .outerjoin(person, person.id == Check.by_person_id)
        .outerjoin(worker, worker.id == Check.by_worker_id)
        .where(Check.statement_id == Statement.id, scope.statements(Check, SECTION_KIND), Check.made_on <= scope.today)
        .order_by(Check.made_on.desc(), Check.id.desc())
        .limit(1)
        .lateral()
    )
    return (
        said_rows(scope)
        .add_columns(
            numbered.c.root,
            numbered.c.together,
            numbered.c.in_voice,
            latest.c.on.label("checked_on"),
            latest.c.still_true,
            latest.c.by.label("checked_by"),
        )
        .join(numbered, numbered.c.id == Statement.id)
        .outerjoin(latest, true())
        .where(numbered.c.place <= 1 + answers)
        .order_by(Statement.made_on.desc(), Statement.id.desc())
    )


def folded(scope: Scope) -> AnyRows:
    """The newest statements of each voice in each section with what stands beside them: light at any number."""
    parts = (Statement.young_person_id, Statement.section, voice())
    ranked = (
        select(
            Statement.id,
            func.row_number()
            .over(partition_by=parts, order_by=(Statement.made_on.desc(), Statement.id.desc()))
            .label("place"),
            func.count().over(partition_by=parts).label("in_voice"),
        )
        .where(shown(scope), ~stands_beside(scope))
        .subquery()
    )
    return with_answers(scope, select(ranked).where(ranked.c.place <= MOST).subquery(), ANSWERS)


def section(scope: Scope) -> AnyRows:
    """One section in full, newest first, a page of it at a time (`looking_at` young, section, skip)."""
    of_section = (
        select(Statement.id, func.count().over().label("in_voice"))
        .where(
            shown(scope),
            ~stands_beside(scope),
            Statement.young_person_id == given("young"),
            Statement.section == given("section", Text),
        )
        .order_by(Statement.made_on.desc(), Statement.id.desc())
        .limit(A_PAGE)
        .offset(given("skip"))
        .subquery()
    )
    return with_answers(scope, of_section, ANSWERS)


def events(scope: Scope) -> AnyRows:
    """What happened to the family and what has been tried, in the order in which it happened (M16)."""
    rows = said_rows(scope).where(shown(scope), Statement.happened_on.is_not(None))
    return rows.order_by(Statement.happened_on, Statement.id).limit(200)


def told(scope: Scope) -> AnyRows:
    """Which sections each voice has spoken to, how often and when last: what need not be asked again, and the gaps."""
    each = (
        select(Statement.young_person_id, Statement.section, voice().label("voice"), Statement.made_on)
        .where(shown(scope))
        .subquery()
    )
    return select(
        each.c.young_person_id,
        each.c.section,
        each.c.voice,
        func.count().label("many"),
        func.max(each.c.made_on).label("last_on"),
    ).group_by(each.c.young_person_id, each.c.section, each.c.voice)


def last_visit(scope: Scope) -> ColumnElement[Any]:
    """When this viewer last read the assessment before this visit; null the first time."""
    begun = scope.now - ONE_VISIT
    if scope.is_professional:
        mine = Look.family_id == scope.family_id, Look.worker_id == scope.worker_id, Look.what == "assessment"
        return select(func.max(Look.at)).where(*mine, Look.at < begun).scalar_subquery()
    before = case((Visit.at < begun, Visit.at), else_=Visit.before)
    return select(before).where(Visit.person_id == scope.person_id).scalar_subquery()


@dataclass(frozen=True)
class OneSection:
    """One section of one young person's assessment, as a viewer has it open."""

    scope: Scope
    young: Person
    section: str
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id


def one_section(session: Session, actor: Actor, young: str, section: str, ref: str | None = None) -> OneSection | None:
    """The section of the young person with this reference, where this viewer may read it."""
    opened = open_family(session, actor, ref) if ref else None
    scope = opened.scope if opened else None if ref else own_scope(session, actor)
    if scope is None or section not in SECTION_KIND or not scope.sees_kind(SECTION_KIND[section]):
        return None
    mine = Person.family_id == scope.family_id, Person.relation == "young_person"
    person = session.scalar(select(Person).where(Person.ref == young, *mine))
    return OneSection(scope, person, section, opened) if person else None


def new(scope: Scope) -> AnyRows:
    """What others wrote since this viewer last looked, newest first; nothing on a first visit."""
    since = last_visit(scope)
    at = func.coalesce(Statement.written_at, func.timezone("Europe/London", Statement.made_on.cast(DateTime())))
    others = (
        Statement.said_by_worker_id.is_distinct_from(scope.worker_id)
        if scope.is_professional
        else Statement.said_by_person_id.is_distinct_from(scope.person_id)
    )
    rows = said_rows(scope).add_columns(since.label("since"))
    return rows.where(shown(scope), at > since, others).order_by(at.desc(), Statement.id.desc()).limit(10)


def drafts(scope: Scope) -> AnyRows:
    """Words this viewer began and has not said yet."""
    mine = Draft.worker_id == scope.worker_id if scope.is_professional else Draft.person_id == scope.person_id
    answered = aliased(Statement)
    return (
        select(
            Draft.ref,
            Draft.section,
            Draft.saved_at,
            Person.ref.label("young_person_ref"),
            Person.name.label("young_person"),
            answered.ref.label("answers"),
            Statement.ref.label("changes"),
        )
        .join(Person, Person.id == Draft.young_person_id)
        .outerjoin(answered, answered.id == Draft.answers_id)
        .outerjoin(Statement, Statement.id == Draft.changes_id)
        .where(Draft.family_id == scope.family_id, mine)
        .order_by(Draft.saved_at.desc())
        .limit(20)
    )


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The same rows, with what this viewer may not read left out of their words."""
    for row in rows:
        for name in ("text", "worker_role", "removed_note"):
            if row.get(name):
                row[name] = scope.mask(row[name])
    return rows


def chapters(rows: list[Row]) -> dict[int, list[Chapter]]:
    """For each young person the sections in their order; each statement with those that see it differently beside it
    (`disagreed`), when the viewer may see both."""
    roots = {row["id"]: row for row in rows if row["root"] == row["id"]}
    for row in roots.values():
        row["disagreed"] = []
    for row in sorted(rows, key=lambda row: (row["made_on"], row["id"])):
        if row["root"] != row["id"] and row["root"] in roots:
            roots[row["root"]]["disagreed"].append(row)
    people: dict[int, dict[str, list[Row]]] = {}
    for row in roots.values():
        people.setdefault(row["young_person_id"], {}).setdefault(row["section"], []).append(row)
    return {
        young: [Chapter(name, found[name], _more(found[name])) for name in SECTIONS if name in found]
        for young, found in people.items()
    }


def _more(rows: list[Row]) -> int:
    """How many statements of these voices do not stand here."""
    return sum({row["voice"]: row["in_voice"] for row in rows}.values()) - len(rows)


def pages(rows: list[Row]) -> int:
    """How many pages the section of these rows fills."""
    return -(-max((row["in_voice"] for row in rows), default=1) // A_PAGE)
