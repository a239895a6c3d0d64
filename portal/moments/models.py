"""Critical moments with both clocks: since it happened, since a service knew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

KINDS = ("injury", "arrest", "exclusion", "missing", "threat", "bereavement", "other")


class Moment(Keyed, Imported, Base):
    """Something serious that happened to a young person, and when somebody first reached them."""

    __tablename__ = "moment"
    __table_args__ = (once_per_source(), CheckConstraint(f"kind_of_moment in {KINDS}", name="kind_of_moment"))
    kind = "moments"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    young_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind_of_moment: Mapped[str]
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    """When a service knew; the 24 hours run from here."""
    borough_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    contact_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    contacted_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Encrypted("moment.note"))
