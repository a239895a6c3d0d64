"""Families, the people in them, circles and supporters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Account, Phone
from portal.foundation.fields import keyed_hash
from portal.organisations.models import Organisation
from portal.people.models import Circle, CircleMember, Family, Person, Supporter


def family(session: Session, home: Organisation, name: str = "Rivera family", **more: Any) -> Family:
    """A family that lives in this borough; `source_ref="F9"` gives it the sender's own number."""
    if "source_ref" in more:
        more.setdefault("source", "main")
    made = Family(name=name, home_borough_id=home.id, **more)
    session.add(made)
    session.flush()
    return made


def person(
    session: Session,
    of: Family,
    name: str = "Ana Rivera",
    relation: str = "parent",
    *,
    ref: str | None = None,
    phone: str | None = None,
    joined: bool = False,
    **more: Any,
) -> Person:
    """A member of the family with an account; `ref` is what `visit` signs them in by."""
    made = Person(family_id=of.id, name=name, relation=relation, source="main" if ref else None, source_ref=ref, **more)
    session.add(made)
    session.flush()
    account = Account(
        person_id=made.id, family_id=of.id, joined_at=datetime(2019, 1, 7, 12, tzinfo=UTC) if joined else None
    )
    session.add(account)
    session.flush()
    if phone:
        session.add(Phone(account_id=account.id, family_id=of.id, number=phone, number_hash=keyed_hash(phone)))
        session.flush()
    return made


def circle(session: Session, of: Family, *people: Person) -> Circle:
    """The circle of these people, made once; without anybody: the professionals only."""
    key = ",".join(str(each) for each in sorted(who.id for who in people))
    found = session.scalar(select(Circle).where(Circle.family_id == of.id, Circle.members_key == key))
    if found is None:
        found = Circle(family_id=of.id, members_key=key)
        session.add(found)
        session.flush()
        session.add_all(CircleMember(circle_id=found.id, person_id=who.id, family_id=of.id) for who in people)
        session.flush()
    return found


def supporter(
    session: Session, of: Family, by: Person, name: str = "Kit Rivera", *, ref: str | None = None, **more: Any
) -> Person:
    """Somebody whom `by` invited."""
    made = person(session, of, name, "supporter", ref=ref)
    session.add(
        Supporter(
            person_id=made.id,
            family_id=of.id,
            invited_by_id=by.id,
            who=more.pop("who", "my brother"),
            invited_at=datetime(2019, 1, 8, 12, tzinfo=UTC),
            **more,
        )
    )
    session.flush()
    return made
