"""Families and people: whose page this is, who is in the family, whom they invited, which words to hide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import any_, false, func, select
from sqlalchemy.orm import Session, aliased

from portal.access.actor import Actor
from portal.access.masking import Mask, mask_for
from portal.access.models import Account, Invitation, Phone
from portal.access.scope import Scope
from portal.audit.models import Look
from portal.foundation.database import AnyRows, Row
from portal.foundation.fields import decrypt
from portal.foundation.phones import say_number
from portal.organisations.models import Worker
from portal.people.conditions import looks_shown_to, named_to
from portal.people.models import CircleMember, Person, Supporter


def own_scope(session: Session, actor: Actor) -> Scope | None:
    """A family member's sight of their own family; None for anybody else."""
    if actor.person_id is None or actor.family_id is None or actor.contact_limit == "no_contact":
        return None
    mask = Mask() if actor.contact_limit == "none" else words_to_hide(session, actor.family_id)
    return Scope(
        family_id=actor.family_id,
        person_id=actor.person_id,
        circles=actor.circles,
        limit=actor.contact_limit,
        supporter=actor.is_supporter,
        sees_police=actor.sees_police,
        mask=mask,
    )


def words_to_hide(session: Session, family_id: int) -> Mask:
    """The mask over every name and place that could tell somebody with `no_address` where the family is."""
    hide = func.words_to_hide(family_id).table_valued("organisations", "places", "notes", "addresses")
    row = session.execute(select(hide.c.organisations, hide.c.places, hide.c.notes, hide.c.addresses)).one_or_none()
    if row is None:
        return mask_for((), ())
    sealed = (("appointment_place.place", row.places), ("link.note", row.notes), ("address.text", row.addresses))
    return mask_for(row.organisations, [decrypt(bytes(text), label) for label, texts in sealed for text in texts])


def members(scope: Scope) -> AnyRows:
    """The people of the family, young people first. A supporter is told who invited them, and of nobody else."""
    rows = select(
        Person.id,
        Person.ref,
        Person.name,
        Person.relation,
        Person.date_of_birth,
        Person.language,
        Person.interpreter,
        Person.school_year,
        Person.contact_limit,
        Person.parental_responsibility,
    ).where(Person.family_id == scope.family_id, Person.relation != "supporter", named_to(scope))
    order = func.array_position(["young_person", "parent", "carer", "sibling", "other"], Person.relation)
    return rows.order_by(order, Person.id)


def young_people(scope: Scope) -> AnyRows:
    """The young people of the family. Each has one assessment; `kept_here`: it has not gone to another installation."""
    rows = select(
        Person.id, Person.ref, Person.name, Person.date_of_birth, func.assessment_open(Person.id).label("kept_here")
    )
    rows = rows.where(Person.family_id == scope.family_id, Person.relation == "young_person", named_to(scope))
    return rows.order_by(Person.id)


def who_has_read(scope: Scope, what: str) -> AnyRows:
    """The five professionals who read a page last, and when, so that nobody has to say it again (M19)."""
    rows = (
        select(Worker.name, func.max(Look.at).label("at"))
        .join(Worker, Worker.id == Look.worker_id)
        .where(looks_shown_to(scope), Look.what == what)
        .group_by(Worker.id, Worker.name)
    )
    return rows.order_by(func.max(Look.at).desc()).limit(5)


def supporters(scope: Scope) -> AnyRows:
    """Those whom somebody in the family invited, and by whom; nothing for somebody with a contact limit, and for a
    supporter only themselves."""
    inviter = aliased(Person)
    rows = (
        select(
            Person.ref,
            Person.name,
            Supporter.who,
            Supporter.sees_network,
            Supporter.comes_to_conference,
            Supporter.invited_by_id,
            inviter.name.label("inviter"),
        )
        .join(Supporter, Supporter.person_id == Person.id)
        .join(inviter, inviter.id == Supporter.invited_by_id)
        .where(Supporter.family_id == scope.family_id, Supporter.ended_at.is_(None), scope.where())
    )
    if scope.is_professional and "family" not in scope.kinds:
        rows = rows.where(false())
    if scope.supporter:
        rows = rows.where(Supporter.person_id == scope.person_id)
    return rows.order_by(Supporter.invited_at)


