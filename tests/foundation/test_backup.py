"""A backup is one private file of one moment; it comes back whole into an empty server, or not at all."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from portal.foundation import backup, embedded, schema
from portal.foundation.backup import EMPTY, BackupError, back_up, restore
from portal.foundation.database import make_engine
from tests.conftest import Database

SCRATCH = """
create role portal_scratch nologin;
create schema elsewhere;
create table family (
    id bigint generated always as identity primary key, name text not null, sealed bytea, seen timestamptz
);
create table elsewhere.note (id bigint primary key references public.family, words text);
alter table family enable row level security;
create function mine() returns bigint[] language sql stable security definer set search_path = public
    as $$ select array_agg(id) from family where id % 2 = 0 $$;
create policy mine on family for select to portal_scratch using (id = any((select mine())::bigint[]));
grant select on family to portal_scratch;
grant usage on schema elsewhere to portal_scratch;
insert into family (name, sealed, seen) select 'Rosa ' || n || E'\\n\\\\.\\t''š', decode(md5(n::text), 'hex'), now()
    from generate_series(1, 2000) n;
insert into elsewhere.note select id, null from family where id <= 10;
"""


@pytest.fixture(scope="module")
def ours() -> Iterator[embedded.Server]:
    yield from server(SCRATCH)


@pytest.fixture(scope="module")
def other() -> Iterator[embedded.Server]:
    """A second server that has never heard of the portal or its roles."""
    yield from server("")


def server(script: str) -> Iterator[embedded.Server]:
    folder = Path(tempfile.mkdtemp(prefix="backup-"))
    with embedded.start(folder, fast=True) as running:
        ask(running, script or "select 1")
        yield running
    shutil.rmtree(folder)


@pytest.fixture
def empty(other: embedded.Server) -> embedded.Server:
    ask(other, EMPTY)
    return other


def ask(where: embedded.Server, question: str, *given: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(where.url().replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(question, given or None)  # type: ignore[arg-type]  # the tests' own SQL
        return cursor.fetchall() if cursor.description else []


EVERYTHING = "select * from family order by id"


def test_everything_comes_back_into_an_empty_server(
    ours: embedded.Server, empty: embedded.Server, tmp_path: Path
) -> None:
    file = tmp_path / "families.backup"
    back_up(ours.url(), file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["families.backup"]

    restore(empty.url(), file)

    assert ask(empty, EVERYTHING) == ask(ours, EVERYTHING)
    assert ask(empty, "select * from elsewhere.note order by id") == ask(
        ours, "select * from elsewhere.note order by id"
    )
    assert ask(empty, "insert into family (name) values ('next') returning id") == [(2001,)], "numbering goes on"
    assert ask(empty, "select count(*) from pg_policy") == [(1,)]
    with psycopg.connect(empty.url().replace("+psycopg", "")) as connection:
        connection.execute("set local role portal_scratch")
        row = connection.execute("select count(*) from family").fetchone()
    assert row == (1000,), "the second lock came along"


def test_no_row_committed_before_is_lost_while_others_are_being_written(
    ours: embedded.Server, empty: embedded.Server, tmp_path: Path
) -> None:
    ask(ours, "create table if not exists written (n bigint)")
    stop, written = threading.Event(), [0]

    def write() -> None:
        with psycopg.connect(ours.url().replace("+psycopg", ""), autocommit=True) as connection:
            while not stop.is_set():
                connection.execute("insert into written values (%s), (%s)", [written[0] + 1, written[0] + 1])
                written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not written[0]:
            pass
        before = written[0]
        back_up(ours.url(), tmp_path / "one")
    finally:
        stop.set()
        writer.join()
    restore(empty.url(), tmp_path / "one")
    [(rows, last)] = ask(empty, "select count(*), max(n) from written")
    assert last >= before
    assert rows == 2 * last, "each change is there whole or not at all"


def test_what_is_there_is_kept_unless_told_otherwise(
    ours: embedded.Server, empty: embedded.Server, tmp_path: Path
) -> None:
    file = tmp_path / "one"
    back_up(ours.url(), file)
    ask(empty, "create table theirs as select 7 as n; create schema elsewhere; create table elsewhere.old (n int)")
    with pytest.raises(BackupError, match="not empty"):
        restore(empty.url(), file)
    assert ask(empty, "select n from theirs") == [(7,)]

    damaged = tmp_path / "damaged"
    damaged.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(BackupError, match="Nothing was restored"):
        restore(empty.url(), damaged, replace=True)
    assert ask(empty, "select n from theirs") == [(7,)], "a damaged backup may not cost what was there"

    restore(empty.url(), file, replace=True)
    assert ask(empty, "select to_regclass('theirs'), to_regclass('elsewhere.old')") == [(None, None)]
    assert ask(empty, EVERYTHING) == ask(ours, EVERYTHING)
    back_up(empty.url(), tmp_path / "again")
    restore(empty.url(), tmp_path / "again", replace=True)
    assert ask(empty, EVERYTHING) == ask(ours, EVERYTHING), "a restored database can be backed up again"


def test_says_what_is_wrong(ours: embedded.Server, empty: embedded.Server, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("not a backup")
    with pytest.raises(BackupError, match="there already"):
        back_up(ours.url(), tmp_path / "there")
    assert (tmp_path / "there").read_text() == "not a backup"
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(ours.url(), tmp_path / "no" / "folder")
    with pytest.raises(BackupError, match="does not appear to be a valid archive"):
        restore(empty.url(), tmp_path / "there")
    with pytest.raises(BackupError, match="There is no file"):
        restore(empty.url(), tmp_path / "nowhere")
    with pytest.raises(BackupError, match="does not exist"):
        back_up(ours.url(database="nothing"), tmp_path / "nothing")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_the_password_shows_in_no_list_of_commands(ours: embedded.Server) -> None:
    url = "postgresql+psycopg://owner:s3cret%40@db.example:5433/portal?sslmode=require"
    command = backup._command(url, "pg_dump")
    assert "s3cret" not in " ".join(command)
    assert backup._environment(url)["PGPASSWORD"] == "s3cret@"
    assert "host=db.example" in command[1]
    assert "port=5433" in command[1]
    assert "sslmode=require" in command[1]


def test_the_whole_portal_comes_back_with_both_locks(
    database: Database, empty: embedded.Server, tmp_path: Path
) -> None:
    ours = database.owner.url.render_as_string(hide_password=False)
    back_up(ours, tmp_path / "portal")
    restore(empty.url(), tmp_path / "portal")
    assert shape(empty.url()) == shape(ours)
    with make_engine(empty.url()).connect() as connection:
        assert schema.current(connection) == schema.newest()


def shape(url: str) -> list[str]:
    """Every table, function, policy and right, as PostgreSQL itself writes them down."""
    lines = backup._run(url, "pg_dump", "--schema-only", "--no-owner").splitlines()
    return [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]  # these hold a random word
