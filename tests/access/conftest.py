"""A small street for the tests of signing in: numbers alone and shared, and everybody who may not come in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from portal.access.models import Account, Credential, Device
from portal.access.passwords import hash_password
from portal.foundation.clock import real_now
from portal.foundation.phones import number_hash
from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.people.models import Person, Supporter
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

PASSWORD = "four words make sense"


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
}
SHARED = "+447700900207"


@pytest.fixture
def street(database: Database, visit: Callable[..., Client]) -> Street:
    with database.session() as session:
        borough = make.organisation(session)
        ada = make.worker(session, borough, "Ada Obi", ref="W-ADA", email="ada.obi@northfield.example")
        gone = make.worker(session, borough, "Gus Ray", ref="W-GUS", left_on=date(2020, 1, 1))
        other = make.worker(session, borough, "Una Fox", ref="W-UNA")
        for worker, email in (
            (ada, "ada.obi@northfield.example"),
            (gone, "gus.ray@northfield.example"),
            (other, "una.fox@northfield.example"),
        ):
            account = session.scalars(select(Account).where(Account.worker_id == worker.id)).one()
            session.add(Credential(account_id=account.id, email=email, password_hash=hash_password(PASSWORD)))
        rivera = make.family(session, borough)
        ana = make.person(
            session,
            rivera,
            "Ana Rivera",
            ref="ANA",
            phone=NUMBERS["ANA"],
            joined=True,
            date_of_birth=date(1980, 2, 3),
            language="es",
        )
        make.person(
            session,
            rivera,
            "Ben Rivera",
            "young_person",
            ref="BEN",
            phone=NUMBERS["BEN"],
            joined=True,
            date_of_birth=date(2004, 5, 6),
        )
        make.person(session, rivera, "Kim Rivera", "young_person", ref="KIM", phone=NUMBERS["KIM"], joined=True)
        make.person(session, rivera, "Dad Rivera", ref="DAD", phone=NUMBERS["DAD"], contact_limit="no_contact")
        make.person(session, rivera, "Nia Rivera", ref="NEW", phone=NUMBERS["NEW"], date_of_birth=date(1985, 7, 8))
        make.person(session, rivera, "Nob Rivera", ref="NOBORN", phone=NUMBERS["NOBORN"])
        make.person(session, rivera, "Nel Rivera", ref="NONUMBER", date_of_birth=date(1990, 1, 2))
        for name, ref in (("Lea Rivera", "LEA"), ("Max Rivera", "MAX")):
            make.person(session, rivera, name, ref=ref, phone=SHARED, joined=True)
        for ref in ("SUE", "OLD"):
            kept = make.supporter(session, rivera, ana, f"{ref.title()} Rivera", ref=ref)
            account = session.scalars(select(Account).where(Account.person_id == kept.id)).one()
            session.add(make_phone(account, NUMBERS[ref]))
        session.flush()
        session.execute(update(Supporter).where(Supporter.person_id == kept.id).values(ended_at=real_now()))
        session.execute(update(Account).values(welcomed_at=datetime(2019, 1, 7, 13, tzinfo=real_now().tzinfo)))
        make.involvement(session, ada, rivera, lead=True)
        session.commit()
    return Street(database, lambda: visit(database))


def make_phone(account: Account, number: str):
    from portal.access.models import Phone

    return Phone(account_id=account.id, family_id=account.family_id, number=number, number_hash=number_hash(number))
