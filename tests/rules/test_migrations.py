"""The migrations make exactly the tables that the models describe, in one numbered line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from portal.foundation import schema
from portal.tables import metadata
from tests.conftest import ROOT, Database

VERSIONS = ROOT / "portal" / "migrations" / "versions"


def numbered() -> list[Path]:
    return sorted(path for path in VERSIONS.glob("*.py") if path.stem != "__init__")


def test_the_tables_are_those_of_the_models(sample_read: Database) -> None:
    with sample_read.owner.connect() as connection:
        found = compare_metadata(
            MigrationContext.configure(
                connection,
                opts={"compare_type": True, "compare_server_default": True, "include_object": _not_tied_to_a_family},
            ),
            metadata,
        )
        assert found == []


def _not_tied_to_a_family(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """The database ties references to the family (0004, `tie_families`): tests/who_sees_what/test_one_family.py."""
    if kind == "unique_constraint":
        return not str(name).endswith("_of_family")
    if kind == "foreign_key_constraint":
        return [element.parent.name for element in item.elements] == ["family_id"] or not all(
            "family_id" in table.columns for table in (item.table, item.referred_table)
        )
    return True


def test_every_check_and_exclusion_of_the_models_is_there(sample_read: Database) -> None:
    """compare_metadata does not look at these."""
    from sqlalchemy import CheckConstraint
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

    expected = {
        constraint.name
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | ExcludeConstraint)
    }
    with sample_read.owner.connect() as connection:
        found = set(
            connection.scalars(
                text(
                    "select conname from pg_constraint where contype in ('c', 'x')"
                    " and connamespace = 'public'::regnamespace and conname not like '%_has_family'"
                )
            )
        )
    assert found == expected


def test_one_line_from_first_to_last() -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    assert len(scripts.get_heads()) == 1
    line = [script.revision for script in scripts.walk_revisions()][::-1]
    assert line == [path.stem[:4] for path in numbered()]


def test_a_process_without_alembic_knows_which_is_the_last() -> None:
    assert schema.newest() == ScriptDirectory.from_config(schema.configuration()).get_current_head()


def test_each_is_numbered_named_and_says_what_it_is_for() -> None:
    for number, path in enumerate(numbered(), 1):
        assert re.fullmatch(rf"{number:04}_[a-z]+(_[a-z]+)*", path.stem), f"{path.name}: number and words, please"
        source = path.read_text()
        assert source.startswith('"""'), f"{path.name} does not say what it is for"
        assert re.search(rf"revision = ['\"]{number:04}['\"]", source)
