"""Texts on pages: one's own choices, every text and its fate for workers, every wording and the switch for managers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.duty.models import DutyCall
from portal.foundation import clock
from portal.foundation.database import PortalSession, Speaker, speak_for
from portal.foundation.jobs import Worker
from portal.involvement.models import Alert
from portal.messages.actions import pause, tell
from portal.messages.conditions import in_hours, next_opening
from portal.messages.jobs import Outbox, tell_workers
from portal.messages.models import TextChoice, TextMessage, TextPause, TextSwitch
from portal.organisations.models import Worker as WorkerRow
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
    empty = amina.text("/work/families/F1/texts")
    assert "No texts yet." in empty and "texts from 08:00 to 20:00" in empty
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
    assert "A text to Marin family did not arrive" in amina.text("/work/")
    with sample.session() as session:
        assert [alert.kind for alert in session.scalars(select(Alert))] == ["text_failed"], "said once"
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


def pause_page(client: Client, who: int = 0) -> str:
    """The address of the page that holds texts to the first (or that) person back."""
    links = client.soup("/work/families/F1/texts").find_all("a", href=lambda a: a and a.endswith("/texts"))
    return str([link["href"] for link in links if "/people/" in link["href"]][who])


def test_a_worker_holds_texts_back_for_a_while_with_a_reason(
    sample: Database, visit: Callable[..., Client], at: Callable[[str], None]
) -> None:
    amina = visit(sample, "W-BRV-SW1", WHEN)
    page = pause_page(amina)
    for wrong in (
        {"why": "", "who": "one"},
        {"why": "away", "who": "one", "until-day": "15", "until-month": "7", "until-year": "2019"},
        {"why": "away", "who": "one", "until-day": "1", "until-month": "9", "until-year": "2020"},
        {"why": "away", "who": "one", "until-day": "31", "until-month": "6", "until-year": "2019"},
        {"why": "boredom", "who": "one"},
        {"why": "away", "who": "everybody"},
    ):
        amina.submit(page, wrong, status=422)
    day = {"until-day": "20", "until-month": "7", "until-year": "2019"}
    amina.submit(page, {"why": "away", "who": "one"} | day, status=303)
    row = one(sample, TextPause)
    assert (row.until, row.why) == (clock.london(datetime.fromisoformat("2019-07-20T00:00")), "away")
    said = amina.text("/work/families/F1/texts")
    assert "no texts until Sat 20 July: in hospital, or away (Amina Yusuf)" in said
    told(sample)
    assert send(sample) == []
    assert one(sample, TextMessage).problem == "silenced"
    assert "Texts were held back for a while." in amina.text("/work/families/F1/texts")
    # he reads who did it and until when; why is for those who work with him
    own = visit(sample, "P-LEO", WHEN).text("/account/texts")
    assert "No texts until Sat 20 July." in own and "ask Amina Yusuf" in own and "hospital" not in own
    at("2019-07-20T09:00")
    told(sample)
    assert len(send(sample)) == 1, "it ended by itself"
    assert "texts from 08:00 to 20:00" in visit(sample, "W-BRV-SW1", "2019-07-20T09:00").text("/work/families/F1/texts")


def test_everybody_around_is_spared_at_once_and_one_by_one_hears_again(
    sample: Database, visit: Callable[..., Client]
) -> None:
    colin = visit(sample, "W-BRV-TM", WHEN)
    page = pause_page(colin)
    colin.submit(page, {"why": "loss", "who": "all"}, status=303)
    said = colin.text("/work/families/F1/texts")
    assert said.count("no texts until somebody lets them go again: somebody has died (Colin Drew)") >= 2
    for who in ("P-LEO", "P-ROSA"):
        told(sample, who)
    assert send(sample) == []
    assert {row.problem for row in _all(sample)} == {"silenced"}
    # whoever leads reads of it
    with sample.session() as session:
        assert [alert.kind for alert in session.scalars(select(Alert))] == ["texts_paused"]
    assert "Colin Drew holds texts to somebody" in visit(sample, "W-BRV-SW1", WHEN).text("/work/")
    colin.submit("/work/families/F1/texts", {}, to=f"{page}/again", status=303)
    told(sample, "P-LEO")
    told(sample, "P-ROSA")
    assert len(send(sample)) == 1
    # a page from before: told, and nothing is changed
    stale = colin.post(f"{page}/again", {"csrf_token": token(colin)}, 303)
    assert "were not held back any more" in colin.text(stale.location)


def test_one_pauses_ones_own_texts_and_cannot_end_what_a_worker_began(
    sample: Database, visit: Callable[..., Client]
) -> None:
    leo = visit(sample, "P-LEO", WHEN)
    chosen = {
        "texts": "pause", "pause_for": "7", "hours_from": "08:00", "hours_until": "20:00", "remind_first": "1440",
        "remind_last": "120", "safe_reply": "numbers",
    }  # fmt: skip
    leo.submit("/account/texts", chosen, status=303)
    assert "No texts until Mon 22 July. You chose that here." in leo.text("/account/texts")
    told(sample)
    assert send(sample) == []
    amina = visit(sample, "W-BRV-SW1", WHEN)
    assert "they asked for quiet (their own choice)" in amina.text("/work/families/F1/texts")
    leo.submit("/account/texts", chosen | {"texts": "yes"}, status=303)
    told(sample)
    assert len(send(sample)) == 1
    amina.submit(pause_page(amina), {"why": "phone", "who": "one"}, status=303)
    leo.submit("/account/texts", chosen | {"texts": "yes"}, status=303)
    assert "ask Amina Yusuf" in leo.text("/account/texts")
    told(sample)
    assert send(sample) == []
    with sample.session() as session:
        assert [row.ended_at is None for row in session.scalars(select(TextPause).order_by(TextPause.id))] == [
            False,
            True,
        ]
    # the second lock: his own hand cannot end it either
    with PortalSession(sample.web) as session:
        speak_for(session, Speaker(person_id=_leo(sample)))
        done = session.execute(
            update(TextPause).where(TextPause.by_worker_id.is_not(None)).values(ended_at=clock.now())
        )
        assert done.rowcount == 0


def _leo(database: Database) -> int:
    with database.session() as session:
        return session.scalars(select(Person.id).where(Person.source_ref == "P-LEO")).one()


def test_nobody_holds_texts_back_in_a_family_they_do_not_work_with(
    sample: Database, visit: Callable[..., Client]
) -> None:
    page = pause_page(visit(sample, "W-BRV-SW1", WHEN))
    for who in ("P-LEO", "P-ROSA", "P-DAN"):
        visit(sample, who, WHEN).get(page, 404)
    stranger = visit(sample, "W-ASH-SW2", WHEN)
    stranger.get(page, 404)
    stranger.post(f"{page}/again", {"csrf_token": token(stranger)}, 404)


@pytest.mark.parametrize("how", ["pause", "number"])
def test_while_a_phone_may_be_in_the_wrong_hands_whoever_texts_from_it_learns_nothing(
    sample: Database, visit: Callable[..., Client], how: str
) -> None:
    amina = visit(sample, "W-BRV-SW1", WHEN)
    if how == "pause":
        amina.submit(pause_page(amina), {"why": "phone", "who": "one"}, status=303)
    else:
        soup = amina.soup("/work/families/F1/texts")
        action = soup.find("form", action=lambda a: a and a.endswith("/number"))["action"]
        amina.submit("/work/families/F1/texts", {}, to=action, status=303)
    stranger = visit(sample, None, WHEN)
    for body in ("NEXT", "WHO", "BOOK"):
        stranger.post("/demo/phone/+447700900101", {"body": body}, 303)
    said = [row.body for row in _all(sample)]
    assert len(said) == 1 and "Amina" not in said[0] and "M " not in said[0], said
    stranger.post("/demo/phone/+447700900101", {"body": "im not safe"}, 303)
    with sample.session() as session:
        assert session.scalars(select(DutyCall)).one().why == "not_safe", "a call for help is heard all the same"


def test_start_ends_ones_own_pause_and_promises_nothing_while_a_worker_holds_texts_back(
    sample: Database, visit: Callable[..., Client]
) -> None:
    with PortalSession(sample.owner) as session:
        row = session.scalars(select(Person).where(Person.source_ref == "P-LEO")).one()
        pause(session, [row.id], row.family_id, why="asked", until=None)
        session.commit()
        leo, family = row.id, row.family_id
    stranger = visit(sample, None, WHEN)
    stranger.post("/demo/phone/+447700900101", {"body": "START"}, 303)
    assert one(sample, TextPause).ended_at is not None
    assert one(sample, TextMessage).body.startswith("OK, you get texts again.")
    with PortalSession(sample.owner) as session:
        worker = session.scalars(select(WorkerRow.id).where(WorkerRow.source_ref == "W-BRV-SW1")).one()
        pause(session, [leo], family, why="away", until=None, by_worker_id=worker)
        session.commit()
    stranger.post("/demo/phone/+447700900101", {"body": "START"}, 303)
    assert len(_all(sample)) == 1


def test_while_all_texts_are_stopped_nothing_is_answered_either(sample: Database, visit: Callable[..., Client]) -> None:
    nadia = visit(sample, "W-BRV-DIR", WHEN)
    nadia.submit("/work/texts", {"reason": "Wrong names in them", "what": "stop"}, status=303)
    stranger = visit(sample, None, WHEN)
    stranger.post("/demo/phone/+447700900101", {"body": "im not safe"}, 303)
    assert _all(sample) == []
    with sample.session() as session:
        assert session.scalars(select(DutyCall)).one(), "somebody hears of it all the same"
