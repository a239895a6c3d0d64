"""Sending what is due in the outbox, one text at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.jobs import Queue
from portal.messages.models import TextMessage

Send = Callable[[str, str], None]

CODES_LAST = timedelta(minutes=10)


def simulator(number: str, body: str) -> None:
    """The demo's provider: nothing leaves this machine; the text is read at /demo/phone/<number>."""


def outbox(send: Send) -> Queue:
    """The queue of texts, sent by this provider."""

    def send_due(session: Session, row: Any) -> None:
        if row.urgent and row.due_at < clock.now() - CODES_LAST:
            # nobody can use it any more; a code that comes hours later only frightens
            row.state, row.problem = "failed", "too late"
            return
        send(row.number, row.body)
        row.state, row.sent_at = "sent", clock.now()

    return Queue("texts", TextMessage, send_due)
