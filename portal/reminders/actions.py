"""Texts about a date, in the transaction that makes, moves or calls it off. Actions never commit.

Whether each is still right, and what time and name it says, is decided when it is sent (conversations/jobs.py), from
the date's one identity. The reminders before it are planned by the worker process (jobs.py).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from portal.messages import actions as messages

ABOUT = "appointment"


def tell(session: Session, appointment_id: int, people: Collection[int], wording: str) -> None:
    """Tell these people that a date was made, moved or called off."""
    for person_id in people:
        messages.tell(session, person_id, wording, about=(ABOUT, appointment_id))


def forget(session: Session, appointment_id: int) -> None:
    """Drop whatever is still to be sent about this date as it was."""
    messages.unsend(session, (ABOUT, appointment_id))
