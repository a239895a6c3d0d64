"""Which times are free: a worker's week, minus what differs from it, what is taken, the way between, and too soon."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from portal.availability.conditions import Off, OpenTimes, Stretch, slots, the_slot
from portal.foundation.clock import LONDON
from portal.places.conditions import same_place

MONDAY = datetime(2019, 7, 15, 10, tzinfo=LONDON)
TUESDAY = date(2019, 7, 16)


def times(**more: Any) -> OpenTimes:
    usual: dict[str, Any] = {
        "worker_id": 1,
        "ref": "r",
        "name": "Marcus Bell",
        "role": "Mentor",
        "open": True,
        "minutes": 60,
        "gap": timedelta(),
        "most": None,
        "notice": timedelta(hours=2),
        "ahead": timedelta(days=14),
        "stretches": (Stretch(time(9), time(12), "Hub", True, weekday=1),),
        "off": (),
        "busy": (),
        "last_day": None,
    }
    return OpenTimes(**(usual | more))


def free(found: OpenTimes, **more: Any) -> list[str]:
    got = slots(found, more.pop("now", MONDAY), TUESDAY, TUESDAY + timedelta(days=6), **more)
    return [f"{slot.starts_at:%a %H:%M} {slot.place or 'phone'}" for slot in got]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2019, 7, 16, hour, minute, tzinfo=LONDON)


HALF = timedelta(minutes=30)


def taken(begins: datetime, over: datetime, way: timedelta = timedelta()) -> tuple[datetime, datetime, datetime]:
    """A meeting from then to then, with the way after it where it is in person."""
    return begins, over + way, over


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["Tue 09:00 Hub", "Tue 10:00 Hub", "Tue 11:00 Hub"]),
        ({"gap": timedelta(minutes=30)}, ["Tue 09:00 Hub", "Tue 10:30 Hub"]),
        ({"busy": (taken(at(9, 30), at(10)),)}, ["Tue 10:00 Hub", "Tue 11:00 Hub"]),
        ({"busy": (taken(at(10, 10), at(10, 20)),)}, ["Tue 09:00 Hub", "Tue 10:30 Hub"]),
        ({"busy": (taken(at(10), at(10, 30)),), "most": 1}, []),
        # half an hour to the Hub after a call that ends at half past nine, and half an hour from there before the next
        ({"busy": (taken(at(9), at(9, 30)),), "gap": HALF}, ["Tue 10:00 Hub"]),
        ({"busy": (taken(at(11, 15), at(11, 30)),), "gap": HALF}, ["Tue 09:00 Hub"]),
        # between two meetings in person there is one way, not two
        ({"busy": (taken(at(8, 30), at(9), way=HALF),), "gap": HALF}, ["Tue 09:30 Hub", "Tue 11:00 Hub"]),
        ({"open": False}, []),
        ({"off": (Off(TUESDAY, TUESDAY),)}, []),
        ({"off": (Off(TUESDAY, TUESDAY, time(9), time(10, 30)),)}, ["Tue 10:30 Hub"]),
        ({"last_day": date(2019, 7, 15)}, []),
        ({"last_day": TUESDAY}, ["Tue 09:00 Hub", "Tue 10:00 Hub", "Tue 11:00 Hub"]),
        ({"stretches": (Stretch(time(15), time(16), None, True, first=TUESDAY, last=TUESDAY),)}, ["Tue 15:00 phone"]),
        ({"stretches": (Stretch(time(9), time(9, 45), "Hub", False, weekday=1),)}, []),
    ],
)
def test_what_is_free(more: dict[str, Any], expected: list[str]) -> None:
    assert free(times(**more)) == expected


def test_a_place_that_is_marked_is_offered_by_phone_or_not_at_all() -> None:
    assert free(times(), avoid=["the hub"]) == ["Tue 09:00 phone", "Tue 10:00 phone", "Tue 11:00 phone"]
    in_person = Stretch(time(9), time(12), "Hub", False, weekday=1)
    assert free(times(stretches=(in_person,)), avoid=["hub"]) == []
    assert free(times(stretches=(in_person,)), phone_only=True) == []


def test_too_soon_is_not_offered_and_too_far_neither() -> None:
    assert free(times(), now=at(8)) == ["Tue 10:00 Hub", "Tue 11:00 Hub"]
    assert free(times(ahead=timedelta(hours=10))) == []


def test_a_time_between_those_offered_is_taken_all_the_same() -> None:
    found = the_slot(times(), MONDAY, at(9, 30), [], by_phone=True)
    assert found is not None and found.place is None
    for wrong in (at(8), at(11, 30), at(9) - timedelta(days=1), at(9) + timedelta(days=70)):
        assert the_slot(times(), MONDAY, wrong, [], by_phone=False) is None


@pytest.mark.parametrize("day", [date(2019, 10, 27), date(2019, 3, 31)])
def test_on_the_day_the_clocks_change_nine_is_nine(day: date) -> None:
    found = times(stretches=(Stretch(time(9), time(10), "Hub", False, weekday=6),), ahead=timedelta(days=400))
    got = list(slots(found, MONDAY.replace(month=3, day=1), day, day))
    assert [slot.starts_at.isoformat()[:16] for slot in got] == [f"{day}T09:00"]


@pytest.mark.parametrize(
    ("place", "marked", "same"),
    [
        ("Library cafe", "library", True),
        ("Library café, Long Street", "the libary cafe", True),
        ("Kingsford youth hub", "Kingsford", True),
        ("cafe on Canal St", "Canal Street", True),
        ("Canal Street", "Bridge Street", False),
        ("Room 4, Clinic", "Room 12", False),
        ("Park Road", "park", True),
        ("Hub", "", False),
        ("Home", "the chicken shop", False),
    ],
)
def test_a_place_is_known_again_in_other_words(place: str, marked: str, same: bool) -> None:
    assert same_place(place, marked) is same


def test_the_usual_week_rests_on_bank_holidays_and_a_day_that_was_added_does_not() -> None:
    august = date(2019, 8, 26)
    usual = Stretch(time(9), time(10), "Hub", False, weekday=0)
    added = Stretch(time(14), time(15), "Hub", False, first=august, last=august)
    found = times(stretches=(usual, added), ahead=timedelta(days=60))
    got = list(slots(found, MONDAY, august, august + timedelta(days=7)))
    assert [f"{slot.starts_at:%d %H:%M}" for slot in got] == ["26 14:00", "02 09:00"]


def test_two_calls_follow_each_other_without_a_way() -> None:
    by_phone = Stretch(time(9), time(12), None, True, weekday=1)
    found = times(stretches=(by_phone,), gap=HALF, busy=(taken(at(9), at(10)),))
    assert free(found) == ["Tue 10:00 phone", "Tue 11:00 phone"]


def test_a_call_right_after_a_meeting_somewhere_waits_for_the_way() -> None:
    """What a young person says is not said on a bus."""
    by_phone = Stretch(time(9), time(12), None, True, weekday=1)
    found = times(stretches=(by_phone,), gap=HALF, busy=(taken(at(9), at(10), way=HALF),))
    assert free(found) == ["Tue 10:30 phone"]
