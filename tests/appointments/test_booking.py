"""A young person takes a free time by themselves: it is theirs, nobody else gets it, and only who may reads it."""

from __future__ import annotations

from portal.people.models import Person
from tests.appointments.conftest import World

SLOT = "2019-07-18T16:00"


def book(world: World, who: str = "LEO", slot: str = SLOT, **more: str) -> str:
    """Book on the page; the new date's address."""
    page = f"/appointments/book/{world.marcus_ref}"
    return world.client(who).submit(page, {"slot": slot} | more, to=page, status=303).headers["Location"]


def test_leo_books_time_with_his_mentor_and_reads_it_back(world: World) -> None:
    leo = world.client("LEO")
    assert "Book time with Marcus" in leo.text("/appointments")
    words = leo.text(f"/appointments/book/{world.marcus_ref}")
    assert "Thu 18 July, 16:00 Library cafe" in words and "Fri 19 July, 16:00 by phone" in words
    words = leo.text(book(world))
    assert "Booked: Thu 18 July, 16:00." in words or "Thu 18 July, 16:00" in words
    assert "You said you'll be there. Marcus knows." in words and "Library cafe" in words
    assert "Leo will see this." in words and "Rosa" in words
    assert "Thu 18 July, 16:00" in leo.text("/home")


def test_nobody_else_in_the_family_sees_what_he_booked(world: World) -> None:
    place = book(world)
    for who in ("ROSA", "DAN", "MIA"):
        client = world.client(who)
        client.get(place, 404)
        assert "18 July" not in client.text("/appointments")


def test_who_else_reads_it_is_chosen_by_name(world: World) -> None:
    with world.database.session() as session:
        ref = session.get_one(Person, world.rosa).ref
    place = book(world, readers=ref)
    assert "18 July" in world.client("ROSA").text(place)
    world.client("DAN").get(place, 404)


def test_a_form_sent_twice_books_once(world: World) -> None:
    assert book(world) == book(world)
    assert len(world.dates()) == 1


def test_a_time_that_has_just_gone_is_told_with_another(world: World) -> None:
    leo = world.client("LEO")
    page = f"/appointments/book/{world.marcus_ref}"
    leo.get(page)
    book(world, "ROSA")
    answer = leo.submit(page, {"slot": SLOT}, to=page, status=422)
    words = " ".join(leo.soup_of(answer).get_text(" ").split())
    assert "That time has just gone. Marcus is also free on Thu 18 July, 17:15." in words
    assert len(world.dates()) == 1


def test_the_mentor_reads_it_on_their_day_and_is_told(world: World) -> None:
    book(world)
    marcus = world.client("MARCUS", "2019-07-18T09:00")
    words = marcus.text("/work/")
    assert "16:00" in words and "Rivera family" in words


def test_times_that_were_never_offered_are_refused(world: World) -> None:
    page = f"/appointments/book/{world.marcus_ref}"
    leo = world.client("LEO")
    for slot in ("2019-07-18T09:00", "2019-07-18T18:30", "2018-01-04T16:00", "2030-01-03T16:00", "soon", ""):
        leo.submit(page, {"slot": slot}, to=page, status=422)
    assert world.dates() == []


def test_somebody_who_may_not_know_where_they_are_is_offered_no_place(world: World) -> None:
    """He knows only who leads; of the mentor he does not hear."""
    dan = world.client("DAN")
    dan.get(f"/appointments/book/{world.marcus_ref}", 404)
    assert "Marcus" not in dan.text("/appointments") + dan.text("/appointments/book")
