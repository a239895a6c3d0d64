"""Phones for people in tests, and what reaches them once the worker process asked whether it is still right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.access.models import Account, Phone
from portal.foundation.jobs import Worker
from portal.foundation.phones import number_hash
from portal.messages.gateways import Outgoing
from portal.messages.jobs import Outbox
from portal.messages.models import TextMessage
from portal.people.models import Person
from portal.worker import CHECKS
from tests.conftest import Database


class Phones:
    """A provider that hands everything over."""

    name = "phones"
    answers = True

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def send(self, text: Outgoing) -> str:
        self.texts.append((text.number, text.body))
        return f"S{text.ref}"

    def look_up(self, text: Outgoing, since: datetime) -> list[str]:
        return []

    def redact(self, sid: str) -> None:
        return None


def give_phones(database: Database, *who: str, plain: bool = False, same: bool = False) -> None:
    """A number for each of these people, by import reference; `same`: one number for all of them."""
    with database.session() as session:
        for place, ref in enumerate(who):
            person = session.scalars(select(Person).where(Person.source_ref == ref)).one()
            account = session.scalars(select(Account).where(Account.person_id == person.id)).one()
            account.discreet = not plain
            number = f"+4477009003{0 if same else place:02d}"
            session.add(
                Phone(account_id=account.id, family_id=person.family_id, number=number, number_hash=number_hash(number))
            )
        session.commit()


def sent(database: Database) -> dict[str, list[str]]:
    """Send what is due now; what arrived, by the import reference of whose phone it is."""
    phones = Phones()
    Worker(database.worker, [Outbox(phones, CHECKS, at_once=1)], ()).drain()
    with database.session() as session:
        owners = {
            phone.number: str(session.get_one(Person, account.person_id).source_ref)
            for phone, account in session.execute(select(Phone, Account).join(Account, Account.id == Phone.account_id))
        }
    found: dict[str, list[str]] = {}
    for number, body in phones.texts:
        # who writes, and how to stop, is said once on each number
        found.setdefault(owners[number], []).append(body.split(" Alongside ")[0])
    return found


def dropped(database: Database) -> list[tuple[str, str | None]]:
    """The wordings that were not sent, with the reason, besides those to people without a phone."""
    with database.session() as session:
        rows = session.scalars(select(TextMessage).where(TextMessage.state == "dropped").order_by(TextMessage.id))
        return [(str(row.wording), row.problem) for row in rows if row.problem != "no_phone"]
