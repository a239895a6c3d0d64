"""A worker sets from a phone when they can be met, and families see exactly that."""

from __future__ import annotations

import pytest

from tests.appointments.conftest import World

PAGE = "/work/availability"


def test_a_worker_opens_their_week_and_a_family_can_book_at_once(world: World) -> None:
    ada = world.client("ADA")
    assert "Your week is empty, so nobody can book you." in ada.text(PAGE)
    data = {"weekdays": ["1", "2"], "starts": "09:00", "ends": "10:00", "place": "", "by_phone": "y"}
    for _ in range(2):
        ada.submit(f"{PAGE}/hours", data, to=f"{PAGE}/hours", status=303)
    words = ada.text(PAGE)
    assert "Tuesday 09:00–10:00 by phone" in words and words.count("09:00–10:00") == 2
    assert "One meeting takes 1 hour." in words
    rosa = world.client("ROSA")
    assert "Ada Obi" in rosa.text("/appointments/book") and "Marcus Bell" in rosa.text("/appointments/book")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weekdays": []}, "Choose a day."),
        ({"ends": "08:00"}, "It must end after it begins."),
        ({"ends": ""}, "Write a time, such as 18:00."),
        ({"starts": "soon"}, "Something needs another look"),
        ({"place": "", "by_phone": ""}, "Say where, or tick that it can be by phone."),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(world: World, change: dict[str, object], said: str) -> None:
    data: dict[str, object] = {"weekdays": ["1"], "starts": "09:00", "ends": "10:00", "place": "Hub"}
    sent = {key: value for key, value in (data | change).items() if value != ""}
    answer = world.client("ADA").submit(f"{PAGE}/hours", sent, to=f"{PAGE}/hours", status=422)
    assert said in answer.text and ("Hub" in answer.text or "place" in change)


def test_days_off_close_and_other_times_open(world: World) -> None:
    marcus = world.client("MARCUS")
    day = {"first-day": "18", "first-month": "7", "first-year": "2019"}
    marcus.submit(f"{PAGE}/days", day | {"there": "no"}, to=f"{PAGE}/days", status=303)
    other = {"first-day": "17", "first-month": "7", "first-year": "2019", "there": "yes", "starts": "12:00"}
    marcus.submit(f"{PAGE}/days", other | {"ends": "13:00", "place": "Hub"}, to=f"{PAGE}/days", status=303)
    words = world.client("LEO").text(f"/appointments/book/{world.marcus_ref}")
    assert "18 July" not in words and "Wed 17 July, 12:00 Hub" in words


def test_closing_the_book_keeps_what_is_booked(world: World) -> None:
    world.client("LEO").submit(
        f"/appointments/book/{world.marcus_ref}",
        {"slot": "2019-07-18T16:00"},
        to=f"/appointments/book/{world.marcus_ref}",
        status=303,
    )
    rule = {"minutes": "60", "gap_minutes": "15", "notice_hours": "2", "ahead_days": "28", "most_per_day": ""}
    world.client("MARCUS").submit(f"{PAGE}/rule", rule, to=f"{PAGE}/rule", status=303)
    leo = world.client("LEO")
    leo.get(f"/appointments/book/{world.marcus_ref}", 404)
    words = leo.text("/appointments")
    assert "Book time" not in words and "Thu 18 July, 16:00" in words


def test_a_colleagues_week_is_not_mine_to_change(world: World) -> None:
    with world.database.session() as session:
        from sqlalchemy import text

        ref = session.scalar(text("select ref from work_hours limit 1"))
    ada = world.client("ADA")
    token = ada.soup(f"{PAGE}/rule").find("input", attrs={"name": "csrf_token"})["value"]
    ada.post(f"{PAGE}/hours/{ref}/remove", {"csrf_token": token}, 404)
    marcus = world.client("MARCUS")
    marcus.submit(PAGE, {}, to=f"{PAGE}/hours/{ref}/remove", status=303)
