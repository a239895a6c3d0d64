"""Where somebody writes: about whom, in which section, what it answers or changes, and what was begun before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, func, literal, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import Question, ask, named
from portal.access.scope import Scope, given, looking_at
from portal.assessments.models import SECTION_KIND, SOLICITOR_FIRST, Check, Draft, Removal, Statement
from portal.assessments.queries import chapters, readable, said_rows, with_answers
from portal.contexts.queries import base_of as base_of
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Worker
from portal.people.models import CircleMember, Person
from portal.people.queries import by_circle, names_in_circles, own_scope, readers


@dataclass(frozen=True)
class Said:
    """One statement that a viewer may see, as they have it open."""

    scope: Scope
    statement: Statement
    young: Person
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def base(self) -> str:
        """The address under which this viewer reads the assessment."""
        return base_of(self.opened)

    @property
    def mine(self) -> bool:
        """Are these this viewer's own words?"""
        said = self.statement
        if self.scope.is_professional:
            return said.said_by_worker_id == self.scope.worker_id
        return said.said_by_person_id == self.scope.person_id


@dataclass(frozen=True)
class Writing:
    """Where words will stand: a section of a young person's assessment, and what they answer or change."""

    scope: Scope
    young: Person
    section: str
    opened: OpenFamily | None = None
    answers: Statement | None = None
    changes: Statement | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def base(self) -> str:
        """The address under which this viewer reads the assessment."""
        return base_of(self.opened)

    @property
    def path(self) -> str:
        """The address of this very form."""
        if self.answers is not None:
            return f"{self.base}/said/{self.answers.ref}/differently"
        if self.changes is not None:
            return f"{self.base}/said/{self.changes.ref}/change"
        return f"{self.base}/write/{self.young.ref}/{self.section}"

    @property
    def solicitor_first(self) -> bool:
        """Must a family member read first that a solicitor should hear it before anybody else?"""
        return self.section in SOLICITOR_FIRST and not self.scope.is_professional

    @property
    def own(self) -> bool:
        """Does the young person write about themselves?"""
        return self.scope.person_id == self.young.id


def _scope(session: Session, actor: Actor, ref: str | None) -> tuple[Scope | None, OpenFamily | None]:
    if ref is None:
        return own_scope(session, actor), None
    opened = open_family(session, actor, ref)
    return (opened.scope, opened) if opened else (None, None)


def said(session: Session, actor: Actor, said: str, ref: str | None = None) -> Said | None:
    """The statement with this reference, if this viewer may see it; `ref` is the family's, for professionals."""
    scope, opened = _scope(session, actor, ref)
    if scope is None:
        return None
    row = session.execute(
        select(Statement, Person)
        .join(Person, Person.id == Statement.young_person_id)
        .where(Statement.ref == said, scope.statements(Statement, SECTION_KIND), Statement.made_on <= clock.today())
    ).first()
    return Said(scope, row.Statement, row.Person, opened) if row else None


def writing(
    session: Session,
    actor: Actor,
    young: str = "",
    section: str = "",
    said: str | None = None,
    how: str = "differently",
    ref: str | None = None,
) -> Writing | None:
    """Where this viewer is about to write; None where they may not, and where there is nothing to change."""
    if said is not None:
        found = _said(session, actor, said, ref)
        if found is None or how not in ("differently", "change") or (how == "change" and not found.mine):
            return None
        answers, changes = (found.statement, None) if how == "differently" else (None, found.statement)
        return Writing(found.scope, found.young, found.statement.section, found.opened, answers, changes)
    scope, opened = _scope(session, actor, ref)
    if scope is None or section not in SECTION_KIND or not scope.sees_kind(SECTION_KIND[section]):
        return None
    person = session.scalar(
        select(Person).where(
            Person.ref == young, Person.family_id == scope.family_id, Person.relation == "young_person"
        )
    )
    return Writing(scope, person, section, opened) if person else None


_said = said  # `said` is also what an address calls the statement's reference


def kept_here(session: Session, young_person_id: int) -> bool:
    """May something be added? Not while the assessment is with another installation."""
    return bool(session.scalar(select(func.assessment_open(young_person_id))))


def newest(session: Session, statement: Statement) -> Statement | None:
    """The newest version of this statement; None when it is itself the newest."""
    every = select(Statement).where(Statement.id == func.any(func.versions_of(statement.id)))
    found = session.scalar(every.where(Statement.replaced_by_id.is_(None)))
    return found if found is not None and found.id != statement.id else None


def is_said(session: Session, ref: str) -> bool:
    """Has the form with this number said something already?"""
    return session.scalar(select(Statement.id).where(Statement.ref == ref)) is not None


YOUNG, TARGET = named("young_id", BigInteger), named("target_id", BigInteger)
ANSWERS, CHANGES = named("answers_id", BigInteger), named("changes_id", BigInteger)


