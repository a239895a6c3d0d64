"""What can be asked of texts: those that reached one number."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.foundation.phones import number_hash
from portal.messages.models import TextMessage


def sent_to(session: Session, number: str, limit: int = 50) -> list[TextMessage]:
    """The last texts sent to this number, oldest first."""
    rows = select(TextMessage).where(TextMessage.number_hash == number_hash(number), TextMessage.state == "sent")
    latest = session.scalars(rows.order_by(TextMessage.sent_at.desc(), TextMessage.id.desc()).limit(limit))
    return list(reversed(latest.all()))


def on_the_way(session: Session, number: str) -> int:
    """How many texts to this number wait to be sent."""
    waiting = TextMessage.number_hash == number_hash(number), TextMessage.state.in_(("queued", "sending"))
    return session.scalar(select(func.count()).select_from(TextMessage).where(*waiting)) or 0
