"""Alembic's entry: runs the migrations on the connection that `portal migrate` hands over."""

from typing import Any, Literal

from alembic import context

from portal.foundation.fields import Encrypted
from portal.tables import metadata


def render_item(type_: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write encrypted columns as plain bytes, so that an old migration never depends on today's code."""
    return "sa.LargeBinary()" if type_ == "type" and isinstance(item, Encrypted) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, transaction_per_migration=False, render_item=render_item
)
with context.begin_transaction():
    context.run_migrations()
