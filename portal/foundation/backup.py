"""A copy of everything in one file, and everything back from it, with PostgreSQL's own pg_dump and pg_restore.

The file holds one moment: every row committed before the backup began, and no half of a change. Fields that are
encrypted in the database are encrypted in the file too, and useless without their keys (PORTAL_FIELD_KEYS and
PORTAL_SEARCH_KEY, in the environment or in PORTAL_DATA/secrets). Keep the keys as well, but somewhere else: whoever
holds both can read the families' words. What is not encrypted field by field can be read by whoever holds the file.

Give a direct address, not that of a pooler such as PgBouncer. The server may be older than our programs, not newer.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from portal.foundation.embedded_files import programs

# somebody may have made an extension available in our schema; that is no record of ours
RECORDS = """
    select count(*) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname !~ '^pg_' and nspname <> 'information_schema' and relkind in ('r', 'p')
    and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')"""

EMPTY = """
do $$ declare name text; begin
    for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
        execute format('drop schema %I cascade', name);
    end loop;
end $$;
create schema public;
comment on schema public is 'standard public schema';
alter schema public owner to pg_database_owner;
grant usage on schema public to public;
"""

SPOKEN_TO = re.compile(
    r"^(?:GRANT|ALTER DEFAULT PRIVILEGES|CREATE POLICY)\b.*? TO ([\w, \"]+?)(?: USING| WITH|;|$)", re.M
)


class BackupError(RuntimeError):
    """The backup or restore did not happen; the text says why. Nothing was changed."""


def back_up(url: str, file: Path) -> None:
    """Write everything in this database to a new file that only we can read."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    if file.exists():
        raise BackupError(f"{file} is there already. Give another name: a good backup is never written over.")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        unfinished.chmod(0o600)
    except OSError as wrong:
        raise BackupError(f"{file} cannot be written: {wrong.strerror}.") from None
    try:
        _run(url, "pg_dump", "--format=custom", "--no-owner", f"--file={unfinished}")
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(url: str, file: Path, *, replace: bool = False) -> None:
    """Put everything from a backup into this database: all of it or nothing.

    A database that holds tables is refused, unless `replace` says to throw them away. The roles that the backup gives
    rights to are made where the server lacks them, without a login; `portal migrate` lets them in.
    """
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    schema = _run(None, "pg_restore", "--schema-only", "--no-owner", "--file=-", str(file))
    with psycopg.connect(**_address(url), autocommit=True) as connection:
        found = connection.execute(RECORDS).fetchone()
        if found and found[0] and not replace:
            raise BackupError("This database is not empty. To throw away what is in it, add --replace.")
        for role in sorted({name.strip(' "') for names in SPOKEN_TO.findall(schema) for name in names.split(",")}):
            if role != "PUBLIC":
                with contextlib.suppress(psycopg.errors.DuplicateObject):
                    connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    _replay(url, file, EMPTY if replace else "")
    with psycopg.connect(**_address(url), autocommit=True) as connection:
        connection.execute("analyze")  # the planner knows nothing yet of what came in


def _replay(url: str, file: Path, first: str) -> None:
    """Run the whole backup as one transaction, committed only when its last line has been read."""
    psql = subprocess.Popen(
        _command(url, "psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--file=-"),
        env=_environment(url),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with psql:
        assert psql.stdin and psql.stderr  # noqa: S101 - both were asked for as pipes
        with contextlib.suppress(BrokenPipeError):
            psql.stdin.write(f"begin;\n{first}\n")
            psql.stdin.flush()
        read = subprocess.run(
            _command(None, "pg_restore", "--no-owner", "--file=-", str(file)),
            env=_environment(None),
            stdout=psql.stdin,
            stderr=subprocess.PIPE,
            text=True,
        )
        with contextlib.suppress(BrokenPipeError):
            # without this line psql ends, and all is as it was before
            psql.stdin.write("commit;\n" if read.returncode == 0 else "")
            psql.stdin.close()
        said = psql.stderr.read()
    if read.returncode or psql.returncode:
        raise BackupError(f"Nothing was restored: {(said or read.stderr).strip()}")


def _run(url: str | None, program: str, *arguments: str) -> str:
    done = subprocess.run(
        _command(url, program, *arguments),
        env=_environment(url),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise BackupError(done.stderr.strip())
    return done.stdout


def _command(url: str | None, program: str, *arguments: str) -> list[str]:
    # the password is left to the environment, because everybody on this machine can list commands
    address = {name: value for name, value in _address(url).items() if name != "password"} if url else {}
    to = [f"--dbname={make_conninfo(**address)}", "--no-password"] if url else []
    return [str(programs() / program), *to, *arguments]


def _environment(url: str | None) -> dict[str, str]:
    password = _address(url).get("password") if url else None
    return (
        os.environ | {"LC_ALL": "C", "PGCLIENTENCODING": "UTF8"} | ({"PGPASSWORD": str(password)} if password else {})
    )


def _address(url: str) -> dict[str, Any]:
    """What SQLAlchemy would tell the driver, so that the address means the same here."""
    parsed = make_url(url)
    return {
        name: value
        for name, value in parsed.get_dialect()().create_connect_args(parsed)[1].items()
        if isinstance(value, str | int)
    }
