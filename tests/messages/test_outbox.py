"""The outbox and the worker's loop: due texts are sent once, codes first, whatever happens to the worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update

from portal import worker as worker_module
from portal.access.models import Attempt, Device, Invitation, SignInCode
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, PortalSession, speak_for
from portal.foundation.jobs import ATTEMPTS, CLAIM_LASTS, Entry, Worker, forget_old_heartbeats
from portal.foundation.models import Heartbeat, Timetable
from portal.messages.actions import queue_text
from portal.messages.jobs import Send, outbox, simulator
from portal.messages.models import TextMessage
from portal.settings import Settings, WrongSetting
from tests.conftest import TEST_SECRETS, Database

NUMBER = "+447700900210"


def queue(database: Database, *bodies: str, urgent: bool = False) -> None:
    with PortalSession(database.web) as session:
        speak_for(session, DOOR)
        for body in bodies:
            queue_text(session, NUMBER, body, urgent=urgent)
        session.commit()


def worker(database: Database, send: Send = simulator, *timetable: Entry) -> Worker:
    return Worker(database.worker, [outbox(send)], timetable)


def texts(database: Database) -> list[TextMessage]:
    with database.session() as session:
        return list(session.scalars(select(TextMessage).order_by(TextMessage.id)))


def change(database: Database, **values: object) -> None:
    with database.session() as session:
        session.execute(update(TextMessage).values(**values))
        session.commit()


def test_due_texts_are_sent_codes_first(database: Database) -> None:
    sent: list[str] = []
    queue(database, "one", "two")
    queue(database, "a code", urgent=True)
    assert worker(database, lambda number, body: sent.append(body)).drain() == 3
    assert sent == ["a code", "one", "two"]
    assert {(text.state, text.sent_at is not None) for text in texts(database)} == {("sent", True)}
    assert worker(database, lambda number, body: sent.append(body)).drain() == 0


def test_nobody_on_the_web_reads_texts(database: Database) -> None:
    queue(database, "one")
    with PortalSession(database.web) as session:
        speak_for(session, DOOR)
        assert session.scalars(select(TextMessage)).all() == []


def test_a_text_is_sealed_in_the_database(database: Database) -> None:
    queue(database, "a secret word")
    with database.session() as session:
        row = session.execute(text("select number, body from text_message")).one()
    assert b"secret" not in bytes(row.body)
    assert b"900210" not in bytes(row.number)


def test_what_is_due_follows_the_clock_of_records(database: Database, at: Callable[[str], None]) -> None:
    at("2019-07-15T10:00")
    queue(database, "later")
    change(database, due_at=clock.london(datetime.fromisoformat("2019-07-15T11:00")))
    assert worker(database).drain() == 0
    at("2019-07-15T11:00")
    assert worker(database).drain() == 1


def test_two_workers_share_and_send_nothing_twice(database: Database) -> None:
    queue(database, *(f"text {n}" for n in range(100)))
    sent: list[str] = []
    workers = [worker(database, lambda number, body: sent.append(body)) for _ in range(3)]
    threads = [threading.Thread(target=each.drain) for each in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(f"text {n}" for n in range(100))


def test_what_fails_is_tried_again_later_and_then_given_up(database: Database) -> None:
    def away(number: str, body: str) -> None:
        raise OSError(f"cannot reach {number}: {body}")

    queue(database, "one")
    waits = []
    for _ in range(ATTEMPTS):
        before = clock.now()
        assert worker(database, away).drain() == 1
        (row,) = texts(database)
        waits.append((row.due_at - before).total_seconds())
        assert row.problem == "OSError", "neither the number nor the words are written down"
        change(database, due_at=clock.now() - timedelta(seconds=1))
    assert row.state == "failed"
    assert [round(wait) for wait in waits[:3]] == [30, 60, 120]
    assert worker(database, away).drain() == 0


def test_one_that_fails_does_not_hold_up_the_others(database: Database) -> None:
    sent: list[str] = []

    def picky(number: str, body: str) -> None:
        if body == "bad":
            raise ValueError
        sent.append(body)

    queue(database, "good", "bad", "better")
    worker(database, picky).drain()
    assert sent == ["good", "better"]


def test_a_row_that_cannot_be_read_fails_alone(database: Database) -> None:
    """Sealed with a key that this worker was not given: the worker goes on with the rest."""
    queue(database, "unreadable", "readable")
    with database.session() as session:
        session.execute(
            text("update text_message set body = 'x' || substr(body, 2) where id = (select min(id) from text_message)")
        )
        session.commit()
    assert worker(database).drain() == 2
    with database.session() as session:
        rows = session.execute(select(TextMessage.state, TextMessage.problem).order_by(TextMessage.id)).all()
    assert rows == [("queued", "KeysMissing"), ("sent", None)]


def test_a_claim_of_a_worker_that_died_runs_out(database: Database) -> None:
    queue(database, "one")
    change(database, state="sending", claimed_at=real_now())
    assert worker(database).drain() == 0
    change(database, claimed_at=real_now() - CLAIM_LASTS - timedelta(seconds=1))
    assert worker(database).drain() == 1
    assert texts(database)[0].state == "sent"


def test_a_row_that_kills_every_worker_is_given_up(database: Database) -> None:
    queue(database, "one")
    change(database, state="sending", claimed_at=real_now() - timedelta(hours=1), attempts=ATTEMPTS)
    worker(database).drain()
    assert (texts(database)[0].state, texts(database)[0].problem) == ("failed", "given up")


def test_told_to_stop_it_finishes_the_one_in_hand_and_gives_back_the_rest(database: Database) -> None:
    queue(database, *(f"text {n}" for n in range(5)))
    sent: list[str] = []
    loop = worker(database, lambda number, body: (sent.append(body), loop.stop.set()))
    loop.run()
    assert len(sent) == 1
    assert sorted(text.state for text in texts(database)) == ["queued"] * 4 + ["sent"]
    assert {text.attempts for text in texts(database) if text.state == "queued"} == {0}


def test_a_code_that_nobody_can_use_any_more_is_not_sent(database: Database) -> None:
    queue(database, "a code", urgent=True)
    change(database, due_at=clock.now() - timedelta(minutes=11))
    sent: list[str] = []
    worker(database, lambda number, body: sent.append(body)).drain()
    assert (sent, texts(database)[0].state) == ([], "failed")


def test_a_timetable_entry_runs_once_in_its_interval(database: Database) -> None:
    ran: list[int] = []
    entry = Entry("count", timedelta(hours=1), lambda session: ran.append(1))
    for _ in range(3):
        worker(database, simulator, entry).drain()
    assert len(ran) == 1
    with database.session() as session:
        session.execute(update(Timetable).values(last_run_at=real_now() - timedelta(minutes=61)))
        session.commit()
    worker(database, simulator, entry).drain()
    assert len(ran) == 2


def test_an_entry_that_fails_stops_nothing_and_is_tried_again(database: Database) -> None:
    def broken(session: PortalSession) -> None:
        raise ValueError("broken")

    queue(database, "one")
    loop = worker(database, simulator, Entry("broken", timedelta(hours=1), broken))
    assert loop.drain() == 1
    with database.session() as session:
        assert session.scalars(select(Timetable)).one().last_run_at is None


def test_an_entry_that_another_worker_is_running_is_left_to_it(database: Database) -> None:
    ran: list[int] = []
    with database.session() as session:
        session.add(Timetable(name="count"))
        session.commit()
        session.scalars(select(Timetable).with_for_update()).one()
        worker(database, simulator, Entry("count", timedelta(hours=1), lambda _: ran.append(1))).drain()
    assert ran == []


def test_heartbeats_are_told_and_old_ones_forgotten(database: Database) -> None:
    with database.session() as session:
        session.add(Heartbeat(name="long gone", at=real_now() - timedelta(days=2)))
        session.commit()
    worker(database, simulator, Entry("forget", timedelta(hours=1), forget_old_heartbeats)).drain()
    with database.session() as session:
        (beat,) = session.scalars(select(Heartbeat))
    assert real_now() - beat.at < timedelta(seconds=30)


def test_what_signing_in_left_behind_is_forgotten(database: Database) -> None:
    from portal.access.jobs import forget_old
    from tests import factories as make

    now = real_now()
    with database.session() as session:
        family = make.family(session, make.organisation(session))
        from portal.access.models import Account

        person = make.person(session, family)
        account = session.scalars(select(Account).where(Account.person_id == person.id)).one()
        for days in (0, 3, 40, 100):
            past = now - timedelta(days=days)
            session.add(Attempt(key=b"k", at=past))
            session.add(SignInCode(number_hash=b"n", code_hash=b"c", made_at=past, expires_at=past))
            common = {"account_id": account.id, "token_hash": b"t%d" % days}
            session.add(Invitation(**common, made_at=past, expires_at=past))
            session.add(
                Device(
                    **common, label="", signed_in_at=past, last_seen_at=past, idle_minutes=9,
                    ends_at=now + timedelta(days=1), ended_at=past if days else None,
                )
            )  # fmt: skip
        session.commit()
    worker(database, simulator, Entry("forget", timedelta(hours=1), forget_old)).drain()
    with database.session() as session:
        left = [len(session.scalars(select(model)).all()) for model in (Attempt, SignInCode, Device, Invitation)]
    assert left == [1, 1, 2, 3]


def test_a_worker_that_cannot_send_refuses_to_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import cli

    with pytest.raises(WrongSetting, match="PORTAL_SMS is twilio"):
        worker_module.make_worker(replace(settings, sms="twilio"))
    monkeypatch.setenv("PORTAL_SMS", "notify")
    # the same keys as every other test of this process, since the command sets them
    for name, value in (TEST_SECRETS | {"PORTAL_DATA": str(settings.data)}).items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(cli.main, ["worker", "--once"])
    assert result.exit_code == 1
    assert "PORTAL_SMS is notify" in result.output
