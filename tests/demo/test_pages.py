"""The demo's own pages: being anybody, pretend phones; and that none of it exists outside the demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from portal import create_app
from portal.access.models import Account
from portal.foundation.clock import real_now
from portal.foundation.jobs import Worker
from portal.messages.gateways.simulator import Simulator
from portal.messages.jobs import Outbox
from portal.people.models import Family, Person
from portal.settings import Settings
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

NUMBER = "+447700900221"


@pytest.fixture
def world(database: Database) -> Database:
    with database.session() as session:
        borough = make.organisation(session)
        family = make.family(session, borough)
        ana = make.person(session, family, "Ana Rivera", ref="ANA", phone=NUMBER, joined=True)
        make.person(session, family, "Dad Rivera", ref="DAD", contact_limit="no_contact")
        make.supporter(session, family, ana, "Sue Rivera", ref="SUE")
        ada = make.worker(session, borough, "Ada Obi", ref="W-ADA")
        make.worker(session, borough, "Both Names", ref="ANA")
        make.involvement(session, ada, family, lead=True)
        session.commit()
    return database


def test_everybody_is_listed_and_a_tap_is_enough(world: Database, visit: Callable[..., Client]) -> None:
    client = visit(world)
    words = client.text("/")
    for name in ("Ana Rivera", "Sue Rivera", "Ada Obi"):
        assert name in words
    assert "Dad Rivera" not in words
    assert client.submit("/", {"person": "ANA"}, to="/demo/sign-in", status=303).location == "/home"
    assert "Ana" in client.text("/home")
    assert client.get("/", 303).location == "/home"
    assert "Ada Obi" in client.text("/?all=1")


@pytest.mark.parametrize(("who", "place"), [("ANA", "/home"), ("SUE", "/home"), ("W-ADA", "/work/")])
def test_signing_in_needs_no_token(world: Database, visit: Callable[..., Client], who: str, place: str) -> None:
    client = visit(world)
    assert client.post("/demo/sign-in", {"person": who}, 303).location == place
    if who == "SUE":
        assert client.get("/home", 302).location == "/supporting"
    if who == "W-ADA":
        assert client.get("/account").status_code == 200, "the second factor is given"


def test_people_come_first_and_the_main_sender_first(world: Database, visit: Callable[..., Client]) -> None:
    with world.session() as session:
        other = make.person(session, session.scalars(select(Family)).one(), "Other Ana", ref="ANA2")
        session.execute(update(Person).where(Person.id == other.id).values(source="elsewhere", source_ref="ANA"))
        session.commit()
    client = visit(world)
    client.post("/demo/sign-in", {"person": "ANA"}, 303)
    assert "Ana Rivera" in client.text("/home")


def test_nobody_and_those_who_may_not(world: Database, visit: Callable[..., Client]) -> None:
    client = visit(world)
    for who in ("", "NOBODY", "<b>", "x" * 5000, "'; drop table person"):
        client.post("/demo/sign-in", {"person": who}, 404)
    assert "cannot sign in" in client.post("/demo/sign-in", {"person": "DAD"}, 403).get_data(as_text=True)
    with world.session() as session:
        session.execute(update(Account).values(locked_at=real_now()))
        session.commit()
    assert "taken" in client.post("/demo/sign-in", {"person": "ANA"}, 403).get_data(as_text=True)
    assert client.browser.get_cookie("device") is None


def test_a_text_arrives_on_the_pretend_phone_once_it_is_sent(world: Database, visit: Callable[..., Client]) -> None:
    client = visit(world)
    client.submit("/sign-in", {"number": NUMBER}, status=303)
    assert client.soup("/sign-in/code").find("a", href=f"/demo/phone/{NUMBER}") is not None
    waiting = client.text("/demo/phone/07700900221")
    assert "1 text is on its way" in waiting
    assert "code is" not in waiting
    Worker(world.worker, [Outbox(Simulator())], []).drain()
    assert "Your Alongside code is" in client.text(f"/demo/phone/{NUMBER}")
    assert "No texts yet" in client.text("/demo/phone/+447700900222")
    assert client.get("/demo/phone/nonsense", 404)


def test_a_text_from_the_pretend_phone_is_answered_honestly(world: Database, visit: Callable[..., Client]) -> None:
    client = visit(world)
    client.post(f"/demo/phone/{NUMBER}", {"body": "<script>alert(1)</script> hello"}, 303)
    soup = client.soup(f"/demo/phone/{NUMBER}")
    mine, answer = soup.select("li.text")
    assert "mine" in mine["class"] and mine.p.get_text() == "<script>alert(1)</script> hello"
    assert "mine" not in answer["class"] and answer.p.get_text()


def test_outside_the_demo_none_of_this_exists(world: Database, settings: Settings) -> None:
    app = create_app(replace(settings, demo=False), world.web)
    client = Client(app)
    words = client.text("/")
    assert "Sign in" in words
    assert "Ana Rivera" not in words
    client.post("/demo/sign-in", {"person": "ANA"}, 404)
    client.get(f"/demo/phone/{NUMBER}", 404)
    client.submit("/sign-in", {"number": NUMBER}, status=303)
    assert client.soup("/sign-in/code").find("a", href=f"/demo/phone/{NUMBER}") is None
    assert "portal.demo.views" not in {view.__module__ for view in app.view_functions.values()}
