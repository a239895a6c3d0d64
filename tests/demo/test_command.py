"""`portal demo` from outside: what it refuses, what it prints, and that nothing stays behind when it is stopped."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click import ClickException
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.cli import main
from portal.demo import people
from portal.demo.command import prepare, welcome
from portal.foundation import clock, embedded
from portal.people.models import Family
from portal.settings import Settings
from tests.conftest import TEST_SECRETS, Database


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CliRunner]:
    """The command line in this process, which puts back what a command changes."""
    monkeypatch.setenv("PORTAL_DEMO", "")
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    before, handler = clock.fixed(), signal.getsignal(signal.SIGTERM)
    yield CliRunner()
    clock.fix(before)
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.parametrize("host", ["db.ashmere.example", "10.0.0.7", "postgres"])
def test_demo_refuses_a_database_on_another_host(host: str, cli: CliRunner) -> None:
    said = cli.invoke(
        main, ["demo"], env=TEST_SECRETS | {"PORTAL_DEMO": "", "DATABASE_URL": f"postgresql://portal@{host}/portal"}
    )
    assert said.exit_code == 1
    assert "DATABASE_URL may not name another host" in said.output


def test_demo_says_when_its_port_is_taken(cli: CliRunner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = cli.invoke(main, ["demo", "--port", str(port)], env=TEST_SECRETS)
    assert said.exit_code == 1
    assert f"port {port}" in said.output
    assert f"PORT={port + 1} make demo" in said.output


def test_fresh_throws_nothing_away_in_a_database_that_somebody_named(settings: Settings, sample: Database) -> None:
    named = dataclasses.replace(
        settings,
        database_url=sample.owner.url.render_as_string(hide_password=False),
        # addresses of their own, so that nobody's password is changed
        web_database_url="postgresql://portal_web@/portal",
        worker_database_url="postgresql://portal_worker@/portal",
    )
    with pytest.raises(ClickException, match="not the demo's"):
        prepare(sample.owner, named, fresh=True)
    with sample.session() as session:
        assert session.scalar(select(func.count()).select_from(Family)) == 1


def test_what_is_printed_names_everybody_with_a_sentence() -> None:
    printed = " ".join(welcome("http://127.0.0.1:5000").split())
    assert "http://127.0.0.1:5000" in printed
    for somebody in people.everybody():
        assert f"{somebody.name}: {somebody.says}" in printed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=3) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def still_there(data: Path) -> list[str]:
    """Processes that were started for this folder and live."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PORTAL_DATA") == str(data) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


@pytest.mark.slow
def test_demo_starts_everything_and_a_signal_to_its_group_stops_everything(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_"))}
    env = kept | {"PORT": str(port), "PORTAL_DATA": str(data)}
    command = [str(Path(sys.executable).parent / "portal"), "demo"]
    for sign in (signal.SIGTERM, signal.SIGINT):
        with (tmp_path / "log").open("w") as log:
            demo = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            deadline = time.monotonic() + 120
            while not answers(f"http://127.0.0.1:{port}/readyz"):
                assert demo.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.2)
            deadline = time.monotonic() + 30
            while "Ctrl+C" not in (tmp_path / "log").read_text():
                assert time.monotonic() < deadline, "what one can be was not printed, or is held back in a buffer"
                time.sleep(0.2)
            assert "Rosa Marin" in (tmp_path / "log").read_text()
            os.killpg(demo.pid, sign)
            assert demo.wait(20) == 0, (tmp_path / "log").read_text()
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGKILL)
        assert not still_there(data)
        assert not embedded.running(data)
        assert not answers(f"http://127.0.0.1:{port}/healthz")
