"""A call for help reaches somebody at any hour, goes on when nobody answers, and everybody is told how it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal.duty.conditions import today_and_before
from portal.duty.jobs import hand_on, notice_who_is_not_back
from portal.duty.models import CheckBack, DutyCall, DutyTold, DutyTurn
from portal.foundation.database import NOBODY, PortalSession, speak_for
from portal.foundation.phones import number_hash
from portal.foundation.working_days import is_bank_holiday
from portal.involvement.models import Alert, UrgentAccess
from portal.messages.jobs import text_duty
from portal.messages.models import TextMessage
from portal.organisations.models import Organisation, Worker
from tests.client import Client
from tests.conftest import Database

NIGHT = "2019-07-15T22:30"


def name_of(database: Database, call_id: int) -> list[str]:
    """Who was told of this call, in order."""
    with database.session() as session:
        rows = select(Worker.name).join(DutyTold, DutyTold.worker_id == Worker.id).where(DutyTold.call_id == call_id)
        return list(session.scalars(rows.order_by(DutyTold.level, Worker.name)))


def the_call(database: Database) -> DutyCall:
    with database.session() as session:
        return session.scalars(select(DutyCall)).one()


def by_worker(database: Database, job: Callable[[Any], None]) -> None:
    """As the worker process does it."""
    with PortalSession(database.worker) as session:
        job(session)
        session.commit()


def turn(database: Database, who: str, days: list[int], begins: str, ends: str, number: str | None = None) -> None:
    with database.session() as session:
        worker = session.scalars(select(Worker).where(Worker.source_ref == who)).one()
        session.add(
            DutyTurn(
                organisation_id=worker.organisation_id,
                worker_id=worker.id,
                days=days,
                begins=time.fromisoformat(begins),
                ends=time.fromisoformat(ends),
                first_on=date(2019, 1, 1),
                number=number,
            )
        )
        session.commit()


def on_duty(database: Database, at: Callable[[str], None], moment: str) -> list[str]:
    at(moment)
    with PortalSession(database.owner) as session:
        speak_for(session, NOBODY)
        brook_vale = session.scalar(select(Organisation.id).where(Organisation.source_ref == "BRV"))
        ids = session.scalar(select(func.on_duty(brook_vale, *today_and_before())))
        return list(session.scalars(select(Worker.name).where(Worker.id.in_(ids)).order_by(Worker.name)))


def test_the_rota_knows_nights_bank_holidays_and_the_turning_of_the_clocks(
    sample: Database, at: Callable[[str], None]
) -> None:
    turn(sample, "W-BRV-SW1", [0, 1, 2, 3, 4], "09:00", "17:00")
    turn(sample, "W-BRV-TM", [5, 7], "20:00", "08:00")
    assert on_duty(sample, at, "2019-07-15T09:00") == ["Amina Yusuf"]
    assert on_duty(sample, at, "2019-07-15T17:00") == []
    assert on_duty(sample, at, "2019-07-13T20:00") == ["Colin Drew"], "Saturday night"
    assert on_duty(sample, at, "2019-07-14T07:59") == ["Colin Drew"], "and into Sunday"
    assert on_duty(sample, at, "2019-07-14T08:00") == []
    assert is_bank_holiday(date(2019, 8, 26))
    assert on_duty(sample, at, "2019-08-26T10:00") == [], "a bank holiday is no Monday"
    assert on_duty(sample, at, "2019-08-26T21:00") == ["Colin Drew"]
    assert on_duty(sample, at, "2019-08-27T07:00") == ["Colin Drew"], "the night of the holiday ends on the Tuesday"
    assert on_duty(sample, at, "2019-10-27T07:30") == ["Colin Drew"], "the night in which the clocks go back"
    assert on_duty(sample, at, "2019-03-31T07:30") == ["Colin Drew"]


def test_without_a_rota_it_goes_to_the_lead_and_up_and_the_page_says_so(
    sample: Database, visit: Callable[..., Client], at: Callable[[str], None]
) -> None:
    leo = visit(sample, "P-LEO", NIGHT)
    assert "Nobody reads it at night." in leo.text("/not-safe")
    assert "Not safe?" in leo.text("/home")
    leo.submit("/not-safe", {"said": "outside the flat"}, status=303)
    leo.submit("/not-safe", {"said": "outside the flat"}, status=303)
    told = leo.text("/not-safe?told=yes")
    assert "We have told your workers." in told and "Nobody may see it before the morning." in told
    call = the_call(sample)
    assert (call.why, call.said) == ("not_safe", "outside the flat")
    assert name_of(sample, call.id) == ["Amina Yusuf", "Colin Drew"]
    at("2019-07-15T22:34")
    by_worker(sample, hand_on)
    assert len(name_of(sample, call.id)) == 2, "not before five minutes have passed"
    at("2019-07-15T22:35")
    by_worker(sample, hand_on)
    assert name_of(sample, call.id)[2:] == ["Nadia Rahman"], "above Colin"
    for minute in (40, 45, 50):
        at(f"2019-07-15T22:{minute}")
        by_worker(sample, hand_on)
    assert len(name_of(sample, call.id)) == 3, "nobody is above her, and nobody is told twice"
    with sample.session() as session:
        assert [alert.path for alert in session.scalars(select(Alert))] == [f"/work/duty/{call.ref}"] * 3


def test_whoever_is_on_duty_takes_it_and_the_family_opens_to_them(
    sample: Database, visit: Callable[..., Client], at: Callable[[str], None]
) -> None:
    turn(sample, "W-BRV-CH1", [0], "20:00", "08:00")
    with sample.session() as session:
        charity = session.scalars(select(DutyTurn)).one()
        charity.organisation_id = session.scalar(select(Organisation.id).where(Organisation.source_ref == "BRV")) or 0
        session.commit()
    leo = visit(sample, "P-LEO", NIGHT)
    assert "Somebody is on duty now." in leo.text("/not-safe")
    leo.submit("/not-safe", {}, status=303)
    call = the_call(sample)
    assert name_of(sample, call.id) == ["Jordan Pike"]
    visit(sample, "W-ASH-YJ4", NIGHT).get(f"/work/duty/{call.ref}", 404)
    jordan = visit(sample, "W-BRV-CH1", NIGHT)
    jordan.get("/work/families/F1", 404)
    assert "is not safe" in jordan.text("/work/")
    assert "Leo Marin" in jordan.text("/work/duty")
    shown = jordan.soup(f"/work/duty/{call.ref}")
    assert shown.find("a", href="tel:+447700900101") is not None
    jordan.submit(f"/work/duty/{call.ref}", {}, to=f"/work/duty/{call.ref}/mine", status=303)
    assert "Jordan Pike has it" in jordan.text("/work/duty")
    jordan.get("/work/families/F1")
    at("2019-07-15T22:40")
    by_worker(sample, hand_on)
    assert name_of(sample, call.id) == ["Jordan Pike"], "nobody further up is woken"
    wrong = jordan.submit(f"/work/duty/{call.ref}", {"outcome": ""}, to=f"/work/duty/{call.ref}/end", status=422)
    assert "Say in a few words" in wrong.get_data(as_text=True)
    jordan.submit(f"/work/duty/{call.ref}", {"outcome": "At his aunt's."}, to=f"/work/duty/{call.ref}/end", status=303)
    assert the_call(sample).outcome == "At his aunt's."
    with sample.session() as session:
        assert session.scalars(select(UrgentAccess)).one().reason == "Answering a call for help"
    assert "on duty" in visit(sample, "P-ROSA", "2019-07-16T09:00").text("/who-has-looked").lower()


def test_a_number_on_the_rota_is_texted_and_hears_nothing_but_that_it_is_needed(
    sample: Database, visit: Callable[..., Client]
) -> None:
    turn(sample, "W-BRV-TM", [0], "20:00", "08:00", number="+447700900555")
    visit(sample, "P-LEO", NIGHT).submit("/not-safe", {"said": "help"}, status=303)
    by_worker(sample, text_duty("https://alongside.example", "Alongside"))
    by_worker(sample, text_duty("https://alongside.example", "Alongside"))
    with sample.session() as session:
        (row,) = session.scalars(select(TextMessage))
    assert row.body == "Alongside: somebody needs you now. https://alongside.example/work/duty"
    assert (row.number_hash, row.urgent) == (number_hash("+447700900555"), True)


def test_he_did_not_come_and_somebody_is_worried(sample: Database, visit: Callable[..., Client]) -> None:
    marcus = visit(sample, "W-ASH-TY1", "2019-07-15T17:30")
    assert marcus.submit("/work/families/F1/worried", {"said": ""}, status=422)
    marcus.submit("/work/families/F1/worried", {"said": "He always answers. Nothing since noon."}, status=303)
    call = the_call(sample)
    assert (call.why, name_of(sample, call.id)) == ("no_show", ["Amina Yusuf", "Colin Drew"])
    assert "Marcus Bell is worried" in visit(sample, "W-BRV-SW1", "2019-07-15T17:31").text("/work/")


def test_a_worker_alone_on_a_visit_is_asked_after(
    sample: Database, visit: Callable[..., Client], at: Callable[[str], None]
) -> None:
    amina = visit(sample, "W-BRV-SW1", "2019-07-15T16:00")
    amina.submit("/work/duty", {"minutes": "60", "where": "Canal Street"}, to="/work/duty/visit", status=303)
    assert "You said you check back by 17:00." in amina.text("/work/duty")
    at("2019-07-15T17:14")
    by_worker(sample, notice_who_is_not_back)
    with sample.session() as session:
        assert session.scalars(select(DutyCall)).all() == []
    at("2019-07-15T17:15")
    by_worker(sample, notice_who_is_not_back)
    by_worker(sample, notice_who_is_not_back)
    call = the_call(sample)
    assert (call.why, call.said) == ("not_back", "Canal Street")
    assert name_of(sample, call.id) == ["Colin Drew"], "not herself"
    amina.submit("/work/duty", {}, to="/work/duty/visit", status=303)
    with sample.session() as session:
        assert session.scalars(select(CheckBack)).one().back_at is not None


def test_a_manager_makes_a_rota_and_the_hole_is_gone(sample: Database, visit: Callable[..., Client]) -> None:
    nadia = visit(sample, "W-BRV-DIR", "2019-07-15T10:00")
    assert "Nobody is on duty" in nadia.text("/work/oversight")
    page = nadia.soup("/work/duty")
    links = [link["href"] for link in page.select("#rota ~ section a")]
    wrong = nadia.submit(links[0], {"number": "12"}, to=links[0], status=422).get_data(as_text=True)
    assert "Choose at least one day." in wrong and "Write the whole number" in wrong
    soup = nadia.soup(links[0])
    form = {"worker": soup.select_one("select[name=worker] option")["value"], "days": ["0", "7"], "begins": "20:00"}
    nadia.submit(links[0], form | {"ends": "08:00"}, to=links[0], status=303)
    nadia.submit(links[0], form | {"ends": "08:00"}, to=links[0], status=303)
    with sample.session() as session:
        (made,) = session.scalars(select(DutyTurn))
        organisation = session.get_one(Organisation, made.organisation_id)
    assert (made.days, made.begins, made.ends) == ([0, 7], time(20), time(8))
    assert organisation.name not in [
        item.strong.get_text() for item in nadia.soup("/work/oversight").select("#no_rota + ul li")
    ]
    nadia.submit("/work/duty", {}, to=f"/work/duty/turns/{made.ref}/end", status=303)
    with sample.session() as session:
        assert session.scalars(select(DutyTurn)).all() == []
    visit(sample, "W-ASH-TM", "2019-07-15T10:00").get(links[0], 404)


@pytest.mark.parametrize("who", ["P-DAN", "P-ROSA"])
def test_the_number_out_of_hours_is_kept_from_whoever_may_not_know_where_they_are(
    sample: Database, visit: Callable[..., Client], who: str
) -> None:
    nadia = visit(sample, "W-BRV-DIR", "2019-07-15T10:00")
    link = nadia.soup("/work/duty").select("#rota ~ section a")[0]["href"]
    line = {"phone": "020 7946 0555", "hours": "5pm to 9am"}
    nadia.submit(link, line, to=f"{link}/line", status=303)
    with sample.session() as session:
        session.execute(update(Organisation).where(Organisation.source_ref == "BRV-CHA").values(borough_id=None))
        session.commit()
    words = visit(sample, who, NIGHT).text("/not-safe")
    assert ("020 7946 0555" in words) == (who == "P-ROSA")
