"""Texts on pages: one's own choices, every text and its fate for workers, every wording and the switch for managers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.foundation import clock
from portal.foundation.database import PortalSession, Speaker
from portal.foundation.jobs import Worker
from portal.messages.actions import tell
from portal.messages.conditions import in_hours, next_opening
from portal.messages.jobs import Outbox, tell_workers
from portal.messages.models import TextChoice, TextMessage, TextSwitch
from portal.people.models import Person
from tests.client import Client
from tests.conftest import Database
from tests.messages.test_outbox import Taken

WHEN = "2019-07-15T10:00"


def one(database: Database, model: Any) -> Any:
    with database.session() as session:
        return session.scalars(select(model)).one()


def change(database: Database, **values: object) -> None:
    with database.session() as session:
        session.execute(update(TextMessage).values(**values))
        session.commit()


def told(database: Database, who: str = "P-LEO", urgent: bool = False, **when: datetime) -> None:
    with PortalSession(database.owner) as session:
        person = session.scalar(select(Person.id).where(Person.source_ref == who)) or 0
        session.rollback()
        session.info["speaker"] = Speaker(person_id=person)
        assert tell(session, person, "reminder", at=clock.now(), name="Marcus Bell", ask=False, urgent=urgent, **when)
        session.commit()


def token(client: Client) -> str:
    """What a form of theirs carries."""
    return str(client.soup("/work/duty").find("input", attrs={"name": "csrf_token"})["value"])


def send(database: Database) -> list[str]:
    taken = Taken()
    Worker(database.worker, [Outbox(taken, at_once=1)], ()).drain()
    return taken.bodies


def test_one_chooses_when_and_how_and_the_next_text_keeps_to_it(
    sample: Database, visit: Callable[..., Client], at: Callable[[str], None]
) -> None:
    leo = visit(sample, "P-LEO", WHEN)
    chosen = {
        "texts": "yes", "hours_from": "12:00", "hours_until": "22:00", "remind_first": "0", "remind_last": "60",
        "safe_reply": "quiet",
    }  # fmt: skip
    leo.submit("/account/texts", chosen, status=303)
    row = one(sample, TextChoice)
    assert (row.hours_from, row.hours_until, row.remind_first, row.remind_last) == (time(12), time(22), 0, 60)
    assert (row.safe_reply, row.stopped_at) == ("quiet", None)
    told(sample)
    assert send(sample) == [], "it is ten, and he said not before twelve"
    assert one(sample, TextMessage).due_at == clock.london(datetime.fromisoformat("2019-07-15T12:00"))
    at("2019-07-15T12:00")
    assert len(send(sample)) == 1
    leo.submit("/account/texts", chosen | {"texts": "no"}, status=303)
    told(sample)
    assert send(sample) == []
    leo.submit("/account/texts", {"texts": "maybe"}, status=422)
    visit(sample, "W-BRV-SW1", WHEN).get("/account/texts", 302)


@pytest.mark.parametrize(
    ("moment", "begins", "ends", "within"),
    [
        ("2019-07-15T08:00", "08:00", "20:00", True),
        ("2019-07-15T20:00", "08:00", "20:00", False),
        ("2019-07-15T00:30", "10:00", "01:00", True),
        ("2019-07-15T01:00", "10:00", "01:00", False),
        ("2019-07-15T03:00", "00:00", "00:00", True),
    ],
)
def test_hours_may_run_over_midnight(moment: str, begins: str, ends: str, within: bool) -> None:
    at = clock.london(datetime.fromisoformat(moment))
    assert in_hours(at, time.fromisoformat(begins), time.fromisoformat(ends)) == within


def test_the_morning_after_the_clocks_change_is_still_at_eight() -> None:
    for night in ("2019-10-26T23:00", "2019-03-30T23:00"):
        before = clock.london(datetime.fromisoformat(night))
        opening = next_opening(before, time(8))
        assert (opening.hour, opening.date() - before.date()) == (8, timedelta(days=1))
    assert next_opening(clock.london(datetime.fromisoformat("2019-10-26T23:00")), time(8)).utcoffset() == timedelta(0)


def test_a_worker_sees_each_text_and_its_fate_and_what_to_do(sample: Database, visit: Callable[..., Client]) -> None:
    amina = visit(sample, "W-BRV-SW1", WHEN)
    assert "No texts yet." in amina.text("/work/families/F1/texts")
    told(sample)
    assert "The words are written when it is sent." in amina.text("/work/families/F1/texts")
    send(sample)
    page = amina.text("/work/families/F1/texts")
    assert "“today 10:00 with M. Alongside texts you from here. No more? Reply STOP.”" in page
    assert "We have not heard yet whether it arrived" in page
    change(sample, state="failed", problem="gone")
    with PortalSession(sample.worker) as session:
        tell_workers(session)
        tell_workers(session)
        session.commit()
    page = amina.text("/work/families/F1/texts")
    assert "We could not reach Leo by text: the number no longer works. Ask for a new one." in page
    day = amina.text("/work/")
    assert day.count("A text to Marin family did not arrive") == 2, "the line, and the words for its button"
    assert "read your texts with us" in visit(sample, "P-ROSA", WHEN).text("/who-has-looked")


def test_what_nobody_knows_a_worker_decides_once(sample: Database, visit: Callable[..., Client]) -> None:
    amina = visit(sample, "W-BRV-SW1", WHEN)
    told(sample)
    send(sample)
    change(sample, state="unknown", problem="twilio's answer was lost")
    path = "/work/families/F1/texts"
    decide = amina.soup(path).find("form", action=lambda action: action and action.endswith("/decide"))["action"]
    amina.submit(path, {"what": "again"}, to=decide, status=303)
    assert one(sample, TextMessage).state == "queued"
    assert len(send(sample)) == 1
    amina.post(decide, {"what": "again", "csrf_token": token(amina)}, 303)
    assert one(sample, TextMessage).state == "sent", "a stale page changes nothing"
    assert "has settled by itself" in amina.text(path)


def test_whoever_is_not_involved_or_needs_no_texts_finds_none(sample: Database, visit: Callable[..., Client]) -> None:
    for who in ("W-ASH-YJ4", "W-KIN-SC1", "W-ASH-HOM", "W-ASH-PRU1"):
        visit(sample, who, WHEN).get("/work/families/F1/texts", 404)
    visit(sample, "W-ASH-TY1", WHEN).get("/work/families/F1/texts")


def test_a_number_that_is_not_safe_gets_nothing_until_somebody_says_so(
    sample: Database, visit: Callable[..., Client]
) -> None:
    amina = visit(sample, "W-BRV-SW1", WHEN)
    soup = amina.soup("/work/families/F1/texts")
    action = soup.find("form", action=lambda a: a and a.endswith("/number"))["action"]
    amina.submit("/work/families/F1/texts", {}, to=action, status=303)
    assert one(sample, TextChoice).unsafe_at is not None
    assert "the number is not safe just now" in amina.text("/work/families/F1/texts")
    told(sample)
    assert send(sample) == []
    assert one(sample, TextMessage).problem == "unsafe"
    amina.submit("/work/families/F1/texts", {}, to=action, status=303)
    assert one(sample, TextChoice).unsafe_at is None


def test_every_wording_stands_on_one_page_and_one_switch_stops_all_of_them(
    sample: Database, visit: Callable[..., Client]
) -> None:
    nadia = visit(sample, "W-BRV-DIR", WHEN)
    page = nadia.text("/work/texts")
    assert "If you are in danger now, call 999." in page and "Si estás en peligro" in page
    assert "too long" not in page
    nadia.submit("/work/texts", {"reason": "", "what": "stop"}, status=422)
    nadia.submit("/work/texts", {"reason": "Wrong names in them", "what": "stop"}, status=303)
    assert "Wrong names in them" in nadia.text("/work/texts")
    told(sample)
    told(sample, urgent=True)
    assert send(sample) == []
    assert {row.state for row in _all(sample)} == {"queued"}
    nadia.submit("/work/texts", {"reason": "Mended", "what": "go"}, status=303)
    assert len(send(sample)) == 2
    with sample.session() as session:
        assert [row.stopped for row in session.scalars(select(TextSwitch).order_by(TextSwitch.id))] == [True, False]
    colin = visit(sample, "W-BRV-TM", WHEN)
    assert "Stop all texts" not in colin.text("/work/texts")
    colin.post("/work/texts/switch", {"reason": "x", "what": "stop", "csrf_token": token(colin)}, 404)
    visit(sample, "W-BRV-SW1", WHEN).get("/work/texts", 404)


def _all(database: Database) -> list[TextMessage]:
    with database.session() as session:
        return list(session.scalars(select(TextMessage)))


def test_daniel_is_written_to_in_the_discreet_words_whatever_he_chose(
    sample: Database, visit: Callable[..., Client]
) -> None:
    dan = visit(sample, "P-DAN", WHEN)
    dan.submit("/account", {"texts": "plain"}, to="/account", status=303)
    told(sample, "P-DAN")
    assert send(sample)[0].startswith("today 10:00 with M.")
