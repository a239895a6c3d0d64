"""Devices: how long they stay signed in, signing them out, Exit and what comes back after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.access.models import Device
from portal.foundation.clock import real_now
from tests.access.conftest import NUMBERS, Street
from tests.client import Client, sign_in

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"


def signed_in(street: Street, ref: str = "ANA") -> Client:
    client = street.browser()
    sign_in(client, street.database.owner, ref)
    return client


def out(client: Client) -> bool:
    """Is this browser signed out? Home is what Back would ask for."""
    response = client.browser.get("/home")
    return response.status_code == 302 and response.location.startswith("/sign-in")


@pytest.mark.parametrize(("shared", "minutes"), [(True, 10), (False, 14 * 24 * 60)])
def test_an_untouched_session_ends(street: Street, shared: bool, minutes: int) -> None:
    client, _ = street.prove(NUMBERS["ANA"], NUMBERS["ANA"], **({"shared": "y"} if shared else {}))
    street.change(update(Device).values(last_seen_at=real_now() - timedelta(minutes=minutes - 2)))
    assert not out(client)
    street.change(update(Device).values(last_seen_at=real_now() - timedelta(minutes=minutes + 1)))
    assert out(client)


def test_a_session_ends_after_thirty_days_however_much_it_is_used(street: Street) -> None:
    client = signed_in(street)
    (device,) = street.devices("ANA")
    assert timedelta(days=29) < device.ends_at - real_now() <= timedelta(days=30)
    street.change(update(Device).values(ends_at=real_now() - timedelta(seconds=1)))
    assert out(client)


def test_the_clock_of_records_does_not_end_sessions(street: Street, at) -> None:
    client = signed_in(street)
    at("2031-01-01T10:00")
    assert not out(client)


def test_a_cookie_that_somebody_made_up(street: Street) -> None:
    client = street.browser()
    for token in ("", "nonsense", "a" * 4000, street.account("ANA").ref):
        client.browser.set_cookie("device", token)
        assert out(client)
        assert client.get("/sign-in").status_code == 200


def test_the_list_of_devices_and_signing_one_out(street: Street) -> None:
    here = signed_in(street)
    client = street.browser()
    client.browser.environ_base["HTTP_USER_AGENT"] = PHONE
    phone, _ = street.prove(NUMBERS["ANA"], NUMBERS["ANA"], client)
    words = here.text("/account")
    assert "Chrome on Android" in words
    assert "This one" in words
    other = next(device for device in street.devices("ANA") if device.label == "Chrome on Android")
    here.submit("/account", {}, to=f"/account/devices/{other.ref}/sign-out", status=303)
    assert out(phone)
    assert not out(here)
    assert "Chrome on Android" not in here.text("/account")


def test_nobody_signs_out_somebody_elses_device(street: Street) -> None:
    ben, ana = signed_in(street, "BEN"), signed_in(street)
    (device,) = street.devices("BEN")
    token = ana.soup("/account").find("input", attrs={"name": "csrf_token"})["value"]
    pages = [
        ana.post(f"/account/devices/{ref}/sign-out", {"csrf_token": token}, 404).get_data(as_text=True).replace(ref, "")
        for ref in (device.ref, "bcdfghjkmnpq")
    ]
    assert pages[0] == pages[1], "the same page whether or not it exists"
    assert not out(ben)


def test_sign_out_everywhere(street: Street) -> None:
    browsers = [signed_in(street) for _ in range(3)]
    other = signed_in(street, "BEN")
    response = browsers[0].submit("/account", {}, to="/account/sign-out-everywhere", status=303)
    assert response.location == "/"
    assert all(out(client) for client in browsers)
    assert not out(other)


def test_sign_out_and_back(street: Street) -> None:
    client = signed_in(street)
    assert client.get("/home").headers["Cache-Control"] == "no-store"
    client.submit("/home", {}, to="/sign-out", status=303)
    assert client.browser.get_cookie("device") is None
    assert out(client)


def test_signing_in_again_on_one_browser_ends_what_was_before(street: Street) -> None:
    client = signed_in(street)
    client.post("/demo/sign-in", {"person": "BEN"}, 302 if False else 303)
    (before,) = street.devices("ANA")
    assert before.ended_at is not None


@pytest.mark.parametrize("way", ["link", "post", "beacon"])
def test_exit_ends_the_session(street: Street, way: str) -> None:
    client = signed_in(street)
    client.get("/home")
    if way == "link":
        response = client.get("/exit", 303)
    else:
        headers = {"Sec-Fetch-Dest": "empty"} if way == "beacon" else {}
        response = client.post("/exit", status=204 if way == "beacon" else 303, headers=headers)
    if way != "beacon":
        assert response.location.startswith("https://")
    assert response.headers["Cache-Control"] == "no-store"
    assert out(client)
    assert client.get("/sign-in").status_code == 200
    assert "PIN" not in client.text("/sign-in")


def with_pin(street: Street) -> Client:
    client = signed_in(street)
    client.submit("/account/pin", {"pin": "4821", "again": "4821"}, to="/account/pin", status=303)
    return client


def test_after_exit_on_ones_own_phone_the_pin_brings_it_back(street: Street) -> None:
    client = with_pin(street)
    client.get("/exit", 303)
    assert out(client)
    assert client.get("/sign-in", 303).location == "/sign-in/back"
    page = client.submit("/sign-in/back", {"pin": "9999"}, status=422).get_data(as_text=True)
    assert "You can try 4 more times" in page
    assert client.submit("/sign-in/back", {"pin": "4821"}, status=303).location == "/home"
    assert not out(client)
    assert [device.covered_at for device in street.devices("ANA")] == [None, None]


def test_after_exit_five_wrong_pins_end_it(street: Street) -> None:
    client = with_pin(street)
    client.get("/exit", 303)
    for _ in range(5):
        page = client.submit("/sign-in/back", {"pin": "9999"}, status=422)
    assert "Your PIN is closed" in page.get_data(as_text=True)
    assert client.get("/sign-in/back", 303).location == "/sign-in?code=1"


def test_on_a_shared_device_and_after_signing_out_everywhere_no_pin_brings_it_back(street: Street) -> None:
    client, other = with_pin(street), signed_in(street)
    client.submit("/account", {"shared": "yes"}, to="/account", status=303)
    client.get("/exit", 303)
    assert client.get("/sign-in").status_code == 200
    again = signed_in(street)
    again.get("/exit", 303)
    other.submit("/account", {}, to="/account/sign-out-everywhere", status=303)
    assert again.get("/sign-in").status_code == 200


def test_a_covered_phone_is_forgotten_after_two_weeks(street: Street) -> None:
    client = with_pin(street)
    client.get("/exit", 303)
    street.change(update(Device).values(covered_at=real_now() - timedelta(days=15)))
    assert client.get("/sign-in/back", 303).location == "/sign-in?code=1"


def test_exit_for_somebody_who_is_not_signed_in(street: Street) -> None:
    assert street.browser().get("/exit", 303).location.startswith("https://")


def test_what_is_called_what() -> None:
    from flask import Flask

    from portal.access.browser import label

    app = Flask("labels")
    for agent, said in (
        (PHONE, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("curl/8", ""),
        ("", ""),
    ):  # fmt: skip
        with app.test_request_context(headers={"User-Agent": agent}):
            assert label() == said
