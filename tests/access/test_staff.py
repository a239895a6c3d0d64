"""Workers: e-mail and password, then the app's code; before it nothing opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from click.testing import CliRunner
from sqlalchemy import update

from portal.access.command import staff
from portal.access.models import Account, Attempt, Credential, Device
from portal.foundation.clock import real_now
from tests.access.conftest import PASSWORD, Street
from tests.client import Client

ADA = {"email": "Ada.Obi@northfield.example", "password": PASSWORD}


def code(street: Street, ref: str = "W-ADA", ahead: int = 0) -> str:
    return pyotp.TOTP(street.credential(ref).totp_secret).at(real_now(), counter_offset=ahead)


def half_in(street: Street) -> Client:
    client = street.browser()
    assert client.submit("/staff/sign-in", ADA, status=303).location == "/staff/second-step"
    return client


def enrolled(street: Street) -> Client:
    """Signed in with a code; as if the step it used were long ago, so that a test can use the next one."""
    client = half_in(street)
    client.get("/staff/second-step")
    client.submit("/staff/second-step", {"code": code(street)}, status=303)
    street.change(update(Credential).values(totp_last_step=0))
    return client


def closed(client: Client) -> bool:
    response = client.browser.get("/account")
    return response.status_code == 302 and "/sign-in" in response.location


def test_the_first_time_sets_up_the_app(street: Street) -> None:
    client = half_in(street)
    soup = client.soup("/staff/second-step")
    assert soup.find("img")["src"].startswith("data:image/svg+xml")
    letters = soup.find("strong", dir="ltr").get_text().replace(" ", "")
    assert letters == street.credential("W-ADA").totp_secret
    assert client.soup("/staff/second-step").find("strong", dir="ltr").get_text().replace(" ", "") == letters
    assert client.submit("/staff/second-step", {"code": code(street)}, status=303).location == "/work/"
    assert street.credential("W-ADA").totp_confirmed_at is not None
    assert client.get("/account").status_code == 200


def test_the_secret_is_sealed_and_shown_once(street: Street) -> None:
    from sqlalchemy import text

    enrolled(street)
    with street.database.session() as session:
        kept = session.execute(text("select totp_secret from credential where totp_secret is not null")).scalar_one()
    assert street.credential("W-ADA").totp_secret.encode() not in bytes(kept)
    assert half_in(street).soup("/staff/second-step").find("img") is None


def test_before_the_second_factor_nothing_opens(street: Street) -> None:
    client = half_in(street)
    for path in ("/work/", "/account", "/work/families/F1", "/home", "/account/pin"):
        response = client.browser.get(path)
        assert response.status_code in (302, 404), path
        assert response.status_code == 404 or response.location == "/staff/second-step", path


def test_the_token_changes_with_the_second_factor(street: Street) -> None:
    client = half_in(street)
    before = client.browser.get_cookie("device").value
    client.get("/staff/second-step")
    client.submit("/staff/second-step", {"code": code(street)}, status=303)
    old = street.browser()
    old.browser.set_cookie("device", before)
    assert closed(old)


def test_half_in_lasts_ten_minutes(street: Street) -> None:
    client = half_in(street)
    (device,) = street.devices("W-ADA")
    assert device.ends_at - real_now() <= timedelta(minutes=10)
    street.change(update(Device).values(ends_at=real_now() - timedelta(seconds=1)))
    assert client.get("/staff/second-step", 302).location == "/staff/sign-in"


def test_a_code_works_once(street: Street) -> None:
    enrolled(street)
    digits = code(street)
    first, second = half_in(street), half_in(street)
    first.submit("/staff/second-step", {"code": digits}, status=303)
    page = second.submit("/staff/second-step", {"code": digits}, status=422)
    assert "not right or was used" in page.get_data(as_text=True)
    second.submit("/staff/second-step", {"code": code(street, ahead=1)}, status=303)


def test_codes_cannot_be_guessed_for_ever(street: Street) -> None:
    enrolled(street)
    street.change(update(Attempt).values(at=real_now() - timedelta(hours=1)))
    client = half_in(street)
    wrong = next(f"{n:06}" for n in range(10) if f"{n:06}" not in {code(street, ahead=step) for step in (-1, 0, 1)})
    for _ in range(5):
        client.submit("/staff/second-step", {"code": wrong}, status=422)
    client.submit("/staff/second-step", {"code": code(street)}, status=429)


def test_the_answer_is_the_same_for_every_wrong_pair(street: Street) -> None:
    def answer(email: str, password: str) -> str:
        page = street.browser().submit("/staff/sign-in", {"email": email, "password": password}, status=422)
        text = re.sub(r'name="csrf_token" value="[^"]*"', "", page.get_data(as_text=True))
        assert password not in text
        assert email in text
        return text.replace(email, "")

    wrong = answer("ada.obi@northfield.example", "a wrong password")
    assert wrong == answer("nobody@northfield.example", "a wrong password")
    assert wrong == answer("gus.ray@northfield.example", PASSWORD), "left, with the right password"
    street.change(update(Account).where(Account.id == street.account("W-UNA").id).values(locked_at=real_now()))
    assert wrong == answer("una.fox@northfield.example", PASSWORD), "locked"


def test_passwords_cannot_be_guessed_for_ever(street: Street) -> None:
    for email in ("ada.obi@northfield.example", "nobody@northfield.example"):
        for _ in range(10):
            street.browser().submit("/staff/sign-in", {"email": email, "password": "wrong"}, status=422)
        street.browser().submit("/staff/sign-in", {"email": email, "password": PASSWORD}, status=429)
    street.change(update(Attempt).values(at=Attempt.at - timedelta(minutes=16)))
    half_in(street)


def test_whoever_knows_an_e_mail_cannot_keep_its_worker_outside_from_afar(street: Street) -> None:
    away = street.browser()
    away.browser.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    for _ in range(10):
        away.submit("/staff/sign-in", {"email": "ada.obi@northfield.example", "password": "wrong"}, status=422)
    away.submit("/staff/sign-in", {"email": "ada.obi@northfield.example", "password": PASSWORD}, status=429)
    half_in(street)


@pytest.mark.parametrize("wrong", [{"email": ""}, {"email": "<b>"}, {"email": "a" * 300 + "@x"}, {"password": ""}])
def test_what_is_missing_is_said(street: Street, wrong: dict[str, str]) -> None:
    client = street.browser()
    page = client.submit("/staff/sign-in", ADA | wrong, status=422)
    assert client.soup_of(page).find(id="email").get("value", "") == (ADA | wrong)["email"]


def test_thirty_idle_minutes_and_twelve_hours(street: Street) -> None:
    client = enrolled(street)
    device = street.devices("W-ADA")[-1]
    assert timedelta(hours=11) < device.ends_at - real_now() <= timedelta(hours=12)
    street.change(update(Device).values(last_seen_at=real_now() - timedelta(minutes=29)))
    assert not closed(client)
    street.change(update(Device).values(last_seen_at=real_now() - timedelta(minutes=31)))
    assert closed(client)


def test_exit_ends_a_workers_session(street: Street) -> None:
    client = enrolled(street)
    client.get("/exit", 303)
    assert closed(client)


def test_somebody_who_has_left_is_out_at_once(street: Street) -> None:
    from datetime import date

    from portal.organisations.models import Worker

    client = enrolled(street)
    worker = street.account("W-ADA").worker_id
    street.change(update(Worker).where(Worker.id == worker).values(left_on=date(2019, 1, 1)))
    assert closed(client)


def run(street: Street, monkeypatch: pytest.MonkeyPatch, settings, *words: str):
    monkeypatch.setattr("portal.access.command.engine_for", lambda *_: street.database.owner)
    return CliRunner().invoke(staff, ["invite", *words], obj=settings)


def test_a_link_from_the_command_line_sets_a_password(street: Street, monkeypatch, settings) -> None:
    other = enrolled(street)
    result = run(street, monkeypatch, settings, "ADA.OBI@northfield.example")
    path = re.search(r"http://localhost(/staff/set-up/\S+)", result.output).group(1)
    client = street.browser()
    for password, again, said in (
        ("short", "short", "at least 12"),
        ("twelve letters and more", "twelve letters and less", "not the same"),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "easy to guess"),
        ("northfield northfield", "northfield northfield", "easy to guess"),
    ):
        page = client.submit(path, {"password": password, "again": again}, to=path, status=422)
        assert said in page.get_data(as_text=True)
    new = "another four good words"
    assert client.submit(path, {"password": new, "again": new}, to=path, status=303).location == "/staff/second-step"
    assert closed(other), "the old password's sessions end"
    assert "Set up an app" not in client.text("/staff/second-step"), "the app stays"
    assert "does not work any more" in street.browser().text(path, 404)
    street.browser().submit("/staff/sign-in", ADA, status=422)
    street.browser().submit("/staff/sign-in", ADA | {"password": new}, status=303)


def test_a_lost_phone_means_setting_up_the_app_again(street: Street, monkeypatch, settings) -> None:
    enrolled(street)
    run(street, monkeypatch, settings, "ada.obi@northfield.example", "--new-phone")
    assert "Set up an app" in half_in(street).text("/staff/second-step")


def test_nobody_else_gets_a_link(street: Street, monkeypatch, settings) -> None:
    for email in ("nobody@northfield.example", "gus.ray@northfield.example"):
        result = run(street, monkeypatch, settings, email)
        assert result.exit_code == 1
        assert "http" not in result.output


def test_a_familys_link_is_no_staff_link_and_the_other_way_round(street: Street, monkeypatch, settings) -> None:
    from tests.access.test_invitation import link

    family = link(street, "NEW").removeprefix("/join/")
    assert "does not work any more" in street.browser().text(f"/staff/set-up/{family}", 404)
    token = run(street, monkeypatch, settings, "ada.obi@northfield.example").output.split()[0].rsplit("/", 1)[1]
    assert "does not work any more" in street.browser().text(f"/join/{token}", 404)
