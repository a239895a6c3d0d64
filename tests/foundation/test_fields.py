"""Encrypted fields: sealed in the database, found by keyed hash, and sealed again under a new key."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import select, text

from portal.foundation import fields
from portal.foundation.database import PortalSession
from portal.people.models import Address, Person
from portal.settings import Settings
from portal.tables import metadata
from tests.conftest import Database


@pytest.fixture(autouse=True)
def own_keys_again(settings: Settings):  # type: ignore[no-untyped-def]  # a generator fixture
    yield
    fields.use_keys(settings.field_keys, settings.search_key)


def test_the_database_never_sees_the_text(sample: Database) -> None:
    with sample.session() as session:
        person = session.scalars(select(Person).where(Person.source_ref == "P-ROSA")).one()
        session.add(Address(person_id=person.id, family_id=person.family_id, text="12 Example Street"))
        session.commit()
        raw = session.scalar(text("select text from address"))
        assert b"Example" not in bytes(raw)
        assert session.scalar(select(Address.text)) == "12 Example Street"


def test_no_phone_number_or_statement_is_readable_in_the_tables(sample: Database) -> None:
    with sample.session() as session:
        for table, column in (("phone", "number"), ("statement", "text"), ("appointment_place", "place")):
            values = [bytes(value) for value in session.scalars(text(f"select {column} from {table}"))]
            assert values, table
            assert not any(b"7700" in value or b"knife" in value or b"Library" in value for value in values), table


def test_a_sealed_value_moved_to_another_column_does_not_open() -> None:
    sealed = fields.encrypt("+447700900101", "phone.number")
    with pytest.raises(fields.KeysMissing):
        fields.decrypt(sealed, "address.text")


def test_equal_numbers_have_equal_hashes_only_under_the_same_key(settings: Settings) -> None:
    first = fields.keyed_hash("+447700900101")
    assert first == fields.keyed_hash("+447700900101")
    fields.use_keys(settings.field_keys, os.urandom(32))
    assert first != fields.keyed_hash("+447700900101")


def test_everything_can_be_sealed_again_and_the_old_key_retired(sample: Database, settings: Settings) -> None:
    new = os.urandom(32)
    with PortalSession(sample.owner) as session:
        before = session.scalars(text("select count(*) from statement")).one()
        fields.use_keys(settings.field_keys | {2: new}, settings.search_key)
        assert fields.reencrypt(session, metadata) >= before
        session.commit()
    fields.use_keys({2: new}, settings.search_key)
    with PortalSession(sample.owner) as session:
        from portal.assessments.models import Statement

        assert "Canal Street" in " ".join(session.scalars(select(Statement.text)))


def test_a_missing_key_says_which_one() -> None:
    sealed = fields.encrypt("x", "a.b")
    fields.use_keys({7: os.urandom(32)}, os.urandom(32))
    with pytest.raises(fields.KeysMissing, match="key 1; add it to PORTAL_FIELD_KEYS"):
        fields.decrypt(sealed, "a.b")
