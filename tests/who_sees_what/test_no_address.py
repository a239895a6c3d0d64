"""Somebody with no_address finds on no page anything that tells where the others are, however it was written down.

Random families; every free text of theirs, whoever may see it, names places, services, numbers and addresses on the
web, in the ways people write them. `PORTAL_SEED=…` draws the same again.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import create_app, policy
from portal.access.gate import COOKIE
from portal.access.masking import GENERIC
from portal.appointments.models import Appointment, AppointmentPlace
from portal.assessments.models import Statement
from portal.audit.models import Look
from portal.foundation import clock
from portal.foundation.database import PortalSession
from portal.involvement.models import Involvement
from portal.meetings.models import Decision, Meeting
from portal.organisations.models import Worker
from portal.plans.models import Step
from portal.protections.models import Protection
from portal.questions.models import Question
from portal.settings import Settings
from portal.updates.models import Reply, Update
from tests.client import Client
from tests.conftest import Database
from tests.who_sees_what.filling import fill, token_of
from tests.who_sees_what.model import World
from tests.who_sees_what.worlds import make_world

SEED = int(os.environ.get("PORTAL_SEED") or Random().randrange(10**6))
WORLDS = 20 if os.environ.get("PORTAL_TEST_ALL") else 2
NUMBER = re.compile(r"(?<!\d)(?:0|\+44|0044)[\s().-]*(?:\(0\))?[\s().-]*20[\s().-]*7946|7946[\s-]0\d{3}", re.IGNORECASE)
MARK = "We meet"
PLACES = ("Larkspur cafe", "Corn Exchange", "Old Tannery", "Marl Street", "Saint Bride's Hall")


def telling(world: World, family: int) -> dict[str, str]:
    """What must not be found (folded) and how it may be written: every borough, the places of this family, the web."""
    found = {}
    for organisation in world.organisations.values():
        for part in GENERIC.sub("\n", organisation.name).split("\n"):
            if len(part.strip()) > 2:
                found[fold(part)] = part.strip()
    places = [*PLACES, *PLACES][family % len(PLACES) :][:2] if has_place(world, family) else []
    found |= {fold(place): place for place in places}
    return found | {"se153ab": "SE15 3AB", "serviceexample": "w1@service.example", "hereschuk": "www.here.sch.uk/visit"}


def has_place(world: World, family: int) -> bool:
    """Is any appointment of theirs somewhere?"""
    return any(row.kind == "appointment_place" and row.family == family for row in world.written)


def fold(words: str) -> str:
    """Letters and digits only: "Zarn-Vale" is found in "zarnvale" too."""
    return re.sub(r"[\W_]", "", words.lower())


def written(draw: Random, world: World, words: list[str]) -> str:
    """A sentence that names three of these, each in some way people write it, and a number."""
    phone = draw.choice([who.phone for who in (*world.workers.values(), *world.organisations.values())])
    numbers = (
        phone,
        phone.replace(" ", ""),
        "+44 " + phone[1:],
        "+44 (0)" + phone[1:],
        f"({phone[:3]}){phone[3:]}",
        phone[4:],
    )
    ways: list[Callable[[str], str]] = [
        str,
        str.upper,
        str.lower,
        lambda word: f"({word}'s)",
        lambda word: word.replace(" ", "-"),
        lambda word: word.replace(" ", "\u00a0"),
    ]
    said = [draw.choice(ways)(draw.choice(words)) for _ in range(3)]
    return f"{MARK} at {said[0]}, near {said[1]}; not {said[2]}. Ring {draw.choice(numbers)}."


def write_it_everywhere(session: Session, draw: Random, world: World) -> None:
    """Every free text that a page of theirs may show says where. Staff's own say what tells of every family."""
    words = {family: list(telling(world, family).values()) for family in world.families}
    anywhere = [word for word in words[min(words)] if word not in PLACES]
    for model, fields in {
        Step: ("goal", "text"), Appointment: ("purpose",), Update: ("text",), Statement: ("text",),
        Question: ("text",), Reply: ("text",), Meeting: ("about",), Decision: ("text",), Protection: ("what",),
        Worker: ("role", "hours"), Involvement: ("end_reason",),
        Look: ("reason",),
    }.items():  # fmt: skip
        for row in session.query(model):
            for field in fields:
                setattr(row, field, written(draw, world, words.get(getattr(row, "family_id", 0), anywhere)))
    for row in session.query(Update):  # at least these are for everybody
        row.circle_id = next(c.id for c in world.circles.values() if c.family == row.family_id and c.key == "family")
        row.posted_at = world.now - timedelta(days=1)
    for place in session.query(AppointmentPlace).order_by(AppointmentPlace.appointment_id):
        known = [word for word in words[place.family_id] if word in PLACES]
        place.place = known[0] + ", 2nd floor"
    for family in world.families:
        last = (
            session.query(AppointmentPlace).filter_by(family_id=family).order_by(AppointmentPlace.appointment_id).all()
        )
        if last:
            last[-1].place = "; ".join(word for word in words[family] if word in PLACES)
    session.flush()


