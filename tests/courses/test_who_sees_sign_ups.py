"""Who signed up is read by the course's organisers and by nobody else, with either lock alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from portal.courses.actions import Joining, join
from portal.courses.models import CourseOrganiser, SignUp
from portal.foundation import clock
from portal.foundation.database import DOOR, NOBODY, PortalSession, Speaker
from portal.organisations.models import Worker
from tests.client import Client
from tests.conftest import Database
from tests.courses.conftest import NOW, Charity

Visit = Callable[..., Client]


@pytest.fixture(autouse=True)
def rita(database: Database, charity: Charity) -> None:
    with PortalSession(database.web) as session:
        session.info["speaker"] = DOOR
        join(session, charity.first_id, Joining("Rita", "+447700900711"))
        session.commit()


def test_the_organiser_reads_who_signed_up(database: Database, charity: Charity, visit: Visit) -> None:
    page = visit(database, "W-ORGANISER", NOW).text(f"/work/courses/groups/{charity.first}")
    assert "Rita" in page and "07700 900711" in page


@pytest.mark.parametrize("who", ["W-DIRECTOR", "W-CHIEF", "W-COLLEAGUE"])
def test_nobody_else_does(database: Database, charity: Charity, visit: Visit, who: str) -> None:
    client = visit(database, who, NOW)
    client.get(f"/work/courses/groups/{charity.first}", 404)
    client.get("/work/courses", 404)
    client.get(f"/work/courses/{charity.course}", 404)


@pytest.mark.parametrize("who", ["W-DIRECTOR", "W-CHIEF", "W-COLLEAGUE", None])
def test_the_database_keeps_it_too(database: Database, who: str | None) -> None:
    with database.session() as session:
        worker = session.scalar(select(Worker.id).where(Worker.source_ref == who)) if who else None
    for speaker in (Speaker(worker_id=worker) if who else NOBODY, DOOR):
        with PortalSession(database.web) as session:
            session.info["speaker"] = speaker
            for table in ("course_sign_up", "course_came", "course_reminder", "change_follower"):
                assert session.scalar(text(f"select count(*) from {table}")) == 0
            session.execute(text("update course_sign_up set state = 'left'"))
            session.commit()
    with database.session() as session:
        assert session.scalars(select(SignUp.state)).one() == "booked"


def test_a_manager_of_the_charity_names_organisers_and_the_boroughs_cannot(
    database: Database, charity: Charity, visit: Visit
) -> None:
    chief = visit(database, "W-CHIEF", NOW)
    page = chief.soup("/work/courses/organisers")
    form = next(f for f in page.find_all("form") if "Sam Oduya" in f.get_text())
    fields = {f["name"]: f.get("value") for f in form.find_all("input")}
    chief.post(form["action"], fields, 303)
    assert "Rita" in visit(database, "W-COLLEAGUE", NOW).text(f"/work/courses/groups/{charity.first}")
    chief.post(form["action"], fields | {"organises": "no"}, 303)
    visit(database, "W-COLLEAGUE", NOW).get("/work/courses", 404)
    visit(database, "W-DIRECTOR", NOW).get("/work/courses/organisers", 404)


def test_the_day_leads_organisers_and_those_who_name_them_there(
    database: Database, charity: Charity, visit: Visit
) -> None:
    links = {"runs": "/work/courses", "names": "/work/courses/organisers"}
    there = {
        who: {name for name, path in links.items() if visit(database, who, NOW).soup("/work/").find("a", href=path)}
        for who in ("W-ORGANISER", "W-CHIEF", "W-COLLEAGUE", "W-DIRECTOR")
    }
    assert there == {"W-ORGANISER": {"runs"}, "W-CHIEF": {"names"}, "W-COLLEAGUE": set(), "W-DIRECTOR": set()}


def test_children_s_services_cannot_name_themselves_in_the_database(database: Database) -> None:
    with database.session() as session:
        director = session.scalars(select(Worker).where(Worker.source_ref == "W-DIRECTOR")).one()
        charity = session.scalars(select(Worker).where(Worker.source_ref == "W-CHIEF")).one().organisation_id
    for organisation in (director.organisation_id, charity):
        with PortalSession(database.web) as session:
            session.info["speaker"] = Speaker(worker_id=director.id)
            session.add(
                CourseOrganiser(
                    worker_id=director.id, organisation_id=organisation, named_by_id=director.id, named_at=clock.now(),
                )
            )  # fmt: skip
            with pytest.raises(Exception, match="row-level security"):
                session.flush()
