"""A small sample of `make chaos`: a sender that dies at any of its steps leaves nothing lost and nothing doubled."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, PortalSession, speak_for
from portal.foundation.jobs import CLAIM_LASTS, Worker
from portal.messages.actions import queue_text
from portal.messages.gateways import Outgoing, Unsure
from portal.messages.jobs import Outbox
from portal.messages.models import TextMessage
from tests.conftest import Database


class Died(BaseException):
    """What kill -9 does: nothing after it is run."""


class Cruel:
    """A provider on whose doorstep senders die: before it has taken the text, after, or it loses its answer."""

    name = "cruel"
    answers = True

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.taken: list[tuple[str, str, str]] = []

    def send(self, text: Outgoing) -> str:
        fate = self.random.random()
        if fate < 0.05:
            raise Died
        sid = f"S{len(self.taken)}"
        self.taken.append((sid, text.number, text.body))
        if fate < 0.1:
            raise Died
        if fate < 0.15:
            raise Unsure("the answer was lost")
        return sid

    def look_up(self, text: Outgoing, since: datetime) -> list[str]:
        if self.random.random() < 0.05:
            raise Died
        return [sid for sid, number, body in self.taken if (number, body) == (text.number, text.body)]

    def redact(self, sid: str) -> None:
        return None


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_dies_each_text_arrives_exactly_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    # several at a time, so that it dies also while the next are got ready
    monkeypatch.setattr("portal.messages.jobs.BATCH", 7)
    with PortalSession(database.web) as session:
        speak_for(session, DOOR)
        for number in range(60):
            # pairs of the same words to the same number: both must arrive
            queue_text(session, "+447700900210", f"text {number // 2}")
        session.commit()
    provider, deaths = Cruel(seed), 0
    for _ in range(200):
        try:
            if not Worker(database.worker, [Outbox(provider, at_once=1)], ()).drain() and _settled(database):
                break
        except Died:
            deaths += 1
        _later(database)
    assert deaths > 5
    assert sorted(body for _, _, body in provider.taken) == sorted(f"text {number // 2}" for number in range(60))
    with database.session() as session:
        rows = session.execute(select(TextMessage.state, TextMessage.sid)).all()
    assert {row.state for row in rows} == {"sent"}
    assert len({row.sid for row in rows}) == 60


def _settled(database: Database) -> bool:
    with database.session() as session:
        return session.scalar(select(TextMessage.id).where(TextMessage.state != "sent").limit(1)) is None


def _later(database: Database) -> None:
    """Until the claims of the dead have run out."""
    with database.session() as session:
        long_ago = real_now() - CLAIM_LASTS - timedelta(seconds=1)
        session.execute(update(TextMessage).where(TextMessage.state == "sending").values(claimed_at=long_ago))
        session.commit()