def pages(client: Client) -> Iterator[str]:
    """Every page that somebody in a family can ask for, and what they get for one that is not there."""
    for route in client.app.url_map.iter_rules():
        need = getattr(client.app.view_functions[route.endpoint], "need", None)
        if need and "GET" in (route.methods or ()) and not route.arguments:
            who = policy.RULES[need.permission].who
            if who & {"family", "person"} or route.rule in ("/help-now", "/guidance/", "/sign-in", "/taken"):
                yield route.rule
                yield f"{route.rule}?lang=es"
    yield from ("/nothing/here", "/work/families/F1", "/network/supporters/abc", "/static/nothing.css")


@pytest.mark.parametrize("number", range(WORLDS))
def test_no_page_tells_where(database: Database, settings: Settings, number: int) -> None:
    seed = SEED + number
    print(f"PORTAL_SEED={seed}")
    with database.session() as session:
        matrix: dict[str, set[str]] = {}
        for function, kind in session.execute(text("select function, kind from function_sees")):
            matrix.setdefault(function, set()).add(kind)
        world = make_world(seed, 100_000, matrix)
        fill(session, world)
        write_it_everywhere(session, Random(seed), world)
        limited = [who.id for who in world.people.values() if who.limit == "no_address"]
        if all(world.people[who].relation == "supporter" for who in limited):
            limited.append(next(who.id for who in world.people.values() if who.relation == "parent"))
            session.execute(text("update person set contact_limit = 'no_address' where id = :id"), {"id": limited[-1]})
        session.commit()
    client = Client(create_app(settings, database.web))
    clock.fix(world.now)
    try:
        told = 0
        for who in limited:
            client.browser.set_cookie(COOKIE, token_of(who))
            hidden = telling(world, world.people[who].family)
            for path in pages(client):
                response = client.browser.get(path)
                told += check(hidden, f"{response.headers}\n{response.get_data(as_text=True)}", f"{who} on {path}")
        assert told, "nobody was told anything, so nothing was tried"
        assert_others_are_told(database, client, world)
    finally:
        clock.fix(None)


def check(hidden: dict[str, str], page: str, where: str) -> int:
    """Nothing that tells is on the page, as it went over the wire and as it is read. Returns how often a text stood."""
    for seen in (page, html.unescape(page)):
        # addresses of our own files and keys of forms are letters by chance
        words = re.sub(r'(?:value|href|src|nonce)="[\w./#?=-]{16,}"|csrf[^>]*>|X-CSRFToken[^}]*', "", seen)
        found = NUMBER.search(words)
        assert not found, f"{where}: {words[found.start() - 300 : found.end() + 20]}"
        folded = fold(words)
        for word, name in hidden.items():
            at = folded.find(word)
            assert at < 0, f"{where}: {name} in {folded[at - 60 : at + 60]}"
    return page.count(MARK)


def assert_others_are_told(database: Database, client: Client, world: World) -> None:
    """Somebody without a limit reads the very same words whole: it is the mask that kept them from the others."""
    with PortalSession(database.owner) as session:
        free = session.scalars(
            text("select id from person where contact_limit = 'none' and relation = 'young_person'")
        ).all()
    read = ""
    for who in free:
        client.browser.set_cookie(COOKIE, token_of(who))
        read += "".join(client.browser.get(path).get_data(as_text=True) for path in ("/plan", "/network", "/updates"))
    assert any(word in fold(html.unescape(read)) for family in world.families for word in telling(world, family))
    assert NUMBER.search(read)
