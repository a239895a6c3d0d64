"""A conversation on staying or moving: what was said on each topic, who wants a pause, and the money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.asking import ask
from portal.access.scope import Scope
from portal.foundation.database import AnyRows, Row
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation, Worker
from portal.people.models import Person
from portal.people.queries import members, names_in_circles, own_scope, readers
from portal.relocation.models import Relocation, RelocationAnswer, RelocationMoney, RelocationStance


def talks(scope: Scope) -> AnyRows:
    """Every conversation, the latest first: where they might go, and what a director signed."""
    by, signed = aliased(Worker), aliased(Worker)
    return (
        select(
            Relocation.id,
            Relocation.ref,
            Relocation.circle_id,
            Relocation.opened_at,
            Relocation.decide_by,
            Relocation.decision,
            Relocation.reason,
            Relocation.signed_at,
            by.name.label("opened_by"),
            signed.name.label("signed_by"),
            signed.role.label("signed_role"),
            Organisation.name.label("to_borough"),
        )
        .join(by, by.id == Relocation.opened_by_id)
        .outerjoin(signed, signed.id == Relocation.signed_by_id)
        .outerjoin(Organisation, Organisation.id == Relocation.to_borough_id)
        .where(scope.clause(Relocation), Relocation.opened_at <= scope.now)
        .order_by(Relocation.opened_at.desc(), Relocation.id.desc())
    )


def answers(scope: Scope) -> AnyRows:
    """What was said, oldest first, by whom, for which side."""
    worker, person = aliased(Worker), aliased(Person)
    return (
        select(
            RelocationAnswer.id,
            RelocationAnswer.ref,
            RelocationAnswer.relocation_id,
            RelocationAnswer.circle_id,
            RelocationAnswer.topic,
            RelocationAnswer.side,
            RelocationAnswer.text,
            RelocationAnswer.made_at,
            RelocationAnswer.by_person_id,
            person.name.label("person"),
            worker.name.label("worker"),
            worker.role.label("worker_role"),
            Organisation.name.label("organisation"),
        )
        .outerjoin(worker, worker.id == RelocationAnswer.by_worker_id)
        .outerjoin(Organisation, Organisation.id == worker.organisation_id)
        .outerjoin(person, person.id == RelocationAnswer.by_person_id)
        .where(scope.clause(RelocationAnswer), RelocationAnswer.made_at <= scope.now)
        .order_by(RelocationAnswer.made_at, RelocationAnswer.id)
    )


def stances(scope: Scope) -> AnyRows:
    """Who of the family says pause, and who says go on."""
    return (
        select(
            RelocationStance.relocation_id,
            RelocationStance.person_id,
            RelocationStance.stance,
            RelocationStance.said_at,
            Person.name,
        )
        .join(Person, Person.id == RelocationStance.person_id)
        .where(scope.clause(RelocationStance), RelocationStance.said_at <= scope.now)
        .order_by(RelocationStance.said_at)
    )


def money(scope: Scope) -> AnyRows:
    """What was entered for each way, and who changed it last."""
    worker, person = aliased(Worker), aliased(Person)
    return (
        select(RelocationMoney, func.coalesce(person.name, worker.name).label("by"))
        .outerjoin(worker, worker.id == RelocationMoney.by_worker_id)
        .outerjoin(person, person.id == RelocationMoney.by_person_id)
        .where(scope.clause(RelocationMoney), RelocationMoney.changed_at <= scope.now)
    )


def signs(scope: Scope) -> AnyRows:
    """Is the professional who asks the director who signs?"""
    return select(func.signs_moves(scope.family_id).label("signs"))


def page_of(session: Session, scope: Scope) -> dict[str, Any]:
    """Everything on the page of the conversation, in one question; `talk` is the latest, or None."""
    questions: dict[str, Any] = {
        "talks": talks,
        "answers": answers,
        "stances": stances,
        "money": money,
        "members": members,
        "readers": readers,
        "circles": names_in_circles,
    }
    if scope.is_professional:
        questions["signs"] = signs
    found: dict[str, Any] = ask(session, scope, **questions)
    talk: Row | None = next(iter(found["talks"]), None)
    found["talk"] = talk
    for name in ("answers", "stances", "money"):
        found[name] = [row for row in found[name] if talk and row["relocation_id"] == talk["id"]]
    found["names"] = [row["name"] for row in found["circles"] if talk and row["circle_id"] == talk["circle_id"]]
    found["signs"] = bool(found.get("signs") and found["signs"][0]["signs"])
    return found


@dataclass(frozen=True)
class Talk:
    """The conversation that is open, with what the viewer may see of the family."""

    scope: Scope
    relocation: Relocation
    opened: OpenFamily | None = None


def _open_talk(session: Session, scope: Scope) -> Relocation | None:
    return session.scalar(select(Relocation).where(scope.clause(Relocation), Relocation.decision.is_(None)))


def own_talk(session: Session, actor: Actor) -> Talk | None:
    """The open conversation of this family member's family, if it is shown to them."""
    scope = own_scope(session, actor)
    found = _open_talk(session, scope) if scope else None
    return Talk(scope, found) if scope and found else None


def work_talk(session: Session, actor: Actor, ref: str) -> Talk | None:
    """The open conversation of a family that a professional has open."""
    opened = open_family(session, actor, ref)
    found = _open_talk(session, opened.scope) if opened else None
    return Talk(opened.scope, found, opened) if opened and found else None
