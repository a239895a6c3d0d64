"""What families asked and what they were told: on the family's page, where it stands, and on a worker's day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import BigInteger, ColumnElement, and_, case, column, func, literal, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask, named
from portal.access.models import Account, Phone
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows, Row
from portal.involvement.conditions import Caseload, is_now
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Worker
from portal.people.conditions import named_to
from portal.people.models import Family, Person
from portal.people.queries import own_scope
from portal.questions.conditions import may_read, stood_for
from portal.questions.models import Question

MOST = 50  # lines on a worker's day
ON_A_PAGE = 50


def questions(scope: Scope, *more: ColumnElement[bool]) -> AnyRows:
    """The questions this viewer may read, as a select: what was asked, of whom, who answers now, the answer."""
    first, now, by, passed = aliased(Worker), aliased(Worker), aliased(Worker), aliased(Worker)
    cover = aliased(Worker)
    away = and_(now.away_from <= scope.today, now.away_until >= scope.today)
    return (
        select(
            Question.id,
            Question.ref,
            Question.family_id,
            Question.circle_id,
            Question.asked_by_person_id,
            Person.name.label("asker"),
            Question.first_to_worker_id,
            first.name.label("first_to"),
            Question.to_worker_id,
            now.name.label("to"),
            now.role.label("to_role"),
            case((away, now.away_until)).label("away_until"),
            case((away, cover.name)).label("cover"),
            Question.about_kind,
            Question.about_id,
            Question.about_ref,
            Question.text,
            Question.asked_at,
            Question.due_at,
            Question.passed_at,
            passed.name.label("passed_from"),
            Question.raised_at,
            Question.answered_at,
            Question.answer,
            by.name.label("answered_by"),
            by.role.label("answered_by_role"),
            Question.family_seen_at,
            and_(Question.answered_at.is_(None), Question.due_at < scope.now).label("late"),
        )
        .join(first, first.id == Question.first_to_worker_id)
        .join(now, now.id == Question.to_worker_id)
        .outerjoin(cover, cover.id == now.cover_id)
        .outerjoin(by, by.id == Question.answered_by_id)
        .outerjoin(passed, passed.id == Question.passed_from_id)
        .outerjoin(Person, and_(Person.id == Question.asked_by_person_id, named_to(scope)))
        .where(may_read(scope), Question.asked_at <= scope.now, *more)
    )


def own(scope: Scope) -> AnyRows:
    """For the family's page: what has no answer first, the oldest on top; then the latest answers."""
    rows = questions(scope)
    return rows.order_by(
        Question.answered_at.is_not(None),
        case((Question.answered_at.is_(None), Question.asked_at)),
        Question.answered_at.desc(),
        Question.id,
    ).limit(ON_A_PAGE)


def about(scope: Scope, kind: str) -> AnyRows:
    """What was asked about things of this kind (`step`, `update`…), oldest first; `about_id` says about which."""
    return questions(scope, Question.about_kind == kind).order_by(Question.asked_at, Question.id)


def by_thing(rows: list[Row]) -> dict[int, list[Row]]:
    """The rows of `about` under the thing each is about."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["about_id"], []).append(row)
    return found


@dataclass(frozen=True)
class Here:
    """The questions about one thing, and who answers one that is asked now."""

    asked: list[Row]
    to_id: int | None
    to: str


def about_one(session: Session, scope: Scope, thing: tuple[str, int], worker_id: int | None) -> Here:
    """What this family member may read of questions about this thing (kind, id). A new one goes to this worker while
    they help the family, else to whoever is responsible."""
    kind, key = thing
    found = ask(session, scope, {"worker": worker_id}, asked=partial(about, kind=kind), to=_who_answers)
    rows = [row for row in found["asked"] if row["about_id"] == key]
    to = found["to"][0] if found["to"] else None
    return Here(readable(scope, rows), to.id if to else None, to.name if to else "")


def _who_answers(scope: Scope) -> AnyRows:
    answers = select(func.who_answers(scope.family_id, named("worker", BigInteger))).scalar_subquery()
    return select(Worker.id, Worker.name).where(Worker.id == answers)


def new_answers(scope: Scope) -> AnyRows:
    """Answers that this family member has not had before them yet: a line on home."""
    return questions(scope, *_not_seen(scope)).order_by(Question.answered_at, Question.id).limit(3)


def some_new_answers(scope: Scope) -> AnyRows:
    """Is there any such answer? Their questions' keys, without looking anything up."""
    return select(Question.id).where(may_read(scope), Question.asked_at <= scope.now, *_not_seen(scope))


