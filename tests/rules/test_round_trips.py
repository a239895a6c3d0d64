"""A family's page asks the database a handful of times, whether the family's record has ten lines or a thousand.

A round trip is one exchange with the server, whatever it carries: BEGIN with the speaker and the device is one, the
page's one question another, COMMIT the last. Counted from taking a connection out of the pool to giving it back, and
the counter itself is checked against libpq's own trace of what went over the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert

from portal import policy
from portal.appointments.models import Appointment, AppointmentPerson, AppointmentPlace
from portal.assessments.models import Statement
from portal.audit.models import Look
from portal.checkins.models import Checkin
from portal.foundation.clock import LONDON
from portal.foundation.database import reference
from portal.involvement.models import Involvement
from portal.meetings.models import Meeting
from portal.plans.models import Step
from portal.protections.models import Protection
from portal.questions.models import Question
from portal.updates.models import Reply, Update
from tests import factories as make
from tests.client import Client
from tests.conftest import Database
from tests.round_trips import round_trips

AT = "2019-07-15T10:00"
MOST = 6
"""The most that a page of a family's may take: the last for writing down that something new has been read."""


def fill(database: Database, many: int) -> None:
    """One family with so many of everything, read by a parent and by somebody with no_address."""
    with database.session() as session:
        here = make.organisation(session)
        ada = make.worker(session, here, "Ada Obi", phone="020 7946 0101")
        family = make.family(session, here)
        ana = make.person(session, family, "Ana", ref="ANA")
        dan = make.person(session, family, "Dan", ref="DAN", contact_limit="no_address")
        child = make.person(session, family, "Leo", "young_person")
        for number in range(min(many, 20)):
            make.supporter(session, family, ana, f"Friend {number}")
        everyone = make.circle(session, family, ana, dan, child)
        make.involvement(session, ada, family, lead=True)
        common = {"family_id": family.id, "circle_id": everyone.id}
        day, hour = date(2019, 1, 1), datetime(2019, 1, 1, 9, tzinfo=LONDON)

        def rows(model: Any, row: Callable[[int], dict[str, Any]]) -> list[int]:
            values = [{"ref": reference()} | row(number) for number in range(many)]
            return list(session.scalars(insert(model).returning(model.id), values))

        rows(
            Step,
            lambda n: (
                common
                | {"goal": f"Goal {n % 9}", "text": f"Step {n}", "owner_worker_id": ada.id, "status": "todo"}
                | {"promised_on": day, "due": day + timedelta(days=n)}
            ),
        )
        dates = rows(
            Appointment,
            lambda n: (
                common
                | {"worker_id": ada.id, "minutes": 30, "purpose": f"Meeting {n}", "status": "booked"}
                | {"starts_at": hour + timedelta(hours=9 * n)}
            ),
        )
        session.execute(insert(AppointmentPlace), [common | {"appointment_id": n, "place": "Home"} for n in dates])
        session.execute(insert(AppointmentPerson), [common | {"appointment_id": n, "person_id": ana.id} for n in dates])
        posted = rows(
            Update,
            lambda n: common | {"by_worker_id": ada.id, "text": f"Words {n}", "posted_at": hour + timedelta(hours=n)},
        )
        rows(
            Reply,
            lambda n: common | {"update_id": posted[n], "by_person_id": ana.id, "text": f"Back {n}", "made_at": hour},
        )
        rows(
            Meeting,
            lambda n: (
                common
                | {"made_at": hour, "by_worker_id": ada.id, "held_at": hour + timedelta(hours=n), "about": f"M {n}"}
                | {"invited": [ana.id], "due_on": day, "withheld_whole": False}
            ),
        )
        rows(
            Protection,
            lambda n: (
                common
                | {"young_person_id": child.id, "sort": "order", "what": f"P {n}", "starts_on": day}
                | {"ends_on": day + timedelta(days=400 + n), "made_at": hour, "by_worker_id": ada.id}
                | {"edited_at": hour, "edited_by_id": ada.id}
            ),
        )
        rows(
            Checkin,
            lambda n: (
                common | {"person_id": ana.id, "to_worker_id": ada.id, "feeling": "tired", "wants": [], "made_at": hour}
            ),
        )
        rows(
            Question,
            lambda n: (
                common
                | {"asked_by_person_id": ana.id, "first_to_worker_id": ada.id, "to_worker_id": ada.id}
                | {"text": f"Asked {n}", "asked_at": hour, "due_at": hour + timedelta(days=7)}
                | ({"answer": "Yes", "answered_at": hour, "answered_by_id": ada.id} if n % 2 else {})
            ),
        )
        rows(
            Statement,
            lambda n: (
                common
                | {"young_person_id": child.id, "section": "story", "made_on": day, "version": 1}
                | {"said_by_worker_id": ada.id, "text": f"Said {n}"}
            ),
        )
        rows(
            Look,
            lambda n: (
                {"family_id": family.id, "worker_id": ada.id, "at": hour + timedelta(hours=n), "what": "plan"}
                | {"why": "involved", "circles": [everyone.id]}
            ),
        )
        rows(
            Involvement,
            lambda n: (
                {"family_id": family.id, "worker_id": ada.id, "function": "mentor", "is_lead": False}
                | {"starts_on": day - timedelta(days=n), "accepted_on": day - timedelta(days=n)}
                | {"ends_on": day, "closes": False}
            ),
        )
        session.commit()


