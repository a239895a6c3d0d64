"""Checks one file's rows one at a time and turns each into what is staged, with its mistakes beside it.

A row with a mistake is staged all the same, without the value that is wrong, so that other rows which point to it are
not reported too. Nothing is written in the end where there was any mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from portal.foundation.database import ALPHABET
from portal.foundation.fields import encrypt, keyed_hash
from portal.imports.columns import Column, File
from portal.imports.reading import Record, Unreadable, records
from portal.imports.values import Wrong, as_meant, shown

ROW = "row"  # stands where a mistake is not about one column
HEADER = 1
WORDS = 16  # bytes of a row's digest that stand for what it says; the others for who sees it
SPREAD = bytes(ord(ALPHABET[i % len(ALPHABET)]) for i in range(256))

Value = str | bytes | int | None


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong, where it stands, and in what words."""

    file: File
    line: int
    column: str
    what: str


@dataclass
class Staged:
    """Some rows of one file, ready for the staging table, and the mistakes found in them."""

    rows: list[tuple[Value, ...]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    size: int = 0
    """Bytes of the file read so far."""
    complete: bool = True
    """False when the file could not be read to its end: what it does not name may still be in it."""


def staged_columns(file: File) -> list[tuple[str, str]]:
    """Names and PostgreSQL types of what `read` gives for each row, in order."""
    found = [("line", "integer"), ("digest", "bytea"), ("new_ref", "text")]
    found += [(f"{name}_ref_new", "text") for name in file.fresh]
    found += [(column.name, column.staged) for column in file.columns]
    return found + ([(f"{file.hashed}_hash", "bytea")] if file.hashed else [])


def read(file: File, path: Path, batch: int) -> Iterator[Staged]:
    """The file's rows in batches, each with its mistakes. The whole file is never held."""
    staged = Staged()
    lines = records(path)
    try:
        header = next(lines, None)
        if header is None:
            staged.mistakes.append(Mistake(file, HEADER, ROW, "the file is empty; its first line names the columns"))
            staged.complete = False
            yield staged
            return
        places = _header(file, header, staged)
        count = len(header.fields)
        for record in lines:
            staged.rows.append(_row(file, record, places, count, staged.mistakes))
            staged.size = record.size
            if len(staged.rows) >= batch:
                yield staged
                staged = Staged(complete=staged.complete)
    except Unreadable as stop:
        staged.mistakes.append(Mistake(file, stop.line, ROW, stop.why))
        staged.complete = False
    yield staged


def _header(file: File, header: Record, staged: Staged) -> list[tuple[int | None, Column]]:
    """Where each of the file's columns stands in its records; None where it is absent."""

    def wrong(column: str, what: str) -> None:
        staged.mistakes.append(Mistake(file, header.line, column, what))

    if header.wrong:
        wrong(ROW, header.wrong)
        staged.complete = False
    known = {column.name for column in file.columns}
    found: dict[str, int] = {}
    for at, name in enumerate(header.fields):
        if name not in known:
            wrong(shown(name) or ROW, f"{file.csv} has no such column" if name else "a column has no name")
        elif name in found:
            wrong(name, "the column is there twice")
        else:
            found[name] = at
    for column in file.columns:
        if column.name not in found and not column.optional:
            wrong(column.name, "the column is missing")
            staged.complete = staged.complete and column.name != "ref"
    return [(found.get(column.name), column) for column in file.columns]


def _row(
    file: File, record: Record, places: list[tuple[int | None, Column]], count: int, mistakes: list[Mistake]
) -> tuple[Value, ...]:
    def wrong(column: str, what: str) -> None:
        mistakes.append(Mistake(file, record.line, column, what))

    fields = record.fields
    if record.wrong or len(fields) != count:
        wrong(ROW, record.wrong or f"has {_fields(len(fields))}, and the header has {count}")
        return _guess(file, fields, places, record.line)
    clean: list[str | None] = []
    said: list[str] = []
    seen_by = ""
    for at, column in places:
        value: str | None = None
        if at is not None:
            raw = as_meant(fields[at])
            if raw:
                try:
                    value = column.read(raw)
                except Wrong as reason:
                    wrong(column.name, str(reason))
                    clean.append(None)
                    continue
            if value is None and not column.optional and not column.may_be_empty:
                wrong(column.name, "is empty")
            if value is not None and column.may_be_empty:
                seen_by = value
            elif value is not None:
                said.append(f"{column.name}={value}")
        clean.append(value)
    for earlier, later in file.in_order:
        first, second = (clean[file.place(name) - 1] for name in (earlier, later))
        if first and second and second < first:  # both are written year first, so that text compares as time does
            wrong(later, f"is before {earlier}")
    for one, other in file.not_same:
        first, second = (clean[file.place(name) - 1] for name in (one, other))
        if first and first == second:
            wrong(other, f"is the same as {one}")
    return _staged(file, record.line, _digest(said, seen_by), clean)


def _digest(said: list[str], seen_by: str) -> bytes:
    """What tells a changed row: half for what it says, half for who sees it, since showing it to fewer changes no word.

    Only what was said counts: the same row in other columns' order, or beside a new empty column, is the same row.
    Keyed, because the rest of the row would let anybody who has the database try out the phone numbers it may hold.
    """
    return keyed_hash("\x1e".join(said))[:WORDS] + keyed_hash(seen_by)[:WORDS]


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def _guess(file: File, fields: list[str], places: list[tuple[int | None, Column]], line: int) -> tuple[Value, ...]:
    """An unreadable row: at most its ref, so that what points to it is not reported too."""
    clean: list[str | None] = [None] * len(places)
    at, column = places[0]
    if file.keyed and at is not None and at < len(fields):
        with suppress(Wrong):
            clean[0] = column.read(fields[at].strip('"').encode("utf-8", "replace").decode())
    return _staged(file, line, b"", clean)


def _staged(file: File, line: int, digest: bytes, clean: list[str | None]) -> tuple[Value, ...]:
    row: list[Value] = [line, digest, *(_reference() for _ in range(1 + len(file.fresh)))]
    for column, value in zip(file.columns, clean, strict=True):
        row.append(encrypt(value, column.sealed) if column.sealed and value is not None else value)
    if file.hashed:
        number = clean[file.place(file.hashed) - 1]
        row.append(keyed_hash(number) if number is not None else None)
    return tuple(row)


def _reference() -> str:
    """A public reference as database.reference makes them, ten times as fast; its letters are very nearly even."""
    return os.urandom(12).translate(SPREAD).decode()
