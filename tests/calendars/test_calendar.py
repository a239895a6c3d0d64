"""A private calendar address tells its owner's dates to whoever has it, no more than they chose, until it is ended."""

from __future__ import annotations

import re
from datetime import date

from icalendar import Calendar
from sqlalchemy import select, text

from portal.calendars.models import CalendarFeed
from portal.foundation.database import PortalSession, Speaker
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from tests import factories as make
from tests.appointments.conftest import MONDAY, World
from tests.appointments.test_booking import book
from tests.client import Client

CALENDAR = "/appointments/calendar"


def address(client: Client) -> str:
    """Make an address, and read it off the page."""
    client.submit(CALENDAR, {}, to=CALENDAR, status=303)
    return shown(client)


def shown(client: Client) -> str:
    found = re.search(r"/calendar/[\w-]+\.ics", client.text(CALENDAR))
    assert found is not None
    return found[0]


def events(world: World, path: str, who: Client | None = None) -> list[dict[str, str]]:
    """What a calendar that nobody is signed in on reads there."""
    answer = (who or world.visit(world.database, None, MONDAY)).get(path)
    assert answer.mimetype == "text/calendar" and answer.headers["Cache-Control"] == "no-store"
    return [
        {name.lower(): part.decoded(name) if name in ("DTSTART", "DTEND") else str(part[name]) for name in part}
        for part in Calendar.from_ical(answer.get_data()).walk("VEVENT")
    ]


def dated(world: World, *people: int, starts: str = "2019-07-18T16:00", place: str = "Library cafe") -> str:
    with world.database.session() as session:
        coming = [session.get_one(Person, one) for one in people]
        circle = make.circle(session, session.get_one(Family, world.family_id), *coming)
        made = make.appointment(
            session, circle, session.get_one(Worker, world.marcus), starts, *coming, place=place,
            purpose="Talk about Northfield", made_on=date(2019, 7, 1),
        )  # fmt: skip
        session.commit()
        return made.ref


def test_by_itself_it_says_appointment_and_the_time(world: World) -> None:
    ref = book(world).rsplit("/", 1)[1]
    path = address(world.client("LEO"))
    raw = world.visit(world.database, None, MONDAY).get(path).text
    for word in ("Marcus", "Library", "Rivera", "Leo", "mentor"):
        assert word not in raw
    (event,) = events(world, path)
    assert event["summary"] == "Appointment" and event["uid"] == f"{ref}@dates" and "location" not in event
    assert f"{event['dtstart']:%Y-%m-%d %H:%M}" == "2019-07-18 15:00", "four o'clock in London, said in UTC"


def test_a_moved_date_is_the_same_entry_with_a_higher_sequence_and_one_called_off_is_cancelled(world: World) -> None:
    place = book(world)
    leo = world.client("LEO")
    path = address(leo)
    before = events(world, path)[0]
    leo.submit(f"{place}/move", {"slot": "2019-07-18T17:15"}, to=f"{place}/move", status=303)
    after = events(world, path)[0]
    assert after["uid"] == before["uid"] and int(after["sequence"]) > int(before["sequence"])
    leo.submit(f"{place}/cannot", {}, to=f"{place}/cannot", status=303)
    assert events(world, path)[0]["status"] == "CANCELLED"


def test_a_new_address_ends_the_old_one_and_nothing_else(world: World) -> None:
    book(world)
    leo = world.client("LEO")
    old = address(leo)
    leo.submit(CALENDAR, {}, to=CALENDAR, status=303)
    new = shown(leo)
    assert new != old and len(events(world, new)) == 1
    world.visit(world.database, None, MONDAY).get(old, 404)
    leo.submit(CALENDAR, {}, to=f"{CALENDAR}/end", status=303)
    world.visit(world.database, None, MONDAY).get(new, 404)
    assert "18 July" in leo.text("/appointments")


def test_plain_only_for_those_who_chose_it(world: World) -> None:
    dated(world, world.leo)
    leo = world.client("LEO")
    path = address(leo)
    leo.submit(CALENDAR, {}, to=f"{CALENDAR}/words", status=303)
    (event,) = events(world, path)
    assert event["summary"] == "Talk about Northfield, Marcus" and event["location"] == "Library cafe"


def test_somebody_who_may_not_know_where_they_are_reads_no_place_however_plain(world: World) -> None:
    dated(world, world.leo, world.dan)
    dan = world.client("DAN")
    path = address(dan)
    dan.submit(CALENDAR, {}, to=f"{CALENDAR}/words", status=303)
    raw = world.visit(world.database, None, MONDAY).get(path).text
    assert "Northfield" not in raw and "Library" not in raw and "LOCATION" not in raw
    assert len(events(world, path)) == 1


def test_whoever_else_is_signed_in_on_that_device_changes_nothing(world: World) -> None:
    dated(world, world.leo)
    path = address(world.client("LEO"))
    for who in ("ROSA", "DAN", "MARCUS"):
        assert len(events(world, path, world.client(who))) == 1
        assert "18 July" not in world.client("ROSA").text("/appointments")


def test_a_taken_phone_and_no_contact_close_it(world: World) -> None:
    dated(world, world.leo)
    path = address(world.client("LEO"))
    for closed in (
        "update account set locked_at = now() where person_id = :id",
        "update person set contact_limit = 'no_contact' where id = :id",
    ):
        with world.database.session() as session:
            session.execute(text(closed), {"id": world.leo})
            session.commit()
        world.visit(world.database, None, MONDAY).get(path, 404)
        with world.database.session() as session:
            session.execute(text("update account set locked_at = null"))
            session.commit()


def test_guessing_finds_nothing_and_the_secret_is_sealed(world: World) -> None:
    path = address(world.client("LEO"))
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    nobody = world.visit(world.database, None, MONDAY)
    for wrong in (secret[:-1], secret + "a", secret.swapcase(), "x" * 900, "%00", "..%2f"):
        assert nobody.browser.get(f"/calendar/{wrong}.ics").status_code == 404
    with world.database.owner.connect() as connection:
        kept = connection.execute(text("select secret, secret_hash from calendar_feed")).one()
        assert secret.encode() not in bytes(kept.secret) + bytes(kept.secret_hash)


def test_only_its_owner_sees_that_there_is_one(world: World) -> None:
    address(world.client("LEO"))
    for speaker in (Speaker(person_id=world.rosa), Speaker(person_id=world.dan), Speaker(worker_id=world.ada)):
        with PortalSession(world.database.web) as session:
            session.info["speaker"] = speaker
            assert session.scalars(select(CalendarFeed.id)).all() == []


def test_one_date_is_saved_as_a_file_as_discreet_as_texts(world: World) -> None:
    ref = dated(world, world.leo)
    leo = world.client("LEO")
    answer = leo.get(f"/appointments/{ref}/date.ics")
    assert "attachment" in answer.headers["Content-Disposition"] and "Library" not in answer.text
    with world.database.session() as session:
        session.execute(text("update account set discreet = false"))
        session.commit()
    assert "Library cafe" in leo.get(f"/appointments/{ref}/date.ics").text
    world.client("DAN").get(f"/appointments/{ref}/date.ics", 404)
