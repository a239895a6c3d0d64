"""Saying something, seeing it differently, saying it anew, still true, taking back, taking out.

Nothing that was said is overwritten. Actions never commit; the request does, once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BigInteger, LargeBinary, Text, column, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.assessments.models import Check, Draft, Removal, Statement
from portal.foundation import clock
from portal.foundation.database import reference
from portal.foundation.fields import encrypt
from portal.involvement.actions import alert
from portal.organisations.models import Worker
from portal.people.actions import circle_of
from portal.people.models import Family
from portal.telling.queries import Said, Writing, kept_here, people_of

LONGEST_DRAFT = 10_000
QUIET = timedelta(hours=1)  # one who writes five things is told of once


class NotHere(Exception):
    """The assessment is with another installation: nothing can be added here."""


class SaidAnew(Exception):
    """Somebody said this anew in the meantime, or it was taken out: the new words were not saved."""


@dataclass(frozen=True)
class Words:
    """What somebody says, to whom, and for an event when it happened."""

    text: str
    people_ids: Collection[int]
    ref: str
    """The form's own number, so that a form sent twice says it once."""
    language: str | None = None
    event: str | None = None
    happened_on: date | None = None
    happened_known: str | None = None
    went: str | None = None


def say(session: Session, where: Writing, words: Words) -> str:
    """Write a statement down. Returns its reference. Raises NotHere, SaidAnew, or NotReaders of circle_of."""
    if not kept_here(session, where.young.id):
        raise NotHere
    scope, old = where.scope, where.changes
    circle_id = old.circle_id if old else circle_of(session, where.family_id, words.people_ids)
    values = {
        "ref": words.ref,
        "family_id": where.family_id,
        "circle_id": circle_id,
        "young_person_id": where.young.id,
        "section": where.section,
        "made_on": clock.today(),
        "said_by_person_id": scope.person_id,
        "said_by_worker_id": scope.worker_id,
        "text": words.text,
        "disagrees_with_id": where.answers.id if where.answers else old.disagrees_with_id if old else None,
        "version": old.version + 1 if old else 1,
        "written_at": clock.now(),
        "language": words.language,
        "event": words.event,
        "happened_on": words.happened_on,
        "happened_known": words.happened_known,
        "went": words.went,
    }
    if scope.worker_id is not None:
        values["organisation_id"] = session.scalar(select(Worker.organisation_id).where(Worker.id == scope.worker_id))
    try:
        with session.begin_nested():
            new_id = session.scalar(insert(Statement).values(values).returning(Statement.id))
            if old and not session.scalar(select(func.replace_statement(old.id, new_id))):
                raise SaidAnew
    except IntegrityError:
        if session.scalar(select(Statement.id).where(Statement.ref == words.ref)) is None:
            raise
        return words.ref  # the same form once more
    forget(session, where)
    if not scope.is_professional:
        _tell_workers(session, where, words.ref)
    return words.ref


def _tell_workers(session: Session, where: Writing, ref: str) -> None:
    """Whoever is responsible hears that there is something to read, and so does the worker whom it answers."""
    lately = select(func.count()).where(
        Statement.said_by_person_id == where.scope.person_id,
        Statement.written_at > clock.now() - QUIET,
        Statement.ref != ref,
    )
    who = func.responsible(where.family_id).table_valued(column("worker_id", BigInteger), column("how", Text))
    to = [] if session.scalar(lately) else [session.scalar(select(who.c.worker_id))]
    if where.answers is not None:
        to.append(where.answers.said_by_worker_id)
    family_ref = session.scalar(select(Family.ref).where(Family.id == where.family_id))
    path = f"/work/families/{family_ref}/assessment"
    alert(session, [one for one in to if one], where.family_id, "told", path=path)


def keep(session: Session, where: Writing, text: str, reader_ids: Collection[int]) -> None:
    """Keep words that are not said yet, for the one who types them."""
    values = {
        "ref": reference(),
        "family_id": where.family_id,
        "person_id": where.scope.person_id,
        "worker_id": where.scope.worker_id,
        "young_person_id": where.young.id,
        "section": where.section,
        "answers_id": where.answers.id if where.answers else None,
        "changes_id": where.changes.id if where.changes else None,
    }
    kept = {"text": text, "reader_ids": sorted(reader_ids), "saved_at": clock.now()}
    rows = upsert(Draft).values(values | kept)
    session.execute(rows.on_conflict_do_update(constraint="uq_statement_draft_one_each", set_=kept))


def forget(session: Session, where: Writing) -> None:
    """Throw away what this viewer began here."""
    scope = where.scope
    session.execute(
        delete(Draft).where(
            Draft.person_id.is_not_distinct_from(scope.person_id),
            Draft.worker_id.is_not_distinct_from(scope.worker_id),
            Draft.young_person_id == where.young.id,
            Draft.section == where.section,
            Draft.answers_id.is_not_distinct_from(where.answers.id if where.answers else None),
            Draft.changes_id.is_not_distinct_from(where.changes.id if where.changes else None),
        )
    )


def check(session: Session, found: Said, still_true: bool) -> None:
    """Say that a statement is still true, or no longer. The same answer twice is one; the last one counts."""
    statement, scope = found.statement, found.scope
    if not kept_here(session, statement.young_person_id):
        raise NotHere
    mine = Check.by_worker_id == scope.worker_id if scope.is_professional else Check.by_person_id == scope.person_id
    last = (
        select(Check.still_true)
        .where(Check.statement_id == statement.id, Check.made_on == clock.today(), mine)
        .order_by(Check.id.desc())
        .limit(1)
    )
    if session.scalar(last) is still_true:
        return
    session.add(
        Check(
            family_id=statement.family_id,
            circle_id=statement.circle_id,
            section=statement.section,
            statement_id=statement.id,
            made_on=clock.today(),
            by_person_id=scope.person_id,
            by_worker_id=scope.worker_id,
            still_true=still_true,
        )
    )
    session.flush()


def take_back(session: Session, found: Said) -> bool:
    """One's own words become a draft again, if nobody else has read them. False when somebody has."""
    statement = found.statement
    where = Writing(found.scope, found.young, statement.section, found.opened)
    text, circle_id, id_ = statement.text, statement.circle_id, statement.id
    reader_ids = people_of(session, circle_id)
    session.expunge(statement)
    if not session.scalar(select(func.take_back_statement(id_))):
        return False
    keep(session, where, text, reader_ids)
    return True


def remove(session: Session, actor: Actor, found: Said, because: str, note: str) -> bool:
    """A manager takes out the words in every version; who and why stays. False when that was done already."""
    statement = found.statement
    empty = literal(encrypt("", "statement.text"), LargeBinary())
    every = session.scalar(select(func.remove_statement(statement.id, empty))) or []
    for version in every:
        session.add(
            Removal(
                family_id=statement.family_id,
                circle_id=statement.circle_id,
                section=statement.section,
                statement_id=version,
                made_on=clock.today(),
                by_worker_id=actor.worker_id,
                because=because,
                note=note,
            )
        )
    session.flush()
    return bool(every)
