"""The `portal` command: migrate, import, web, worker, texts, demo, doctor, backup, restore, keys."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path

import click

from portal import settings as portal_settings
from portal.access.command import staff
from portal.exchange.command import assessment, own_keys
from portal.foundation import backup, clock, fields, roles, schema
from portal.foundation.database import PortalSession
from portal.foundation.roles import engine_for
from portal.server import serve
from portal.settings import Settings, WrongSetting
from portal.tables import metadata
from portal.worker import work

ELSEWHERE = {
    "demo": ("portal.demo.command", "demo"),
    "doctor": ("portal.doctor", "doctor"),
    "import": ("portal.imports.command", "import_folder"),
    "texts": ("portal.switch", "texts"),
}
"""Commands that are loaded only when somebody asks for them: the demo is no part of a running service."""


class Commands(click.Group):
    """The commands of this file, and those of ELSEWHERE."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *ELSEWHERE])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in ELSEWHERE:
            return super().get_command(context, name)
        module, attribute = ELSEWHERE[name]
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


@click.group(cls=Commands)
@click.pass_context
def main(context: click.Context) -> None:
    """Alongside: one place for a family. Settings come from the environment (portal/settings.py)."""
    # a plain SIGTERM would skip every exit handler and leave the embedded database running
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if context.invoked_subcommand == "keys":
        return
    if context.invoked_subcommand == "demo":
        # said before the settings are read, which then refuse a database elsewhere; web and worker hear it too
        os.environ["PORTAL_DEMO"] = "1"
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


@main.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.pass_obj
def worker(settings: Settings, once: bool) -> None:
    """Send texts and do what is due, until told to stop."""
    try:
        done = work(settings, once=once)
    except WrongSetting as wrong:
        raise click.ClickException(str(wrong)) from None
    if once:
        click.echo(f"Done: {done}.")


@main.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def back_up(settings: Settings, file: Path) -> None:
    """Write everything to one new file. Keep the keys as well, somewhere else: it opens with nothing else."""
    try:
        backup.back_up(roles.address(settings, "owner"), file)
    except backup.BackupError as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"Everything is in {file}.")


@main.command()
@click.option("--replace", is_flag=True, help="Throw away what is in the database first.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(settings: Settings, file: Path, replace: bool) -> None:
    """Put everything from a backup into the database: all of it or nothing. Stop web and worker first."""
    try:
        backup.restore(roles.address(settings, "owner"), file, replace=replace)
    except backup.BackupError as wrong:
        raise click.ClickException(str(wrong)) from None
    owner = engine_for(settings, "owner")
    schema.migrate(owner)
    roles.let_in(owner, settings)
    click.echo(f"Everything from {file} is there again.")


main.add_command(staff)
main.add_command(assessment)


@main.group()
def keys() -> None:
    """Secrets: print fresh ones, or seal everything again under a new key."""


@keys.command("new")
def keys_new() -> None:
    """Print a fresh value for each secret, for the environment."""
    for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEYS", "PORTAL_SEARCH_KEY", "PORTAL_EXCHANGE_KEY"):
        click.echo(f"{name}={portal_settings.fresh(name)}")


@keys.command("show")
def keys_show() -> None:
    """Print this portal's public key: send it to whoever passes an assessment on to you."""
    try:
        settings = portal_settings.load()
    except WrongSetting as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(own_keys(settings).public)


@keys.command("reseal")
def keys_reseal() -> None:
    """Seal every encrypted field again under the newest of PORTAL_FIELD_KEYS, so that the older ones can be retired."""
    try:
        settings = portal_settings.load()
    except WrongSetting as wrong:
        raise click.ClickException(str(wrong)) from None
    fields.use_keys(settings.field_keys, settings.search_key)
    with PortalSession(engine_for(settings, "owner")) as session:
        changed = fields.reencrypt(session, metadata)
        session.commit()
    click.echo(f"Sealed {changed} fields under key {max(settings.field_keys)}.")
