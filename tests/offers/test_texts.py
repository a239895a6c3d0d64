"""Texts about offers, requests and safety plans go out while they are right: not once it was answered or has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.foundation.clock import real_now
from portal.messages.actions import tell
from portal.organisations.models import Worker
from portal.people.models import Circle, Family, Person
from tests import factories as make
from tests.questions.conftest import House, house
from tests.texting import dropped, give_phones, sent

__all__ = ["house"]

Makes = Callable[[Session, Circle, Person, Worker], Any]
MAKES: dict[str, tuple[str, Makes, dict[str, Any]]] = {
    "offer": (
        "offer",
        lambda session, circle, ana, ada: make.offer(session, circle, ada, ana),
        {"response": "accepted"},
    ),
    "help_request": (
        "help_answer",
        lambda session, circle, ana, ada: make.help_request(session, circle, ana, ada, state="yes"),
        {"state": "withdrawn"},
    ),
    "safety_plan": (
        "news",
        lambda session, circle, ana, ada: make.safety_plan(session, circle, ada),
        {"ended_at": real_now()},
    ),
}


@pytest.mark.parametrize("kind", MAKES)
def test_it_goes_out_while_it_is_right_and_not_after(house: House, kind: str) -> None:
    give_phones(house.database, "ANA")
    house.by("ADA")
    wording, making, over = MAKES[kind]
    for meanwhile in ({}, over):
        with house.database.session() as session:
            ana = session.scalars(select(Person).where(Person.source_ref == "ANA")).one()
            ada = session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one()
            circle = make.circle(session, session.get_one(Family, ana.family_id), ana)
            made = making(session, circle, ana, ada)
            session.flush()
            tell(session, ana.id, wording, about=(kind, made.id))
            for name, value in meanwhile.items():
                setattr(made, name, value)
            session.commit()
        assert bool(sent(house.database)) == (not meanwhile)
    assert dropped(house.database) == [(wording, "not_right")]
