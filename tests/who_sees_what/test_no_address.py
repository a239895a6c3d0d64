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
from sqlalchemy import CheckConstraint, String, Text, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import create_app, policy
from portal.access.gate import COOKIE
from portal.access.masking import GENERIC
from portal.appointments.models import Appointment, AppointmentPlace
from portal.assessments.models import Draft, PassedOn, Received, Removal, Statement
from portal.audit.models import Look
from portal.contexts.models import Enquiry, Link
from portal.duties.models import AskedAgain, Duty, KeptElsewhere
from portal.foundation import clock
from portal.foundation.database import Base, PortalSession
from portal.foundation.fields import Encrypted
from portal.involvement.models import Involvement
from portal.meetings.models import Decision, Meeting
from portal.moves.models import Move, MoveInvitation, MovePart, MoveTask, NeedLevel
from portal.offers.models import HelpRequest, Offer, RefusalReview
from portal.organisations.models import Organisation, Worker
from portal.people.models import Circle
from portal.plans.models import Goal, Step
from portal.protections.models import Protection
from portal.questions.models import Question
from portal.relocation.models import Relocation, RelocationAnswer
from portal.safety.models import SafetyLine, SafetyPlan
from portal.schools.models import SchoolAgreement, SchoolPlace
from portal.settings import Settings
from portal.updates.models import Reply, Update, UpdateRead
from portal.wishes.models import MentorWish
from tests import factories as make
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


ABOUT_MOVING: dict[type[Base], tuple[str, ...]] = {
    Move: ("declined_reason", "called_off_reason"),
    MoveInvitation: ("reason",),
    MovePart: ("paid_by", "before_reason"),
    MoveTask: ("text",),
    NeedLevel: ("evidence",),
    Relocation: ("reason",),
    RelocationAnswer: ("text",),
    SchoolPlace: ("told_next",),
    SchoolAgreement: ("text", "reason"),
    Statement: ("text",),
    Removal: ("note",),
    PassedOn: ("received_by", "portal", "ended_because"),
    Received: ("confirmed_by", "portal"),
    Link: ("note",),
    Enquiry: ("to_name", "about", "text", "answer"),
    AskedAgain: ("reason",),
    Duty: ("law", "outcome"),
    KeptElsewhere: ("where_kept",),
}
"""Every free text of the assessment, of moves, of talks about moving and of school."""
APART = {
    (MoveTask, "file"): "the number of a file",
    (PassedOn, "file"): "the number of a file",
    (PassedOn, "receiver"): "a public key",
    (Received, "file"): "the number of a file",
    (Received, "sender"): "a public key",
    (Statement, "language"): "the code of a language",
    (SchoolAgreement, "answer"): "yes or no",
    (Draft, "text"): "one's own words, which nobody else reads",
}
"""Texts in which nobody writes where anybody is, and why."""
KEYS = {"ref", "source", "source_ref", "section"}


def free_texts() -> Iterator[tuple[type[Base], str]]:
    """Every column of these rooms in which people write what they like: a text that no check keeps to a few words."""
    for mapper in Base.registry.mappers:
        model = mapper.class_
        if model.__module__ not in {f"portal.{room}.models" for room in ROOMS}:
            continue
        checks = " ".join(
            str(each.sqltext) for each in model.__table__.constraints if isinstance(each, CheckConstraint)
        )
        for column in model.__table__.columns:
            words = isinstance(column.type, Encrypted | Text | String)
            if words and column.name not in KEYS and not re.search(rf"\b{column.name} in \(", checks):
                yield model, column.name


ROOMS = ("moves", "assessments", "contexts", "duties", "schools", "relocation")


def test_every_free_text_about_moving_is_tried() -> None:
    tried = {(model, field) for model, fields in ABOUT_MOVING.items() for field in fields}
    found = set(free_texts())
    assert found == tried | set(APART), "a new text: try it in ABOUT_MOVING, or say in APART why it tells nothing"


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


def everybody_moves(session: Session, world: World) -> None:
    """A move in each family that has none, with all that belongs to it, in everybody's circle."""
    for family in set(world.families) - {move.family for move in world.moves}:
        circle = session.query(Circle).filter_by(family_id=family, members_key="family").first()
        part = session.query(Involvement).filter_by(family_id=family).first()
        if circle is None or part is None:
            continue
        old, new = session.query(Organisation).filter_by(kind="borough").limit(2)
        worker = session.get_one(Worker, part.worker_id)
        move = make.move(session, circle, old, new, worker)
        make.asked_about(session, move, new, worker)
        make.move_task(session, move, worker, worker)
        of_it = {"family_id": family, "circle_id": circle.id, "move_id": move.id}
        session.add(MovePart(involvement_id=part.id, does="leaves", made_at=move.started_at, **of_it))
    session.flush()


def write_it_everywhere(session: Session, draw: Random, world: World) -> None:
    """Every free text that a page of theirs may show says where. Staff's own say what tells of every family."""
    words = {family: list(telling(world, family).values()) for family in world.families}
    anywhere = [word for word in words[min(words)] if word not in PLACES]
    for model, fields in {
        Step: ("goal", "text"), Appointment: ("purpose",), Update: ("text",),
        Goal: ("text",), Offer: ("what", "reason"), HelpRequest: ("what", "words", "answer"),
        RefusalReview: ("changes",), SafetyPlan: ("signs", "calls"), SafetyLine: ("text",),
        MentorWish: ("words", "answer_words"),
        Question: ("text",), Reply: ("text",), Meeting: ("about",), Decision: ("text",), Protection: ("what",),
        Worker: ("role", "hours"), Involvement: ("end_reason",),
        Look: ("reason",),
        **ABOUT_MOVING,
    }.items():  # fmt: skip
        rows = session.query(model).all()
        assert rows or model not in ABOUT_MOVING, f"no {model.__name__} in these worlds, so nothing is tried"
        for row in rows:
            if isinstance(row, Enquiry):
                row.to_worker_id = None  # somebody outside the portal is called by a name
            for field in fields:
                said = written(draw, world, words.get(getattr(row, "family_id", 0), anywhere))
                # what stands on a link is taken for a place's name, and each of its words is left out everywhere
                setattr(row, field, said.removeprefix(f"{MARK} at ") if model is Link else said)
    for row in session.query(Update):  # at least these are for everybody
        row.circle_id = next(c.id for c in world.circles.values() if c.family == row.family_id and c.key == "family")
        row.posted_at = world.now - timedelta(days=1)
        session.query(UpdateRead).filter_by(update_id=row.id).update({"circle_id": row.circle_id})
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


def everything(client: Client) -> Iterator[tuple[str, TestResponse]]:
    """Those pages, and whatever of their own they lead to: one statement, one section, one question, one date."""
    seen: set[str] = set()
    waiting = list(pages(client))
    while waiting:
        path = waiting.pop(0)
        if path in seen or len(seen) > MOST:
            continue
        seen.add(path)
        response = client.browser.get(path)
        yield path, response
        for link in re.findall(r'(?:href|action)="(/[^"#]*)"', response.get_data(as_text=True)):
            if not link.startswith(LEFT_ALONE) and link not in seen:
                waiting.append(html.unescape(link))


MOST = 300  # pages of one person
LEFT_ALONE = (
    "/static",
    "/guidance",
    "/exit",
    "/demo",
    "/sign-out",
    "/card",
    "/courses",
    "/help-now",
    "/?",
    "/account/",
)


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
        everybody_moves(session, world)
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
            for path, response in everything(client):
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
