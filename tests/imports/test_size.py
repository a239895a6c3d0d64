"""A large folder: flat memory, and fast."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from portal.imports.files import FILES
from portal.imports.rows import read
from tests.conftest import Database
from tests.imports.big_folder import make
from tests.imports.folders import bring_in, everything, value

SLOWEST = 500  # rows a second here, where other tests run beside it; `make bench` asks for 2,000


@pytest.mark.slow
def test_a_thousand_families(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    count = make(folder, 1_000)
    began = time.monotonic()
    outcomes, told = bring_in(database, folder)
    assert count / (time.monotonic() - began) > SLOWEST
    assert not told
    assert sum(outcome.new for outcome in outcomes.values()) == count
    assert value(database, "select count(*) from family") == 1_000
    before = everything(database)
    outcomes, _ = bring_in(database, folder)
    assert sum(outcome.same for outcome in outcomes.values()) == count
    assert everything(database) == before


@pytest.mark.slow
@pytest.mark.usefixtures("settings")
def test_memory_does_not_grow_with_the_folder(tmp_path: Path) -> None:
    """What is held while reading is one batch, however many rows there are, and however many mistakes."""
    peaks = []
    for families in (50, 400):
        folder = tmp_path / str(families)
        make(folder, families)
        statements = folder / "statements.csv"
        statements.write_text(statements.read_text().replace("-0", "-x"))
        tracemalloc.start()
        for file in FILES:
            for staged in read(file, folder / file.csv, batch=100):
                assert len(staged.rows) <= 100
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 500_000
