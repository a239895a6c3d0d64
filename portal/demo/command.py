"""`portal demo`: the demo world, and the Procfile's web and worker until somebody stops them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import textwrap
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import click
import psutil
from honcho.environ import parse_procfile
from honcho.manager import Manager
from sqlalchemy import Engine, text

from portal.demo import world
from portal.demo.people import HOUSEHOLDS
from portal.foundation import roles, schema
from portal.settings import Settings

PROCFILE = Path(__file__).resolve().parents[2] / "Procfile"
PROCESSES = ("web", "worker")
PATIENCE = 120.0  # seconds until it is said that something is wrong
TURN = 0x64656D6F  # "demo": the lock that lets one start at a time prepare the world
WIDTH = 96


class Together(Manager):  # type: ignore[misc]  # honcho ships no types
    """honcho's manager, which also tells when everything answers, and stops when the terminal is closed."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.asked_to_stop = False

    def _start(self) -> None:
        # whoever relays a process's output must outlive it, also when closing the terminal signals the whole group
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        super()._start()
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        # only now: a process that is split in two must not have threads
        threading.Thread(target=tell_when_ready, args=[self.address], daemon=True).start()

    def terminate(self) -> None:
        self.asked_to_stop = self.asked_to_stop or self.returncode in (130, 143)
        if self._all_started():
            super().terminate()
        else:
            # honcho does not know yet whom to stop, so it is asked again in a moment
            threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGTERM]).start()


@click.command("demo")
@click.option("--port", default=lambda: int(os.environ.get("PORT") or 5000), type=int, show_default="PORT or 5000")
@click.option("--fresh", is_flag=True, help="Throw away everything in the database first.")
@click.pass_obj
def demo(settings: Settings, port: int, fresh: bool) -> None:
    """Start the portal with invented families. Its world is made anew each day, and keeps nothing."""
    if taken(port):
        raise click.ClickException(f"Something else is using port {port}. Choose another: PORT={port + 1} make demo")
    from alembic.util import CommandError

    owner = roles.engine_for(settings, "owner", pool_size=2)
    try:
        if said := prepare(owner, settings, fresh=fresh):
            click.echo(said)
    except CommandError:
        raise click.ClickException(
            f"The database in {settings.data} was made by another version of the portal. "
            "Move that folder away, or set PORTAL_DATA to another one."
        ) from None
    finally:
        owner.dispose()
    sys.exit(run(settings, port))


def taken(port: int) -> bool:
    """Does somebody listen there already?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def prepare(owner: Engine, settings: Settings, *, fresh: bool) -> str | None:
    """Migrate when need be and see to the world. Returns a sentence on what was done, or None."""
    with owner.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:turn)"), {"turn": TURN})
        if schema.current(connection) != schema.newest():
            schema.migrate(owner)
        roles.let_in(owner, settings)
        try:
            if fresh and settings.database_url and world.holds_more(owner):
                raise click.ClickException(
                    "This database holds records that are not the demo's. `--fresh` throws such away only in the "
                    "built-in database: empty this one yourself, or unset DATABASE_URL."
                )
            return world.prepare(owner, fresh=fresh)
        except world.NotOurs as reason:
            return str(reason)
        finally:
            connection.execute(text("select pg_advisory_unlock(:turn)"), {"turn": TURN})


def run(settings: Settings, port: int) -> int:
    """Run the Procfile's processes until they are stopped. Returns the exit code: 0 when somebody asked for it."""
    address = f"http://127.0.0.1:{port}"
    env = os.environ | {
        # the Procfile says `portal`, which is the one beside this Python
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PORT": str(port),
        "PORTAL_DATA": str(settings.data),
        "PORTAL_URL": os.environ.get("PORTAL_URL") or address,
        "PYTHONUNBUFFERED": "1",
    }
    manager = Together(address)
    commands = parse_procfile(PROCFILE.read_text()).processes
    for name in PROCESSES:
        manager.add_process(name, commands[name], env=env)
    try:
        manager.loop()
    finally:
        stop_the_rest()
    return 0 if manager.asked_to_stop else int(manager.returncode or 1)


def stop_the_rest() -> None:
    """Nothing that was started here stays behind. The embedded database stops by itself after its last user."""
    for relay in multiprocessing.active_children():
        # it holds a copy of our claim on the embedded database, which could not stop before the relay has gone
        relay.join(2)
    left = psutil.Process().children(recursive=True)
    for process in left:
        process.terminate()
    for process in psutil.wait_procs(left, timeout=5)[1]:
        process.kill()


def tell_when_ready(address: str) -> None:
    """Wait until everything answers, then say where it is and who one can be."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310 - our own address
                click.echo(welcome(address))
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    click.echo(f"{address} is not ready yet. What the processes say above may tell why.", err=True)


def welcome(address: str) -> str:
    """What is printed once it runs."""
    lines = ["", f"The portal is ready: {address}", "", "You can be any of these people. None of them is real."]
    for household in HOUSEHOLDS:
        lines += ["", f"{household.title}. {household.says}"]
        lines += [f"  {somebody.name}: {somebody.says}" for somebody in household.people]
    lines += ["", "Stop it with Ctrl+C.", ""]
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="    ") for line in lines)
