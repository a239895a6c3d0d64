"""A worker brings somebody in: link, code, in. And a link that is used, old, forged or in the wrong hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from portal.access.actions import invite, set_number, unlock_account
from portal.access.models import Account, Credential, Invitation, Phone
from portal.access.passwords import set_pin
from portal.access.queries import account_state
from portal.foundation.clock import real_now
from portal.foundation.database import PortalSession, Speaker, speak_for
from portal.people.models import Person
from tests.access.conftest import NUMBERS, SHARED, Street
from tests.access.test_devices import out, signed_in
from tests.client import Client


def as_worker(street: Street, ref: str = "W-ADA") -> PortalSession:
    session = PortalSession(street.database.web)
    speak_for(session, Speaker(worker_id=street.account(ref).worker_id))
    return session


def link(street: Street, who: str) -> str:
    with as_worker(street) as session:
        account = session.get_one(Account, street.account(who).id)
        token = invite(session, street.account("W-ADA").worker_id, account)
        session.commit()
    assert token is not None
    return f"/join/{token}"


def over(client: Client, path: str) -> bool:
    return "does not work any more" in client.text(path, 404)


def test_a_link_then_a_code_then_in(street: Street) -> None:
    path, client = link(street, "NOBORN"), street.browser()
    words = client.text(path)
    assert "You are invited" in words
    assert "Nob" not in words
    assert "900209" not in words
    assert client.submit(path, {}, to=path, status=303).location == "/sign-in/code"
    post = {"code": street.code(NUMBERS["NOBORN"])}
    assert client.submit("/sign-in/code", post, to="/sign-in/code", status=303).location == "/welcome"
    assert street.account("NOBORN").joined_at is not None
    assert over(street.browser(), path)


def test_the_link_alone_opens_nothing(street: Street) -> None:
    path, client = link(street, "NOBORN"), street.browser()
    client.submit(path, {}, to=path, status=303)
    client.submit("/sign-in/code", {"code": "000000"}, to="/sign-in/code", status=422)
    assert out(client)
    assert client.get("/join/pin", 303).location == "/sign-in"


def test_two_with_one_link(street: Street) -> None:
    """Both ask for the code, one gives it: the other finds the link used."""
    path = link(street, "NOBORN")
    first, second = street.browser(), street.browser()
    first.submit(path, {}, to=path, status=303)
    older = street.code(NUMBERS["NOBORN"])
    second.submit(path, {}, to=path, status=303)
    assert "run out" in first.submit("/sign-in/code", {"code": older}, to="/sign-in/code", status=422).get_data(
        as_text=True
    )
    second.submit("/sign-in/code", {"code": street.code(NUMBERS["NOBORN"])}, to="/sign-in/code", status=303)
    again = first.submit("/sign-in/code", {}, to="/sign-in/again", status=303)
    assert again.location == "/sign-in"
    assert "took too long" in first.text("/sign-in")


def test_links_that_are_old_forged_or_followed_by_a_newer_one(street: Street) -> None:
    client = street.browser()
    older = link(street, "NOBORN")
    newer = link(street, "NOBORN")
    assert over(client, older)
    assert "You are invited" in client.text(newer)
    street.change(update(Invitation).values(expires_at=real_now() - timedelta(seconds=1)))
    assert over(client, newer)
    pages = [client.get(path, 404).get_data(as_text=True).replace(path, "") for path in (newer, "/join/nonsense")]
    assert pages[0] == pages[1]
    for token in ("a" * 500, "%00", "..%2f", "<b>"):
        assert client.browser.get(f"/join/{token}").status_code in (400, 404)


def test_a_link_lasts_an_hour(street: Street) -> None:
    link(street, "NOBORN")
    with street.database.session() as session:
        made = session.scalars(select(Invitation)).one()
        assert made.expires_at - made.made_at == timedelta(hours=1)


def test_without_a_number_on_record_the_person_types_it(street: Street) -> None:
    path, client = link(street, "NONUMBER"), street.browser()
    typed = {"number": "07700 900250", "birthday-day": "3", "birthday-month": "1", "birthday-year": "1990"}
    page = client.submit(path, typed, to=path, status=422)
    assert "not the date we have" in page.get_data(as_text=True)
    assert client.soup_of(page).find(id="number")["value"] == "07700 900250"
    assert street.texts("+447700900250") == []
    client.submit(path, typed | {"birthday-day": "2"}, to=path, status=303)
    post = {"code": street.code("+447700900250")}
    assert client.submit("/sign-in/code", post, to="/sign-in/code", status=303).location == "/welcome"
    with street.database.session() as session:
        kept = session.scalars(select(Phone).where(Phone.account_id == street.account("NONUMBER").id)).one()
        assert kept.number == "+447700900250"
    assert street.prove("07700 900250", "+447700900250")[1] == "/home"


def test_on_a_shared_number_they_choose_a_pin(street: Street) -> None:
    path, client = link(street, "LEA"), street.browser()
    client.submit(path, {}, to=path, status=303)
    post = {"code": street.code(SHARED)}
    assert client.submit("/sign-in/code", post, to="/sign-in/code", status=303).location == "/join/pin"
    assert out(client)
    client.submit("/join/pin", {"pin": "4821", "again": "4822"}, status=422)
    assert client.submit("/join/pin", {"pin": "4821", "again": "4821"}, status=303).location == "/welcome"
    other, _ = street.prove(SHARED, SHARED)
    other.submit("/sign-in/who", {"who": street.account("LEA").ref}, status=303)
    assert other.submit("/sign-in/pin", {"pin": "4821"}, status=303).location == "/home"


def test_a_worker_opens_a_closed_pin(street: Street) -> None:
    with street.database.session() as session:
        set_pin(session, street.account("ANA").id, "4821")
        session.execute(update(Credential).where(Credential.account_id == street.account("ANA").id).values(pin_tries=5))
        session.commit()
    path, client = link(street, "ANA"), street.browser()
    client.submit(path, {}, to=path, status=303)
    client.submit("/sign-in/code", {"code": street.code(NUMBERS["ANA"])}, to="/sign-in/code", status=303)
    assert not out(client)
    assert street.credential("ANA").pin_hash is None


@pytest.mark.parametrize("who", ["DAD", "OLD"])
def test_some_cannot_be_invited(street: Street, who: str) -> None:
    with as_worker(street) as session:
        account = session.get_one(Account, street.account(who).id)
        assert invite(session, street.account("W-ADA").worker_id, account) is None
        assert account_state(session, account).state == "shut"


def test_a_link_stops_when_contact_is_ruled_out(street: Street) -> None:
    path = link(street, "NOBORN")
    person = street.account("NOBORN").person_id
    street.change(update(Person).where(Person.id == person).values(contact_limit="no_contact"))
    assert over(street.browser(), path)


def test_the_database_refuses_a_worker_who_is_not_there_for_them(street: Street) -> None:
    with as_worker(street, "W-UNA") as session:
        assert session.get(Account, street.account("ANA").id) is None
        theirs = street.account("ANA")
        with pytest.raises(DBAPIError):
            invite(session, street.account("W-UNA").worker_id, theirs)


def test_how_an_account_stands(street: Street) -> None:
    def state(who: str) -> str:
        with as_worker(street) as session:
            return account_state(session, session.get_one(Account, street.account(who).id)).state

    assert state("NEW") == "new"
    link(street, "NEW")
    assert state("NEW") == "invited"
    assert state("BEN") == "joined"
    client = signed_in(street, "BEN")
    client.submit("/taken", {}, to="/taken", status=303)
    assert state("BEN") == "locked"
    with as_worker(street) as session:
        found = account_state(session, session.get_one(Account, street.account("BEN").id))
        assert (found.by, found.since is not None) == ("self", True)


def test_a_worker_writes_down_a_new_number(street: Street) -> None:
    for who in ("BEN", "NONUMBER"):
        with as_worker(street) as session:
            set_number(session, session.get_one(Account, street.account(who).id), "+447700900260")
            session.commit()
    street.ask_code(NUMBERS["BEN"])
    assert street.texts(NUMBERS["BEN"]) == []
    street.ask_code("07700 900260")
    assert len(street.texts("+447700900260")) == 1


def test_only_a_locked_account_is_unlocked(street: Street) -> None:
    with as_worker(street) as session:
        account = session.get_one(Account, street.account("ANA").id)
        assert unlock_account(session, street.account("W-ADA").worker_id, account) is None
