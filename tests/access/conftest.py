"""A small street for the tests of signing in: numbers alone and shared, and everybody who may not come in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from portal.access.models import Account, Credential, Device, Phone
from portal.access.passwords import hash_password
from portal.foundation import embedded
from portal.foundation.clock import real_now
from portal.foundation.database import PortalSession
from portal.foundation.phones import number_hash
from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.people.models import Person, Supporter
from portal.settings import Settings
from tests import factories as make
from tests.client import Client
from tests.conftest import Database, _clone, _migrated, _template

PASSWORD = "four words make sense"
HASHED = hash_password(PASSWORD)


@dataclass
class Street:
    """The database, and short ways to look into it and to open browsers."""

    database: Database
    browser: Callable[[], Client]

    def account(self, ref: str) -> Account:
        with self.database.session() as session:
            rows = (
                select(Account)
                .outerjoin(Person, Person.id == Account.person_id)
                .outerjoin(Worker, Worker.id == Account.worker_id)
            )
            return session.scalars(rows.where((Person.source_ref == ref) | (Worker.source_ref == ref))).one()

    def texts(self, number: str) -> list[str]:
        with self.database.session() as session:
            rows = select(TextMessage).where(TextMessage.number_hash == number_hash(number)).order_by(TextMessage.id)
            return [row.body for row in session.scalars(rows)]

    def code(self, number: str) -> str:
        """The digits in the last text to this number."""
        return re.search(r"(\d{3}) (\d{3})", self.texts(number)[-1]).group(0).replace(" ", "")

    def devices(self, ref: str) -> list[Device]:
        with self.database.session() as session:
            return list(
                session.scalars(select(Device).where(Device.account_id == self.account(ref).id).order_by(Device.id))
            )

    def change(self, statement: object) -> None:
        with self.database.session() as session:
            session.execute(statement)
            session.commit()

    def credential(self, ref: str) -> Credential | None:
        with self.database.session() as session:
            return session.get(Credential, self.account(ref).id)

    def ask_code(self, number: str, client: Client | None = None) -> Client:
        """Write a number on the sign-in page; the code page comes next."""
        client = client or self.browser()
        response = client.submit("/sign-in", {"number": number}, status=303)
        assert response.location == "/sign-in/code"
        return client

    def prove(self, number: str, e164: str, client: Client | None = None, **more: str) -> tuple[Client, str]:
        """Number and right code; where it goes next."""
        client = self.ask_code(number, client)
        response = client.submit("/sign-in/code", {"code": self.code(e164), **more}, to="/sign-in/code", status=303)
        return client, response.location

    def home(self, ref: str) -> Client:
        """Somebody signed in, by number and code, who was here before."""
        client, place = self.prove(NUMBERS[ref], NUMBERS[ref])
        assert place == "/home", place
        return client


NUMBERS = {
    "ANA": "+447700900201",
    "BEN": "+447700900202",
    "KIM": "+447700900203",
    "DAD": "+447700900204",
    "SUE": "+447700900205",
    "OLD": "+447700900206",
    "NEW": "+447700900208",
    "NOBORN": "+447700900209",
    "LEA": "+447700900207",
    "MAX": "+447700900207",
}
SHARED = NUMBERS["LEA"]


def _people(engine: Engine) -> None:
    with PortalSession(engine) as session:
        borough = make.organisation(session)
        ada = make.worker(session, borough, "Ada Obi", ref="W-ADA")
        gone = make.worker(session, borough, "Gus Ray", ref="W-GUS", left_on=date(2019, 1, 1))
        other = make.worker(session, borough, "Una Fox", ref="W-UNA")
        for worker, name in ((ada, "ada.obi"), (gone, "gus.ray"), (other, "una.fox")):
            account = session.scalars(select(Account).where(Account.worker_id == worker.id)).one()
            session.add(Credential(account_id=account.id, email=f"{name}@northfield.example", password_hash=HASHED))
        rivera = make.family(session, borough)

        def person(ref: str, name: str, relation: str = "parent", **more: Any) -> Person:
            return make.person(session, rivera, f"{name} Rivera", relation, ref=ref, phone=NUMBERS.get(ref), **more)

        ana = person("ANA", "Ana", joined=True, date_of_birth=date(1980, 2, 3))
        person("BEN", "Ben", "young_person", joined=True, date_of_birth=date(2004, 5, 6))
        person("KIM", "Kim", "young_person", joined=True, language="es")
        person("DAD", "Dad", contact_limit="no_contact", date_of_birth=date(1979, 9, 9))
        person("NEW", "Nia", date_of_birth=date(1985, 7, 8))
        person("NOBORN", "Nob")
        person("NONUMBER", "Nel", date_of_birth=date(1990, 1, 2))
        person("LEA", "Lea", joined=True)
        person("MAX", "Max", joined=True)
        for ref in ("SUE", "OLD"):
            kept = make.supporter(session, rivera, ana, f"{ref.title()} Rivera", ref=ref)
            account = session.scalars(select(Account).where(Account.person_id == kept.id)).one()
            number = {"number": NUMBERS[ref], "number_hash": number_hash(NUMBERS[ref])}
            session.add(Phone(account_id=account.id, family_id=account.family_id, **number))
        session.flush()
        session.execute(update(Supporter).where(Supporter.person_id == kept.id).values(ended_at=real_now()))
        session.execute(update(Account).values(welcomed_at=real_now()))
        make.involvement(session, ada, rivera, lead=True)
        session.commit()


@pytest.fixture(scope="session")
def street_template(server: embedded.Server, settings: Settings) -> str:
    def fill(engine: Engine) -> None:
        _migrated(engine)
        _people(engine)

    return _template(server, settings, "street", fill)


@pytest.fixture
def street(server: embedded.Server, street_template: str, visit: Callable[..., Client]) -> Iterator[Street]:
    """The street, for this test alone."""
    for database in _clone(server, street_template):
        app = visit(database).app
        yield Street(database, lambda app=app: Client(app))
