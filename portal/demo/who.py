"""Finding the demo's people and workers by their references, and acting as a worker."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.organisations.models import Worker
from portal.people.models import Person

SOURCE = "main"


def person(session: Session, ref: str) -> Person:
    """The person with this reference in the world's files."""
    return session.scalars(select(Person).where(Person.source_ref == ref, Person.source == SOURCE)).one()


def worker(session: Session, ref: str) -> Worker:
    """The worker with this reference in the world's files."""
    return session.scalars(select(Worker).where(Worker.source_ref == ref, Worker.source == SOURCE)).one()


def actor_of(who: Worker) -> Actor:
    """This worker, signed in with both factors."""
    return Actor(
        device_id=0,
        device_ref="",
        account_id=0,
        person_id=None,
        worker_id=who.id,
        family_id=None,
        name=who.name,
        relation=None,
        contact_limit="none",
        is_manager=who.is_manager,
        organisation_id=who.organisation_id,
        language=None,
        circles=frozenset(),
        shared=False,
        second_factor=True,
        welcomed=True,
        discreet=True,
    )
