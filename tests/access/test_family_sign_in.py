"""Families signing in by number and code, and everything that can go wrong on the way."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from portal.access.models import Account, Attempt, SignInCode
from portal.access.passwords import set_pin
from portal.foundation.clock import real_now
from portal.foundation.language import languages
from tests.access.conftest import NUMBERS, SHARED, Street
from tests.client import Client

UNKNOWN = "+447700900299"


def plain(page: str) -> str:
    """The page without what differs for every visitor, and without the demo's own link."""
    page = re.sub(r'name="csrf_token" value="[^"]*"', "", page)
    return re.sub(r"/demo/phone/\S+?\"", "", page)


def test_a_number_in_any_usual_form(street: Street) -> None:
    for typed in ("07700 900201", "0044 7700 900201", "(07700) 900-201", " 7700900201 ", "٠٧٧٠٠ ٩٠٠٢٠١"):
        street.change(delete(Attempt))
        client, place = street.prove(typed, NUMBERS["ANA"])
        assert place == "/home"
    assert "Ana" in client.text("/home")


def test_the_text_tells_a_stranger_nothing(street: Street) -> None:
    street.ask_code(NUMBERS["ANA"])
    (body,) = street.texts(NUMBERS["ANA"])
    assert re.fullmatch(r"Your Alongside code is \d{3} \d{3}\. It works for 10 minutes\.", body)


def test_the_text_and_what_comes_after_exit_are_in_their_language(street: Street) -> None:
    """Spanish is offered where its catalogue is compiled, as `make test` does; elsewhere everybody reads English."""
    client = street.ask_code(NUMBERS["KIM"])
    with client.app.app_context():
        offered = "es" in languages()
    (body,) = street.texts(NUMBERS["KIM"])
    assert offered == (not body.startswith("Your Alongside"))
    client.submit("/sign-in/code", {"code": street.code(NUMBERS["KIM"])}, to="/sign-in/code", status=303)
    client.browser.get("/exit")
    assert (client.soup("/sign-in").html["lang"] == "es") == offered


@pytest.mark.parametrize("ref", ["DAD", "OLD", "LOCKED", "UNKNOWN"])
def test_the_answer_is_the_same_and_no_text_goes_out(street: Street, ref: str) -> None:
    if ref == "LOCKED":
        street.change(update(Account).where(Account.id == street.account("BEN").id).values(locked_at=real_now()))
    number = {"LOCKED": NUMBERS["BEN"], "UNKNOWN": UNKNOWN}.get(ref) or NUMBERS[ref]
    known, other = street.ask_code(NUMBERS["ANA"]), street.ask_code(number)
    pages = [client.get("/sign-in/code").get_data(as_text=True) for client in (known, other)]
    assert plain(pages[0]) == plain(pages[1])
    assert street.texts(number) == []
    wrong = [
        client.submit("/sign-in/code", {"code": "000000"}, to="/sign-in/code", status=422).get_data(as_text=True)
        for client in (known, other)
    ]
    assert plain(wrong[0]) == plain(wrong[1])


def test_somebody_without_contact_closes_the_number_for_all_on_it(street: Street) -> None:
    """Whoever holds that phone would get the code."""
    from portal.access.models import Phone
    from portal.foundation.phones import number_hash

    dads = {"number": NUMBERS["DAD"], "number_hash": number_hash(NUMBERS["DAD"])}
    street.change(update(Phone).where(Phone.account_id == street.account("ANA").id).values(**dads))
    street.ask_code(NUMBERS["DAD"])
    assert street.texts(NUMBERS["DAD"]) == []


def test_what_is_no_number_is_said_and_kept(street: Street) -> None:
    client = street.browser()
    for typed in ("", "nope", "123", "<script>alert(1)</script>", "=1+1", "0" * 10_000):
        response = client.submit("/sign-in", {"number": typed}, status=422)
        assert "<script>alert" not in response.get_data(as_text=True)
        field = client.soup_of(response).find(id="number")
        assert field.get("value", "") == typed
        assert field["aria-describedby"] == "number-error"


