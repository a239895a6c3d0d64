"""Has the record arrived? What those who work with the family read of each file that was sent, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import insert, select

from portal.assessments.models import PassedOn, Received
from portal.exchange.sealing import keys_from
from portal.foundation.clock import LONDON
from portal.foundation.database import reference
from portal.people.models import Person
from tests import factories as make
from tests.client import Client
from tests.moves.conftest import Around
from tests.moves.steps import said
from tests.round_trips import round_trips

Visit = Callable[..., Client]
OTHER = keys_from(bytes(range(32))).public
SENT = datetime(2019, 7, 1, 9, tzinfo=LONDON)


def file(around: Around, **more: object) -> None:
    """Leo's record went to another portal on 1 July."""
    with around.database.session() as session:
        leo = session.scalars(select(Person).where(Person.source_ref == "P-LEO")).one()
        row = {
            "family_id": leo.family_id,
            "young_person_id": leo.id,
            "file": reference(),
            "receiver": OTHER,
            "at": SENT,
        }
        session.execute(insert(PassedOn).values(row | more))
        session.commit()


def page(around: Around, visit: Visit, day: str = "2019-07-03", who: str = "W-OLD", status: int = 200) -> str:
    client = visit(around.database, who, f"{day}T10:00")
    path = f"/work/families/{around.family}/files"
    if status != 200:
        client.get(path, status)
        return ""
    return said(client.text(path))


def test_with_no_file_the_page_says_so(around: Around, visit: Visit) -> None:
    assert "No record of theirs went to another portal." in page(around, visit)


def test_a_file_on_its_way_says_since_when_and_then_whom_to_ask(around: Around, visit: Visit) -> None:
    file(around)
    words = page(around, visit)
    assert "It went out on Mon 1 July" in words and "That was 2 days ago" in words
    assert "On its way" in words and "Call whoever leads there" not in words
    words = page(around, visit, "2019-07-10")
    assert "No word yet" in words and "Call whoever leads there, and ask." in words
    assert "Until then the family is yours" in words


def test_once_their_receipt_is_here_it_says_who_took_it_in_and_when(around: Around, visit: Visit) -> None:
    file(
        around, arrived_at=datetime(2019, 7, 2, 11, tzinfo=LONDON), received_by="Noor Aziz",
        portal="https://portal.newfield.example", heard_at=datetime(2019, 7, 2, 12, tzinfo=LONDON),
    )  # fmt: skip
    words = page(around, visit)
    assert "Noor Aziz took it in on Tue 2 July" in words
    assert "https://portal.newfield.example" in words and "Last heard from them on Tue 2 July" in words
    assert "No word yet" not in page(around, visit, "2019-08-10")


def test_a_file_made_again_and_one_that_came_to_nothing_are_not_waited_for(around: Around, visit: Visit) -> None:
    file(around)
    file(around, at=datetime(2019, 7, 2, 9, tzinfo=LONDON))
    words = page(around, visit, "2019-07-12")
    assert "It was made again on Tue 2 July" in words and words.count("No word yet") == 1
    file(
        around, at=datetime(2019, 7, 3, 9, tzinfo=LONDON), ended_at=datetime(2019, 7, 5, 9, tzinfo=LONDON),
        ended_because="They moved back",
    )  # fmt: skip
    words = page(around, visit, "2019-07-12")
    assert "Since Fri 5 July it can be written in here again: They moved back" in words


def test_what_came_in_stands_there_too(around: Around, visit: Visit) -> None:
    with around.database.session() as session:
        leo = session.scalars(select(Person).where(Person.source_ref == "P-LEO")).one()
        row = {"family_id": leo.family_id, "young_person_id": leo.id, "file": "f2", "sender": OTHER, "at": SENT}
        session.execute(insert(Received).values(row | {"ref": reference(), "confirmed_by": "Grace Owusu"}))
        session.commit()
    words = page(around, visit)
    assert "Grace Owusu said whose it is" in words and "They wait for a receipt from here" in words


@pytest.mark.parametrize("who", ["P-LEO", "P-ROSA", "P-DAN", "P-THEO", "W-NEW", "W-NEW-DIR", "W-THIRD"])
def test_nobody_else_finds_it(around: Around, visit: Visit, who: str) -> None:
    file(around)
    page(around, visit, who=who, status=404)


def test_whose_function_does_not_open_what_was_said_does_not_find_it(around: Around, visit: Visit) -> None:
    file(around)
    with around.database.session() as session:
        from portal.people.models import Family

        family = session.scalars(select(Family)).one()
        council = make.organisation(session, "Oldbridge housing", "housing")
        officer = make.worker(session, council, "Hugh Homes", ref="W-HOMES")
        make.involvement(session, officer, family, "housing")
        session.commit()
    page(around, visit, who="W-HOMES", status=404)


def test_the_family_reads_that_somebody_looked(around: Around, visit: Visit) -> None:
    file(around)
    page(around, visit)
    words = said(visit(around.database, "P-ROSA", "2019-07-03T11:00").text("/who-has-looked"))
    assert "looked whether your record arrived" in words


def test_a_hundred_files_take_no_more_questions_than_one(around: Around, visit: Visit) -> None:
    counted = []
    for many in (1, 99):
        for _ in range(many):
            file(around)
        client = visit(around.database, "W-OLD", "2019-07-12T10:00")
        path = f"/work/families/{around.family}/files"
        client.get(path)
        with round_trips() as count:
            client.get(path)
        counted.append(count.trips)
    assert counted[0] == counted[1] <= 6
