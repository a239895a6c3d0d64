"""Organisers write courses, mark who came, call groups off; places are passed on in order; reminders go once."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select

from portal.courses import jobs
from portal.courses.actions import Joining, change_place, join
from portal.courses.models import Came, Course, SignUp
from portal.foundation.database import DOOR, PortalSession
from portal.hearing.models import InboundText
from portal.messages.models import TextMessage
from tests.client import Client
from tests.conftest import Database
from tests.courses.conftest import NOW, Charity

Visit = Callable[..., Client]
At = Callable[[str], None]
URL = "https://alongside.example"


def add(database: Database, group: int, name: str, number: int, companion: str | None = None) -> int:
    with PortalSession(database.web) as session:
        session.info["speaker"] = DOOR
        joined = join(session, group, Joining(name, f"+447700900{number}", companion))
        session.commit()
        assert joined is not None
        return joined.sign_up_id


def leave(database: Database, sign_up: int) -> None:
    with PortalSession(database.web) as session:
        session.info["speaker"] = DOOR
        assert change_place(session, sign_up, "left")
        session.commit()


def run(database: Database, *what: Callable[[PortalSession], None]) -> None:
    for one in what:
        with PortalSession(database.worker) as session:
            one(session)
            session.commit()


def pass_on(session: PortalSession) -> None:
    jobs.pass_on(session, URL)


def remind(session: PortalSession) -> None:
    jobs.remind(session, URL)


def states(database: Database) -> dict[str, str]:
    with database.session() as session:
        return {one.name: one.state for one in session.scalars(select(SignUp).order_by(SignUp.id))}


def words(database: Database) -> list[str]:
    with database.session() as session:
        return [one.body or "" for one in session.scalars(select(TextMessage).order_by(TextMessage.id))]


def test_a_free_place_is_offered_in_order_and_passed_on_when_nobody_answers(
    database: Database, charity: Charity, at: At
) -> None:
    at(NOW)
    first = add(database, charity.first_id, "Anna", 701)
    for name, number in (("Bo", 702), ("Cleo", 703), ("Dan", 704)):
        add(database, charity.first_id, name, number)
    leave(database, first)
    run(database, pass_on, pass_on)
    assert states(database) == {"Anna": "left", "Bo": "booked", "Cleo": "offered", "Dan": "waiting"}
    at("2026-03-04T09:00")
    run(database, pass_on)
    assert states(database)["Cleo"] == "offered", "the deadline has not come"
    at("2026-03-04T10:01")
    run(database, pass_on)
    assert states(database)["Cleo"] == "lapsed" and states(database)["Dan"] == "offered"
    assert sum("Reply YES or NO" in text for text in words(database)) == 2
    assert all("/courses/mine/" in text for text in words(database) if "Reply YES" in text)


def test_two_who_come_together_wait_for_two_places_until_the_last_days(
    database: Database, charity: Charity, at: At
) -> None:
    at(NOW)
    first = add(database, charity.first_id, "Anna", 701)
    add(database, charity.first_id, "Bo", 702)
    add(database, charity.first_id, "Cleo", 703, companion="Max")
    add(database, charity.first_id, "Dan", 704)
    leave(database, first)
    run(database, pass_on)
    assert states(database)["Cleo"] == "waiting" and states(database)["Dan"] == "waiting"
    at("2026-03-08T10:00")
    run(database, pass_on)
    assert states(database)["Cleo"] == "waiting" and states(database)["Dan"] == "offered"


def test_a_reminder_goes_once_a_day_before(database: Database, charity: Charity, at: At) -> None:
    at(NOW)
    add(database, charity.first_id, "Anna", 701)
    run(database, remind)
    assert words(database) == []
    at("2026-03-09T19:00")
    run(database, remind, remind)
    assert len(words(database)) == 1 and "18:30" in words(database)[0]
    at("2026-03-16T19:00")
    run(database, remind)
    assert len(words(database)) == 2


def test_a_group_called_off_tells_everybody_and_offers_the_next(
    database: Database, charity: Charity, visit: Visit, at: At
) -> None:
    at(NOW)
    for name, number in (("Anna", 701), ("Bo", 702), ("Cleo", 703)):
        add(database, charity.first_id, name, number)
    organiser = visit(database, "W-ORGANISER", NOW)
    page, to = f"/work/courses/groups/{charity.first}", f"/work/courses/groups/{charity.first}/call-off"
    organiser.submit(page, {"why": ""}, to=to, status=422)
    organiser.submit(page, {"why": "The hall is flooded."}, to=to, status=303)
    assert len(words(database)) == 3 and all("Sorry" in text for text in words(database))
    with database.session() as session:
        instead = session.scalars(select(SignUp).where(SignUp.group_id == charity.second_id).order_by(SignUp.id))
        assert [(one.name, one.state) for one in instead] == [
            ("Anna", "offered"), ("Bo", "offered"), ("Cleo", "waiting")
        ]  # fmt: skip
    assert "It was called off" in visit(database, None, NOW).text(f"/courses/groups/{charity.first}/join")


def test_who_came_is_marked_and_asked_how_it_was(database: Database, charity: Charity, visit: Visit, at: At) -> None:
    at(NOW)
    add(database, charity.first_id, "Anna", 701)
    add(database, charity.first_id, "Bo", 702)
    after = "2026-03-17T22:30"
    organiser = visit(database, "W-ORGANISER", after)
    page = organiser.soup(f"/work/courses/groups/{charity.first}")
    form = page.find("form", action=lambda to: to and to.endswith("/came"))
    ticks = [box["name"] for box in form.find_all("input", type="checkbox")]
    hidden = {f["name"]: f["value"] for f in form.find_all("input", type="hidden")}
    organiser.post(form["action"], hidden | {ticks[0]: "y"}, 303)
    with database.session() as session:
        assert len(session.scalars(select(Came)).all()) == 1
    run(database, jobs.ask_how_it_was, jobs.ask_how_it_was)
    assert sum("How was it" in text for text in words(database)) == 1


def test_a_text_with_the_word_joins_slips_forgiven(database: Database, charity: Charity, at: At) -> None:
    at(NOW)
    with PortalSession(database.web) as session:
        session.info["speaker"] = DOOR
        assert "You have a place" in (jobs.by_text(session, "+447700900721", " year 5 ", "en", URL) or "")
        assert "Tienes plaza" in (jobs.by_text(session, "+447700900722", "YAER5", "es", URL) or "")
        assert "already" in (jobs.by_text(session, "+447700900721", "Year5", "en", URL) or "")
        assert jobs.by_text(session, "+447700900723", "please cancel my appointment", "en", URL) is None
        assert jobs.by_text(session, "+447700900723", "yes", "en", URL) is None
        session.commit()


def test_yes_and_no_by_text_answer_an_offer_and_a_number_says_how_it_was(
    database: Database, charity: Charity, at: At
) -> None:
    at(NOW)
    first = add(database, charity.first_id, "Anna", 701)
    for name, number in (("Bo", 702), ("Cleo", 703)):
        add(database, charity.first_id, name, number)
    leave(database, first)
    run(database, pass_on)
    with PortalSession(database.web) as session:
        session.info["speaker"] = DOOR
        assert "See you" in (jobs.by_text(session, "+447700900703", "Yes.", "en", URL) or "")
        assert jobs.by_text(session, "+447700900703", "yes", "en", URL) is None
        assert jobs.by_text(session, "+447700900702", "4 good", "en", URL) is None, "nobody asked yet"
        session.commit()
    at("2026-03-18T10:00")
    run(database, jobs.ask_how_it_was)
    with PortalSession(database.web) as session:
        session.info["speaker"] = DOOR
        assert "Thank you" in (jobs.by_text(session, "+447700900702", "4 good to talk", "en", URL) or "")
        session.commit()
    with database.session() as session:
        bo = next(one for one in session.scalars(select(SignUp)) if one.name == "Bo")
        assert (bo.rating, bo.said) == (4, "good to talk")


def test_an_organiser_writes_a_course_and_shows_it(database: Database, charity: Charity, visit: Visit) -> None:
    organiser = visit(database, "W-ORGANISER", NOW)
    course = {
        "title": "Before Year 7", "summary": "The step up to secondary school.", "covers": "buses\nold friends",
        "year_from": "5", "year_to": "6", "cost": "", "keyword": "year5",
    }  # fmt: skip
    answer = organiser.submit("/work/courses/new", course, status=422)
    assert "Another course has this word" in answer.get_data(as_text=True)
    assert "Words like STOP" in organiser.submit(
        "/work/courses/new", course | {"keyword": "stop"}, status=422
    ).get_data(as_text=True)
    organiser.submit("/work/courses/new", course | {"keyword": "STEPUP"}, status=303)
    with database.session() as session:
        made = session.scalars(select(Course).where(Course.title == "Before Year 7")).one()
    group = {
        "first_day-day": "5", "first_day-month": "5", "first_day-year": "2026", "at": "9.30", "minutes": "60",
        "times": "3", "places": "8", "mode": "online", "place": "no link", "language": "es",
    }  # fmt: skip
    path = f"/work/courses/{made.ref}/groups/new"
    organiser.submit(path, group, status=422)
    organiser.submit(path, group | {"place": "https://meet.example/a"}, status=303)
    anybody = visit(database, None, NOW)
    assert "Before Year 7" not in anybody.text("/courses/")
    anybody.get(f"/courses/{made.ref}", 404)
    desk = organiser.soup("/work/courses")
    form = next(f for f in desk.find_all("form") if f["action"].endswith(f"{made.ref}/publish"))
    organiser.post(form["action"], {f["name"]: f["value"] for f in form.find_all("input")}, 303)
    assert "Before Year 7" in anybody.text("/courses/?language=es&mode=online")
    assert "meet.example" not in anybody.get(f"/courses/{made.ref}").get_data(as_text=True)


A_DAY, A_TIME = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d(Z|[+-]\d\d:\d\d)"
# What the Human Services Data Specification 3.0 (docs.openreferral.org, read on 26 November 2026) says of the fields
# that we give: their form, and with a star those that must be there.
SPECIFIED: dict[str, dict[str, object]] = {
    "service": {
        "id*": "[0-9a-f-]{36}", "name*": ".+", "status*": "active|inactive|defunct|temporarily closed",
        "description": ".+", "url": "https?://.+", "fees_description": ".+", "application_process": ".+",
        "eligibility_description": ".+", "organization*": "organization", "languages": ["language"],
        "schedules": ["schedule"], "service_at_locations": ["service_at_location"],
    },
    "organization": {"id*": "[0-9a-f-]{36}", "name*": ".+", "description*": ".+"},
    "language": {"id*": "[0-9a-f-]{36}", "code": "[a-z]{2,3}", "name": ".+"},
    "schedule": {
        "id*": "[0-9a-f-]{36}", "valid_from": A_DAY, "valid_to": A_DAY, "dtstart": A_DAY, "until": A_DAY,
        "freq": "WEEKLY|MONTHLY", "interval": int, "byday": "(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*",
        "opens_at": A_TIME, "closes_at": A_TIME, "attending_type": ".+", "notes": ".*",
    },
    "service_at_location": {"id*": "[0-9a-f-]{36}", "location": "location"},
    "location": {
        "id*": "[0-9a-f-]{36}", "location_type*": "physical|virtual|postal", "name": ".+", "description": ".*",
    },
}  # fmt: skip


def said_as_specified(kind: str, said: dict[str, object]) -> None:
    """Every field is one of the specification's, in its form; none that must be there is missing."""
    fields = SPECIFIED[kind]
    assert {name[:-1] for name in fields if name.endswith("*")} <= set(said), kind
    for name, value in said.items():
        form = fields.get(name) or fields[f"{name}*"]
        if isinstance(form, list):
            assert isinstance(value, list), f"{kind}.{name}"
            for one in value:
                said_as_specified(form[0], one)
        elif isinstance(form, type):
            assert isinstance(value, form), f"{kind}.{name}"
        elif form in SPECIFIED:
            assert isinstance(value, dict), f"{kind}.{name}"
            said_as_specified(form, value)
        else:
            assert re.fullmatch(str(form), str(value)), f"{kind}.{name}: {value}"


def test_the_open_feed_says_what_the_specification_asks_for(database: Database, charity: Charity, visit: Visit) -> None:
    anybody = visit(database, None, NOW)
    page = anybody.get("/open-referral/services").get_json()
    assert page["total_items"] == 1 and page["first_page"] and page["last_page"] and not page["empty"]
    (service,) = page["contents"]
    said_as_specified("service", service)
    assert service["schedules"] and all("closes_at" in one for one in service["schedules"])
    alone = anybody.get(f"/open-referral/services/{service['id']}").get_json()
    assert alone == service
    anybody.get("/open-referral/services/00000000-0000-0000-0000-000000000000", 404)
    assert anybody.get("/open-referral/services?page=99").get_json()["empty"]


def test_on_the_demo_s_phone_the_word_is_enough_and_no_worker_reads_of_it(
    database: Database, charity: Charity, visit: Visit, at: At
) -> None:
    anybody = visit(database, None, NOW)
    phone = "/demo/phone/07700900731"
    anybody.post(phone, {"body": "year5"}, None)
    assert "You have a place" in anybody.text(phone)
    with database.session() as session:
        (kept,) = session.scalars(select(InboundText))
        assert kept.person_id is None and kept.family_id is None
