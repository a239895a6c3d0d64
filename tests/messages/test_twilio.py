"""The real Twilio client against a server that behaves like Twilio: what arrives, what is refused, what is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, PortalSession, speak_for
from portal.foundation.phones import number_hash
from portal.hearing.models import InboundText, TextNumber
from portal.messages.actions import queue_text
from portal.messages.gateways.twilio import Twilio
from portal.messages.jobs import LOOK_UP_FOR, redact_what_arrived
from portal.settings import Settings, load
from tests.conftest import TEST_SECRETS, Database
from tests.messages.posting import NUMBER, Posting
from tests.messages.twilio_server import SENDER, TwilioServer, signed


@pytest.fixture(scope="module")
def running() -> Iterator[TwilioServer]:
    with TwilioServer() as server:
        yield server


@pytest.fixture
def twilio(running: TwilioServer) -> TwilioServer:
    running.begin_again()
    return running


@pytest.fixture
def chosen(twilio: TwilioServer, settings: Settings) -> Settings:
    return replace(load(TEST_SECRETS | twilio.env), data=settings.data)


class Post(Posting):
    """An outbox that sends by Twilio, and the web that Twilio calls."""

    def __init__(self, database: Database, settings: Settings) -> None:
        super().__init__(database, settings, Twilio(settings, timeout=5))

    def call(self, path: str, form: dict[str, str], status: int | None = None, **how: str) -> str:
        headers = how.get("headers") or signed(f"{self.settings.url}{path}", form)
        response = self.client.browser.post(path, data=form, headers=headers)
        if status is not None:
            assert response.status_code == status, response.get_data(as_text=True)
        return response.get_data(as_text=True)


@pytest.fixture
def post(sample: Database, chosen: Settings) -> Post:
    return Post(sample, chosen)


def test_a_text_arrives_and_its_callback_names_the_row(post: Post, twilio: TwilioServer) -> None:
    post.queue("hello ✓")
    post.send()
    (message,) = twilio.messages.values()
    (row,) = post.rows()
    assert (message["body"], message["to"], message["from"]) == ("hello ✓", NUMBER, SENDER)
    assert message["back"] == f"{post.settings.url}/sms/status/{row.ref}"
    assert (row.state, row.sid, row.provider, row.attempts) == ("sent", message["sid"], "twilio", 1)


def test_callbacks_again_and_in_any_order_come_to_the_same(post: Post, twilio: TwilioServer) -> None:
    post.queue("hello")
    post.send()
    (row,) = post.rows()
    path = f"/sms/status/{row.ref}"
    for said in ("queued", "delivered", "sent", "sending", "delivered"):
        post.call(path, {"MessageSid": row.sid or "", "MessageStatus": said}, 204)
    (row,) = post.rows()
    assert (row.state, row.delivered_at is not None, row.problem) == ("delivered", True, None)
    post.call(path, {"MessageSid": "SM" + "0" * 32, "MessageStatus": "failed"}, 404)
    post.call("/sms/status/no-such-row", {"MessageSid": "SM" + "1" * 32, "MessageStatus": "sent"}, 404)
    assert post.rows()[0].state == "delivered"


def test_a_phone_that_is_switched_off_is_said_in_a_word(post: Post, twilio: TwilioServer) -> None:
    post.queue("hello")
    post.send()
    (row,) = post.rows()
    form = {"MessageSid": row.sid or "", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    post.call(f"/sms/status/{row.ref}", form, 204)
    assert (post.rows()[0].state, post.rows()[0].problem) == ("failed", "switched_off")


@pytest.mark.parametrize(
    ("code", "state", "problem"),
    [
        (21211, "failed", "not_a_number"),
        (21610, "failed", "stopped"),
        (20429, "queued", "twilio 429"),
        (20003, "queued", "twilio 401"),
        (20500, "sending", "twilio 500"),
    ],
)
def test_what_each_refusal_means(post: Post, twilio: TwilioServer, code: int, state: str, problem: str) -> None:
    twilio.refuse[NUMBER] = code
    post.queue("hello")
    post.send()
    (row,) = post.rows()
    assert (row.state, row.problem) == (state, problem)
    if state == "failed":
        assert post.send() == 0, "it is not tried again"
    else:
        twilio.refuse.clear()
        post.change(due_at=row.made_at)
        post.later()
        post.send()
        assert (post.rows()[0].state, twilio.bodies) == ("sent", ["hello"])
    with post.database.session() as session:
        stopped = session.scalar(select(TextNumber.stopped_by).where(TextNumber.number_hash == number_hash(NUMBER)))
    assert stopped == ("provider" if code == 21610 else None)


def test_an_answer_that_was_lost_is_looked_up_and_nothing_goes_twice(post: Post, twilio: TwilioServer) -> None:
    twilio.drop = 1.0
    post.queue("one", "two", "two")
    post.send()
    assert {row.state for row in post.rows()} == {"sending"}
    twilio.drop = 0.0
    post.later()
    post.send()
    assert sorted(twilio.bodies) == ["one", "two", "two"]
    assert {row.state for row in post.rows()} == {"sent"}
    assert {row.sid for row in post.rows()} == set(twilio.messages)


def test_nobody_there_for_an_hour_and_what_is_still_right_goes_out_afterwards(
    post: Post, twilio: TwilioServer, at: Callable[[str], None]
) -> None:
    away = Post(post.database, replace(post.settings, twilio_api_url="http://127.0.0.1:9"))
    at("2019-07-15T10:00")
    post.queue("one", "two")
    with PortalSession(post.database.web) as session:
        speak_for(session, DOOR)
        queue_text(session, NUMBER, "123456 is your code", urgent=True)
        session.commit()
    for minute in range(0, 60, 5):
        at(f"2019-07-15T10:{minute:02}")
        away.send()
    assert {row.problem for row in post.rows() if row.state == "queued"} == {"twilio is not there"}
    at("2019-07-15T11:05")
    post.send()
    assert sorted(twilio.bodies) == ["one", "two"]
    # nobody can use the code any more, and it says so
    assert [(row.state, row.problem) for row in post.rows()] == [("sent", None), ("sent", None), ("failed", "too_late")]


def test_what_nobody_can_say_is_held_for_a_person_to_decide(post: Post, twilio: TwilioServer) -> None:
    twilio.deaf = True
    post.queue("hello")
    post.send()
    post.later()
    post.send()
    assert post.rows()[0].state == "sending"
    post.later()
    post.change(called_at=real_now() - LOOK_UP_FOR - timedelta(minutes=1))
    post.send()
    (row,) = post.rows()
    assert row.state == "unknown"
    twilio.deaf = False
    assert post.send() == 0, "it is not guessed"
    form = {"MessageSid": "SM" + "5" * 32, "MessageStatus": "delivered"}
    post.call(f"/sms/status/{row.ref}", form, 204)
    assert post.rows()[0].state == "delivered", "a late callback settles it"


def test_words_that_arrived_are_forgotten_by_twilio(post: Post, twilio: TwilioServer) -> None:
    post.queue("one", "two")
    post.send()
    (one, _) = post.rows()
    post.call(f"/sms/status/{one.ref}", {"MessageSid": one.sid or "", "MessageStatus": "delivered"}, 204)
    with PortalSession(post.database.worker) as session:
        redact_what_arrived(post.gateway)(session)
        session.commit()
    assert sorted(twilio.bodies) == ["", "two"]
    assert [row.redacted_at is not None for row in post.rows()] == [True, False]


def inbound(twilio: TwilioServer, body: str = "hello", number: str = NUMBER, advanced: bool = False) -> dict[str, str]:
    form = twilio.from_phone(body, number, advanced)
    assert form is not None
    return form


def test_a_text_comes_in_and_the_answer_travels_back(post: Post, twilio: TwilioServer) -> None:
    said = post.call("/sms/inbound", inbound(twilio), 200)
    (row,) = post.rows()
    assert f'<Message statusCallback="{post.settings.url}/sms/status/{row.ref}">' in said
    assert "Got it. A is told and will read it." in said
    post.call(f"/sms/status/{row.ref}", {"MessageSid": "SM" + "2" * 32, "MessageStatus": "delivered"}, 204)
    assert (post.rows()[0].state, post.rows()[0].sid) == ("delivered", "SM" + "2" * 32)


def test_an_answer_that_was_lost_on_the_way_is_sent_by_the_outbox(post: Post, twilio: TwilioServer) -> None:
    post.call("/sms/inbound", inbound(twilio), 200)
    assert post.send() == 0
    post.later()
    post.send()
    (row,) = post.rows()
    assert (row.state, len(twilio.messages)) == ("sent", 1)


def test_what_is_forged_replayed_or_malformed_changes_nothing(post: Post, twilio: TwilioServer) -> None:
    form = inbound(twilio, "im not safe")
    address = f"{post.settings.url}/sms/inbound"
    for headers in (
        {"X-Twilio-Signature": "x"},
        signed(address, form, "c" * 32),
        signed(address, form | {"Body": "x"}),
    ):
        post.call("/sms/inbound", form, 403, headers=headers)
    for wrong in ({"MessageSid": ""}, {"From": "nobody"}, {"From": ""}, {"Body": "a" * 1601}, {"MessageSid": "S" * 65}):
        post.call("/sms/inbound", form | wrong, 400)
    with post.database.session() as session:
        assert session.scalars(select(InboundText)).all() == []
    post.call("/sms/inbound", form, 200)
    before = [(row.id, row.state) for row in post.rows()]
    post.call("/sms/inbound", form, 400)
    assert [(row.id, row.state) for row in post.rows()] == before
    with post.database.session() as session:
        assert len(session.scalars(select(InboundText)).all()) == 1
    post.call(f"/sms/status/{post.rows()[0].ref}", {"MessageSid": "SM1", "MessageStatus": "exploded"}, 400)
    post.call(f"/sms/status/{post.rows()[0].ref}", {"MessageStatus": "sent"}, 400)


def test_a_lone_stop_is_twilios_and_is_learnt_from_it(post: Post, twilio: TwilioServer) -> None:
    assert twilio.from_phone("STOP", NUMBER) is None, "it never reaches us"
    post.queue("hello")
    post.send()
    assert (post.rows()[0].state, post.rows()[0].problem) == ("failed", "stopped")
    told = post.call("/sms/inbound", inbound(twilio, "START", advanced=True), 200)
    assert "<Message" not in told, "Twilio has answered that itself"
    told = post.call("/sms/inbound", inbound(twilio, "stop", advanced=True), 200)
    assert "<Message" not in told
    with post.database.session() as session:
        assert session.scalars(select(TextNumber)).one().stopped_by == "provider"


def test_the_web_does_not_load_twilios_client(post: Post) -> None:
    import subprocess
    import sys

    loaded = "import sys, portal, portal.messages.gateways.twilio_signature; print('twilio.rest' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
