"""Writing a text into the outbox, in the same transaction as what it is about. The worker sends it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Boolean, DateTime, Text, func, insert, literal
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.database import reference
from portal.foundation.fields import Encrypted
from portal.foundation.phones import number_hash
from portal.foundation.texts import packed
from portal.messages.models import TextMessage

Told = Literal["queued", "no_phone", "no_contact", "refused"]


def queue_text(session: Session, number: str, body: str, person_id: int | None = None, urgent: bool = False) -> None:
    """Queue a text to a number (E.164): a sign-in code. `urgent`: somebody waits for it, so it goes first, at night
    too. Everything else goes to a person, by `tell`."""
    row = insert(TextMessage).values(
        number=number,
        number_hash=number_hash(number),
        body=body,
        person_id=person_id,
        urgent=urgent,
        made_at=clock.now(),
        due_at=clock.now(),
    )
    # whoever queues a text may not read texts, so nothing can be asked back about the new row
    session.execute(row.inline())


def tell(
    session: Session,
    person_id: int,
    wording: str,
    *,
    about: tuple[str, int] | None = None,
    due_at: datetime | None = None,
    urgent: bool = False,
    **values: Any,
) -> Told:
    """Queue a text for a person, now or for later, in the words of templates/messages/texts/<wording>.txt.

    Number, language, plain or discreet, and whether it is still right (`about`) are decided when it is sent. Returns
    `queued`; `no_phone` or `no_contact` where nothing will be sent as things stand, and the worker's page of texts
    says so; `refused` where whoever asks has nothing to do with that person.
    """
    kind, identity = about or (None, None)
    said = session.scalar(
        func.tell_person(
            person_id,
            literal(wording, Text),
            literal(packed(values), Encrypted("text_message.given")),
            literal(kind, Text),
            identity,
            literal(due_at, DateTime(timezone=True)),
            literal(urgent, Boolean),
            reference(),
        )
    )
    return cast("Told", said)


def unsend(session: Session, about: tuple[str, int], why: str = "not_right") -> int:
    """Drop what is still queued about this, with the reason. Returns how many texts were dropped."""
    kind, identity = about
    return int(session.scalar(func.unsend_about(kind, identity, why)) or 0)
