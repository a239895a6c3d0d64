"""Writing a text into the outbox, in the same transaction as what it is about. The worker sends it."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.phones import number_hash
from portal.messages.models import TextMessage


def queue_text(session: Session, number: str, body: str, person_id: int | None = None, urgent: bool = False) -> None:
    """Queue a text to a number (E.164). `urgent`: somebody is waiting for it, so it goes first and at night too."""
    row = insert(TextMessage).values(
        number=number,
        number_hash=number_hash(number),
        body=body,
        person_id=person_id,
        urgent=urgent,
        due_at=clock.now(),
    )
    # whoever queues a text may not read texts, so nothing can be asked back about the new row
    session.execute(row.inline())