def test_wrong_codes_are_counted_and_the_fifth_closes_it(street: Street) -> None:
    client = street.ask_code(NUMBERS["ANA"])
    right = street.code(NUMBERS["ANA"])
    wrong = "111111" if right != "111111" else "222222"
    for left in (4, 3, 2, 1):
        page = client.submit("/sign-in/code", {"code": wrong}, to="/sign-in/code", status=422)
        assert f"{left} more time" in page.get_data(as_text=True)
        assert client.soup_of(page).find(id="code")["value"] == wrong
    for code in (wrong, right):
        page = client.submit("/sign-in/code", {"code": code}, to="/sign-in/code", status=422)
        assert "this code is closed" in page.get_data(as_text=True)
    assert not street.devices("ANA")


def test_what_is_no_code_costs_no_try(street: Street) -> None:
    client = street.ask_code(NUMBERS["ANA"])
    for typed in ("", "12345", "1234567", "abcdef", "<b>123456</b>", "1" * 10_000):
        client.submit("/sign-in/code", {"code": typed}, to="/sign-in/code", status=422)
    spaced = street.code(NUMBERS["ANA"])[:3] + " " + street.code(NUMBERS["ANA"])[3:]
    assert client.submit("/sign-in/code", {"code": spaced}, to="/sign-in/code").status_code == 303


def test_a_code_runs_out_and_a_new_one_works(street: Street) -> None:
    client = street.ask_code(NUMBERS["ANA"])
    street.change(update(SignInCode).values(expires_at=real_now() - timedelta(seconds=1)))
    page = client.submit("/sign-in/code", {"code": street.code(NUMBERS["ANA"])}, to="/sign-in/code", status=422)
    assert "has run out or was used" in page.get_data(as_text=True)
    client.submit("/sign-in/code", {}, to="/sign-in/again", status=303)
    assert "A new code is on its way" in client.text("/sign-in/code")
    newest = {"code": street.code(NUMBERS["ANA"])}
    assert client.submit("/sign-in/code", newest, to="/sign-in/code", status=303).location == "/home"


def test_codes_last_ten_minutes_by_the_real_clock(street: Street, at) -> None:
    at("2019-07-15T10:00")
    street.ask_code(NUMBERS["ANA"])
    with street.database.session() as session:
        code = session.query(SignInCode).one()
        assert timedelta(minutes=9) < code.expires_at - real_now() <= timedelta(minutes=10)


def test_a_code_is_used_once(street: Street) -> None:
    client = street.ask_code(NUMBERS["ANA"])
    hidden = client.soup("/sign-in/code").find("input", attrs={"name": "csrf_token"})["value"]
    cookie = client.browser.get_cookie("form").value
    post = {"csrf_token": hidden, "code": street.code(NUMBERS["ANA"])}
    assert client.post("/sign-in/code", post, 303).location == "/home"
    other = street.browser()
    other.browser.set_cookie("form", cookie)
    assert "has run out or was used" in other.post("/sign-in/code", post, 422).get_data(as_text=True)
    assert len(street.devices("ANA")) == 1


def test_what_a_code_proved_ends_with_signing_in(street: Street) -> None:
    """An old cookie from between code and PIN opens nothing afterwards."""
    pins(street)
    client, _place = street.prove(SHARED, SHARED)
    client.submit("/sign-in/who", {"who": street.account("LEA").ref}, status=303)
    cookie = client.browser.get_cookie("form").value
    client.submit("/sign-in/pin", {"pin": "4821"}, status=303)
    other = street.browser()
    other.browser.set_cookie("form", cookie)
    assert other.get("/sign-in/pin", 303).location == "/sign-in"


def test_a_newer_code_ends_the_older(street: Street) -> None:
    first = street.ask_code(NUMBERS["ANA"])
    older = street.code(NUMBERS["ANA"])
    street.ask_code(NUMBERS["ANA"])
    page = first.submit("/sign-in/code", {"code": older}, to="/sign-in/code", status=422).get_data(as_text=True)
    assert "has run out or was used" in page


@pytest.mark.parametrize("number", [NUMBERS["ANA"], UNKNOWN])
def test_three_codes_in_a_quarter_of_an_hour(street: Street, number: str) -> None:
    for _ in range(3):
        street.ask_code(number)
    page = street.browser().submit("/sign-in", {"number": number}, status=429)
    assert "too many codes" in page.get_data(as_text=True)
    assert number in page.get_data(as_text=True)
    street.change(update(Attempt).values(at=Attempt.at - timedelta(minutes=16)))
    street.ask_code(number)
    assert len(street.texts(number)) == (4 if number != UNKNOWN else 0)


