"""One import from beginning to end: read, checked, written, all in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import Engine

from portal.foundation import schema
from portal.imports import checks, circles, writing
from portal.imports.columns import File
from portal.imports.files import FILES
from portal.imports.progress import Watch
from portal.imports.rows import HEADER, ROW, Mistake, read
from portal.imports.staging import Stage, resolve

BATCH = 5_000  # rows in memory at a time
TURN = 0x696D706F7274  # "import": the lock that lets one import in at a time
MANY = 2_000  # rows after which PostgreSQL's picture of the tables is out of date

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one file's rows."""

    file: str
    new: int = 0
    changed: int = 0
    same: int = 0
    edited: int = 0
    """Changed by the sender and changed here: left as it is here."""
    held: int = 0
    """Something was held back because it would have shown more."""


class Refused(Exception):
    """The folder has mistakes, and nothing of it was written. All of them have been told."""

    def __init__(self, count: int, first: list[str]) -> None:
        super().__init__("\n".join([f"{count:,} mistakes; nothing was written", *first]))
        self.count = count


class NotReady(Exception):
    """The database is not the one this version of the portal expects."""


def _silent(line: str) -> None:
    """Nobody wants to hear it."""


def import_folder_into(
    owner: Engine,
    folder: Path,
    source: str = "main",
    *,
    check: bool = False,
    tell: Tell = _silent,
    watch: Watch | None = None,
) -> list[Outcome]:
    """Import this folder as sent by `source`. With `check`, nothing is written.

    Each mistake, and each thing that was held back or left alone, is told in a line as it is reported. Raises Refused
    after the last mistake. The folder is never held in memory, nor are the mistakes.
    """
    watch = watch or Watch()
    with (
        owner.execution_options(isolation_level="READ COMMITTED").connect() as connection,
        connection.begin() as transaction,
    ):
        if schema.current(connection) != schema.newest():
            raise NotReady("The database is not up to date. Run `portal migrate` first.")
        stage = Stage(cast("psycopg.Connection[Any]", connection.connection.driver_connection), source)
        _take_turn(stage, watch)
        _read(stage, folder, watch)
        resolve(stage)
        _check(stage, watch)
        _refuse_if_wrong(stage, tell, watch)
        circles.decide(stage)
        circles.report(stage)
        writing.emails_taken(stage)
        if not check:
            _write(stage, watch)
        watch.over()
        _tell(stage, "kept", tell)
        outcomes = [_outcome(stage, file) for file in FILES]
        if check:
            transaction.rollback()
    return outcomes


def _take_turn(stage: Stage, watch: Watch) -> None:
    """Two imports at once would each miss what the other writes. The lock ends with the transaction."""
    if not stage.ask(f"select pg_try_advisory_xact_lock({TURN})")[0][0]:
        watch.waits()
        stage.do(f"select pg_advisory_xact_lock({TURN})")


def _read(stage: Stage, folder: Path, watch: Watch) -> None:
    paths = _paths(stage, folder)
    watch.begin("read", sum(max(_lines(path) - 1, 0) for path in paths.values()))
    rows = 0
    for file in FILES:
        if file.name not in paths:
            continue
        for staged in read(file, paths[file.name], BATCH):
            stage.put(file, staged.rows)
            stage.note(staged.mistakes)
            if not staged.complete:
                stage.incomplete.add(file.name)
            rows += len(staged.rows)
            watch.reached("read", rows, file.csv, False)
        watch.reached("read", rows, file.csv, True)
    watch.end("read", rows)


def _paths(stage: Stage, folder: Path) -> dict[str, Path]:
    """The folder's files. An unknown name is a mistake too: a wrong letter would leave a file out."""
    there = {path.name: path for path in sorted(folder.iterdir()) if _counts(path)}
    for file in FILES:
        if file.required and file.csv not in there:
            stage.note([Mistake(file, HEADER, ROW, "the file is missing")])
            stage.incomplete.add(file.name)
    known = {file.csv: file.name for file in FILES}
    unknown = [name for name in there if name not in known]
    for name in unknown:
        # no file of ours, so it stands after them all, under its own name
        stage.do(
            f"insert into mistake values"
            f" ({len(FILES)}, {HEADER}, 0, {_quoted(name)}, 'the import folder has no file of this name')"
        )
    return {known[name]: path for name, path in there.items() if name in known}


def _counts(path: Path) -> bool:
    """Hidden files are what other systems leave behind, such as `._people.csv`."""
    return path.suffix.lower() == ".csv" and not path.name.startswith(".") and path.is_file()


def _quoted(text: str) -> str:
    return "'" + "".join(c if c.isprintable() else "?" for c in text).replace("'", "''").replace("%", "%%") + "'"


def _lines(path: Path) -> int:
    """About how many rows a file has: its lines."""
    count = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            count += block.count(b"\n")
    return count


def _check(stage: Stage, watch: Watch) -> None:
    counts = {file.name: stage.ask(f"select count(*) from raw_{file.name}")[0][0] for file in FILES}
    _each(watch, "checked", counts, checks.check(stage))


def _write(stage: Stage, watch: Watch) -> None:
    counts = {
        file.name: stage.ask(f"select count(*) from staged_{file.name} where fate in ('new', 'changed')")[0][0]
        for file in FILES
    }
    _each(watch, "written", counts, writing.write(stage))
    if sum(counts.values()) > MANY:
        writing.refresh_statistics(stage)


def _each(watch: Watch, step: str, counts: dict[str, int], work: Iterator[File]) -> None:
    total, rows = sum(counts.values()), 0
    watch.begin(step, total)
    for file in work:
        rows += counts[file.name]
        watch.reached(step, rows, file.csv, True)
    watch.end(step, total)


def _refuse_if_wrong(stage: Stage, tell: Tell, watch: Watch) -> None:
    count = stage.ask("select count(*) from mistake")[0][0]
    if not count:
        return
    watch.over()
    first: list[str] = []

    def hear(line: str) -> None:
        tell(line)
        if len(first) < 10:
            first.append(line)

    _tell(stage, "mistake", hear)
    raise Refused(count, first)


def _tell(stage: Stage, report: str, tell: Tell) -> None:
    """Tell the rows of a report one by one, in the order of the files, their lines and their columns."""
    stage.do(
        f"declare report no scroll cursor for select file, line, col, what from {report}"
        " order by file, line, place, col, what"
    )
    while rows := stage.ask(f"fetch {BATCH} from report"):
        for number, line, column, what in rows:
            if number == len(FILES):
                tell(f"{column}:{line} file: {what}")
            else:
                tell(f"{FILES[number].csv}:{line} {column}: {what}")
    stage.do("close report")


def _outcome(stage: Stage, file: File) -> Outcome:
    fates = dict(stage.ask(f"select fate, count(*) from staged_{file.name} group by fate"))
    held = stage.ask(f"select count(distinct line) from kept where file = {file.number} and why = 'held'")[0][0]
    return Outcome(
        file.csv,
        fates.get("new", 0),
        fates.get("changed", 0),
        fates.get("same", 0) + fates.get("held", 0),
        fates.get("edited", 0),
        held,
    )
