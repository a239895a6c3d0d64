"""The outbox and the worker's loop: due texts are sent once, codes first, whatever happens to the worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from portal.access.models import Attempt, Device, Invitation, SignInCode
from portal.foundation import clock
from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, PortalSession, speak_for
from portal.foundation.jobs import CLAIM_LASTS, GONE, Entry, Worker, forget_old_heartbeats
from portal.foundation.models import Heartbeat, Timetable
from portal.messages.actions import provider_says, queue_text
from portal.messages.conditions import ATTEMPTS
from portal.messages.gateways import Later, Outgoing
from portal.messages.jobs import Outbox
from portal.messages.models import TextMessage
from portal.settings import WrongSetting, load
from tests.conftest import TEST_SECRETS, Database

NUMBER = "+447700900210"


def queue(database: Database, *bodies: str, urgent: bool = False) -> None:
    with PortalSession(database.web) as session:
        speak_for(session, DOOR)
        for body in bodies:
            queue_text(session, NUMBER, body, urgent=urgent)
        session.commit()


class Taken:
    """A provider that takes texts, or does with each what a test says."""

    name = "taken"
    answers = True

    def __init__(self, act: Callable[[str], object] = lambda body: None) -> None:
        self.act = act
        self.bodies: list[str] = []

    def send(self, text: Outgoing) -> str:
        self.act(text.body)
        self.bodies.append(text.body)
        return f"S{text.ref}"

    def look_up(self, text: Outgoing, since: datetime) -> list[str]:
        return [f"S{text.ref}"] if text.body in self.bodies else []

    def redact(self, sid: str) -> None:
        return None


def worker(database: Database, gateway: Taken | None = None, *timetable: Entry) -> Worker:
    """A worker that sends one text at a time, so that their order can be seen."""
    return Worker(database.worker, [Outbox(gateway or Taken(), at_once=1)], timetable)


def texts(database: Database) -> list[TextMessage]:
    with database.session() as session:
        return list(session.scalars(select(TextMessage).order_by(TextMessage.id)))


def change(database: Database, **values: object) -> None:
    with database.session() as session:
        session.execute(update(TextMessage).values(**values))
        session.commit()


def test_due_texts_are_sent_codes_first(database: Database) -> None:
    queue(database, "one", "two")
    queue(database, "a code", urgent=True)
    taken = Taken()
    assert worker(database, taken).drain() == 3
    assert taken.bodies == ["a code", "one", "two"]
    assert {(text.state, text.sent_at is not None, text.sid is not None) for text in texts(database)} == {
        ("sent", True, True)
    }
    assert worker(database, taken).drain() == 0


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
    queue(database, *(f"text {n}" for n in range(250)))
    taken = Taken()
    threads = [threading.Thread(target=worker(database, taken).drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken.bodies) == sorted(f"text {n}" for n in range(250))


def test_what_cannot_be_handed_over_waits_longer_each_time_and_is_not_given_up(database: Database) -> None:
    def away(body: str) -> None:
        raise Later("away")

    queue(database, "one")
    waits = []
    for _ in range(8):
        before = clock.now()
        assert worker(database, Taken(away)).drain() == 1
        (row,) = texts(database)
        waits.append(round((row.due_at - before).total_seconds()))
        assert (row.state, row.problem, row.called_at) == ("queued", "away", None)
        change(database, due_at=clock.now() - timedelta(seconds=1))
    assert waits == [30, 60, 120, 240, 300, 300, 300, 300]
    assert worker(database).drain() == 1


def test_an_error_of_ours_says_neither_number_nor_words_and_holds_up_nobody(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    def picky(body: str) -> None:
        if body == "bad words":
            raise ValueError(f"cannot send {body} to {NUMBER}")

    queue(database, "good", "bad words", "better")
    taken = Taken(picky)
    worker(database, taken).drain()
    assert taken.bodies == ["good", "better"]
    assert [(row.state, row.problem) for row in texts(database)] == [
        ("sent", None), ("sending", "ValueError"), ("sent", None),
    ]  # fmt: skip
    said = capsys.readouterr()
    assert "bad words" not in said.out + said.err and "900210" not in said.out + said.err


def test_a_row_that_cannot_be_read_fails_alone_and_is_given_up(database: Database) -> None:
    """Sealed with a key that this worker was not given: the worker goes on with the rest."""
    queue(database, "unreadable", "readable")
    with database.session() as session:
        session.execute(
            text("update text_message set body = 'x' || substr(body, 2) where id = (select min(id) from text_message)")
        )
        session.commit()
    assert worker(database).drain() == 2
    states = select(TextMessage.state, TextMessage.problem).order_by(TextMessage.id)
    with database.session() as session:
        assert session.execute(states).all() == [("queued", "KeysMissing"), ("sent", None)]
        session.execute(
            update(TextMessage).where(TextMessage.state == "queued").values(attempts=ATTEMPTS, due_at=NOW())
        )
        session.commit()
    worker(database).drain()
    with database.session() as session:
        assert session.execute(states).first() == ("failed", "KeysMissing")


def NOW() -> datetime:
    return clock.now() - timedelta(seconds=1)


def test_a_claim_of_a_worker_that_died_runs_out(database: Database) -> None:
    queue(database, "one")
    change(database, state="sending", claimed_at=real_now())
    assert worker(database).drain() == 0
    change(database, claimed_at=real_now() - CLAIM_LASTS - timedelta(seconds=1))
    assert worker(database).drain() == 1
    assert texts(database)[0].state == "sent"


def test_a_claim_of_a_worker_without_a_heartbeat_is_free_sooner(database: Database) -> None:
    queue(database, "one")
    claimed = real_now() - GONE - timedelta(seconds=5)
    with database.session() as session:
        session.add_all([Heartbeat(name="alive", at=real_now()), Heartbeat(name="dead", at=claimed)])
        session.commit()
    change(database, state="sending", claimed_at=claimed, claimed_by="alive")
    assert worker(database).drain() == 0
    change(database, claimed_by="dead")
    assert worker(database).drain() == 1


def test_a_text_that_may_have_gone_out_is_looked_up_and_not_sent_again(database: Database) -> None:
    """The sender died between the call and writing down its answer."""
    queue(database, "gone out", "never arrived")
    taken = Taken()
    taken.bodies.append("gone out")
    long_ago = real_now() - CLAIM_LASTS - timedelta(seconds=1)
    change(database, state="sending", claimed_at=long_ago, called_at=long_ago, attempts=1)
    assert worker(database, taken).drain() == 3, "the second one is queued again and sent"
    assert taken.bodies == ["gone out", "never arrived"]
    assert [(row.state, row.sid) for row in texts(database)] == [("sent", f"S{row.ref}") for row in texts(database)]


def test_told_to_stop_it_finishes_the_one_in_hand_and_gives_back_the_rest(database: Database) -> None:
    queue(database, *(f"text {n}" for n in range(5)))
    taken = Taken(lambda body: loop.stop.set())
    loop = worker(database, taken)
    loop.run()
    assert len(taken.bodies) == 1
    assert sorted(text.state for text in texts(database)) == ["queued"] * 4 + ["sent"]
    waiting = [text for text in texts(database) if text.state == "queued"]
    assert {(text.attempts, text.called_at, text.claimed_at) for text in waiting} == {(0, None, None)}


def test_a_code_that_nobody_can_use_any_more_is_not_sent(database: Database) -> None:
    queue(database, "a code", urgent=True)
    change(database, due_at=clock.now() - timedelta(minutes=11))
    taken = Taken()
    worker(database, taken).drain()
    assert (taken.bodies, texts(database)[0].state) == ([], "failed")


def test_a_timetable_entry_runs_once_in_its_interval(database: Database) -> None:
    ran: list[int] = []
    entry = Entry("count", timedelta(hours=1), lambda session: ran.append(1))
    for _ in range(3):
        worker(database, None, entry).drain()
    assert len(ran) == 1
    with database.session() as session:
        session.execute(update(Timetable).values(last_run_at=real_now() - timedelta(minutes=61)))
        session.commit()
    worker(database, None, entry).drain()
    assert len(ran) == 2


def test_an_entry_that_fails_stops_nothing_and_is_tried_again(database: Database) -> None:
    def broken(session: PortalSession) -> None:
        raise ValueError("broken")

    queue(database, "one")
    loop = worker(database, None, Entry("broken", timedelta(hours=1), broken))
    assert loop.drain() == 1
    with database.session() as session:
        assert session.scalars(select(Timetable)).one().last_run_at is None


def test_an_entry_that_another_worker_is_running_is_left_to_it(database: Database) -> None:
    ran: list[int] = []
    with database.session() as session:
        session.add(Timetable(name="count"))
        session.commit()
        session.scalars(select(Timetable).with_for_update()).one()
        worker(database, None, Entry("count", timedelta(hours=1), lambda _: ran.append(1))).drain()
    assert ran == []


def test_heartbeats_are_told_and_old_ones_forgotten(database: Database) -> None:
    with database.session() as session:
        session.add(Heartbeat(name="long gone", at=real_now() - timedelta(days=2)))
        session.commit()
    worker(database, None, Entry("forget", timedelta(hours=1), forget_old_heartbeats)).drain()
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
    worker(database, None, Entry("forget", timedelta(hours=1), forget_old)).drain()
    with database.session() as session:
        left = [len(session.scalars(select(model)).all()) for model in (Attempt, SignInCode, Device, Invitation)]
    assert left == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("sms", "names"),
    [
        ("twilio", "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN and TWILIO_FROM"),
        ("notify", "NOTIFY_API_KEY and NOTIFY_TEMPLATE_ID and NOTIFY_CALLBACK_TOKEN"),
    ],
)
def test_a_provider_without_its_settings_is_refused_at_the_start(sms: str, names: str) -> None:
    with pytest.raises(WrongSetting, match=names):
        load(TEST_SECRETS | {"PORTAL_SMS": sms})


def test_what_was_claimed_too_long_ago_is_given_back(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker may have taken it over by then: it would go out twice."""
    queue(database, "one", "two")
    taken = Taken()
    monkeypatch.setattr("portal.messages.jobs.OURS_FOR", timedelta(seconds=-1))
    outbox = Outbox(taken, at_once=1)
    assert outbox.batch(Worker(database.worker, [outbox], ())) == 2
    assert taken.bodies == []
    assert {(row.state, row.called_at, row.attempts) for row in texts(database)} == {("queued", None, 0)}
    monkeypatch.undo()
    assert worker(database, taken).drain() == 2


