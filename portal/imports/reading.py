"""Reads one CSV file record by record: UTF-8, RFC 4180 to the letter, and the line on which each record starts.

Python's csv module lets a quote pass inside an unquoted field and cannot go on after a mistake, so the few rules are
written out here. After a broken record reading goes on with the next line, so that every mistake is found in one run;
no more than one record is ever held in memory.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 1_000_000  # bytes: more than the widest file's fields at their longest
LONGEST_RECORD = 400_000  # characters, where quoted fields run over several lines
QUOTED = re.compile(r'((?:[^"]++|"")*+)("?)')
BOMS = ((b"\xef\xbb\xbf", None), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
CLOSED = "a quote is opened here and never closed; write a quote inside a field twice"
BROKEN = "the quotes are broken: a field with a quote stands in quotes, and each quote in it is written twice"
CODING = "is not UTF-8; save the file as CSV in UTF-8"


@dataclass(frozen=True)
class Record:
    """One record of the file. `wrong` says why its fields cannot be trusted; `fields` are then a guess."""

    line: int
    fields: list[str]
    size: int
    """Bytes of the file read so far."""
    wrong: str | None = None


class Unreadable(Exception):
    """The file cannot be read any further; line and reason."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
        self.why = why


class _Lines:
    """The physical lines of a file, decoded; some can be put back to be read again."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.number = 0
        self.size = 0
        self.back: deque[str] = deque()

    def next(self) -> str | None:
        if self.back:
            self.number += 1
            return self.back.popleft()
        raw = self.file.readline(LONGEST_LINE)
        if not raw:
            return None
        self.number += 1
        if self.number == 1:
            raw = _without_bom(raw)
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            raise Unreadable(
                self.number, f"the line is longer than {LONGEST_LINE:,} bytes; the rest of the file was not read"
            )
        self.size += len(raw)
        # bytes that are not UTF-8 become lone surrogates, so that the record's shape is kept and the mistake is found
        return raw.decode("utf-8", "surrogateescape")

    def put_back(self, lines: list[str]) -> None:
        self.back.extendleft(reversed(lines))
        self.number -= len(lines)


def _without_bom(raw: bytes) -> bytes:
    for bom, coding in BOMS:
        if raw.startswith(bom):
            if coding:
                raise Unreadable(1, f"the file is {coding}; save it as CSV in UTF-8")
            return raw[len(bom) :]
    return raw


def records(path: Path) -> Iterator[Record]:
    """The file's records in order, empty lines left out. Raises Unreadable where reading cannot go on."""
    with path.open("rb") as file:
        lines = _Lines(file)
        while (line := lines.next()) is not None:
            start = lines.number
            text = _without_end(line)
            if not text:
                continue
            if '"' in text:
                fields, wrong = _quoted(line, lines)
                text = "".join(fields)
            else:
                fields, wrong = text.split(","), None
            if wrong is None and not _is_utf8(text):
                wrong = CODING
            yield Record(start, fields, lines.size, wrong)


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _without_end(line: str) -> str:
    if line.endswith("\n"):
        return line[:-2] if line.endswith("\r\n") else line[:-1]
    return line


def _quoted(line: str, lines: _Lines) -> tuple[list[str], str | None]:
    """A record with quotes in it, read on over the following lines where a quoted field goes on."""
    fields: list[str] = []
    taken: list[str] = []
    text, at = _without_end(line), 0
    first, length = text, 0
    while True:
        if text.startswith('"', at):
            parts, at = [], at + 1
            while True:  # until the quote that closes the field, over as many lines as it takes
                found = QUOTED.match(text, at)
                if found:  # always: the pattern also matches nothing
                    parts.append(found[1])
                    if found[2]:
                        at = found.end()
                        break
                ending = line[len(text) :]
                length += len(line)
                following = lines.next() if length < LONGEST_RECORD else None
                if following is None:
                    lines.put_back(taken)
                    return first.split(","), CLOSED
                parts.append(ending)
                taken.append(following)
                line, text, at = following, _without_end(following), 0
            fields.append("".join(parts).replace('""', '"'))
        else:
            end = text.find(",", at)
            end = len(text) if end < 0 else end
            fields.append(text[at:end])
            if '"' in fields[-1]:
                lines.put_back(taken)
                return first.split(","), BROKEN
            at = end
        if at == len(text):
            return fields, None
        if text[at] != ",":
            lines.put_back(taken)
            return first.split(","), BROKEN
        at += 1
