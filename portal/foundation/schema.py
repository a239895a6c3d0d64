"""Bringing the database's schema up to date, and asking whether it is."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here so that no file is needed beside the package."""
    config = Config()
    config.set_main_option("script_location", "portal:migrations")
    config.attributes["connection"] = connection
    return config


def migrate(owner: Engine, revision: str = "head") -> None:
    """Run every migration that this database has not seen, all in one transaction."""
    with owner.execution_options(isolation_level="READ COMMITTED").begin() as connection:
        command.upgrade(configuration(connection), revision)


def newest() -> str | None:
    """The revision this code expects."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision the database is at; None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()