def test_a_worker_whose_heart_stopped_hands_nothing_over(database: Database) -> None:
    queue(database, "one")
    taken = Taken()
    outbox = Outbox(taken, at_once=1)
    faint = Worker(database.worker, [outbox], (), _beaten=real_now() - GONE)
    assert outbox.batch(faint) == 1
    assert (taken.bodies, texts(database)[0].state) == ([], "queued")


def test_what_somebody_else_has_taken_over_is_not_given_back_for_them(database: Database) -> None:
    queue(database, "one")

    def slow(body: str) -> None:
        change(database, claimed_by="another")
        raise Later("nobody there")

    worker(database, Taken(slow)).drain()
    (row,) = texts(database)
    assert (row.state, row.claimed_by) == ("sending", "another")


def test_told_to_stop_what_was_got_ready_is_given_back(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.messages.jobs.BATCH", 2)
    queue(database, *"abcdef")
    mine = worker(database, Taken(lambda body: mine.stop.set()))
    mine.drain()
    states = [row.state for row in texts(database)]
    assert states == ["sent", *["queued"] * 5]


def test_two_with_the_same_words_each_keep_what_is_told_of_them(database: Database) -> None:
    """A look-up may have given each the other's name at the provider: what is told by name counts, not by row."""
    queue(database, "one", "one")
    first, second = texts(database)
    with database.session() as session:
        for row, sid in ((first, "S2"), (second, "S1")):
            changed = update(TextMessage).where(TextMessage.id == row.id)
            session.execute(changed.values(sid=sid, state="sent", called_at=real_now()))
        session.commit()
    with PortalSession(database.web) as session:
        speak_for(session, DOOR)
        assert provider_says(session, first.ref, "S1", "delivered", None)
        assert provider_says(session, second.ref, "S2", "failed", "gone")
        session.commit()
    assert [row.state for row in texts(database)] == ["failed", "delivered"]


def test_the_database_restarts_in_the_middle_of_sending(database: Database) -> None:
    """Every connection ends while texts are with the provider: afterwards they are looked up, and none goes twice."""
    queue(database, "one", "two", "three")

    def restart(body: str) -> None:
        if body == "two":
            with database.owner.connect() as connection:
                connection.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                        " where datname = current_database() and pid <> pg_backend_pid()"
                    )
                )

    taken = Taken(restart)
    pauses: list[float] = []
    mine = worker(database, taken)

    class Sleepless(threading.Event):
        """Waits for nobody, and says stop once all is done."""

        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0.0)
            change(database, claimed_at=real_now() - CLAIM_LASTS - timedelta(seconds=1))
            if {row.state for row in texts(database)} == {"sent"}:
                self.set()
            assert len(pauses) < 50
            return self.is_set()

    mine.stop = Sleepless()
    mine.run()
    assert sorted(taken.bodies) == ["one", "three", "two"]
    assert {row.state for row in texts(database)} == {"sent"}
