"""Each page asks the database at most six times, whether a family's record holds ten of everything or a thousand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from portal.appointments.models import Appointment
from portal.foundation.database import reference
from portal.involvement.models import Involvement
from portal.organisations.models import Worker
from portal.people.models import Circle, Family, Person
from portal.plans.models import Step
from tests import factories as make
from tests.factories.records import moment_of
from tests.handovers.conftest import NOW, House
from tests.round_trips import round_trips

MOST = 6


def fill(house: House, many: int) -> list[tuple[str, str]]:
    """A handover half-way and a decision to end help, with so much still open. The pages, each with who opens it."""
    with house.database.session() as session:
        ada, ben, mona = (
            session.scalars(select(Worker).where(Worker.source_ref == one)).one() for one in ("ADA", "BEN", "MONA")
        )
        part = session.scalars(select(Involvement)).one()
        ana = session.scalars(select(Person).where(Person.source_ref == "ANA")).one()
        circle = session.scalars(select(Circle).where(Circle.members_key.contains(","))).first()
        beside = make.involvement(session, ben, session.get(Family, part.family_id), "mentor")
        days = {"meets_on": date(2019, 7, 8), "last_day": date(2019, 7, 31)}
        handover = make.handover(session, circle, part, ben, said_yes=date(2019, 7, 1), **days)
        ending = make.ending(session, circle, beside, mona)
        common = {"family_id": part.family_id, "circle_id": circle.id}
        steps = common | {"goal": "Goal", "owner_worker_id": ada.id, "promised_on": date(2019, 6, 3), "status": "todo"}
        session.execute(
            insert(Step),
            [steps | {"ref": reference(), "text": f"Step {n}", "due": date(2019, 7, 1)} for n in range(many)],
        )
        dates = common | {"worker_id": ada.id, "minutes": 30, "purpose": "Meeting", "status": "booked"}
        first = moment_of("2019-08-02T09:00")
        session.execute(
            insert(Appointment),
            [dates | {"ref": reference(), "starts_at": first + timedelta(hours=n)} for n in range(many)],
        )
        for n in range(min(many, 30)):
            make.question(session, circle, ana, ada, f"Question {n}")
        session.commit()
        family = f"/work/families/{house.family}"
        return [
            ("ANA", f"/network/handovers/{handover.ref}"),
            ("ANA", f"/network/endings/{ending.ref}"),
            ("ANA", "/home"),
            ("ANA", "/network"),
            ("ADA", f"{family}/handovers/{handover.ref}"),
            ("ADA", f"{family}/endings/{ending.ref}"),
            ("ADA", "/work/"),
            ("MONA", "/work/"),
            ("MONA", "/work/staff"),
            ("MONA", f"/work/staff/{ada.ref}/leaving"),
            ("ADA", f"/work/staff/{ada.ref}/away"),
        ]


@pytest.mark.parametrize("many", [10, 1000])
def test_no_page_takes_more_than_six_round_trips(house: House, many: int) -> None:
    pages = fill(house, many)
    clients = {who: house.by(who, NOW) for who in ("ANA", "ADA", "MONA")}
    for who, path in pages:
        clients[who].browser.get(path)  # the first visit prepares its statements
        with round_trips() as count:
            assert clients[who].browser.get(path).status_code == 200, path
        assert 0 < count.trips <= MOST, f"{path} takes {count.trips} for {who} with {many} of everything"
