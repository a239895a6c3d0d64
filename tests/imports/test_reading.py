"""The CSV reader: RFC 4180 to the letter, the line of each record, and going on after a mistake."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from portal.imports import reading
from portal.imports.reading import BROKEN, CLOSED, CODING, Unreadable, records


def read(tmp_path: Path, content: str | bytes) -> list[tuple[int, list[str], str | None]]:
    file = tmp_path / "file.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(record.line, record.fields, record.wrong) for record in records(file)]


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ("a,b", ["a", "b"]),
        ("a,b\r\n", ["a", "b"]),
        ("a,\n", ["a", ""]),
        (",\n", ["", ""]),
        ('"a","b"', ["a", "b"]),
        ('"a, b",c', ["a, b", "c"]),
        ('"say ""yes""",c', ['say "yes"', "c"]),
        ('"","c"', ["", "c"]),
        ('a,""\n', ["a", ""]),
        ('"one\ntwo",c', ["one\ntwo", "c"]),
        ('"one\r\n\r\ntwo",c\r\n', ["one\r\n\r\ntwo", "c"]),
        ('"""",c', ['"', "c"]),
        (" a , b", [" a ", " b"]),
        ("\ufeffa,b", ["a", "b"]),
    ],
)
def test_one_record(tmp_path: Path, content: str, fields: list[str]) -> None:
    assert read(tmp_path, content) == [(1, fields, None)]


def test_lines_are_counted_where_records_start(tmp_path: Path) -> None:
    content = 'a,b\n\n"one\ntwo\nthree",x\n\r\nlast,y\n'
    assert [line for line, _, _ in read(tmp_path, content)] == [1, 3, 7]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('5" nail,b', BROKEN),
        ('"a"b,c', BROKEN),
        ('"a" ,c', BROKEN),
        ('a,b"c"', BROKEN),
        ('"never closed,b', CLOSED),
        ('a,"', CLOSED),
        (b"caf\xe9,b", CODING),
        (b'"caf\xe9",b', CODING),
    ],
)
def test_broken_records(tmp_path: Path, content: str | bytes, wrong: str) -> None:
    found = read(tmp_path, content if isinstance(content, bytes) else content + "\nnext,row\n")
    assert found[0][2] == wrong
    if isinstance(content, str):
        assert found[1:] == [(2, ["next", "row"], None)], "reading goes on with the next line"


def test_a_quote_never_closed_does_not_swallow_what_follows(tmp_path: Path) -> None:
    content = 'a,"open\nb,"fine, too"\nc,d\n'
    assert read(tmp_path, content) == [
        (1, ["a", '"open'], BROKEN),
        (2, ["b", "fine, too"], None),
        (3, ["c", "d"], None),
    ]


def test_a_quote_never_closed_holds_no_more_than_one_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_RECORD", 50)
    content = 'a,"open\n' + "plain,row\n" * 100 + 'b,"closes\n'
    found = read(tmp_path, content)
    assert found[0][2] == CLOSED
    assert found[1:101] == [(line, ["plain", "row"], None) for line in range(2, 102)]
    assert found[101][2] == CLOSED


def test_a_file_that_is_no_text_ends_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_LINE", 100)
    with pytest.raises(Unreadable, match="longer than") as stop:
        read(tmp_path, b"a,b\n" + b"x" * 1000)
    assert stop.value.line == 2


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_named(tmp_path: Path, coding: str) -> None:
    with pytest.raises(Unreadable, match="UTF-16"):
        read(tmp_path, "\ufeffref,name\n".encode(coding))


def test_whatever_is_written_by_the_rules_is_read_back(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    alphabet = 'ab",\n\r\t;é=😀'
    table = [["".join(dice.choices(alphabet, k=dice.randrange(8))) for _ in range(3)] for _ in range(500)]
    target = io.StringIO(newline="")
    # all quoted: Python leaves a lone return bare where lines end with a line feed, and that reads as the line's end
    csv.writer(target, lineterminator=dice.choice(["\n", "\r\n"]), quoting=csv.QUOTE_ALL).writerows(table)
    found = read(tmp_path, target.getvalue())
    assert [fields for _, fields, wrong in found] == table, f"seed {seed}"
    assert not any(wrong for _, _, wrong in found), f"seed {seed}"