def readers(scope: Scope) -> AnyRows:
    """Whom something can be shown to: the members of the family who may sign in, young people first. Each has `id`,
    `ref`, `name`, `contact_limit`. Nobody with `no_contact`, no supporter."""
    every = members(scope).subquery("reader")
    return (
        select(every.c.id, every.c.ref, every.c.name, every.c.relation, every.c.contact_limit)
        .where(every.c.contact_limit != "no_contact")
        .order_by(
            func.array_position(["young_person", "parent", "carer", "sibling", "other"], every.c.relation), every.c.id
        )
    )


def names_in_circles(scope: Scope) -> AnyRows:
    """The names in each circle that the viewer may see: "Rosa and Leo will see this"."""
    rows = (
        select(CircleMember.circle_id, Person.id.label("person_id"), Person.name)
        .join(Person, Person.id == CircleMember.person_id)
        .where(CircleMember.family_id == scope.family_id, named_to(scope))
    )
    if not scope.is_professional:
        rows = rows.where(CircleMember.circle_id == any_(scope.circle_array))
    return rows.order_by(CircleMember.circle_id, Person.id)


def by_circle(rows: list[Row]) -> dict[int, list[str]]:
    """The names in each circle that the viewer may know of."""
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["circle_id"], []).append(row["name"])
    return found


@dataclass(frozen=True)
class OwnSupporter:
    """Somebody whom this family member invited."""

    person_id: int
    family_id: int
    ref: str
    name: str
    who: str
    number: str | None
    sees_network: bool
    comes_to_conference: bool

    def as_form(self) -> dict[str, Any]:
        """The values a form begins with."""
        return {
            "name": self.name,
            "who": self.who,
            "phone": say_number(self.number) if self.number else "",
            "sees_network": self.sees_network,
            "comes_to_conference": self.comes_to_conference,
        }


def own_supporter(session: Session, actor: Actor, ref: str) -> OwnSupporter | None:
    """The supporter with this reference, if this actor invited them and they still stand by."""
    row = session.execute(
        select(
            Person.id,
            Person.family_id,
            Person.ref,
            Person.name,
            Supporter.who,
            Phone.number,
            Supporter.sees_network,
            Supporter.comes_to_conference,
        )
        .join(Supporter, Supporter.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Phone, Phone.account_id == Account.id)
        .where(Person.ref == ref, Supporter.invited_by_id == actor.person_id, Supporter.ended_at.is_(None))
    ).one_or_none()
    return OwnSupporter(*row) if row else None


def stands_by(scope: Scope) -> AnyRows:
    """For a supporter: who invited them, and whether they may see everybody who helps."""
    inviter = aliased(Person)
    return (
        select(inviter.name.label("inviter"), Supporter.sees_network, Supporter.comes_to_conference)
        .join(inviter, inviter.id == Supporter.invited_by_id)
        .where(Supporter.person_id == scope.person_id, Supporter.ended_at.is_(None))
    )


def signing_in(scope: Scope) -> AnyRows:
    """Each person of the family and each supporter: their number, whether they came in, are locked out, or hold a link
    that still works. For workers whose function opens how to reach them."""
    link = (
        select(func.max(Invitation.expires_at))
        .where(Invitation.account_id == Account.id, Invitation.used_at.is_(None), Invitation.expires_at > func.now())
        .scalar_subquery()
    )
    gone = select(Supporter.person_id).where(Supporter.person_id == Person.id, Supporter.ended_at.is_not(None)).exists()
    rows = (
        select(
            Person.id,
            Person.ref,
            Person.name,
            Person.relation,
            Person.contact_limit,
            Person.language,
            Person.interpreter,
            Phone.number,
            Account.joined_at,
            Account.locked_at,
            Account.locked_by,
            link.label("link_until"),
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Phone, Phone.account_id == Account.id)
        .where(Person.family_id == scope.family_id, ~gone)
    )
    if "contact" not in scope.kinds:
        rows = rows.where(false())
    order = func.array_position(["young_person", "parent", "carer", "sibling", "other", "supporter"], Person.relation)
    return rows.order_by(order, Person.id)


def account_of(session: Session, person: Person) -> Account:
    """The person's account, made when there is none yet."""
    account = session.scalar(select(Account).where(Account.person_id == person.id))
    if account is None:
        account = Account(person_id=person.id, family_id=person.family_id)
        session.add(account)
        session.flush()
    return account
