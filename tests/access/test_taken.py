""" "My phone was taken": locked at once, by the person or a worker, and only a worker opens it again."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.access.actions import lock_account
from portal.access.models import Account
from portal.foundation.database import PortalSession
from tests.access.conftest import NUMBERS, SHARED, Street
from tests.access.test_devices import out, signed_in
from tests.access.test_invitation import as_worker, link

ANA = {"number": "07700 900201", "birthday-day": "3", "birthday-month": "2", "birthday-year": "1980"}


def test_signed_in_one_button_locks_everything(street: Street) -> None:
    taken, here = signed_in(street), signed_in(street)
    assert "My phone was taken" in here.text("/account")
    response = here.submit("/taken", {}, to="/taken", status=303)
    assert response.location == "/taken/locked"
    assert "Tell your worker" in here.text("/taken/locked")
    assert out(taken)
    assert out(here)
    street.ask_code(NUMBERS["ANA"])
    assert street.texts(NUMBERS["ANA"]) == []
    assert street.account("ANA").locked_by == "self"


def test_signed_out_number_and_birthday_lock_it(street: Street) -> None:
    client, stolen = street.browser(), signed_in(street)
    right = client.submit("/taken", ANA, to="/taken", status=303)
    assert street.account("ANA").locked_at is not None
    assert out(stolen)
    for wrong in (ANA | {"birthday-year": "1981"}, ANA | {"number": NUMBERS["BEN"]}, ANA | {"number": "+447700900299"}):
        other = street.browser().submit("/taken", wrong, to="/taken", status=303)
        assert (other.location, other.get_data()) == (right.location, right.get_data())
    assert street.account("BEN").locked_at is None


def test_what_is_missing_is_said_and_the_rest_kept(street: Street) -> None:
    client = street.browser()
    for wrong in ({"number": "nope"}, {"birthday-day": ""}, {"birthday-month": "13"}, {"birthday-year": "<b>"}):
        page = client.submit("/taken", ANA | wrong, to="/taken", status=422)
        soup = client.soup_of(page)
        for name, value in (ANA | wrong).items():
            assert soup.find(attrs={"name": name}).get("value", "") == value
    assert street.account("ANA").locked_at is None


def test_nobody_tries_birthdays_for_ever(street: Street) -> None:
    for year in range(1981, 1986):
        street.browser().submit("/taken", ANA | {"birthday-year": str(year)}, to="/taken", status=303)
    page = street.browser().submit("/taken", ANA, to="/taken", status=429)
    assert "Call your worker" in page.get_data(as_text=True)
    assert street.account("ANA").locked_at is None


def test_everybody_on_that_number_is_signed_out_and_gets_no_code(street: Street) -> None:
    """They may have signed in on the phone that was taken."""
    lea, max_ = signed_in(street, "LEA"), signed_in(street, "MAX")
    lea.submit("/taken", {}, to="/taken", status=303)
    assert out(max_)
    assert street.account("MAX").locked_at is None
    street.ask_code(SHARED)
    assert street.texts(SHARED) == []


def test_a_code_on_its_way_no_longer_works(street: Street) -> None:
    thief = street.ask_code(NUMBERS["ANA"])
    code = street.code(NUMBERS["ANA"])
    signed_in(street).submit("/taken", {}, to="/taken", status=303)
    thief.submit("/sign-in/code", {"code": code}, to="/sign-in/code", status=422)


def test_a_phone_that_exit_covered_is_locked_too(street: Street) -> None:
    covered, here = signed_in(street), signed_in(street)
    covered.submit("/account/pin", {"pin": "4821", "again": "4821"}, to="/account/pin", status=303)
    covered.get("/exit", 303)
    here.submit("/taken", {}, to="/taken", status=303)
    assert covered.get("/sign-in/back", 303).location == "/sign-in?code=1"


def test_only_a_workers_link_opens_it_again(street: Street) -> None:
    signed_in(street).submit("/taken", {}, to="/taken", status=303)
    path, client = link(street, "ANA"), street.browser()
    assert street.account("ANA").locked_at is not None
    client.submit(path, {}, to=path, status=303)
    post = {"code": street.code(NUMBERS["ANA"])}
    client.submit("/sign-in/code", post, to="/sign-in/code", status=303)
    assert street.account("ANA").locked_at is None
    assert not out(client)


def test_a_worker_locks_for_them_and_nobody_elses_worker_does(street: Street) -> None:
    client = signed_in(street)
    theirs = street.account("ANA")
    with as_worker(street, "W-UNA") as session:
        assert lock_account(session, theirs) is False
        session.commit()
    assert not out(client)
    with as_worker(street) as session:
        assert lock_account(session, session.get_one(Account, theirs.id)) is True
        session.commit()
    assert out(client)
    assert street.account("ANA").locked_by == "worker"


def test_a_person_locks_nobody_else(street: Street) -> None:
    from portal.foundation.database import Speaker, speak_for

    with PortalSession(street.database.web) as session:
        speak_for(session, Speaker(person_id=street.account("BEN").person_id))
        assert lock_account(session, street.account("ANA")) is False


def test_the_web_cannot_shut_an_account_behind_the_functions_that_decide(street: Street) -> None:
    with PortalSession(street.database.web) as session, pytest.raises(DBAPIError, match="permission denied"):
        session.execute(select(text("shut_account(1, 'self')")))
