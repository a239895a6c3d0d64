"""The sample folder arrives whole: every row in its table, who sees it, and nothing private in plain text."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select, text

from portal.access.models import Account, Credential, Phone
from portal.appointments.models import Appointment, AppointmentPlace
from portal.assessments.models import Link, Statement
from portal.foundation.fields import keyed_hash
from portal.involvement.models import Involvement
from portal.moments.models import Moment
from portal.moves.models import Move
from portal.organisations.models import Organisation, Worker, WorkerContact
from portal.people.models import Person
from portal.plans.models import Step
from tests.conftest import Database
from tests.imports.folders import rows, seers, value

COUNTS = {
    "organisation": 11, "worker": 21, "worker_contact": 21, "family": 1, "person": 4, "involvement": 15, "step": 6,
    "appointment": 9, "appointment_place": 9, "appointment_person": 14, "offer": 6, "statement": 9, "link": 5,
    "moment": 7, "move": 1, "family_update": 4, "account": 25, "credential": 21, "phone": 4, "lives_with": 4,
}  # fmt: skip


def test_every_row_arrives(sample_read: Database) -> None:
    found = {table: value(sample_read, f"select count(*) from {table}") for table in COUNTS}
    assert found == COUNTS


def test_references_mean_what_they_meant(sample_read: Database) -> None:
    with sample_read.session() as session:
        ashmere = session.scalars(select(Organisation).where(Organisation.source_ref == "ASH")).one()
        youth_justice = session.scalars(select(Organisation).where(Organisation.source_ref == "ASH-YJS")).one()
        helen = session.scalars(select(Worker).where(Worker.source_ref == "W-ASH-DIR")).one()
        omar = session.scalars(select(Worker).where(Worker.source_ref == "W-ASH-YJ3")).one()
        assert youth_justice.borough_id == ashmere.id
        assert ashmere.senior_manager_id == helen.id
        assert omar.organisation_id == youth_justice.id
        assert omar.languages == ["en", "ar"]
        assert not omar.is_manager
        assert session.get_one(Worker, omar.manager_id).name == "Martin Cole"
        dean = session.scalars(
            select(Involvement).join(Worker, Worker.id == Involvement.worker_id).where(Worker.source_ref == "W-ASH-YJ1")
        ).one()
        assert (dean.is_lead, dean.starts_on, dean.ends_on) == (True, date(2018, 7, 21), date(2018, 10, 12))
        assert dean.accepted_on == dean.starts_on, "history was accepted when it began"
        assert session.get_one(Worker, dean.handover_to_id).name == "Sara Lind"


def test_times_are_london_times(sample_read: Database) -> None:
    with sample_read.session() as session:
        visit = session.scalars(select(Appointment).where(Appointment.source_ref == "A8")).one()
        assert visit.starts_at == datetime(2019, 8, 1, 13, 0, tzinfo=UTC)
        arrest = session.scalars(select(Moment).where(Moment.source_ref == "C4")).one()
        assert arrest.known_at == arrest.occurred_at == datetime(2019, 1, 26, 9, 0, tzinfo=UTC)


def test_who_sees_what(sample_read: Database) -> None:
    everybody = ["P-DAN", "P-LEO", "P-ROSA", "P-THEO"]
    assert seers(sample_read, "step", "S1") == everybody
    assert seers(sample_read, "step", "S3") == ["P-ROSA"]
    assert seers(sample_read, "statement", "T6") == ["P-LEO"]
    assert seers(sample_read, "statement", "T5") == seers(sample_read, "statement", "T4") == ["P-LEO", "P-ROSA"]
    assert seers(sample_read, "link", "L1") == ["P-LEO"], "the file has no seen_by: the young person"
    assert seers(sample_read, "offer", "O2") == ["P-ROSA"], "the file has no seen_by: the recipient"
    assert seers(sample_read, "offer", "O1") == ["P-LEO"]
    # the same people are one circle
    assert (
        value(sample_read, "select count(*) from circle")
        == value(sample_read, "select count(distinct members_key) from circle")
        == 4
    )
    assert ("family",) in rows(sample_read, "select members_key from circle")


def test_an_owner_is_a_person_or_a_worker(sample_read: Database) -> None:
    with sample_read.session() as session:
        mine = session.scalars(select(Step).where(Step.source_ref == "S5")).one()
        theirs = session.scalars(select(Step).where(Step.source_ref == "S1")).one()
        assert (session.get_one(Person, mine.owner_person_id).name, mine.owner_worker_id) == ("Leo Marin", None)
        assert (session.get_one(Worker, theirs.owner_worker_id).name, theirs.owner_person_id) == ("Tom Ferris", None)


def test_statements_say_who_said_it_and_what_they_disagree_with(sample_read: Database) -> None:
    with sample_read.session() as session:
        by_ref = {said.source_ref: said for said in session.scalars(select(Statement))}
        assert by_ref["T3"].disagrees_with_id == by_ref["T2"].id
        assert by_ref["T3"].said_by_person_id
        assert by_ref["T2"].said_by_worker_id
        assert by_ref["T9"].text == "I want an apprenticeship. Not in three months. Now."
        assert {said.version for said in by_ref.values()} == {1}


def test_a_move_keeps_what_broke_the_rules(sample_read: Database) -> None:
    with sample_read.session() as session:
        move = session.scalars(select(Move)).one()
        assert (move.need_before, move.need_after, move.invitation) == ("child_protection", "child_in_need", "declined")
        assert session.get_one(Worker, move.declined_by_id).name == "Colin Drew"
        assert move.declined_reason is None


def test_everybody_has_a_way_in(sample_read: Database) -> None:
    with sample_read.session() as session:
        phone = session.scalars(
            select(Phone)
            .join(Account)
            .join(Person, Person.id == Account.person_id)
            .where(Person.source_ref == "P-ROSA")
        ).one()
        assert phone.number == "+447700900102"
        assert phone.number_hash == keyed_hash("+447700900102")
        amina = session.scalars(select(Worker).where(Worker.source_ref == "W-BRV-SW1")).one()
        credential = session.scalars(select(Credential).join(Account).where(Account.worker_id == amina.id)).one()
        assert credential.email == "amina.yusuf@brookvale.example"
        assert session.get_one(WorkerContact, amina.id).phone == "020 7946 0303"
        people = session.scalars(select(Account).where(Account.person_id.is_not(None))).all()
        assert all(account.family_id for account in people)


def test_what_is_private_is_sealed(sample_read: Database) -> None:
    with sample_read.session() as session:
        place = session.get_one(
            AppointmentPlace, session.scalars(select(Appointment.id).where(Appointment.source_ref == "A4")).one()
        )
        assert place.place == "Library cafe"
        assert session.scalars(select(Link.note).where(Link.source_ref == "L1")).one() == "Kingsford Park School"
    with sample_read.owner.connect() as connection:
        for table in connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all():
            dump = "\n".join(connection.scalars(text(f'select t::text from "{table}" t')))
            for private in ("7700900", "apprenticeship. Not", "Library", "Evening sessions"):
                assert private not in dump, table
                assert private.encode().hex() not in dump, table


def test_references_can_be_read_aloud(sample_read: Database) -> None:
    for table in ("person", "circle", "account", "phone", "statement", "organisation"):
        refs = [ref for (ref,) in rows(sample_read, f"select ref from {table}")]
        assert all(len(ref) == 12 and set(ref) <= set("23456789bcdfghjkmnpqrstvwxyz") for ref in refs)
        assert len(set(refs)) == len(refs)
