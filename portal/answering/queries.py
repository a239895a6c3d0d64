"""What a manager's organisations were asked: no more of a family than it takes to answer."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, column, func, select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation.database import Row


def asked(session: Session) -> list[Row]:
    """What this manager's organisations were asked and have not answered: no more than it takes to answer."""
    rows = func.moves_asked().table_valued(
        column("invitation_id", BigInteger), "ref", "asked_to", "family", "from_borough", "organisation", "asked_by",
        "asked_by_role", column("asked_on", Date), column("meets_on", Date), column("move_day", Date), "need", "led_by",
        column("senior_id", BigInteger), "senior",
    )  # fmt: skip
    return [Row(row._mapping) for row in session.execute(select(rows).order_by(rows.c.asked_on))]


def one_asked(session: Session, actor: Actor, invitation: str) -> Row | None:
    """The invitation with this reference, if this manager's organisation was asked and has not answered."""
    return next((row for row in asked(session) if row["ref"] == invitation), None) if actor.is_manager else None


def answered(session: Session) -> list[Row]:
    """What this manager answered today and nobody has built on yet: it can still be taken back."""
    rows = func.moves_i_answered().table_valued(
        "ref", column("invitation_id", BigInteger), "asked_to", "family", "from_borough", "answer", "lead"
    )
    return [Row(row._mapping) for row in session.execute(select(rows))]


def one_answered(session: Session, actor: Actor, invitation: str) -> Row | None:
    """The answer with this reference, if this manager can still take it back."""
    return next((row for row in answered(session) if row["ref"] == invitation), None) if actor.is_manager else None