def _not_seen(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    mine = Question.asked_by_person_id == scope.person_id, Question.answered_at <= scope.now
    return (*mine, Question.family_seen_at.is_(None))


def waiting(load: Caseload) -> AnyRows:
    """What waits for this worker: asked of them, or of a colleague they cover for today; the oldest first.

    `for_worker`: the colleague it was asked of.
    """
    every = questions(load, Question.answered_at.is_(None)).subquery("question")
    asked = aliased(Worker)
    covered = and_(asked.away_from <= load.today, asked.away_until >= load.today, asked.cover_id == load.worker_id)
    return (
        select(
            every,
            Family.ref.label("family_ref"),
            Family.name.label("family"),
            case((asked.id != load.worker_id, asked.name)).label("for_worker"),
        )
        .select_from(every)
        .join(Family, Family.id == every.c.family_id)
        .join(asked, asked.id == every.c.to_worker_id)
        .where((asked.id == load.worker_id) | covered)
        .order_by(every.c.asked_at, every.c.id)
        .limit(MOST)
    )


def open_with(scope: Scope, worker_id: int) -> AnyRows:
    """The questions of this family that this worker still has to answer: what a handover passes on by name."""
    rows = questions(scope, Question.answered_at.is_(None), Question.to_worker_id == worker_id)
    return rows.order_by(Question.asked_at, Question.id)


def readable(scope: Scope, rows: list[Row]) -> list[Row]:
    """The rows with what this viewer may not read left out of their texts."""
    for row in rows:
        for field in ("text", "answer", "to_role", "answered_by_role"):
            if row.get(field):
                row[field] = scope.mask(row[field])
    return rows


def those_to_ask(scope: Scope, found: dict[str, list[Row]]) -> list[Row]:
    """Whom a family member can ask today: whoever is responsible first, then everybody involved now whom they may know
    of. Each once, with `worker_id`, `ref`, `name`, `role`, and while away `away_until` and `cover`. Not somebody of
    another installation, who would never read it.

    `found`: the answers to `who=responsible, involved=network, covers=covers`.
    """
    cover = {row["worker_id"]: row for row in found["covers"]}
    whom: dict[int, Row] = {}
    for row in [*found["who"], *(one for one in found["involved"] if is_now(one))]:
        if row["worker_id"] is not None and row["worker_id"] not in whom and not row["abroad"]:
            away = cover.get(row["worker_id"], Row())
            whom[row["worker_id"]] = Row(
                worker_id=row["worker_id"],
                ref=row["ref"],
                name=row["name"],
                role=scope.mask(row["role"]),
                away_until=away.get("away_until"),
                cover=away.get("cover"),
            )
    return list(whom.values())


def covers(scope: Scope) -> AnyRows:
    """Who of this family's workers is away today, until when, and who is there instead."""
    cover = aliased(Worker)
    return (
        select(Worker.id.label("worker_id"), Worker.away_until, cover.name.label("cover"))
        .outerjoin(cover, cover.id == Worker.cover_id)
        .join(Involvement, and_(Involvement.worker_id == Worker.id, Involvement.family_id == scope.family_id))
        .distinct()
        .where(Worker.away_from <= scope.today, Worker.away_until >= scope.today)
    )


def somebody_senior(session: Session, question: Question) -> Worker | None:
    """Who is above the one who has to answer; where nobody is, whoever answers for the family."""
    who = func.responsible(question.family_id).table_valued(column("worker_id", BigInteger)).alias("who")
    chain = select(func.manager_of(question.to_worker_id).label("above"), who.c.worker_id.label("answers")).select_from(
        who
    )
    row = session.execute(chain).one()
    for one in (row.above, row.answers):
        if one is not None and one != question.to_worker_id:
            return session.get(Worker, one)
    return None


@dataclass(frozen=True)
class OwnQuestion:
    """A question in the hands of the family member who asked it."""

    scope: Scope
    question: Question

    @property
    def family_id(self) -> int:
        return self.question.family_id


def own_question(session: Session, actor: Actor, ref: str) -> OwnQuestion | None:
    """The question with this reference, if this family member asked it."""
    scope = own_scope(session, actor)
    if scope is None:
        return None
    mine = Question.ref == ref, Question.asked_by_person_id == actor.person_id, Question.asked_at <= clock.now()
    found = session.scalar(select(Question).where(*mine, scope.clause(Question)))
    return OwnQuestion(scope, found) if found else None


@dataclass(frozen=True)
class Asked:
    """A question as one professional has it open."""

    opened: OpenFamily
    question: Question

    @property
    def scope(self) -> Scope:
        return self.opened.scope

    @property
    def family_id(self) -> int:
        return self.opened.family_id


def asked(session: Session, actor: Actor, ref: str, question: str) -> Asked | None:
    """The question with this reference in a family one may open, if one may read it."""
    if not (opened := open_family(session, actor, ref)):
        return None
    this = Question.ref == question, Question.family_id == opened.family_id, Question.asked_at <= clock.now()
    found = session.scalar(select(Question).where(*this, may_read(opened.scope)))
    return Asked(opened, found) if found else None


def this_one(scope: Scope) -> AnyRows:
    """The question whose key is given as `question_id`, as pages show it; for workers whose function opens how to
    reach people, with the asker's number."""
    number = (
        select(Phone.number)
        .join(Account, Account.id == Phone.account_id)
        .where(
            Account.person_id == Question.asked_by_person_id,
            literal(scope.is_professional and scope.sees_kind("contact")),
        )
        .limit(1)
        .scalar_subquery()
    )
    asked = questions(scope, Question.id == named("question_id", BigInteger))
    return asked.add_columns(number.label("asker_number"), Person.contact_limit.label("asker_limit"))


def row_of(session: Session, scope: Scope, question: Question) -> Row:
    """One question as pages show it."""
    found = ask(session, scope, {"question_id": question.id}, this=this_one)["this"]
    return readable(scope, found)[0]


def stands_in(session: Session, scope: Scope, question: Question) -> bool:
    """Is it for this worker, or for somebody they stand in for? Otherwise they read along because they lead."""
    found = select(Worker.id).where(Worker.id == question.to_worker_id, Worker.id.in_(stood_for(scope)))
    return session.scalar(found) is not None
