"""An import folder that a test can change: the sample, or an empty one, cell by cell or as raw text."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from portal.imports.files import BY_NAME, FILES
from portal.imports.run import Outcome, Refused, import_folder_into
from tests.conftest import SAMPLE, Database


class Folder:
    """A folder of CSV files on its way to be imported."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def sample(cls, path: Path) -> Folder:
        shutil.copytree(SAMPLE, path)
        return cls(path)

    def file(self, name: str) -> Path:
        return self.path / f"{name}.csv"

    def read(self, name: str) -> list[dict[str, str]]:
        with self.file(name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: list[dict[str, Any]]) -> None:
        with self.file(name).open("w", encoding="utf-8", newline="") as file:
            # every column that there may be, so that a test can fill one that the sample leaves out
            writer = csv.DictWriter(file, [column.name for column in BY_NAME[name].columns])
            writer.writeheader()
            writer.writerows(rows)

    def raw(self, name: str, content: str | bytes) -> None:
        self.file(name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def change(self, name: str, key: str | int, /, **cells: str) -> int:
        """Set cells of the row with this ref, or of the row at this place. Returns its line."""
        rows = self.read(name)
        at = key if isinstance(key, int) else next(i for i, row in enumerate(rows) if row["ref"] == key)
        rows[at].update(cells)
        self.write(name, rows)
        return at + 2

    def add(self, name: str, /, **cells: str) -> int:
        """Add a row at the end. Returns its line."""
        rows: list[dict[str, Any]] = [*self.read(name), cells]
        self.write(name, rows)
        return len(rows) + 1

    def keep_only(self, name: str, *keys: str) -> None:
        self.write(name, [row for row in self.read(name) if row["ref"] in keys])


class Told(list[str]):
    """The lines that an import told."""


def bring_in(
    database: Database, folder: Folder | Path, source: str = "main", **how: Any
) -> tuple[dict[str, Outcome], Told]:
    """Import the folder. Returns what became of each file, and what was told."""
    told = Told()
    path = folder.path if isinstance(folder, Folder) else folder
    outcomes = import_folder_into(database.owner, path, source, tell=told.append, **how)
    return {outcome.file.removesuffix(".csv"): outcome for outcome in outcomes}, told


def mistakes(database: Database, folder: Folder, **how: Any) -> Told:
    """What is wrong with the folder, as told line by line."""
    told = Told()
    with pytest.raises(Refused) as refused:
        import_folder_into(database.owner, folder.path, tell=told.append, **how)
    assert refused.value.count == len(told)
    return told


def everything(database: Database) -> dict[str, list[str]]:
    """Every row of every table, with the transaction that wrote it: equal when nothing was written meanwhile."""
    with database.owner.connect() as connection:
        tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
        return {
            table: sorted(connection.scalars(text(f'select t.xmin || t::text from "{table}" t')).all())
            for table in tables
        }


def rows(database: Database, question: str, **values: Any) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question), values)]


def value(database: Database, question: str, **values: Any) -> Any:
    return rows(database, question, **values)[0][0]


def seers(database: Database, table: str, ref: str, source: str = "main") -> list[str]:
    """The refs of the people in the circle of a record; of the newest version, for a statement."""
    newest = "order by r.version desc" if table == "statement" else ""
    found = rows(
        database,
        f"""select p.source_ref
        from (select * from {table} r where source = :source and source_ref = :ref {newest} limit 1) r
        join circle_member m on m.circle_id = r.circle_id join person p on p.id = m.person_id order by 1""",
        source=source,
        ref=ref,
    )
    return [name for (name,) in found]


__all__ = ["FILES", "SAMPLE", "Folder", "bring_in", "everything", "mistakes", "rows", "seers", "value"]