def pages(client: Client) -> list[str]:
    """Every page that a family member opens without more in its address."""
    found = []
    for route in client.app.url_map.iter_rules():
        need = getattr(client.app.view_functions[route.endpoint], "need", None)
        if (
            need
            and "GET" in (route.methods or ())
            and not route.arguments
            and "family" in policy.RULES[need.permission].who
        ):
            found.append(route.rule)
    return sorted(found)


@pytest.mark.parametrize("many", [10, 1000])
@pytest.mark.parametrize("who", ["ANA", "DAN"])
def test_a_family_page_takes_few_round_trips(
    database: Database, visit: Callable[..., Client], many: int, who: str
) -> None:
    fill(database, many)
    client = visit(database, who, AT)
    found = pages(client)
    assert {"/home", "/network", "/plan", "/appointments", "/updates", "/assessment", "/who-has-looked"} <= set(found)
    for path in found:
        client.browser.get(path)  # the first visit prepares its statements
        with round_trips() as count:
            assert client.browser.get(path).status_code in (200, 404)
        assert 0 < count.trips <= MOST, f"{path} takes {count.trips} round trips for {who} with {many} of everything"


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Callable[[Engine], Callable[[], int]]]:
    """Libpq's own trace of an engine's connections, from checkout to return: how often the server was ready again."""
    file = (tmp_path / "wire.txt").open("w+")

    def trace(engine: Engine) -> Callable[[], int]:
        event.listen(engine, "checkout", lambda raw, *_: raw.pgconn.trace(file.fileno()))
        event.listen(engine, "checkin", lambda raw, *_: raw.pgconn.untrace())

        def ready() -> int:
            file.seek(0)
            times = sum("ReadyForQuery" in line for line in file)
            file.seek(0)
            file.truncate()
            return times

        return ready

    yield trace
    file.close()


@pytest.mark.parametrize("path", ["/home", "/network", "/plan"])
def test_the_counter_misses_nothing_that_goes_over_the_wire(
    sample: Database, visit: Callable[..., Client], wire: Callable[[Engine], Callable[[], int]], path: str
) -> None:
    client = visit(sample, "P-ROSA", AT)
    ready = wire(sample.web)
    for _ in range(4):  # until everything new has been before her
        client.get(path)
    ready()
    with round_trips() as count:
        client.get(path)
    exchanged = ready()
    assert exchanged == 3, "speaker and device, the page's question, COMMIT"
    # a connection that comes home with nothing to roll back is counted although nothing is sent
    assert exchanged <= count.trips <= exchanged + 1
