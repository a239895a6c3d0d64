"""A page asks the database a handful of times, whether the family's record has ten lines or a thousand.

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
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event, insert, select

from portal import create_app
from portal.access.gate import COOKIE
from portal.appointments.models import Appointment, AppointmentPerson, AppointmentPlace
from portal.assessments.models import Statement
from portal.audit.models import Look
from portal.checkins.models import Checkin
from portal.foundation.clock import LONDON
from portal.foundation.database import PortalSession, make_engine, reference
from portal.involvement.models import Alert, Involvement
from portal.meetings.models import Meeting
from portal.offers.models import HelpRequest, Offer
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person
from portal.plans.models import Step
from portal.protections.models import Protection
from portal.questions.models import Question
from portal.settings import Settings
from portal.updates.models import Reply, Update
from tests import factories as make
from tests.client import Client
from tests.conftest import Database
from tests.round_trips import round_trips
from tests.rules.who_may_do_what import Small, address, build

AT = "2019-07-15T10:00"
MOST = 6
"""The most that a page may take: for a family's the last writes down that something new was read, at work that a
professional has looked."""
ROLES = ("family member", "no_address", "worker: involved", "manager")
APART = ("/exit", "/demo", "/courses", "/work/courses")
"""The way out, the demo's own pages, and courses, which have nothing to do with a family's record."""
SEEN = {
    "family member": {"/home", "/network", "/plan", "/appointments", "/updates", "/assessment", "/who-has-looked"},
    "worker: involved": {
        "/work/", "/work/families", "/work/families/<ref>", "/work/families/<ref>/plan",
        "/work/families/<ref>/plan/<step>", "/work/families/<ref>/help", "/work/families/<ref>/safety",
        "/work/families/<ref>/appointments", "/work/families/<ref>/appointments/<date>",
        "/work/families/<ref>/appointments/<date>/move", "/work/families/<ref>/updates",
        "/work/families/<ref>/updates/new", "/work/families/<ref>/questions",
        "/work/families/<ref>/questions/<question>", "/work/families/<ref>/meetings",
        "/work/families/<ref>/handovers/<handover>", "/work/families/<ref>/protections",
        "/work/families/<ref>/how-they-are", "/work/families/<ref>/texts", "/work/families/<ref>/moving",
        "/work/families/<ref>/record", "/work/families/<ref>/record.zip",
    },
    "manager": {
        "/work/oversight", "/work/staff", "/work/staff/<ref>/away", "/work/staff/<ref>/leaving",
        "/work/families/<ref>/help/decide/<review>", "/work/families/<ref>/endings/<ending>",
        "/work/families/<ref>/staff/<involvement>/ending", "/work/families/<ref>/staff/<involvement>/handover",
    },
}  # fmt: skip
"""Pages that must be among those that answered, or nothing was measured."""


def fill(owner: Engine, small: Small, many: int) -> None:
    """So many of everything in the record of the one family of the small world."""
    with PortalSession(owner) as session:
        family = session.scalars(select(Family).where(Family.ref == small.values["family"])).one()
        child, ana = (
            session.scalars(select(Person).where(Person.ref == small.values[who])).one() for who in ("young", "person")
        )
        ada = session.scalars(select(Worker).where(Worker.ref == small.values["worker"])).one()
        dan = session.scalars(select(Person).where(Person.family_id == family.id, Person.name == "Dan")).one()
        for number in range(min(many, 20)):
            make.supporter(session, family, ana, f"Friend {number}")
        everyone = make.circle(session, family, child, ana, dan)
        small.values["date"] = make.appointment(session, everyone, ada, "2019-08-01T16:00", ana, child).ref
        mentor = make.worker(session, session.get_one(Organisation, ada.organisation_id), "Gil")
        small.values["involvement"] = make.involvement(session, mentor, family, "mentor").ref
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
            Offer,
            lambda n: (
                common
                | {"offered_on": day, "what": f"Offer {n}", "by_worker_id": ada.id, "to_person_id": ana.id}
                | {"response": "declined" if n % 2 else "no_answer"}
            ),
        )
        rows(
            HelpRequest,
            lambda n: (
                common
                | {"what": "A bus pass", "asked_by_person_id": ana.id, "asked_at": hour, "state": "asked"}
                | {"to_worker_id": ada.id, "answer_by": day}
            ),
        )
        rows(
            Alert,
            lambda n: {"to_worker_id": ada.id, "family_id": family.id, "kind": "no_lead", "made_at": hour},
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


@pytest.mark.parametrize("many", [10, 1000])
def test_a_page_takes_few_round_trips(
    database: Database, settings: Settings, at: Callable[[str], None], many: int
) -> None:
    small = build(database.owner)
    fill(database.owner, small, many)
    # as behind a pooler: without statements that are prepared once for each connection, which is one trip more
    engine = make_engine(database.web.url.render_as_string(hide_password=False), pooler=True)
    app = create_app(settings, engine)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(settings.data))
    at(AT)
    over = []
    for role in ROLES:
        browser, answered = app.test_client(), set()
        browser.set_cookie(COOKIE, small.tokens[role] or "")
        for route in sorted(app.url_map.iter_rules(), key=lambda route: route.rule):
            need = getattr(app.view_functions[route.endpoint], "need", None)
            if need is None or need.permission == "public" or "GET" not in (route.methods or ()):
                continue
            if route.rule.startswith(APART):
                continue
            path = address(route, small.values | ({"how": "differently"} if "<said>" in route.rule else {}))
            for _ in range(2):  # the first visit may learn what every later one knows
                with round_trips() as count:
                    status = browser.get(path).status_code
                if count.trips <= MOST:
                    break
            if count.trips > MOST:
                over.append(f"{path} takes {count.trips} round trips for {role} with {many} of everything")
            if status == 200:
                assert count.trips > 0
                answered.add(route.rule)
        assert SEEN.get(role, set()) <= answered, f"{sorted(SEEN[role] - answered)} did not answer {role}"
    engine.dispose()
    assert not over


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
    assert ready() == count.trips == 3, "speaker and device, the page's question, COMMIT"
