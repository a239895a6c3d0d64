"""The family hears of each step of a move by a discreet text, and somebody with no_address of none of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.access.models import Account, Phone
from portal.foundation import texts
from portal.foundation.fields import keyed_hash
from portal.messages.models import TextMessage
from portal.people.models import Person
from tests.client import Client
from tests.moves.conftest import HIDDEN, Around
from tests.moves.steps import Walk

Visit = Callable[..., Client]


@pytest.fixture
def walk(around: Around, visit: Visit) -> Walk:
    return Walk(around, visit)


def told(around: Around) -> list[tuple[str, str, str]]:
    """(who, wording, state) of each text so far."""
    with around.database.session() as session:
        rows = (
            select(Person.name, TextMessage.wording, TextMessage.state, TextMessage.given)
            .join(TextMessage, TextMessage.person_id == Person.id)
            .order_by(TextMessage.id)
        )
        found = session.execute(rows).all()
    for row in found:
        if row.wording.startswith(("move_", "school_")):
            for language in ("en", "es"):
                for plain in (False, True):
                    # what somebody answered is asked when it goes out: tests/moves/test_texts.py reads it as it arrives
                    values = {"what": "accepted", "to": "transfer"} | texts.unpacked(row.given)
                    said = texts.say(row.wording, language, plain, values)
                    places = [word for word in HIDDEN if word not in ("Noor", "Nadia", "Nils", "Marcus")]
                    assert not [word for word in places if word.lower() in said.lower()], said
    return [(row.name.split()[0], row.wording, row.state) for row in found]


def test_each_step_is_heard_and_nothing_says_where(walk: Walk) -> None:
    walk.start()
    begun = told(walk.around)
    assert sorted(begun) == [("Leo", "move_new", "dropped"), ("Rosa", "move_new", "dropped")], "no number yet"
    give_numbers(walk.around)
    walk.accept()
    assert sorted(told(walk.around)[2:]) == [("Leo", "move_answer", "queued"), ("Rosa", "move_answer", "queued")]
    walk.day = "2019-07-03"
    walk.join("W-NEW")
    walk.lead_met()
    assert sorted(told(walk.around)[4:]) == [("Leo", "move_met", "queued"), ("Rosa", "move_met", "queued")]
    walk.family_met("P-ROSA")
    rest = told(walk.around)[4:]
    assert ("Leo", "move_met", "dropped") in rest and ("Leo", "move_leads", "queued") in rest
    assert ("Rosa", "move_leads", "queued") not in rest, "she has just said it herself"
    assert {who for who, *_ in told(walk.around)} == {"Leo", "Rosa"}, "Daniel and Theo hear nothing"


def test_what_was_to_be_said_is_not_said_once_the_move_is_off(walk: Walk) -> None:
    give_numbers(walk.around)
    walk.start()
    path = f"{walk.work}/{walk.move_ref()}/call-off"
    walk.as_("W-OLD").submit(path, {"reason": "The flat fell through."}, to=path, status=303)
    said = told(walk.around)
    assert sorted(state for who, _, state in said if who == "Leo") == ["dropped", "queued"]


def test_talking_it_through_and_school_are_heard_too(walk: Walk) -> None:
    give_numbers(walk.around)
    grace, path = walk.as_("W-OLD"), f"{walk.work}/talk/new"
    grace.submit(path, {"borough": "", "readers": walk.readers(grace.soup(path))}, to=path, status=303)
    assert sorted(told(walk.around)) == [("Leo", "move_new", "queued"), ("Rosa", "move_new", "queued")]


def give_numbers(around: Around) -> None:
    """A phone for everybody in the family."""
    with around.database.session() as session:
        people = session.execute(select(Account.id, Account.family_id).where(Account.person_id.is_not(None)))
        for place, account in enumerate(people):
            number = f"+4477009001{place:02}"
            row = {"account_id": account.id, "family_id": account.family_id, "number": number}
            session.add(Phone(**row, number_hash=keyed_hash(number)))
        session.commit()
