"""One's own account: the first visit, language, texts, this phone, PIN."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from portal.access.models import Account, Credential
from portal.foundation import language
from tests.access.conftest import NUMBERS, PASSWORD, Street
from tests.access.test_devices import signed_in


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "offered", lambda folder: ("en", "es"))


def newcomer(street: Street):
    street.change(update(Account).where(Account.id == street.account("ANA").id).values(welcomed_at=None))
    client, place = street.prove(NUMBERS["ANA"], NUMBERS["ANA"])
    assert place == "/welcome"
    return client


def test_the_first_visit_asks_three_things(street: Street, spanish: None) -> None:
    client = newcomer(street)
    soup = client.soup("/welcome")
    assert {field["name"] for field in soup.find_all("input", type="radio")} == {"language", "texts", "shared"}
    chosen = {"language": "en", "texts": "plain", "shared": "yes"}
    assert client.submit("/welcome", chosen, to="/welcome", status=303).location == "/home"
    account, (device,) = street.account("ANA"), street.devices("ANA")
    assert (account.language, account.discreet, device.shared) == ("en", False, True)
    assert account.welcomed_at is not None
    assert street.prove(NUMBERS["ANA"], NUMBERS["ANA"])[1] == "/home"


def test_each_question_can_be_skipped(street: Street) -> None:
    client = newcomer(street)
    assert client.submit("/welcome", {"skip": "yes", "texts": "plain"}, to="/welcome", status=303).location == "/home"
    account, (device,) = street.account("ANA"), street.devices("ANA")
    assert (account.language, account.discreet, device.shared) == (None, True, False)
    assert account.welcomed_at is not None


def test_nonsense_is_not_kept(street: Street) -> None:
    client = signed_in(street)
    client.submit("/account", {"language": "tlh", "texts": "<b>", "shared": "perhaps"}, to="/account", status=303)
    account = street.account("ANA")
    assert (account.language, account.discreet, street.devices("ANA")[0].shared) == ("en", True, False)


def test_a_shared_phone_can_be_ones_own_again(street: Street) -> None:
    client = signed_in(street)
    for said, minutes in (("yes", 10), ("no", 14 * 24 * 60)):
        client.submit("/account", {"shared": said}, to="/account", status=303)
        assert street.devices("ANA")[0].idle_minutes == minutes


def post_language(client, **form: str):
    token = client.soup("/account" if client.browser.get_cookie("device") else "/sign-in")
    token = token.find("input", attrs={"name": "csrf_token"})["value"]
    return client.post("/language", {"csrf_token": token, **form}, 303)


def test_a_language_is_kept_with_the_account(street: Street, spanish: None) -> None:
    client = signed_in(street)
    assert post_language(client, language="es", next="/plan?page=2").location == "/plan?page=2"
    assert street.account("ANA").language == "es"
    assert 'lang="es"' in client.get("/home").get_data(as_text=True)
    assert post_language(client, language="xx", next="//evil.example").location == "/"
    assert street.account("ANA").language == "es"


def test_signed_out_a_language_is_kept_in_a_cookie(street: Street, spanish: None) -> None:
    client = street.browser()
    assert post_language(client, language="es", next="https://evil.example/").location == "/"
    assert 'lang="es"' in client.get("/sign-in").get_data(as_text=True)


def test_setting_and_changing_a_pin(street: Street) -> None:
    client = signed_in(street)
    for pin, again, said in (
        ("123", "123", "4 to 6 numbers"),
        ("abcd", "abcd", "4 to 6 numbers"),
        ("1111", "1111", "easy to guess"),
        ("654321", "654321", "easy to guess"),
        ("4821", "4812", "not the same"),
    ):
        page = client.submit("/account/pin", {"pin": pin, "again": again}, to="/account/pin", status=422)
        assert said in page.get_data(as_text=True)
        assert f'value="{pin}"' not in page.get_data(as_text=True)
    client.submit("/account/pin", {"pin": "4821", "again": "4821"}, to="/account/pin", status=303)
    assert "You have a PIN" in client.text("/account")
    kept = street.credential("ANA").pin_hash
    assert kept.startswith("$argon2id$")
    wrong = {"old": "0000", "pin": "7093", "again": "7093"}
    assert "That is not your PIN" in client.submit("/account/pin", wrong, to="/account/pin", status=422).get_data(
        as_text=True
    )
    client.submit("/account/pin", wrong | {"old": "4821"}, to="/account/pin", status=303)
    assert street.credential("ANA").pin_hash != kept
    assert street.prove(NUMBERS["ANA"], NUMBERS["ANA"])[1] == "/sign-in/pin"


def test_somebody_with_a_shared_number_is_told_to_set_a_pin(street: Street) -> None:
    assert "Somebody else has your phone number too" in signed_in(street, "LEA").text("/account")
    assert "Somebody else has your phone number too" not in signed_in(street).text("/account")


@pytest.mark.parametrize("path", ["/account", "/account/pin", "/welcome"])
def test_signed_out_there_is_no_account(street: Street, path: str) -> None:
    assert street.browser().get(path, 302).location.startswith("/sign-in")


def test_the_database_keeps_credentials_apart(street: Street) -> None:
    """The second lock: nobody reads another's password or PIN, not even a worker who may bring them in."""
    from portal.foundation.database import PortalSession, Speaker, speak_for

    with PortalSession(street.database.web) as session:
        speak_for(session, Speaker(worker_id=street.account("W-ADA").worker_id))
        assert set(session.scalars(select(Credential.account_id))) == {street.account("W-ADA").id}
        speak_for(session, Speaker(person_id=street.account("ANA").person_id))
        assert list(session.scalars(select(Credential.password_hash))) == []
        assert PASSWORD
