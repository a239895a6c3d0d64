"""Pages stay quick whatever the amount: searching and paging families, and a bounded number of round trips."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.people.models import Family
from tests.factories import (
    appointment,
    circle,
    family,
    involvement,
    link,
    moment,
    organisation,
    person,
    statement,
    step,
    update,
    worker,
)
from tests.round_trips import round_trips

NOW = "2019-07-15T10:00"
MOST = 8  # round trips for one page, BEGIN and COMMIT included


def fill(session, families: int) -> None:
    """A borough with one manager, one worker who leads every family, and something in each record."""
    home = organisation(session)
    manager = worker(session, home, "Mona Hart", ref="MANAGER", manager=True)
    home.senior_manager_id = manager.id
    ada = worker(session, home, "Ada Obi", ref="ADA", manager_id=manager.id)
    ben = worker(session, home, "Ben Stone", ref="BEN", manager_id=manager.id)
    for number in range(families):
        made = family(session, home, f"Family {number:03}", source_ref=f"F{number}")
        parent = person(session, made, f"Parent {number:03}", phone=f"+4477009{number:05}")
        child = person(session, made, f"Child {number:03}", "young_person")
        both = circle(session, made, parent, child)
        if number % 10:
            involvement(session, ada, made, lead=True)
        else:
            involvement(session, ada, made, lead=True, ends=date(2019, 7, 1))
            involvement(session, ben, made)
        step(session, both, ada, f"Step {number:03}")
        appointment(session, both, ada, "2019-07-15T14:00", parent, child)
        update(session, both, ada)
        said = statement(session, both, child, ada)
        statement(session, both, child, parent, "I see it differently.", disagrees_with_id=said.id)
        link(session, both, child, home, "friends")
        moment(session, both, child, "injury", "2019-07-01T10:00")
    session.commit()


@pytest.fixture
def many(database, visit):
    with database.session() as session:
        fill(session, 120)
    return database


@pytest.mark.parametrize("who", ["ADA", "MANAGER"])
def test_no_page_takes_more_round_trips_with_more_families(many, visit, who):
    client = visit(many, who, NOW)
    with many.session() as session:
        ref = session.scalar(select(Family.ref).where(Family.source_ref == "F1"))
    pages = ["/work/", "/work/families", "/work/families?q=family&page=2", "/work/wrote", "/work/urgent"]
    pages += [
        f"/work/families/{ref}{part}" for part in ("", "/plan", "/appointments", "/updates", "/assessment", "/people")
    ]
    if who == "MANAGER":
        pages += [
            "/work/oversight",
            "/work/oversight?all=promises",
            f"/work/families/{ref}/looks",
            f"/work/families/{ref}/staff/new",
        ]
    for path in pages:
        client.get(path)  # the first time a driver prepares statements
        with round_trips() as count:
            client.get(path)
        assert 0 < count.trips <= MOST, f"{path}: {count.trips} round trips"


def test_families_are_found_by_name_fifty_at_a_time(many, visit):
    client = visit(many, "MANAGER", NOW)
    first = client.text("/work/families")
    assert "120 families are open to you" in first
    assert "Page 1 of 3" in first
    assert "Family 049" in first
    assert "Family 050" not in first
    assert "Nobody leads since 2 July · Northfield children's services" in first
    assert "Ada Obi leads since 7 January" in first
    assert "Family 119" in client.text("/work/families?page=3")
    assert "No family that is open to you has that name." in client.text("/work/families?q=%25")
    assert "1 family with that name" in client.text("/work/families?q=child+117")
    assert "Family 017" in client.text("/work/families?q=F17")
    client.get("/work/families?page=0")
    client.get("/work/families?page=99999999999999999999")
    client.get("/work/families?page=x")


def test_oversight_gives_the_worst_first_and_the_whole_list_when_asked(many, visit):
    client = visit(many, "MANAGER", NOW)
    page = client.text("/work/oversight")
    assert "See all 120" in page
    assert page.count("14 days overdue") == 10
    assert client.text("/work/oversight?all=promises").count("14 days overdue") == 120
    gaps = page.split("Nobody leads")[1].split("Nobody has reached them yet")[0]
    assert gaps.count("since 2 July") == 10
    assert "Mona Hart answers for them. Last: Ada Obi." in gaps


def test_my_day_shows_the_day_in_order_and_who_to_call(many, visit):
    page = visit(many, "ADA", NOW).text("/work/")
    assert "Call Parent" in page
    assert "Call Child" not in page  # no number
    assert "Nothing is in your diary today." in visit(many, "BEN", NOW).text("/work/")
