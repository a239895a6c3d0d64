"""What can be done about the people of a family. Actions never commit; the request does, once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import BigInteger, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.access.actions import end_all_devices
from portal.access.models import Account, Phone
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import reference
from portal.foundation.phones import number_hash
from portal.people.models import Person, Supporter
from portal.people.queries import OwnSupporter


@dataclass(frozen=True)
class SupporterInvitation:
    """What a family member says about somebody who stands by them."""

    name: str
    who: str
    number: str | None
    """E.164; without one they are named on the page and cannot sign in."""
    sees_network: bool
    comes_to_conference: bool


def invite_supporter(session: Session, scope: Scope, asked: SupporterInvitation) -> Person | None:
    """Add a relative or friend. None when this person invited somebody of that name already (a form sent twice)."""
    already = (
        select(Person.id)
        .join(Supporter, Supporter.person_id == Person.id)
        .where(
            Supporter.invited_by_id == scope.person_id,
            Supporter.ended_at.is_(None),
            func.lower(Person.name) == asked.name.lower(),
        )
    )
    if session.scalar(already) is not None:
        return None
    person = Person(family_id=scope.family_id, name=asked.name, relation="supporter")
    session.add(person)
    session.flush()
    session.add(
        Supporter(
            person_id=person.id,
            family_id=scope.family_id,
            invited_by_id=scope.person_id,
            who=asked.who,
            sees_network=asked.sees_network,
            comes_to_conference=asked.comes_to_conference,
            invited_at=clock.now(),
        )
    )
    session.flush()
    account = Account(person_id=person.id, family_id=scope.family_id)
    session.add(account)
    session.flush()
    if asked.number:
        _give_number(session, account, scope.family_id, asked.number)
    return person


class NotReaders(Exception):
    """Somebody among the chosen readers is not of this family, or whoever writes may not choose: nothing was saved."""


def circle_of(session: Session, family_id: int, people: Collection[int]) -> int:
    """The circle of exactly these people, made when there is none yet. Nobody: the professionals only.

    A circle that is there is never changed: one more member would read all that was ever said in it. A family member
    must be among the readers of what they write. Raises NotReaders.
    """
    found = session.scalar(
        select(func.circle_of(family_id, literal(sorted(set(people)), ARRAY(BigInteger)), reference()))
    )
    if found is None:
        raise NotReaders
    return int(found)


def change_supporter(session: Session, found: OwnSupporter, asked: SupporterInvitation) -> None:
    """Change who they are to the family and what they see."""
    session.execute(update(Person).where(Person.id == found.person_id).values(name=asked.name))
    session.execute(
        update(Supporter)
        .where(Supporter.person_id == found.person_id)
        .values(who=asked.who, sees_network=asked.sees_network, comes_to_conference=asked.comes_to_conference)
    )
    account = session.scalars(select(Account).where(Account.person_id == found.person_id)).one()
    phone = session.scalar(select(Phone).where(Phone.account_id == account.id))
    if asked.number == (phone.number if phone else None):
        return
    # another number is another phone: whoever holds the old one must not stay signed in
    end_all_devices(session, account.id)
    if phone is not None:
        session.delete(phone)
        session.flush()
    if asked.number:
        _give_number(session, account, found.family_id, asked.number)


def end_supporter(session: Session, found: OwnSupporter) -> None:
    """They see nothing from now on; open_device lets nobody in whose support has ended."""
    session.execute(update(Supporter).where(Supporter.person_id == found.person_id).values(ended_at=clock.now()))


def toggle_police(session: Session, scope: Scope) -> bool:
    """Show or hide police contacts on this person's own pages. Returns whether they are shown now."""
    changed = update(Person).where(Person.id == scope.person_id).values(sees_police=~Person.sees_police)
    return bool(session.scalar(changed.returning(Person.sees_police)))


def _give_number(session: Session, account: Account, family_id: int, number: str) -> None:
    session.add(Phone(account_id=account.id, family_id=family_id, number=number, number_hash=number_hash(number)))
    session.flush()
