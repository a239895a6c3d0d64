"""The embedded PostgreSQL's processes: whether any lives, which one leads, and how to end them."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import signal
import time
from pathlib import Path

import psutil

from portal.foundation.embedded_files import EmbeddedError, Places, locked

LEADERLESS = 3.0  # seconds in which a killed server's processes mostly notice and end by themselves


def running(where: Places) -> bool:
    """Whether any process of the server lives: PostgreSQL itself holds this lock."""
    if not where.lock("server").exists():
        return False
    with locked(where.lock("server"), fcntl.LOCK_SH | fcntl.LOCK_NB) as free:
        return free is None


def postmaster(where: Places) -> psutil.Process | None:
    """The process that postmaster.pid names, if it truly is this server: not a zombie, not a number used again."""
    try:
        process = psutil.Process(int((where.files / "postmaster.pid").read_text().split()[0]))
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None
    return process if _belongs(process, where) else None


def _belongs(process: psutil.Process, where: Places) -> bool:
    """Whether this is one of the server's own processes: they all work inside its files' folder."""
    try:
        alive = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        return alive and Path(process.cwd()) == where.files.resolve()
    except psutil.Error:
        return False


def end(where: Places) -> None:
    """End the server: politely, then firmly. Every commit is kept either way."""
    for order, patience in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0)):
        led, asked, deadline = time.monotonic(), False, time.monotonic() + patience
        # one that is just starting may not have written its number yet, so look again for a while
        while running(where) and time.monotonic() < deadline and time.monotonic() - led < LEADERLESS:
            if process := postmaster(where):
                led = time.monotonic()
                if not asked:
                    _send(process, order)
                    asked = True
            time.sleep(0.01)
    sweep(where)
    shutil.rmtree(where.socket, ignore_errors=True)


def sweep(where: Places) -> None:
    """End what is left of a server that has lost its leader, as when it was killed in the middle of a long query."""
    deadline = time.monotonic() + 10
    while running(where):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The embedded PostgreSQL in {where.files} does not stop. See {where.log}.")
        for process in psutil.process_iter():
            if _belongs(process, where):
                _send(process, signal.SIGKILL)
        time.sleep(0.05)


def _send(process: psutil.Process, order: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(order)
