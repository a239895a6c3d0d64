"""Sending what is due in the outbox, one text at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.models import Account, Phone
from portal.foundation import clock, texts
from portal.foundation.jobs import Queue
from portal.messages.models import TextMessage
from portal.people.models import Person

Send = Callable[[str, str], None]

CODES_LAST = timedelta(minutes=10)


def simulator(number: str, body: str) -> None:
    """The demo's provider: nothing leaves this machine; the text is read at /demo/phone/<number>."""


def outbox(send: Send) -> Queue:
    """The queue of texts, sent by this provider."""

    def send_due(session: Session, row: Any) -> None:
        if row.urgent and row.wording is None and row.due_at < clock.now() - CODES_LAST:
            # nobody can use it any more; a code that comes hours later only frightens
            row.state, row.problem = "failed", "too late"
            return
        if row.wording is not None and not _address(session, row):
            return
        send(row.number, row.body)
        row.state, row.sent_at = "sent", clock.now()

    return Queue("texts", TextMessage, send_due)


def _address(session: Session, row: Any) -> bool:
    """Look up number and language and write the words; False where this person cannot be written to."""
    found = session.execute(
        select(
            Person.contact_limit,
            Phone.number,
            Phone.number_hash,
            Account.discreet,
            func.coalesce(Account.language, Person.language).label("language"),
        )
        .join(Account, Account.person_id == Person.id)
        .outerjoin(Phone, Phone.account_id == Account.id)
        .where(Person.id == row.person_id)
    ).one_or_none()
    if found is None or found.contact_limit == "no_contact" or found.number is None:
        row.state, row.problem = "dropped", "no_phone" if found and found.number is None else "no_contact"
        return False
    row.number, row.number_hash, row.language = found.number, found.number_hash, texts.spoken(found.language)
    plain = not found.discreet and found.contact_limit == "none"
    row.body = texts.say(row.wording, row.language, plain, texts.unpacked(row.given))
    row.parts = texts.parts(row.body)
    return True
