"""A place that is not safe is never offered; who marked it nobody learns, and at home nobody learns of it at all."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from portal.foundation.database import PortalSession, Speaker
from portal.people.models import Person
from portal.places.models import UnsafePlace, UnsafePlaceSource
from tests.appointments.conftest import World
from tests.appointments.test_booking import SLOT

BOOK = "/appointments/book/"


def by_leo(world: World, words: str = "Library") -> None:
    world.client("LEO").submit("/places", {"words": words}, to="/places", status=303)


def by_ada(world: World, words: str = "the library") -> None:
    with world.database.session() as session:
        leo = session.get_one(Person, world.leo).ref
    page = f"/work/families/{world.family}/places"
    world.client("ADA").submit(page, {"person": leo, "words": words}, to=page, status=303)


@pytest.mark.parametrize("mark", [by_leo, by_ada])
def test_he_is_offered_nothing_there_whoever_marked_it(world: World, mark: object) -> None:
    page = BOOK + world.marcus_ref
    leo = world.client("LEO")
    assert "Library cafe" in leo.text(page)
    mark(world)  # type: ignore[operator]  # one of the two above
    words = leo.text(page)
    assert "Library" not in words and "Thu 18 July" not in words and "Fri 19 July, 16:00 by phone" in words
    leo.submit(page, {"slot": SLOT}, to=page, status=422)
    assert "Library cafe" in world.client("ROSA").text(page), "it is his place to keep away from, not hers"


def test_a_worker_is_warned_without_a_reason_and_chooses_again(world: World) -> None:
    by_leo(world)
    with world.database.session() as session:
        leo = session.get_one(Person, world.leo).ref
    page = f"/work/families/{world.family}/appointments/new"
    marcus = world.client("MARCUS")
    data = {
        "people": [leo], "worker": "me", "day-day": "19", "day-month": "7", "day-year": "2019", "at": "11:00",
        "minutes": "60", "way": "place", "place": "Libary, first floor", "purpose": "A walk",
    }  # fmt: skip
    answer = marcus.submit(page, data, to=page, status=422)
    words = " ".join(marcus.soup_of(answer).get_text(" ").split())
    assert "Please do not ask them to come there. Choose another place, or a call." in words
    assert "A walk" in answer.text, "what was typed is kept"
    for why in ("not safe", "unsafe", "marked", "Leo said"):
        assert why not in words
    marcus.submit(page, data | {"place": "Swimming pool"}, to=page, status=303)
    assert len(world.dates()) == 1


def test_where_there_is_no_other_place_it_is_said_a_second_time(world: World) -> None:
    by_leo(world, "Court")
    with world.database.session() as session:
        leo = session.get_one(Person, world.leo).ref
    page = f"/work/families/{world.family}/appointments/new"
    marcus = world.client("MARCUS")
    data = {
        "people": [leo], "worker": "me", "day-day": "19", "day-month": "7", "day-year": "2019", "at": "11:00",
        "minutes": "60", "way": "place", "place": "Youth court", "purpose": "Hearing",
    }  # fmt: skip
    first = marcus.submit(page, data, to=page, status=422)
    assert "There is no other place" in first.text and "There is no other place" not in marcus.text(page)
    marcus.submit(page, data | {"anyway": "y"}, to=page, status=303)


def test_moving_there_is_warned_of_too(world: World) -> None:
    by_ada(world, "Pool")
    from tests.appointments.test_one_date import arranged

    place = arranged(world, place="Hub")
    page = f"/work/families/{world.family}{place}/move"
    data = {
        "day-day": "19", "day-month": "7", "day-year": "2019", "at": "16:30", "minutes": "60", "worker": "me",
        "way": "place", "place": "The pool", "purpose": "Swimming",
    }  # fmt: skip
    answer = world.client("MARCUS").submit(page, data, to=page, status=422)
    assert "Please do not ask them to come there" in answer.text


def test_his_own_list_is_his_and_a_workers_mark_is_not_on_it(world: World) -> None:
    by_leo(world, "Canal Street")
    by_ada(world, "Bridge Lane")
    words = world.client("LEO").text("/places")
    assert "Canal Street" in words and "Bridge Lane" not in words
    for who in ("ROSA", "MIA"):
        words = world.client(who).text("/places")
        assert "Canal Street" not in words and "Bridge Lane" not in words
    world.client("DAN").get("/places", 404)


def test_workers_read_the_places_and_nobody_reads_who_said_so(world: World) -> None:
    by_leo(world, "Canal Street")
    by_ada(world, "Bridge Lane")
    page = f"/work/families/{world.family}/places"
    marcus = world.client("MARCUS").text(page)
    assert "Canal Street" in marcus and "Bridge Lane" in marcus and "Ada" not in marcus
    assert "It is safe again" not in marcus and "It is safe again" in world.client("ADA").text(page)
    for speaker, sources in ((Speaker(worker_id=world.marcus), 0), (Speaker(worker_id=world.ada), 1),
                             (Speaker(person_id=world.leo), 1), (Speaker(person_id=world.rosa), 0)):  # fmt: skip
        with PortalSession(world.database.web) as session:
            session.info["speaker"] = speaker
            assert len(session.scalars(select(UnsafePlaceSource.unsafe_place_id)).all()) == sources


def test_what_a_worker_opened_about_places_is_called_dates_where_the_family_reads_it(world: World) -> None:
    by_ada(world)
    with world.database.owner.connect() as connection:
        assert set(connection.scalars(text("select what from look"))) == {"appointments"}


def test_the_words_are_sealed_and_taking_back_offers_it_again(world: World) -> None:
    by_leo(world)
    with world.database.owner.connect() as connection:
        assert b"Library" not in bytes(connection.scalar(text("select words from unsafe_place")))
        ref = connection.scalar(text("select ref from unsafe_place"))
    world.client("ROSA").post(f"/places/{ref}/safe", {}, 400)
    world.client("LEO").submit("/places", {}, to=f"/places/{ref}/safe", status=303)
    assert "Library cafe" in world.client("LEO").text(BOOK + world.marcus_ref)
    with world.database.session() as session:
        assert session.scalars(select(UnsafePlace.ended_at)).one() is not None


def test_the_same_place_twice_is_marked_once(world: World) -> None:
    by_leo(world)
    by_leo(world, "library")
    with world.database.session() as session:
        assert len(session.scalars(select(UnsafePlace.id)).all()) == 1
