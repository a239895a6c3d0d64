"""The `portal` command: migrate, import, web, worker, demo, doctor, backup, restore, keys."""

from __future__ import annotations

import os
import signal
import sys


import click

from portal import settings as portal_settings
from portal.foundation import clock, fields, roles, schema
from portal.foundation.roles import engine_for
from portal.server import serve
from portal.settings import Settings, WrongSetting


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Alongside: one place for a family. Settings come from the environment (portal/settings.py)."""
    # a plain SIGTERM would skip every exit handler and leave the embedded database running
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if context.invoked_subcommand == "keys":
        return
    try:
        context.obj = portal_settings.load()
    except WrongSetting as wrong:
        raise click.ClickException(str(wrong)) from None
    fields.use_keys(context.obj.field_keys, context.obj.search_key)
    clock.fix(context.obj.now)


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database up to date, and let the web and worker roles in."""
    owner = engine_for(settings, "owner")
    schema.migrate(owner)
    roles.let_in(owner, settings)
    click.echo("The database is up to date.")


@main.command()
@click.option("--port", default=lambda: int(os.environ.get("PORT") or 5000), type=int, show_default="PORT or 5000")
@click.pass_obj
def web(settings: Settings, port: int) -> None:
    """Serve the pages, with gunicorn."""
    serve(settings, port)


@main.group()
def keys() -> None:
    """Secrets: print fresh ones, or seal everything again under a new key."""


@keys.command("new")
def keys_new() -> None:
    """Print a fresh value for each secret, for the environment."""
    for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEYS", "PORTAL_SEARCH_KEY"):
        click.echo(f"{name}={portal_settings.fresh(name)}")
