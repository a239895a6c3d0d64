"""Sudden absence has cover the same day; who leaves hands over every family, or it alerts; a no has a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from portal.foundation.database import PortalSession, Speaker
from portal.handovers.models import Handover
from portal.involvement.models import Alert, Involvement
from portal.organisations.models import Worker
from portal.people.models import Family
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

NOW = "2019-07-15T10:00"


@dataclass
class Office:
    """MONA manages ADA, BEN and CAM; Ada leads the Riveras, is mentor of the Does, and BEN leads the Does."""

    database: Database
    visit: Callable[..., Client]
    refs: dict[str, str]

    def by(self, who: str, moment: str = NOW) -> Client:
        return self.visit(self.database, who, moment)


@pytest.fixture
def office(database: Database, visit: Callable[..., Client]) -> Office:
    with database.session() as session:
        north = make.organisation(session)
        far = make.organisation(session, "Farland")
        mona = make.worker(session, north, "Mona Hart", ref="MONA", role="Team manager", manager=True)
        north.senior_manager_id = mona.id
        ada, ben, cam = (
            make.worker(session, north, name, ref=name.split()[0].upper(), manager_id=mona.id, phone="020 7946 0301")
            for name in ("Ada Obi", "Ben Stone", "Cam Reed")
        )
        zoe = make.worker(session, far, "Zoe Far", ref="ZOE", manager=True)
        rivera, doe = make.family(session, north), make.family(session, north, "Doe family")
        make.person(session, rivera, "Ana Rivera", ref="ANA")
        make.person(session, doe, "Eva Doe", ref="EVA")
        parts = {
            "leads": make.involvement(session, ada, rivera, lead=True),
            "mentors": make.involvement(session, ada, doe, "mentor"),
        }
        make.involvement(session, ben, doe, lead=True)
        session.commit()
        refs = {one.source_ref: one.ref for one in (mona, ada, ben, cam, zoe)}
        return Office(
            database,
            visit,
            refs | {name: part.ref for name, part in parts.items()} | {"rivera": rivera.ref, "doe": doe.ref},
        )


def words(response) -> str:
    return " ".join(Client.soup_of(response).get_text(" ").split())


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


def away(office: Office, by: str, who: str = "ADA", status: int = 303, **more: str):
    days = day("away_from", date(2019, 7, 15)) | day("away_until", date(2019, 7, 26))
    path = f"/work/staff/{office.refs[who]}/away"
    return office.by(by).submit(path, {"instead": office.refs["CAM"]} | days | more, status=status)


@pytest.mark.parametrize("by", ["MONA", "ADA"])
def test_cover_is_there_the_same_day_and_the_family_reads_who_and_since_when(office: Office, by: str) -> None:
    office.by("CAM").get(f"/work/families/{office.refs['rivera']}", 404)
    away(office, by)
    told = office.by("ANA").text("/home")
    assert "Away since 15 July, until 26 July. Cam Reed is there instead. 020 7946 0301" in told
    assert "Away since 15 July, until 26 July. Cam Reed is there instead." in office.by("EVA").text("/network")
    cam = office.by("CAM")
    assert "You cover for Ada Obi until 26 July." in cam.text("/work/")
    cam.get(f"/work/families/{office.refs['rivera']}")
    assert "because they stand in for someone who is away" in office.by("ANA").text("/who-has-looked")
    # and when she is back, it closes
    form = office.by(by)
    path = f"/work/staff/{office.refs['ADA']}"
    form.submit(f"{path}/away", {}, to=f"{path}/back", status=303)
    office.by("CAM").get(f"/work/families/{office.refs['rivera']}", 404)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"instead": ""}, "Choose who is there instead."),
        ({"instead": "nobody"}, "Something needs another look"),
        (day("away_until", date(2019, 7, 1)), "That day is past."),
        (day("away_from", date(2019, 7, 28)), "That is before the first day away."),
        (day("away_until", date(2021, 7, 1)), "Choose a day in the next year."),
    ],
)
def test_what_is_wrong_about_being_away_is_said(office: Office, more: dict[str, str], told: str) -> None:
    assert told in words(away(office, "MONA", status=422, **more))


def test_nobody_far_away_can_stand_in_whatever_is_sent(office: Office) -> None:
    away(office, "MONA", status=422, instead=office.refs["ZOE"])
    # nor does the database let it
    with office.database.session() as session:
        ada = session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one()
        zoe = session.scalars(select(Worker).where(Worker.source_ref == "ZOE")).one()
    with PortalSession(office.database.web) as session:
        session.info["speaker"] = Speaker(worker_id=ada.id)
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(update(Worker).where(Worker.id == ada.id).values(cover_id=zoe.id))


def test_only_oneself_or_a_manager_says_that_somebody_is_away(office: Office) -> None:
    for who in ("BEN", "ZOE"):
        office.by(who).get(f"/work/staff/{office.refs['ADA']}/away", 404)
    office.by("ADA").get(f"/work/staff/{office.refs['ADA']}/leaving", 404)
    office.by("ZOE").get(f"/work/staff/{office.refs['ADA']}/leaving", 404)


def leave(office: Office, status: int = 303, **more: str):
    path = f"/work/staff/{office.refs['ADA']}/leaving"
    form = {"reason": "New job in another town"} | day("last_day", date(2019, 7, 31))
    return office.by("MONA").submit(path, form | more, status=status)


def test_a_worker_who_leaves_hands_over_each_family_and_what_is_left_over_alerts(office: Office) -> None:
    page = office.by("MONA").text(f"/work/staff/{office.refs['ADA']}/leaving")
    assert "Rivera family" in page and "Doe family" in page
    leave(office, **{f"to-{office.refs['leads']}": office.refs["BEN"]})
    mona = office.by("MONA")
    page = mona.text(f"/work/staff/{office.refs['ADA']}/leaving")
    assert "The last day is 31 July." in page and "Ben Stone : asked, no answer yet" in page
    assert "Ada Obi leaves, and nobody follows for Doe family" in mona.text("/work/")
    with office.database.session() as session:
        assert session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one().left_on == date(2019, 7, 31)
        parts = session.scalars(select(Involvement).join(Worker, Worker.id == Involvement.worker_id)).all()
        assert sorted(str(part.ends_on) for part in parts) == ["2019-07-31", "2019-07-31", "None"]
    # the family does not hear of Ben before he says yes, and hears that it is not settled
    assert "Who comes next is not settled yet." in office.by("ANA").text("/home")
    ben = office.by("BEN")
    link = ben.soup("/work/").find("a", href=lambda to: to and "/work/handovers/" in to)["href"]
    ben.submit(link, {"answer": "yes"}, status=303)
    assert "Then Ben Stone leads." in office.by("ANA").text("/home")
    assert "Ben Stone leads the help" in office.by("ANA", "2019-08-01T09:00").text("/home")
    # saying it again asks nobody twice
    leave(office)
    with office.database.session() as session:
        assert len(session.scalars(select(Handover)).all()) == 1


def test_when_a_lead_leaves_and_nobody_was_chosen_the_gap_alerts(office: Office) -> None:
    leave(office)
    with office.database.session() as session:
        kinds = sorted(alert.kind for alert in session.scalars(select(Alert)))
    assert kinds == ["left_over", "left_over", "no_lead"]


def test_handovers_to_somebody_who_leaves_are_called_off_and_whoever_asked_is_told(office: Office) -> None:
    with office.database.session() as session:
        ben = session.scalars(select(Worker).where(Worker.source_ref == "BEN")).one()
        lead = session.scalars(select(Involvement).where(Involvement.worker_id == ben.id)).one()
        ada = session.scalars(select(Worker).where(Worker.source_ref == "ADA")).one()
        circle = make.circle(session, session.get(Family, lead.family_id))
        make.handover(session, circle, lead, ada, last_day=date(2019, 7, 30))
        session.commit()
    leave(office)
    told = office.by("BEN").text("/work/")
    assert "Ada Obi cannot take over Doe family" in told
    with office.database.session() as session:
        assert session.scalars(select(Handover)).one().called_off_at is not None


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"reason": ""}, "Say why. The family reads it."),
        (day("last_day", date(2019, 7, 1)), "That day is past."),
        (day("last_day", date(2021, 7, 1)), "Choose a day in the next year."),
    ],
)
def test_what_is_wrong_about_leaving_is_said_and_who_was_chosen_stays(office: Office, more, told: str) -> None:
    answer = leave(office, 422, **{f"to-{office.refs['leads']}": office.refs["BEN"]}, **more)
    assert told in words(answer)
    chosen = Client.soup_of(answer).find("option", selected=True)
    assert chosen["value"] == office.refs["BEN"]


def test_a_worker_says_no_to_a_family_with_a_reason(office: Office) -> None:
    mona = office.by("MONA")
    form = {"colleague": office.refs["CAM"], "function": "mentor"} | day("starts_on", date(2019, 7, 20))
    mona.submit(f"/work/families/{office.refs['rivera']}/staff/new", form, status=302)
    cam = office.by("CAM")
    link = cam.soup("/work/").find("a", href=lambda to: to and to.endswith("/decline"))["href"]
    assert "Say why, so that somebody else can be found." in words(cam.submit(link, {}, status=422))
    cam.submit(link, {"reason": "I am the coach of his team"}, status=302)
    assert "Rivera family" not in cam.text("/work/")
    told = office.by("MONA").text("/work/")
    assert "Cam Reed cannot join Rivera family" in told and "I am the coach of his team" in told
    assert "Cam Reed" not in office.by("ANA").text("/network")
    assert "Asked, no answer yet" not in office.by("MONA").text(f"/work/families/{office.refs['rivera']}")
    # asked again for the same day, it waits for an answer again
    mona.submit(f"/work/families/{office.refs['rivera']}/staff/new", form, status=302)
    assert "Rivera family" in office.by("CAM").text("/work/")
