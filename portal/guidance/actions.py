"""What a borough adds beside the national text. Actions never commit; the request does, once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.foundation import clock
from portal.guidance.models import LocalNote
from portal.organisations.models import Organisation


def write_note(
    session: Session, actor: Actor, borough: Organisation, slug: str, language: str, text: str, review_by: date
) -> None:
    """Let this note stand in place of the borough's last one on this page in this language."""
    take_down(session, actor, borough, slug, language)
    session.add(
        LocalNote(
            organisation_id=borough.id,
            slug=slug,
            language=language,
            text=text,
            review_by=review_by,
            written_by_id=actor.worker_id,
            written_at=clock.now(),
        )
    )


def take_down(session: Session, actor: Actor, borough: Organisation, slug: str, language: str) -> None:
    """End the note that stands; it is kept, with who ended it and when."""
    session.execute(
        update(LocalNote)
        .where(
            LocalNote.organisation_id == borough.id,
            LocalNote.slug == slug,
            LocalNote.language == language,
            LocalNote.ended_at.is_(None),
        )
        .values(ended_at=clock.now(), ended_by_id=actor.worker_id)
    )