def test_ten_codes_in_a_day(street: Street) -> None:
    for _ in range(10):
        street.change(update(Attempt).values(at=Attempt.at - timedelta(minutes=16)))
        street.ask_code(NUMBERS["ANA"])
    street.change(update(Attempt).values(at=Attempt.at - timedelta(minutes=16)))
    street.browser().submit("/sign-in", {"number": NUMBERS["ANA"]}, status=429)


def test_whoever_knows_a_number_cannot_keep_its_owner_outside_from_afar(street: Street) -> None:
    for _ in range(3):
        ask_from("198.51.100.7", street, 303)
    ask_from("198.51.100.7", street, 429)
    ask_from("203.0.113.9", street, 303)
    assert len(street.texts(NUMBERS["ANA"])) == 4


def test_all_addresses_together_cannot_flood_a_number(street: Street) -> None:
    for last in range(6):
        ask_from(f"198.51.100.{last}", street, 303)
    ask_from("203.0.113.9", street, 429)
    assert len(street.texts(NUMBERS["ANA"])) == 6


def ask_from(address: str, street: Street, status: int) -> None:
    client = street.browser()
    client.browser.environ_base["REMOTE_ADDR"] = address
    client.submit("/sign-in", {"number": NUMBERS["ANA"]}, status=status)


def test_one_address_cannot_guess_for_ever(street: Street) -> None:
    numbers = [f"+4477009003{n:02}" for n in range(8)]
    for number in numbers[:7]:
        client = street.ask_code(number)
        for _ in range(4):
            client.submit("/sign-in/code", {"code": "000000"}, to="/sign-in/code", status=422)
    client = street.ask_code(numbers[7])
    codes = [client.submit("/sign-in/code", {"code": "000000"}, to="/sign-in/code").status_code for _ in range(3)]
    assert codes == [422, 422, 429]


def test_the_first_time_without_a_worker_asks_for_the_birthday(street: Street) -> None:
    client, place = street.prove(NUMBERS["NEW"], NUMBERS["NEW"])
    assert place == "/sign-in/birthday"
    wrong = {"birthday-day": "1", "birthday-month": "7", "birthday-year": "1985"}
    page = client.submit("/sign-in/birthday", wrong, status=422)
    assert "not the date we have" in page.get_data(as_text=True)
    assert client.soup_of(page).find(id="birthday-year")["value"] == "1985"
    right = wrong | {"birthday-day": "8"}
    assert client.submit("/sign-in/birthday", right, status=303).location == "/home"
    assert street.account("NEW").joined_at is not None


