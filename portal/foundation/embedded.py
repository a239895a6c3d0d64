"""The embedded PostgreSQL: started when first needed, shared by all processes that use it, stopped by the last one out.

Three locks, all dropped by the kernel however a process ends, tell what is going on; process ids are never trusted,
because they lie after `kill -9`, after a reboot and inside containers:

- `turn`: whoever starts or stops the server holds it, so that three starting at once start one;
- `users`: each process that uses the server shares it, so that the last one out finds itself alone and stops it;
- `server`: handed down to PostgreSQL itself, so it is held for exactly as long as any of its processes lives.

The server listens on no network, only on a socket in a folder that its owner alone can enter. That is why it can trust
everyone who reaches it, and why the roles need no passwords here.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import pq, sql

from portal.foundation.embedded_files import (
    CLEAN,
    MAJOR,
    Account,
    EmbeddedError,
    Places,
    account,
    locked,
    open_lock,
    places,
    private,
    programs,
)
from portal.foundation.embedded_processes import LEADERLESS, end, postmaster, sweep
from portal.foundation.embedded_processes import running as alive

__all__ = ["EmbeddedError", "Server", "running", "start", "stop", "url"]

DATABASE = "portal"
OWNER = "postgres"
PORT = 5432  # only names the socket's file
PATIENCE = 600.0  # seconds; replaying a long log after a crash may take minutes
LONGEST_LOG = 5_000_000
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # neither statements nor the values in an error's details reach the log: they hold families' words
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # tests' databases live for seconds
}


class Server:
    """This process's use of one embedded server. Made by `start`; `release` when done (exit does it too)."""

    def __init__(self, data: Path, *, fast: bool = False) -> None:
        self.places = places(data)
        self.fast = fast
        self._user: int | None = open_lock(self.places.lock("users"))
        self._process = os.getpid()

    def url(self, role: str = OWNER, database: str = DATABASE) -> str:
        """The address for SQLAlchemy, for one role and database."""
        return url(self.places.data, role, database)

    def ensure(self) -> None:
        """Start the server if it is not running, and wait until it answers. Does no harm when it runs."""
        if self._user is None:
            raise EmbeddedError("This use of the embedded server has been released.")
        with locked(self.places.lock("turn"), fcntl.LOCK_EX):
            fcntl.flock(self._user, fcntl.LOCK_SH)
            _until_it_answers(self.places, self.fast)
            _make_database(self.places)

    def release(self) -> None:
        """Stop using the server; the last one out stops it. May be called twice.

        Signal handlers should raise SystemExit and leave this to the exit, as Python then unwinds what was under way.
        """
        user, self._user = self._user, None
        # a forked child shares our lock and would stop the server under us
        if user is None or os.getpid() != self._process:
            return
        atexit.unregister(self.release)
        if not self.places.lock("turn").exists():
            os.close(user)  # the whole folder has been deleted; PostgreSQL notices by itself
            return
        with locked(self.places.lock("turn"), fcntl.LOCK_EX):
            os.close(user)
            with locked(self.places.lock("users"), fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
                if alone is not None:
                    end(self.places)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def start(data: Path, *, fast: bool = False) -> Server:
    """Use the embedded server whose files are under `data`, starting it or making it when need be.

    `fast` is for tests: what was committed in the last moments does not survive `kill -9` or a power cut. It counts
    only for whoever starts the server.
    """
    server = Server(data, fast=fast)
    atexit.register(server.release)
    try:
        server.ensure()
    except BaseException:
        server.release()
        raise
    return server


def stop(data: Path) -> None:
    """Stop the server now, whoever is using it. Does nothing when it does not run."""
    where = places(data)
    if where.files.exists():
        with locked(where.lock("turn"), fcntl.LOCK_EX):
            end(where)


def running(data: Path) -> bool:
    """Whether the server runs."""
    return alive(places(data))


def url(data: Path, role: str = OWNER, database: str = DATABASE) -> str:
    """The address of the embedded server for SQLAlchemy; `start` it first."""
    return f"postgresql+psycopg://{quote(role)}@/{quote(database)}?host={quote(str(places(data).socket))}&port={PORT}"


def _until_it_answers(where: Places, fast: bool) -> None:
    deadline = time.monotonic() + PATIENCE
    sound_since = time.monotonic()
    launched = False
    while time.monotonic() < deadline:
        with locked(where.lock("server"), fcntl.LOCK_EX | fcntl.LOCK_NB) as free:
            if free is not None:
                if launched:
                    raise EmbeddedError(
                        f"The embedded PostgreSQL did not start. {where.log} ends with:\n{_tail(where.log)}"
                    )
                _launch(where, fast, free)
                launched = True
        if _answers(where):
            return
        if postmaster(where) and (where.socket / f".s.PGSQL.{PORT}").exists():
            sound_since = time.monotonic()
        elif time.monotonic() - sound_since > LEADERLESS:
            # its leader was killed and left processes behind, or its socket was swept away: nobody can reach it now
            sweep(where)
            sound_since, launched = time.monotonic(), False
        time.sleep(0.02)
    raise EmbeddedError(f"The embedded PostgreSQL did not answer within {PATIENCE:.0f} seconds. See {where.log}.")


def _answers(where: Places) -> bool:
    return pq.PGconn.ping(f"host={where.socket} port={PORT} user={OWNER} dbname=postgres".encode()) == pq.Ping.OK


def _launch(where: Places, fast: bool, server_lock: int) -> None:
    """Start the server. Nothing of it lives (we hold its lock), so whatever it left behind can be swept away."""
    runs_as = account(where)
    bin_ = programs(runs_as)
    if not where.files.exists():
        _make_files(where, bin_, runs_as, fast, server_lock)
    version = (where.files / "PG_VERSION").read_text().strip()
    if version != str(MAJOR):
        raise EmbeddedError(
            f"{where.files} was made by PostgreSQL {version}, and this is {MAJOR}. "
            "Back it up with the older portal, then restore here."
        )
    if postmaster(where) is not None:
        raise EmbeddedError(f"A PostgreSQL server that the portal did not start is using {where.files}. Stop it first.")
    private(where.socket, runs_as)
    for left in (
        where.files / "postmaster.pid",
        where.socket / f".s.PGSQL.{PORT}",
        where.socket / f".s.PGSQL.{PORT}.lock",
    ):
        left.unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": str(where.socket)} | (FAST if fast else {})
    options = shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    mode = "a" if where.log.exists() and where.log.stat().st_size < LONGEST_LOG else "w"
    with open(os.open(where.log, os.O_WRONLY | os.O_CREAT, 0o600), mode) as log:
        if mode == "w":
            log.truncate(0)
        # a file and no pipe: the server keeps it open, and a reader of a pipe would wait for ever
        _run([bin_ / "pg_ctl", "start", "-W", "-o", options], where.files, runs_as, server_lock, stdout=log, stderr=log)


def _make_files(where: Places, bin_: Path, runs_as: Account | None, fast: bool, server_lock: int) -> None:
    if where.unfinished.exists():
        shutil.rmtree(where.unfinished)
    where.unfinished.mkdir(mode=0o700)
    if runs_as:
        os.chown(where.unfinished, runs_as.uid, runs_as.gid)
    # the builtin locale sorts the same on every machine, whatever languages it has installed
    command: list[str | Path] = [bin_ / "initdb", "--username", OWNER, "--auth=trust", "--encoding=UTF8"]
    command += [
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *(["--no-sync"] if fast else []),
    ]
    done = _run(command, where.unfinished, runs_as, server_lock, capture_output=True, text=True)
    if done.returncode:
        raise EmbeddedError(f"The embedded PostgreSQL could not make its files:\n{done.stderr.strip()}")
    where.unfinished.rename(where.files)


def _run(
    command: list[str | Path], files: Path, runs_as: Account | None, server_lock: int, **how: Any
) -> subprocess.CompletedProcess[Any]:
    """Run one of PostgreSQL's programs inside its files' folder, holding the server's lock."""
    if runs_as:
        how |= {"user": runs_as.uid, "group": runs_as.gid, "extra_groups": []}
    # root may start it inside a folder that the server's account cannot reach by path; on Linux this leads there anyway
    folder = "/proc/self/cwd" if runs_as and sys.platform == "linux" else "."
    return subprocess.run(
        [*command, "-D", folder], cwd=files, env=CLEAN, stdin=subprocess.DEVNULL, pass_fds=[server_lock], **how
    )


def _make_database(where: Places) -> None:
    with psycopg.connect(
        host=str(where.socket), port=PORT, user=OWNER, dbname="postgres", autocommit=True
    ) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else "(nothing)"
