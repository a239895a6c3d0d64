"""The real Notify client against a server that behaves like Notify: what arrives, what is refused, what is lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.foundation.clock import real_now
from portal.hearing.models import InboundText, TextNumber
from portal.messages.gateways.notify import Notify
from portal.messages.jobs import LOOK_UP_FOR
from portal.settings import Settings, load
from tests.conftest import TEST_SECRETS, Database
from tests.messages.notify_server import BEARER, SECRET, SERVICE, NotifyServer
from tests.messages.posting import NUMBER, Posting

STATUS, INBOUND = "/sms/notify/status", "/sms/notify/inbound"
OURS = {"Authorization": f"Bearer {BEARER}"}


@pytest.fixture(scope="module")
def running() -> Iterator[NotifyServer]:
    with NotifyServer() as server:
        yield server


@pytest.fixture
def notify(running: NotifyServer) -> NotifyServer:
    running.begin_again()
    return running


@pytest.fixture
def chosen(notify: NotifyServer, settings: Settings) -> Settings:
    return replace(load(TEST_SECRETS | notify.env), data=settings.data)


class Post(Posting):
    """An outbox that sends by Notify, and the web that Notify calls."""

    def __init__(self, database: Database, settings: Settings) -> None:
        super().__init__(database, settings, Notify(settings))

    def call(self, path: str, said: Any, status: int, headers: dict[str, str] | None = None) -> None:
        """What Notify does when it has something to tell."""
        how: dict[str, Any] = {"data": said} if isinstance(said, str | bytes) else {"json": said}
        response = self.client.browser.post(path, headers=OURS if headers is None else headers, **how)
        assert response.status_code == status, response.get_data(as_text=True)


@pytest.fixture
def post(sample: Database, chosen: Settings) -> Post:
    return Post(sample, chosen)


def test_a_text_arrives_with_our_reference(post: Post, notify: NotifyServer) -> None:
    post.queue("hello ✓")
    post.send()
    (one,) = notify.notifications.values()
    (row,) = post.rows()
    assert (one["body"], one["phone_number"], one["reference"]) == ("hello ✓", NUMBER, row.ref)
    assert (row.state, row.sid, row.provider, row.attempts) == ("sent", one["id"], "notify", 1)


@pytest.mark.parametrize(
    ("error", "state", "problem"),
    [
        ("no_number", "failed", "not_a_number"),
        ("abroad", "failed", "not_there"),
        ("too_long", "failed", "refused"),
        ("trial", "queued", "notify 400"),
        ("team_key", "queued", "notify 400"),
        ("no_template", "queued", "notify 400"),
        ("clock", "queued", "notify 403"),
        ("no_key", "queued", "notify 403"),
        ("rate", "queued", "notify 429"),
        ("day", "queued", "notify 429"),
        ("broken", "sending", "notify 500"),
    ],
)
def test_what_each_refusal_means(post: Post, notify: NotifyServer, error: str, state: str, problem: str) -> None:
    notify.refuse[NUMBER] = error
    post.queue("hello")
    post.send()
    (row,) = post.rows()
    assert (row.state, row.problem) == (state, problem)
    notify.refuse.clear()
    post.change(due_at=row.made_at)
    post.later() if state != "failed" else None
    post.send()
    # what is wrong with the text stays wrong; what was wrong with the account or with Notify is tried again
    assert (post.rows()[0].state, notify.bodies) == (("failed", []) if state == "failed" else ("sent", ["hello"]))


def test_a_key_that_is_not_theirs_sends_nothing_and_says_nothing(
    post: Post, notify: NotifyServer, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = replace(post.settings, notify_api_key=f"alongside-{SERVICE}-{SECRET[:-1]}b")
    caplog.set_level(logging.DEBUG)
    post.queue("about Leo")
    Post(post.database, wrong).send()
    assert (post.rows()[0].state, post.rows()[0].problem, notify.bodies) == ("queued", "notify 403", [])
    said = "".join(record.getMessage() for record in caplog.records)
    assert "900101" not in said and "Leo" not in said


@pytest.mark.parametrize("how", ["loses_answers", "babbles"])
def test_an_answer_that_was_lost_is_looked_up_by_reference(post: Post, notify: NotifyServer, how: str) -> None:
    setattr(notify, how, True)
    post.queue("one", "two", "two")
    post.send()
    assert {row.state for row in post.rows()} == {"sending"}
    setattr(notify, how, False)
    post.later()
    post.send()
    # two of them say the same to the same number: each is found by its own reference
    assert sorted(notify.bodies) == ["one", "two", "two"]
    assert [(row.state, row.sid) for row in post.rows()] == [
        ("sent", next(one["id"] for one in notify.notifications.values() if one["reference"] == row.ref))
        for row in post.rows()
    ]


def test_notify_away_for_an_hour_and_all_go_out_afterwards(post: Post, notify: NotifyServer) -> None:
    away = Post(post.database, replace(post.settings, notify_api_url="http://127.0.0.1:9"))
    nowhere = Post(post.database, replace(post.settings, notify_api_url="http://nobody.invalid"))
    post.queue("one", "two")
    for there in (away, nowhere, away):
        there.send()
        # neither can have taken them, so nothing has to be looked up
        assert {(row.state, row.problem) for row in post.rows()} == {("queued", "notify is not there")}
        post.change(due_at=post.rows()[0].made_at)
    post.send()
    assert sorted(notify.bodies) == ["one", "two"]


def test_what_nobody_can_say_is_held_until_a_receipt_settles_it(post: Post, notify: NotifyServer) -> None:
    notify.loses_answers = True
    post.queue("hello")
    post.send()
    notify.deaf = True
    post.later()
    post.change(called_at=real_now() - LOOK_UP_FOR - timedelta(minutes=1))
    post.send()
    assert post.rows()[0].state == "unknown"
    notify.deaf = notify.loses_answers = False
    assert post.send() == 0, "it is not guessed"
    (identity,) = notify.notifications
    post.call(STATUS, notify.receipt(identity, "delivered"), 204)
    assert (post.rows()[0].state, post.rows()[0].sid) == ("delivered", identity)


@pytest.mark.parametrize(
    ("status", "state", "problem"),
    [
        ("delivered", "delivered", None),
        ("permanent-failure", "failed", "gone"),
        ("temporary-failure", "failed", "switched_off"),
        ("technical-failure", "failed", "refused"),
        ("pending", "sent", None),
    ],
)
def test_what_each_receipt_means(
    post: Post, notify: NotifyServer, status: str, state: str, problem: str | None
) -> None:
    post.queue("hello")
    post.send()
    (identity,) = notify.notifications
    post.call(STATUS, notify.receipt(identity, status), 204)
    assert (post.rows()[0].state, post.rows()[0].problem) == (state, problem)


def test_receipts_again_and_in_any_order_come_to_the_same(post: Post, notify: NotifyServer) -> None:
    post.queue("hello", "other")
    post.send()
    first, other = (row.sid for row in post.rows())
    for status in ("created", "delivered", "sending", "pending", "temporary-failure", "delivered"):
        post.call(STATUS, notify.receipt(first, status), 204)
    assert [(row.state, row.problem) for row in post.rows()] == [("delivered", None), ("sent", None)]
    # told before our own note of the answer was written: the reference alone finds the row
    post.change(sid=None, state="sending", sent_at=None, delivered_at=None)
    post.call(STATUS, notify.receipt(other, "delivered"), 204)
    assert [(row.state, row.sid) for row in post.rows()] == [("sending", None), ("delivered", other)]


def test_receipts_for_what_is_not_ours_change_nothing(post: Post, notify: NotifyServer) -> None:
    post.queue("hello")
    post.send()
    (identity,) = notify.notifications
    right = notify.receipt(identity, "permanent-failure")
    post.call(STATUS, right | {"id": SECRET}, 404)
    post.call(STATUS, right | {"id": SECRET, "reference": "no-such-row"}, 404)
    post.call(STATUS, right | {"id": SECRET, "reference": None}, 404)
    for wrong in (
        {"status": "exploded"},
        {"status": ["delivered"]},
        {"status": None},
        {"id": ""},
        {"id": "a" * 65},
        {"reference": 7},
        {"reference": {"a": 1}},
    ):
        post.call(STATUS, right | wrong, 400)
    for broken in (b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b"id=1"):
        post.call(STATUS, broken, 400)
    assert post.rows()[0].state == "sent"


FORGED = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": f"Basic {BEARER}"},
    {"Authorization": BEARER},
    {"Authorization": f"Bearer {BEARER}x"},
    {"Authorization": f"Bearer {BEARER[:-1]}"},
    {"Authorization": "Bearer é"},
]


@pytest.mark.parametrize("path", [STATUS, INBOUND])
def test_without_our_bearer_token_nothing_is_taken(post: Post, notify: NotifyServer, path: str) -> None:
    post.queue("hello")
    post.send()
    (identity,) = notify.notifications
    said = notify.receipt(identity, "delivered") | notify.from_phone("im not safe", NUMBER) | {"id": identity}
    for headers in FORGED:
        post.call(path, said, 403, headers)
        post.call(path, b"{", 403, headers)
    assert post.rows()[0].state == "sent"
    assert post.rows(InboundText) == []


def test_twilios_doors_are_shut_while_notify_sends_and_the_other_way(post: Post, settings: Settings) -> None:
    form = {"MessageSid": "SM1", "From": NUMBER, "Body": "hello", "MessageStatus": "sent"}
    for path in ("/sms/inbound", "/sms/status/x"):
        assert post.client.browser.post(path, data=form, headers=OURS).status_code == 403
    simulated = Post(post.database, settings)
    for token in ("Bearer ", "Bearer None", "Bearer null"):
        simulated.call(INBOUND, {"id": "1", "source_number": NUMBER, "message": "hi"}, 403, {"Authorization": token})
    assert post.rows(InboundText) == []


def test_a_text_comes_in_and_the_outbox_answers(post: Post, notify: NotifyServer) -> None:
    post.call(INBOUND, notify.from_phone("hello", NUMBER), 204)
    (kept,) = post.rows(InboundText)
    # Notify writes numbers without a plus
    assert (kept.body, kept.number, kept.provider) == ("hello", NUMBER, "notify")
    assert kept.person_id is not None
    assert post.send() == 1
    (one,) = notify.notifications.values()
    assert one["phone_number"] == NUMBER and one["body"].startswith("Got it. A is told and will read it.")


def test_stop_is_ours_to_hear_and_its_answer_still_goes(post: Post, notify: NotifyServer) -> None:
    post.call(INBOUND, notify.from_phone("STOP", NUMBER), 204)
    post.send()
    (said,) = notify.bodies
    assert said.startswith("OK, no more texts.")
    assert post.rows(TextNumber)[0].stopped_by == "person"


def test_a_text_that_comes_again_is_taken_once(post: Post, notify: NotifyServer) -> None:
    said = notify.from_phone("im not safe", NUMBER)
    post.call(INBOUND, said, 204)
    post.call(INBOUND, said, 400)
    assert len(post.rows(InboundText)) == 1
    post.send()
    assert len(notify.bodies) == 1


def test_texts_that_cannot_be_read_change_nothing(post: Post, notify: NotifyServer) -> None:
    right = notify.from_phone("hello", NUMBER)
    for wrong in (
        {"id": ""},
        {"id": "a" * 65},
        {"source_number": "nobody"},
        {"source_number": None},
        {"source_number": 12},
        {"source_number": ["447700900101"]},
        {"message": "a" * 1601},
        {"message": {"a": "hello"}},
        {"id": 7},
    ):
        post.call(INBOUND, right | wrong, 400)
    for broken in (b"", b"{", b"[1]", b"null", b"\xff"):
        post.call(INBOUND, broken, 400)
    assert post.rows(InboundText) == []


@pytest.mark.parametrize("body", ["a" * 1600, "مرحبا، متى أراك؟ 😀" * 20, "‮drow‬ 👍🏽", "", None, "nul\0led"])
def test_whatever_is_written_is_taken_and_answered(post: Post, notify: NotifyServer, body: str | None) -> None:
    post.call(INBOUND, notify.from_phone("", NUMBER) | {"message": body}, 204)
    (kept,) = post.rows(InboundText)
    assert kept.body == (body or "").replace("\0", "")
    post.send()
    assert len(notify.bodies) == 1
