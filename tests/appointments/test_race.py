"""Two people never get one time: two hundred answers at once for twenty times, against the real database."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time

from sqlalchemy import text

from portal.access.scope import Scope
from portal.appointments.actions import SlotGone, Wish, book
from portal.availability.models import WorkHours, WorkRule
from portal.foundation import clock
from portal.foundation.database import PortalSession, Speaker, make_engine
from tests import factories as make
from tests.conftest import Database

TIMES, PEOPLE, AT_ONCE = 20, 200, 16
MOMENT = datetime(2019, 7, 15, 9, tzinfo=clock.LONDON)


def crowd(database: Database, **rule: int) -> tuple[int, list[tuple[int, int]]]:
    """One mentor with four times on each of five days, and two hundred young people, five to a family."""
    with database.session() as session:
        here = make.organisation(session)
        marcus = make.worker(session, here, "Marcus Bell")
        people = []
        for number in range(PEOPLE // 5):
            family = make.family(session, here, f"Family {number}")
            make.involvement(session, marcus, family, "mentor")
            for each in range(5):
                child = make.person(session, family, f"Child {number}/{each}", "young_person")
                make.circle(session, family, child)
                people.append((family.id, child.id))
        session.add(
            WorkRule(worker_id=marcus.id, open=True, minutes=60, gap_minutes=0, notice_hours=0, ahead_days=14, **rule)
        )
        session.add_all(
            WorkHours(worker_id=marcus.id, weekday=day, starts=time(15), ends=time(19), place="Hub", by_phone=False)
            for day in range(5)
        )
        session.commit()
        return marcus.id, people


def everybody_at_once(database: Database, marcus: int, people: list[tuple[int, int]]) -> Counter[str]:
    """Each answers the same offer in a transaction of their own, many at the same moment."""
    engine = make_engine(database.web.url.render_as_string(hide_password=False), pool_size=AT_ONCE)

    def answer(number: int) -> str:
        family, person = people[number]
        wish = Wish(marcus, MOMENT.replace(day=15 + number % 5, hour=15 + number // 5 % 4))
        with PortalSession(engine) as session:
            session.info["speaker"] = Speaker(person_id=person)
            try:
                book(session, Scope(family, person_id=person), wish)
                session.commit()
            except SlotGone:
                return "gone"
        return "booked"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = Counter(pool.map(answer, range(len(people))))
    engine.dispose()
    return found


def test_two_hundred_answers_for_twenty_times(database: Database, at) -> None:  # type: ignore[no-untyped-def]
    marcus, people = crowd(database)
    at("2019-07-15T09:00")
    assert everybody_at_once(database, marcus, people) == {"booked": TIMES, "gone": PEOPLE - TIMES}
    with database.owner.connect() as connection:
        kept = connection.execute(text("select count(*), count(distinct starts_at) from appointment")).one()
        taken = connection.scalar(text("select count(*) from taken_slot"))
    assert tuple(kept) == (TIMES, TIMES) and taken == TIMES


def test_nor_do_two_both_take_the_last_one_that_a_day_holds(database: Database, at) -> None:  # type: ignore[no-untyped-def]
    marcus, people = crowd(database, most_per_day=2)
    at("2019-07-15T09:00")
    assert everybody_at_once(database, marcus, people[:60])["booked"] == 10
    with database.owner.connect() as connection:
        days = connection.execute(text("select starts_at::date, count(*) from appointment group by 1")).all()
    assert {many for _, many in days} == {2}
