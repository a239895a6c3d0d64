"""The same texts from every kind of phone: each is kept, answered or left in peace, and none of them breaks."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update

from portal.access.models import Account, Phone
from portal.foundation.phones import number_hash
from portal.hearing.models import InboundText
from portal.involvement.models import Alert
from portal.messages.models import TextMessage
from portal.people.models import Family, Person, Supporter
from portal.questions.models import Question
from tests import factories as make
from tests.appointments.conftest import World
from tests.client import Client

LEO, ROSA, DAN, VI, NORA, STRANGER = (f"+4477009001{last}" for last in ("02", "01", "03", "50", "51", "59"))
SAID = (
    "hi", "book", "1", "next", "who", "where", "menu", "call me", "call me", "running late", "cant make it", "move",
    "not there", "thurs after school", "im not safe", "STOP", "START", "", "x" * 1600, "👍", "ok", "are you a robot",
    "how did you get my number", "wrong number", "START",
)  # fmt: skip


@pytest.fixture
def line(world: World) -> Client:
    """Phones for a friend whom Rosa invited and for somebody with whom there is no contact, too."""
    with world.database.session() as session:
        family, rosa = session.get_one(Family, world.family_id), session.get_one(Person, world.rosa)
        make.person(session, family, "Nora Roe", ref="NORA", contact_limit="no_contact", phone=NORA)
        make.supporter(session, family, rosa, "Aunt Vi")
        vi = session.scalars(select(Supporter)).one().person_id
        account = session.scalars(select(Account).where(Account.person_id == vi)).one_or_none()
        if account is None:
            account = Account(person_id=vi, family_id=family.id)
            session.add(account)
            session.flush()
        session.add(Phone(account_id=account.id, family_id=family.id, number=VI, number_hash=number_hash(VI)))
        session.commit()
    return world.client("LEO")


def write(world: World, line: Client, number: str, body: str) -> str | None:
    """Send this; what comes back at once, or None."""
    with world.database.session() as session:
        session.execute(text("update text_number set many = 0"))  # a flood is another test
        before = session.scalars(select(TextMessage.id).order_by(TextMessage.id.desc())).first() or 0
        kept = len(session.scalars(select(InboundText.id)).all())
        session.commit()
    assert line.browser.post(f"/demo/phone/{number}", data={"body": body}).status_code == 303, body
    with world.database.session() as session:
        assert len(session.scalars(select(InboundText.id)).all()) == kept + 1, f"{body!r} was lost"
        return session.scalars(
            select(TextMessage.body).where(TextMessage.id > before, TextMessage.answers_id.is_not(None))
        ).one_or_none()


@pytest.mark.parametrize("number", [DAN, VI, NORA, STRANGER])
def test_nobodys_text_is_lost(world: World, line: Client, number: str) -> None:
    answers = [write(world, line, number, body) for body in SAID]
    said = " ".join(answer for answer in answers if answer)
    for word in ("Marcus", "Library", "Leo", "Rosa", "Rivera", "Ada"):
        assert word not in said, f"{word} is told to somebody who may not know it"
    if number in (NORA, STRANGER):
        assert "16:00" not in said
    with world.database.session() as session:
        assert len(session.scalars(select(Question)).all()) == (1 if number == DAN else 0), "asked twice, it is one"


def test_a_friend_who_asks_to_be_called_is_passed_on_to_whoever_leads(world: World, line: Client) -> None:
    assert (write(world, line, VI, "call me") or "").startswith("Got it. A is told and will read it. Not safe?")
    with world.database.session() as session:
        assert [(row.kind, row.to_worker_id) for row in session.scalars(select(Alert))] == [("text_came", world.ada)]
    assert "wrote a text that waits for a person" in world.client("ADA").text("/work/")


def test_two_on_one_phone_are_not_asked_who_says_thanks(world: World, line: Client) -> None:
    with world.database.session() as session:
        session.execute(
            update(Phone).where(Phone.number_hash == number_hash(ROSA)).values(number_hash=number_hash(LEO))
        )
        session.commit()
    assert write(world, line, LEO, "ok thanks") is None
    assert (write(world, line, LEO, "next") or "").startswith("Who is writing?")
    assert write(world, line, LEO, "L R") == "Nothing is booked just now. Reply BOOK for a time."


def test_the_same_word_twice_in_a_second_does_one_thing(world: World, line: Client) -> None:
    write(world, line, LEO, "thurs 5.15")
    assert (write(world, line, LEO, "1") or "").startswith("Done.")
    assert (write(world, line, LEO, "1") or "").startswith("Nothing waits for an answer just now.")
    assert len(world.dates()) == 1
