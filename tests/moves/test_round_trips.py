"""The pages of a move, a talk and school ask the database a handful of times, with ten lines or with a thousand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from portal.foundation.database import reference
from portal.moves.models import MoveTask
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person
from portal.relocation.models import RelocationAnswer
from portal.schools.models import SchoolAbsence, SchoolAgreement
from tests import factories as make
from tests.client import Client
from tests.factories.records import moment_of
from tests.moves.conftest import Around
from tests.round_trips import round_trips

MOST = 6
"""Over the wire."""


@pytest.mark.parametrize("many", [10, 1000])
def test_few_round_trips(around: Around, visit: Callable[..., Client], many: int) -> None:
    with around.database.session() as session:
        family = session.scalars(select(Family).where(Family.ref == around.family)).one()
        people = {
            ref: session.scalars(select(Person).where(Person.source_ref == ref)).one() for ref in ("P-LEO", "P-ROSA")
        }
        grace = session.scalars(select(Worker).where(Worker.source_ref == "W-OLD")).one()
        old, new = (
            session.scalars(select(Organisation).where(Organisation.source_ref == ref)).one() for ref in ("OLD", "NEW")
        )
        two = make.circle(session, family, *people.values())
        move, talk = make.move(session, two, old, new, grace), make.talk(session, two, grace)
        make.asked_about(session, move, new, grace)
        make.school_records(session, two, people["P-LEO"], old, grace)
        common = {"family_id": family.id, "circle_id": two.id}
        at, child = moment_of("2019-06-12T12:00"), {"young_person_id": people["P-LEO"].id, "made_by_id": grace.id}
        for model, row in (
            (MoveTask, {"move_id": move.id, "text": "t", "owner_worker_id": grace.id, "due": date(2019, 7, 9),
                        "made_by_id": grace.id, "made_at": at}),
            (RelocationAnswer, {"relocation_id": talk.id, "topic": "accept", "side": "both", "text": "w",
                                "by_worker_id": grace.id, "made_at": at}),
            (SchoolAgreement, child | {"way": "told", "text": "s", "asked": True, "made_at": at}),
        ):  # fmt: skip
            session.execute(insert(model), [common | row | {"ref": reference()} for _ in range(many)])
        session.execute(
            insert(SchoolAbsence),
            [
                common | child | {"why": "other", "ref": reference(), "since": day, "until": day}
                for day in (date(2016, 1, 4) + timedelta(days=n) for n in range(many))
            ],
        )
        session.commit()
    work = f"/work/families/{around.family}"
    for who, paths in (
        ("P-ROSA", ("/moving", "/moving/talk", "/moving/money", "/school")),
        ("W-OLD", (f"{work}/moving", f"{work}/moving/talk", f"{work}/school")),
        ("W-NEW-TM", ("/work/moves",)),
    ):
        client = visit(around.database, who, "2019-07-01T10:00")
        for path in paths:
            client.get(path)  # the first visit prepares its statements
            with round_trips() as count:
                assert client.browser.get(path).status_code == 200
            assert 0 < count.trips <= MOST, (
                f"{path} takes {count.trips} round trips for {who} with {many} of everything"
            )
