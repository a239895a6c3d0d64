"""Bringing the database's schema up to date, and asking whether it is.

Alembic is loaded where the schema is changed: a web process asks only which revision this code expects.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here so that no file is needed beside the package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "portal:migrations")
    config.attributes["connection"] = connection
    return config


def migrate(owner: Engine, revision: str = "head") -> None:
    """Run every migration that this database has not seen, all in one transaction."""
    from alembic import command

    with owner.execution_options(isolation_level="READ COMMITTED").begin() as connection:
        command.upgrade(configuration(connection), revision)


def newest() -> str:
    """The revision this code expects: the number that the last migration's file begins with."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """The revision the database is at; None when it was never migrated."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()
