"""`portal import`: what the operator types, sees and gets back."""

from __future__ import annotations

import time
from pathlib import Path

import click
import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import OperationalError

from portal.foundation.roles import engine_for
from portal.imports.progress import watching
from portal.imports.run import NotReady, Outcome, Refused, import_folder_into
from portal.settings import Settings

LONGEST_SOURCE = 100


def _source(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value.strip() or not value.isprintable() or len(value) > LONGEST_SOURCE:
        raise click.BadParameter(f"give the sender a name of at most {LONGEST_SOURCE} characters.")
    return value.strip()


@click.command("import")
@click.option("--check", is_flag=True, help="Only check; write nothing.")
@click.option(
    "--source",
    default="main",
    show_default=True,
    callback=_source,
    help="Who sends this folder. Two senders may use the same refs.",
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def import_folder(settings: Settings, check: bool, source: str, folder: Path) -> None:
    """Bring families in from a folder of CSV files, all of it or nothing."""
    began = time.monotonic()
    owner = engine_for(settings, "owner")
    try:
        # the bar goes to the error channel, so that what is reported can be kept in a file
        with watching(Console(stderr=True)) as watch:
            outcomes = import_folder_into(owner, folder, source, check=check, tell=click.echo, watch=watch)
    except Refused as refused:
        mistakes = "1 mistake" if refused.count == 1 else f"{refused.count:,} mistakes"
        raise click.ClickException(f"{mistakes} in {folder}. Nothing was written.") from None
    except NotReady as reason:
        raise click.ClickException(str(reason)) from None
    except OSError as reason:
        raise click.ClickException(f"{reason.filename or folder} could not be read: {reason.strerror}.") from None
    except (psycopg.Error, OperationalError) as failed:
        raise click.ClickException(_in_words(failed)) from None
    finally:
        owner.dispose()
    _summary(outcomes, check, time.monotonic() - began)


def _in_words(failed: Exception) -> str:
    """What the database said, without the details, which would repeat what families' rows hold."""
    cause = failed.orig if isinstance(failed, OperationalError) else failed
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    return f"The database broke off, and nothing was written: {said or 'the connection was lost'}. Try again."


def _summary(outcomes: list[Outcome], check: bool, seconds: float) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("file")
    for name in ("new", "changed", "unchanged", "edited here", "would show more"):
        table.add_column(name, justify="right")
    for outcome in outcomes:
        numbers = (outcome.new, outcome.changed, outcome.same, outcome.edited, outcome.held)
        if any(numbers):
            table.add_row(outcome.file, *(f"{number:,}" for number in numbers))
    Console(width=None if Console().is_terminal else 100, highlight=False).print(table)
    rows = sum(o.new + o.changed + o.same + o.edited for o in outcomes)
    if any(o.edited or o.held for o in outcomes):
        click.echo("What was edited here, or would show more to somebody, stays as it was; the lines above say where.")
    speed = f"{rows:,} rows in {seconds:.1f} seconds."
    click.echo(f"Checked {speed} Nothing is wrong, and nothing was written." if check else f"Imported {speed}")
