"""One date from its making to its end: answered, moved, called off and written up, the same date all along."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from portal.appointments.models import Appointment, AppointmentChange
from portal.availability.models import TakenSlot
from portal.involvement.models import Involvement
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from tests import factories as make
from tests.appointments.conftest import World
from tests.appointments.test_booking import SLOT, book
from tests.client import Client


def state(world: World) -> tuple[str, int]:
    date = world.dates()[0]
    return date.status, date.sequence


def arranged(world: World, **more: object) -> str:
    """A date that Marcus makes with Leo and Mia, which Rosa reads; its address for the family."""
    with world.database.session() as session:
        names = {person.id: person.ref for person in session.scalars(select(Person))}
    marcus = world.client("MARCUS")
    page = f"/work/families/{world.family}/appointments/new"
    data = {
        "people": [names[world.leo], names[world.mia]],
        "readers": [names[world.rosa]],
        "worker": "me",
        "day-day": "18",
        "day-month": "7",
        "day-year": "2019",
        "at": "16:30",
        "minutes": "60",
        "way": "place",
        "place": "Swimming pool",
        "purpose": "Swimming",
    } | more
    answer = marcus.submit(page, data, to=page, status=303)
    return answer.headers["Location"].replace(f"/work/families/{world.family}", "")


def test_a_worker_makes_one_date_for_brother_and_sister_and_the_names_are_there(world: World) -> None:
    place = arranged(world)
    words = world.client("LEO").text(place)
    for said in ("Swimming", "Swimming pool", "Marcus Bell", "For Leo and Mia.", "Leo, Rosa and Mia will see this."):
        assert said in words, said
    assert "Dan will not." in words
    world.client("DAN").get(place, 404)


def test_saying_i_will_be_there_twice_is_written_down_once(world: World) -> None:
    place = arranged(world)
    leo = world.client("LEO")
    for _ in range(2):
        leo.post(f"{place}/confirm", {"seen": "0", "csrf_token": token(leo, place)}, 303)
    assert "You said you'll be there" in leo.text(place)
    with world.database.session() as session:
        assert session.scalars(select(AppointmentChange.what)).all() == ["booked", "confirmed"]
    assert "Leo Rivera will be there" in world.client("MARCUS").text(f"/work/families/{world.family}{place}")


def token(client: Client, place: str) -> str:
    return str(client.soup(place).find("input", attrs={"name": "csrf_token"})["value"])


def test_moving_keeps_the_date_and_frees_the_old_time(world: World) -> None:
    place = book(world)
    leo = world.client("LEO")
    assert "16:00" not in leo.text(f"{place}/move").split("Which time suits you?")[1].split("None of these")[0][:40]
    leo.submit(f"{place}/move", {"slot": "2019-07-18T17:15"}, to=f"{place}/move", status=303)
    words = leo.text(place)
    assert "Thu 18 July, 17:15" in words and "It was Thu 18 July, 16:00." in words
    date = world.dates()[0]
    assert date.ref == place.rsplit("/", 1)[1] and date.sequence == 1 and len(world.dates()) == 1
    assert "Thu 18 July, 16:00" in world.client("ROSA").text(f"/appointments/book/{world.marcus_ref}")


def test_a_page_from_before_the_move_is_told_and_does_nothing(world: World) -> None:
    place = book(world)
    leo = world.client("LEO")
    old = {"seen": "0", "csrf_token": token(leo, f"{place}/move")}
    leo.submit(f"{place}/move", {"slot": "2019-07-18T17:15"}, to=f"{place}/move", status=303)
    for action, more in (("confirm", {}), ("cannot", {}), ("move", {"slot": SLOT})):
        answer = leo.post(f"{place}/{action}", old | more, 409)
        assert "This date has changed since you opened it." in answer.text and "17:15" in answer.text
    answer = leo.post(f"{place}/ask", old | {"words": "any Thursday"}, 200)
    assert "any Thursday" in answer.text and "This date has changed since" in answer.text, "his words are kept"
    assert state(world) == ("booked", 1)


def test_asking_to_move_in_own_words_reaches_the_worker(world: World) -> None:
    place = arranged(world)
    leo = world.client("LEO")
    leo.submit(f"{place}/move", {"words": "after half four, I have detention"}, to=f"{place}/ask", status=303)
    assert "You asked to move it." in leo.text(place)
    marcus = world.client("MARCUS")
    words = marcus.text(f"/work/families/{world.family}{place}")
    assert "after half four, I have detention" in words and "Leo asked to move it" in words
    assert "asked to move" in marcus.text("/work/")


def test_one_of_two_who_cannot_come_leaves_it_to_the_other(world: World) -> None:
    place = arranged(world)
    world.client("LEO").submit(f"{place}/cannot", {"words": ""}, to=f"{place}/cannot", status=303)
    assert state(world)[0] == "booked"
    assert "It stands for the others" in world.client("LEO").text(place)
    world.client("MIA").submit(f"{place}/cannot", {}, to=f"{place}/cannot", status=303)
    assert state(world)[0] == "cancelled_by_family"
    with world.database.session() as session:
        assert session.scalars(select(TakenSlot)).all() == [], "the time is free again"


def test_his_mother_reads_it_and_answers_for_his_sister_only(world: World) -> None:
    place = arranged(world)
    rosa = world.client("ROSA")
    rosa.submit(place, {}, to=f"{place}/confirm", status=303)
    words = world.client("MARCUS").text(f"/work/families/{world.family}{place}")
    assert "Mia Rivera will be there" in words and "Leo Rivera no answer yet" in words


def test_a_missed_one_is_written_up_with_what_happens_next_and_without_blame(world: World) -> None:
    place = arranged(world)
    page = f"/work/families/{world.family}{place}/happened"
    marcus = world.client("MARCUS", "2019-07-18T18:00")
    answer = marcus.submit(page, {"took_place": "no", "words": ""}, to=page, status=422)
    assert "Say what happens next" in answer.text
    marcus.submit(page, {"took_place": "no", "words": "I will ring on Monday."}, to=page, status=303)
    words = world.client("LEO", "2019-07-18T18:00").text(place)
    assert "This one did not happen. That is nobody's fault." in words and "I will ring on Monday." in words
    assert "missed" not in words.casefold()


def test_a_date_that_has_gone_cannot_be_moved_and_one_ahead_not_written_up(world: World) -> None:
    place = arranged(world)
    late = world.client("LEO", "2019-07-19T09:00")
    late.get(f"{place}/move", 409)
    world.client("MARCUS").get(f"/work/families/{world.family}{place}/happened", 409)


def test_a_worker_moves_it_into_the_past_and_is_told(world: World) -> None:
    place = arranged(world)
    page = f"/work/families/{world.family}{place}/move"
    marcus = world.client("MARCUS")
    data = {
        "day-day": "12", "day-month": "7", "day-year": "2019", "at": "16:30", "minutes": "60", "worker": "me",
        "way": "place", "place": "Swimming pool", "purpose": "Swimming",
    }  # fmt: skip
    answer = marcus.submit(page, data, to=page, status=422)
    assert "That time has gone." in answer.text
    marcus.submit(page, data | {"day-day": "19"}, to=page, status=303)
    assert "Fri 19 July, 16:30" in world.client("LEO").text(place)


def test_one_that_took_place_already_is_only_written_down(world: World) -> None:
    place = arranged(world, **{"day-day": "11"})
    assert state(world)[0] == "attended"
    assert "You met" in world.client("LEO").text(place)


def test_two_dates_of_one_worker_never_meet(world: World) -> None:
    book(world)
    page = f"/work/families/{world.family}/appointments/new"
    with world.database.session() as session:
        rosa = session.get_one(Person, world.rosa).ref
    answer = world.client("MARCUS").submit(
        page,
        {
            "people": [rosa], "worker": "me", "day-day": "18", "day-month": "7", "day-year": "2019", "at": "16:30",
            "minutes": "30", "way": "phone", "purpose": "A call",
        },
        to=page,
        status=422,
    )  # fmt: skip
    assert "There is another date at that time." in answer.text and "A call" in answer.text
    assert len(world.dates()) == 1


def test_calling_off_says_why(world: World) -> None:
    place = arranged(world)
    page = f"/work/families/{world.family}{place}/off"
    world.client("MARCUS").submit(page, {"words": "The pool is shut. Next Thursday instead?"}, to=page, status=303)
    words = world.client("LEO").text(place)
    assert "We called it off." in words and "The pool is shut." in words


def test_what_was_brought_in_by_import_is_moved_like_any_other(world: World) -> None:
    with world.database.session() as session:
        people = [session.get_one(Person, world.leo)]
        circle = make.circle(session, session.get_one(Family, world.family_id), *people)
        date = make.appointment(
            session, circle, session.get_one(Worker, world.marcus), "2019-07-19T17:00", *people, place="Library cafe"
        )
        session.commit()
        place = f"/appointments/{date.ref}"
    world.client("LEO").submit(f"{place}/move", {"slot": SLOT}, to=f"{place}/move", status=303)
    with world.database.session() as session:
        moved = session.scalars(select(Appointment)).one()
        assert moved.ref == place.rsplit("/", 1)[1] and moved.edited_at is not None
        assert session.scalars(select(TakenSlot.appointment_id)).all() == [moved.id]


def test_what_a_worker_arranged_elsewhere_is_not_turned_into_something_else(world: World) -> None:
    place = arranged(world)
    leo = world.client("LEO")
    words = leo.text(f"{place}/move")
    assert "Marcus has put no free times here" in words and "Library cafe" not in words
    answer = leo.post(f"{place}/move", {"seen": "0", "slot": SLOT, "csrf_token": token(leo, f"{place}/move")}, 422)
    assert "That time has just gone" in answer.text
    assert state(world) == ("booked", 0)


def test_one_can_ask_about_a_date_and_the_answer_stands_under_it(world: World) -> None:
    at = arranged(world)
    leo = world.client("LEO")
    assert "Ask Marcus about this" in leo.text(at)
    empty = leo.submit(at, {"text": " "}, to=f"{at}/question", status=422).get_data(as_text=True)
    assert "Write your question." in empty
    leo.submit(at, {"text": "Can we play chess?"}, to=f"{at}/question", status=303)
    assert "You asked Marcus, today" in leo.text(at)
    marcus = world.client("MARCUS")
    link = next(a["href"] for a in marcus.soup("/work/").find_all("a") if "/questions/" in a["href"])
    assert "About a date" in marcus.text(link)
    assert at in str(marcus.soup(link))
    marcus.submit(link, {"text": "Yes. Bring a friend."}, to=link, status=303)
    assert "Yes. Bring a friend." in world.client("LEO").text(at)
    # what he asked stays between him and who answers
    assert "chess" not in world.client("ROSA").text(at)
    world.client("DAN").get(at, 404)


def test_about_a_date_of_somebody_who_has_left_whoever_is_responsible_is_asked(world: World) -> None:
    at = arranged(world)
    with world.database.session() as session:
        for part in session.scalars(select(Involvement).where(Involvement.worker_id == world.marcus)):
            part.ends_on = date(2019, 7, 16)
        session.commit()
    assert "Ask Ada about this" in world.client("LEO", "2019-07-17T10:00").text(at)