def test_birthdays_cannot_be_tried_for_ever(street: Street) -> None:
    client, _ = street.prove(NUMBERS["NEW"], NUMBERS["NEW"])
    post = {"birthday-day": "1", "birthday-month": "1", "birthday-year": "1985"}
    codes = [client.submit("/sign-in/birthday", post).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    client.submit(
        "/sign-in/birthday", {"birthday-day": "8", "birthday-month": "7", "birthday-year": "1985"}, status=429
    )


def test_without_a_birthday_on_record_the_worker_helps(street: Street) -> None:
    client, place = street.prove(NUMBERS["NOBORN"], NUMBERS["NOBORN"])
    assert place == "/sign-in/ask-worker"
    assert "Your worker can let you in" in client.text(place)
    assert client.get("/home", 302).location.startswith("/sign-in")


def test_a_supporter_signs_in_and_sees_their_own_page(street: Street) -> None:
    client, _place = street.prove(NUMBERS["SUE"], NUMBERS["SUE"])
    assert client.get("/home", 302).location == "/supporting"


def pins(street: Street) -> None:
    with street.database.session() as session:
        set_pin(session, street.account("LEA").id, "4821")
        set_pin(session, street.account("MAX").id, "7093")
        session.commit()


def test_a_shared_number_asks_who_by_initials_and_then_for_the_pin(street: Street) -> None:
    pins(street)
    client, place = street.prove(SHARED, SHARED)
    assert place == "/sign-in/who"
    words = client.text(place)
    assert "L. R." in words
    assert "M. R." in words
    assert "Lea" not in words
    assert "Rivera" not in words
    assert client.submit("/sign-in/who", {"who": street.account("LEA").ref}, status=303).location == "/sign-in/pin"
    page = client.submit("/sign-in/pin", {"pin": "7093"}, status=422)
    assert "You can try 4 more times" in page.get_data(as_text=True)
    assert client.submit("/sign-in/pin", {"pin": "4821"}, status=303).location == "/home"
    assert "Lea" in client.text("/home")


def test_nobody_becomes_somebody_else_before_the_code(street: Street) -> None:
    client = street.ask_code(SHARED)
    for path in ("/sign-in/who", "/sign-in/pin", "/sign-in/birthday", "/join/pin"):
        assert client.get(path, 303).location == "/sign-in"
        client = street.ask_code(SHARED) if path == "/sign-in/who" else client


def test_a_forged_choice_is_refused(street: Street) -> None:
    pins(street)
    client, _ = street.prove(SHARED, SHARED)
    for who in (street.account("ANA").ref, "", "'; drop table account"):
        client.submit("/sign-in/who", {"who": who}, status=422)


def test_five_wrong_pins_close_it_for_the_right_one_too(street: Street) -> None:
    pins(street)
    client, _ = street.prove(SHARED, SHARED)
    client.submit("/sign-in/who", {"who": street.account("LEA").ref}, status=303)
    for _ in range(4):
        client.submit("/sign-in/pin", {"pin": "9999"}, status=422)
    for pin in ("9999", "4821"):
        page = client.submit("/sign-in/pin", {"pin": pin}, status=422)
        assert "Your PIN is closed" in page.get_data(as_text=True)
    assert not street.devices("LEA")


def test_a_first_pin_on_a_shared_number_is_not_taken_on_trust(street: Street) -> None:
    """Whoever picks up the family's phone first could pass for somebody else: a worker stands beside them."""
    client, _ = street.prove(SHARED, SHARED)
    assert (
        client.submit("/sign-in/who", {"who": street.account("LEA").ref}, status=303).location == "/sign-in/ask-worker"
    )
    assert not street.devices("LEA")


def test_same_initials_are_told_apart_by_first_names() -> None:
    from portal.access.views import by_initials

    assert by_initials([("1", "Leo Marin"), ("2", "Lara Marin"), ("3", "Rosa Marin")]) == [
        ("1", "Leo"), ("2", "Lara"), ("3", "R. M.")
    ]  # fmt: skip


def test_a_shared_computer_gets_a_short_session(street: Street) -> None:
    client, _ = street.prove(NUMBERS["ANA"], NUMBERS["ANA"], shared="y")
    (device,) = street.devices("ANA")
    assert (device.shared, device.idle_minutes) == (True, 10)
    assert client.browser.get_cookie("device").max_age is None
    assert 'data-cover-after="120"' in client.get("/home").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ("/plan", "/plan"),
        ("//evil.example", "/home"),
        ("https://evil.example", "/home"),
        ("/\\evil.example", "/home"),
        ("/exit", "/home"),
    ],
)
def test_after_signing_in_one_goes_where_one_wanted_but_only_here(street: Street, wish: str, place: str) -> None:
    client = street.browser()
    client.get("/sign-in", query_string={"next": wish})
    token = client.soup("/sign-in?next=" + wish).find("input", attrs={"name": "csrf_token"})["value"]
    client.post("/sign-in", {"csrf_token": token, "number": NUMBERS["ANA"]}, 303)
    post = {"code": street.code(NUMBERS["ANA"])}
    assert client.submit("/sign-in/code", post, to="/sign-in/code", status=303).location == place


def test_a_page_without_its_token_changes_nothing(street: Street) -> None:
    client = street.browser()
    client.post("/sign-in", {"number": NUMBERS["ANA"]}, 400)
    assert street.texts(NUMBERS["ANA"]) == []


def test_the_cookie_shows_no_number_and_pages_are_not_kept(street: Street) -> None:
    client: Client = street.ask_code(NUMBERS["ANA"])
    import base64

    value = client.browser.get_cookie("form").value.split(".")[0]
    seen = base64.urlsafe_b64decode(value + "===")
    assert b"900201" not in seen
    assert client.get("/sign-in/code").headers["Cache-Control"] == "no-store"