def draft(scope: Scope) -> AnyRows:
    """What this viewer began here before."""
    return select(Draft.text, Draft.reader_ids).where(
        Draft.person_id.is_not_distinct_from(scope.person_id),
        Draft.worker_id.is_not_distinct_from(scope.worker_id),
        Draft.young_person_id == YOUNG,
        Draft.section == named("section", Text),
        Draft.answers_id.is_not_distinct_from(ANSWERS),
        Draft.changes_id.is_not_distinct_from(CHANGES),
    )


def is_open(scope: Scope) -> AnyRows:
    """May something be added? As `kept_here`."""
    return select(func.assessment_open(YOUNG).label("open"))


def newest_of(scope: Scope) -> AnyRows:
    """The key of the newest version of what is answered or changed."""
    every = select(Statement.id).where(Statement.id == func.any(func.versions_of(TARGET)))
    return every.where(Statement.replaced_by_id.is_(None))


def people_of(session: Session, circle_id: int) -> list[int]:
    """The people in a circle that this viewer may know of."""
    return list(session.scalars(select(CircleMember.person_id).where(CircleMember.circle_id == circle_id)))


def readers_of(scope: Scope) -> AnyRows:
    """The people who read what is answered or changed, that this viewer may know of."""
    circle = select(Statement.circle_id).where(Statement.id == TARGET).scalar_subquery()
    return select(CircleMember.person_id).where(CircleMember.circle_id == circle)


def taken_out(scope: Scope) -> AnyRows:
    """A row when the words of what is answered or changed were taken out."""
    return select(Removal.id).where(Removal.statement_id == TARGET)


def around(session: Session, where: Writing) -> dict[str, list[Row]]:
    """What a form for this place needs to know, in one round trip."""
    target = where.answers or where.changes
    given = {
        "young_id": where.young.id,
        "section": where.section,
        "answers_id": where.answers.id if where.answers else None,
        "changes_id": where.changes.id if where.changes else None,
        "target_id": target.id if target else None,
    }
    asked: dict[str, Question] = {"readers": readers, "draft": draft, "open": is_open}
    if target:
        asked |= {"newest": newest_of, "circle": readers_of, "removed": taken_out}
    return ask(session, where.scope, given, **asked)


def may_take_back(session: Session, statement_id: int) -> bool:
    """One's own words, read by nobody else so far?"""
    return bool(session.scalar(select(func.may_take_back(statement_id))))


def one(scope: Scope) -> AnyRows:
    """One statement (`looking_at` statement) with all that see it differently."""
    roots = (
        select(Statement.id, literal(1).label("in_voice"))
        .where(Statement.id == given("statement"), scope.statements(Statement, SECTION_KIND))
        .subquery()
    )
    return with_answers(scope, roots, 500)


def versions(scope: Scope) -> AnyRows:
    """Every version of one statement up to today, newest first."""
    every = Statement.id == func.any(func.versions_of(given("statement")))
    allowed = scope.statements(Statement, SECTION_KIND)
    return said_rows(scope).where(every, allowed, Statement.made_on <= scope.today).order_by(Statement.version.desc())


def checks(scope: Scope) -> AnyRows:
    """Who said that one statement is still true or no longer, newest first."""
    worker, person = aliased(Worker), aliased(Person)
    return (
        select(Check.made_on, Check.still_true, person.name.label("person"), worker.name.label("worker"))
        .outerjoin(person, person.id == Check.by_person_id)
        .outerjoin(worker, worker.id == Check.by_worker_id)
        .where(Check.statement_id == func.any(func.versions_of(given("statement"))))
        .where(scope.statements(Check, SECTION_KIND), Check.made_on <= scope.today)
        .order_by(Check.made_on.desc(), Check.id.desc())
        .limit(50)
    )


@dataclass(frozen=True)
class Page:
    """What stands on the page of one statement."""

    row: Row
    versions: list[Row]
    checks: list[Row]
    names: list[str]
    may_take_back: bool
    newer: str | None


def whole(session: Session, found: Said) -> Page:
    """One statement with everything around it."""
    here = looking_at(found.scope, statement=found.statement.id)
    rows = ask(session, here, said=one, versions=versions, checks=checks, names=names_in_circles)
    chapter = chapters(readable(found.scope, rows["said"]))[found.young.id][0]
    names = by_circle(rows["names"]).get(found.statement.circle_id, [])
    newest_ref = rows["versions"][0]["ref"] if rows["versions"] else found.statement.ref
    return Page(
        chapter.rows[0],
        readable(found.scope, rows["versions"]),
        rows["checks"],
        names,
        found.mine and may_take_back(session, found.statement.id),
        newest_ref if newest_ref != found.statement.ref else None,
    )
