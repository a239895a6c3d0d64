"""Telling a person something: who may, what comes of it, and what is never sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.foundation import clock
from portal.foundation.database import NOBODY, PortalSession, Speaker
from portal.foundation.jobs import Worker
from portal.foundation.phones import number_hash
from portal.messages import jobs
from portal.messages.actions import tell, unsend
from portal.messages.gateways import Later
from portal.messages.jobs import Outbox
from portal.messages.models import TextMessage
from portal.organisations.models import Worker as Professional
from portal.people.models import Person
from tests.conftest import Database
from tests.messages.test_outbox import Taken

WHEN = "2019-07-15T10:00"


@pytest.fixture
def who(sample: Database, at: Callable[[str], None]) -> Iterator[Callable[[str], int]]:
    at(WHEN)

    def find(ref: str) -> int:
        with sample.session() as session:
            for model in (Person, Professional):
                if found := session.scalar(select(model.id).where(model.source_ref == ref)):
                    return int(found)
        raise LookupError(ref)

    return find


def as_(database: Database, speaker: Speaker) -> PortalSession:
    session = PortalSession(database.web)
    session.info["speaker"] = speaker
    return session


def sent(database: Database) -> list[str]:
    taken = Taken()
    Worker(database.worker, [Outbox(taken, at_once=1)], ()).drain()
    return taken.bodies


def rows(database: Database) -> list[TextMessage]:
    with database.session() as session:
        return list(session.scalars(select(TextMessage).order_by(TextMessage.id)))


VISIT = {"name": "Marcus Bell", "ask": True}


def test_a_worker_and_a_relative_tell_somebody_whose_number_they_may_not_read(
    sample: Database, who: Callable[[str], int]
) -> None:
    for speaker in (Speaker(worker_id=who("W-BRV-SW1")), Speaker(person_id=who("P-ROSA"))):
        with as_(sample, speaker) as session:
            assert tell(session, who("P-LEO"), "reminder", at=clock.now() + timedelta(days=1), **VISIT) == "queued"
            session.commit()
    first, second = sent(sample)
    assert second == "tomorrow 10:00 with M. OK? Reply 1 for yes, 2 to move."
    assert first == f"{second} Alongside texts you from here. No more? Reply STOP.", "said once to each number"
    assert {row.number_hash for row in rows(sample)} == {number_hash(sent_to) for sent_to in {rows(sample)[0].number}}


INTRODUCTION = "Alongside texts you from here. No more? Reply STOP."


def remind(database: Database, who: Callable[[str], int], times: int) -> None:
    with as_(database, Speaker(worker_id=who("W-BRV-SW1"))) as session:
        for _ in range(times):
            tell(session, who("P-LEO"), "reminder", at=clock.now() + timedelta(days=1), **VISIT)
        session.commit()


def test_two_senders_at_once_say_once_who_writes(
    sample: Database, who: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have decided that this number was never written to before either of them says so."""
    remind(sample, who, 2)
    both, decide = threading.Barrier(2), jobs.decide

    def decide_together(*args: Any) -> Any:
        decided = decide(*args)
        both.wait(timeout=60)
        return decided

    monkeypatch.setattr(jobs, "BATCH", 1)
    monkeypatch.setattr(jobs, "decide", decide_together)
    taken = Taken()
    senders = [
        threading.Thread(target=Outbox(taken, at_once=1).batch, args=(Worker(sample.worker, [], (), name=name),))
        for name in ("one", "two")
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(timeout=120)
    assert len(taken.bodies) == 2
    assert sorted(body.count(INTRODUCTION) for body in taken.bodies) == [0, 1]
    assert {row.state for row in rows(sample)} == {"sent"}
    assert {row.body for row in rows(sample)} == set(taken.bodies), "what is kept is what was sent"


def test_who_writes_is_still_said_when_the_first_text_never_went_out(
    sample: Database, who: Callable[[str], int]
) -> None:
    remind(sample, who, 1)

    def away(body: str) -> None:
        raise Later("away")

    Worker(sample.worker, [Outbox(Taken(away), at_once=1)], ()).drain()
    assert [row.state for row in rows(sample)] == ["queued"]
    with sample.session() as session:
        session.execute(update(TextMessage).values(due_at=clock.now()))
        session.commit()
    assert [body.count(INTRODUCTION) for body in sent(sample)] == [1]


def test_whoever_has_nothing_to_do_with_them_is_refused(sample: Database, who: Callable[[str], int]) -> None:
    for speaker in (NOBODY, Speaker(worker_id=who("W-KIN-SC1"))):
        with as_(sample, speaker) as session:
            assert tell(session, who("P-LEO"), "reminder", at=clock.now(), **VISIT) == "refused"
            session.commit()
    assert rows(sample) == []


def test_nobody_with_no_contact_is_written_to_and_it_says_so(sample: Database, who: Callable[[str], int]) -> None:
    with sample.session() as session:
        session.execute(update(Person).where(Person.source_ref == "P-DAN").values(contact_limit="no_contact"))
        session.commit()
    with as_(sample, Speaker(worker_id=who("W-BRV-SW1"))) as session:
        assert tell(session, who("P-DAN"), "reminder", at=clock.now(), **VISIT) == "no_contact"
        session.commit()
    assert sent(sample) == []
    assert [(row.state, row.problem) for row in rows(sample)] == [("dropped", "no_contact")]


def test_without_a_number_it_says_so_and_a_later_one_waits_for_one(sample: Database, who: Callable[[str], int]) -> None:
    with sample.session() as session:
        without = session.scalars(select(Person).where(Person.source_ref == "P-LEO")).one()
        person = Person(family_id=without.family_id, name="Nina", relation="sibling")
        session.add(person)
        session.commit()
        identity = person.id
    with as_(sample, Speaker(worker_id=who("W-BRV-SW1"))) as session:
        assert tell(session, identity, "reminder", at=clock.now(), **VISIT) == "no_phone"
        later = clock.now() + timedelta(days=2)
        assert tell(session, identity, "reminder", due_at=later, at=later, **VISIT) == "no_phone"
        session.commit()
    assert [(row.state, row.problem) for row in rows(sample)] == [("dropped", "no_phone"), ("queued", "no_phone")]


def test_unsend_drops_what_waits_about_it_and_nothing_else(sample: Database, who: Callable[[str], int]) -> None:
    leo, amina = who("P-LEO"), Speaker(worker_id=who("W-BRV-SW1"))
    later = clock.now() + timedelta(hours=1)
    with as_(sample, amina) as session:
        for about in (("appointment", 1), ("appointment", 1), ("appointment", 2), None):
            tell(session, leo, "reminder", about=about, due_at=later, at=later, **VISIT)
        session.commit()
    with as_(sample, Speaker(worker_id=who("W-KIN-SC1"))) as session:
        assert unsend(session, ("appointment", 1)) == 0, "somebody else's"
    with as_(sample, amina) as session:
        assert unsend(session, ("appointment", 1), "moved") == 2
        session.commit()
    assert [(row.state, row.problem) for row in rows(sample)] == [
        ("dropped", "moved"), ("dropped", "moved"), ("queued", None), ("queued", None),
    ]  # fmt: skip


def test_what_fills_a_text_is_sealed(sample: Database, who: Callable[[str], int]) -> None:
    with as_(sample, Speaker(worker_id=who("W-BRV-SW1"))) as session:
        tell(session, who("P-LEO"), "reminder", at=clock.now(), **VISIT)
        session.commit()
    with sample.owner.connect() as connection:
        given = connection.exec_driver_sql("select given from text_message").scalar()
    assert b"Marcus" not in bytes(given)
