"""`portal import` as it is typed: exit status, what is said where, one at a time, and killed half-way."""

from __future__ import annotations

import dataclasses
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from sqlalchemy import text

from portal.imports.command import import_folder
from portal.imports.progress import watching
from portal.imports.run import TURN
from portal.settings import Settings
from tests.conftest import TEST_SECRETS, Database
from tests.imports.big_folder import make
from tests.imports.folders import SAMPLE, Folder, bring_in, everything, value

Portal = Callable[..., Result]


def address(database: Database) -> str:
    return database.owner.url.render_as_string(hide_password=False)


@pytest.fixture
def portal(settings: Settings, database: Database) -> Portal:
    own = dataclasses.replace(settings, database_url=address(database))
    return lambda *words: CliRunner().invoke(import_folder, [str(word) for word in words], obj=own)


def test_a_good_folder(portal: Portal, database: Database) -> None:
    done = portal(SAMPLE)
    assert done.exit_code == 0, done.output
    assert "Read people.csv, 37 rows so far" in done.stderr
    assert "Checked updates.csv, 99 rows so far" in done.stderr
    assert "Written updates.csv, 99 rows so far" in done.stderr
    assert "statements.csv" in done.stdout
    assert "Imported 99 rows in" in done.stdout
    assert value(database, "select count(*) from person") == 4


def test_only_checking(portal: Portal, database: Database) -> None:
    before = everything(database)
    done = portal("--check", SAMPLE)
    assert done.exit_code == 0
    assert "Nothing is wrong, and nothing was written." in done.stdout
    assert "Written" not in done.stderr
    assert everything(database) == before


def test_checking_tells_what_would_be_held_back(portal: Portal, database: Database, tmp_path: Path) -> None:
    portal(SAMPLE)
    folder = Folder.sample(tmp_path / "folder")
    line = folder.change("plan", "S3", seen_by="family")
    before = everything(database)
    done = portal("--check", folder.path)
    assert f"plan.csv:{line} seen_by: kept as it was" in done.stdout
    assert everything(database) == before


def test_a_folder_with_mistakes(portal: Portal, database: Database, tmp_path: Path) -> None:
    folder = Folder.sample(tmp_path / "folder")
    line = folder.change("plan", "S3", due="soon")
    done = portal(folder.path)
    assert done.exit_code == 1
    assert done.stdout == f"plan.csv:{line} due: soon is not a date; write it like 2019-05-31\n"
    assert "1 mistake in" in done.stderr
    assert "Nothing was written." in done.stderr
    assert value(database, "select count(*) from person") == 0


def test_another_sender(portal: Portal, database: Database) -> None:
    assert portal(SAMPLE).exit_code == portal("--source", "kingsford", SAMPLE).exit_code == 0
    assert value(database, "select count(*) from family") == 2
    assert portal("--source", " ", SAMPLE).exit_code == 2
    assert portal(SAMPLE / "no such folder").exit_code == 2


def test_a_broken_database_is_told_without_details(portal: Portal, database: Database) -> None:
    with database.owner.connect() as connection:
        connection.execute(text("alter table person add constraint no_rosa check (name not like 'Rosa%')"))
    done = portal(SAMPLE)
    assert done.exit_code == 1
    assert "nothing was written" in done.stderr
    assert "Marin" not in done.output
    assert value(database, "select count(*) from organisation") == 0


def test_bars_on_a_terminal(database: Database) -> None:
    console = Console(force_terminal=True, width=100, record=True, file=io.StringIO())
    with watching(console) as watch:
        bring_in(database, SAMPLE, watch=watch)
    said = console.export_text()
    for step in ("Read", "Checked", "Written"):
        assert step in said
    assert "99/99" in said


def test_two_at_once_take_turns(database: Database) -> None:
    done: list[int] = []

    def second() -> None:
        outcomes, _ = bring_in(database, SAMPLE)
        done.append(outcomes["people"].new)

    with database.owner.execution_options(isolation_level="READ COMMITTED").begin() as first:
        first.execute(text(f"select pg_advisory_xact_lock({TURN})"))
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()
        assert not done
    waiting.join(60)
    assert done == [4]


@pytest.mark.parametrize("line", ["Read workers.csv", "Checked workers.csv", "Written people.csv"])
def test_killed_half_way_leaves_nothing(database: Database, tmp_path: Path, line: str) -> None:
    make(tmp_path / "folder", 100)
    before = everything(database)
    started = subprocess.Popen(
        [sys.executable, "-c", "from portal.cli import main; main()", "import", str(tmp_path / "folder")],
        env={
            "PATH": os.environ["PATH"],
            "PORTAL_DATA": str(tmp_path / "data"),
            "DATABASE_URL": address(database),
            **TEST_SECRETS,
        },
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert started.stderr
    for said in started.stderr:
        if said.startswith(line):
            started.send_signal(signal.SIGKILL)
            break
    assert started.wait(30) == -signal.SIGKILL
    started.stderr.close()
    wait_until_alone(database)
    assert everything(database) == before
    outcomes, _ = bring_in(database, tmp_path / "folder")
    assert outcomes["families"].new == 100


def wait_until_alone(database: Database) -> None:
    """PostgreSQL notices a dead client only when it next writes to it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if value(database, "select count(*) from pg_locks where locktype = 'advisory'") == 0:
            return
        time.sleep(0.05)
    raise AssertionError("the killed import still holds its turn")
