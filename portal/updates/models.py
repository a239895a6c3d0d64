"""Updates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source


class Update(Keyed, Imported, Base):
    """A few words from a worker to the people of one circle."""

    __tablename__ = "family_update"
    __table_args__ = (once_per_source(), Index("ix_family_update_family_id_posted_at", "family_id", "posted_at"))
    kind = "updates"
    words_by = "by_worker_id"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    posted_at: Mapped[datetime]
    by_worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    text: Mapped[str]
