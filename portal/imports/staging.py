"""Temporary tables for one import: the rows as read, what is known of each reference, and the rows with keys resolved.

They live inside the import's one transaction and vanish with it. Whatever is encrypted at rest is sealed before it
comes here. What becomes of each row, its `fate`, is settled here:

- `new`, `same` (as last imported), `changed`: written, left, written;
- `edited`: changed by the sender, and changed here since: left alone and reported;
- `moved`: the sender says that it belongs to another family now, who would then see it: left alone and reported;
- `held`: as last imported, when something was held back because it would have shown more: left, and reported again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from portal.imports.columns import File
from portal.imports.files import FILES, REFERRED_TO
from portal.imports.rows import WORDS, Mistake, Value, staged_columns
from portal.imports.targets import TARGETS

EDITED = "left as it is: it was changed here since"
HELD = r"'\x00'::bytea"
"""Stands before the digest of a row of which something was held back, so that it is reported each time."""

# what else must be known of a record that others refer to: its column in the staged row, and in the table
ALSO = {
    "organisations": ("r.kind", "e.kind"),
    "people": ("r.relation", "e.relation"),
    "statements": ("kp.id", "e.young_person_id"),
}
ALSO_NAME = {"organisations": "kind", "people": "relation", "statements": "young_person_id"}


class Stage:
    """One import's transaction and its temporary tables."""

    def __init__(self, connection: psycopg.Connection[Any], source: str) -> None:
        self.connection = connection
        # this cursor sends whole statements: CREATE TABLE AS takes no parameters apart from its text
        self.cursor = psycopg.ClientCursor(connection)
        self.source = source
        self.incomplete: set[str] = set()
        """Files that could not be read whole: what they do not name may still be there, so it is not reported."""
        self.do("set local work_mem = '64MB'")
        self.do("set local jit = off")
        self.do(
            """create temp table mistake (file smallint, line integer, place smallint, col text, what text)
            on commit drop"""
        )
        self.do(
            """create temp table kept (file smallint, line integer, place smallint, why text, col text, what text)
            on commit drop"""
        )
        for file in FILES:
            columns = ", ".join(f'"{name}" {type_}' for name, type_ in staged_columns(file))
            self.do(f"create temp table raw_{file.name} ({columns}) on commit drop")

    def do(self, statement: str) -> int:
        """Run one statement. Returns how many rows it touched."""
        self.cursor.execute(statement.encode(), {"source": self.source})
        return self.cursor.rowcount

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """The whole of a short answer."""
        self.do(question)
        return self.cursor.fetchall()

    def put(self, file: File, rows: Sequence[tuple[Value, ...]]) -> None:
        """Add rows to the file's staging table."""
        if rows:
            self._copy(f"copy raw_{file.name} from stdin", rows)

    def note(self, mistakes: Iterable[Mistake]) -> None:
        """Add mistakes to those that will be reported."""
        rows = [(m.file.number, m.line, m.file.place(m.column), m.column, m.what) for m in mistakes]
        if rows:
            self._copy("copy mistake from stdin", rows)

    def keep(self, file: File, why: str, column: str, what: str, rows: str) -> None:
        """Report that of each of these rows something is not done. `rows` is what follows FROM, with the row as `s`."""
        self.do(
            f"insert into kept select {file.number}, s.line, {file.place(column)}, '{why}', '{column}', '{what}'"
            f" from {rows}"
        )

    def _copy(self, statement: str, rows: Iterable[tuple[Value, ...]]) -> None:
        with self.cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)


def resolve(stage: Stage) -> None:
    """Find what each reference means, and settle what becomes of each row."""
    for file in FILES:
        stage.do(f"analyze raw_{file.name}")
    for file in sorted(FILES, key=lambda file: (*REFERRED_TO, file.name).index(file.name)):
        if file.keyed:
            stage.do(_known(file))
            stage.do(f"analyze known_{file.name}")
    for file in FILES:
        stage.do(_staged(file))
        stage.do(f"analyze staged_{file.name}")


def _fate(existing_family: str | None, named_family: str | None, here: str = "e.edited_at is not null") -> str:
    moved = f"when {named_family} <> {existing_family} then 'moved'" if existing_family and named_family else ""
    return f"""case when e.id is null then 'new' when e.source_digest = r.digest then 'same'
        when e.source_digest = {HELD} || r.digest then 'held' when {here} then 'edited' {moved} else 'changed' end"""


def _known(file: File) -> str:
    """Each ref of the file once, with its key and fate; also what was imported before, where others refer to it."""
    table = TARGETS[file.name].table
    existing, here = f"(select * from {table} where source = %(source)s)", "e.edited_at is not null"
    if file.name == "statements":
        # a statement edited here is a newer version of it, which the folder knows nothing of
        existing = f"""(select distinct on (source_ref) * from {table} where source = %(source)s
            order by source_ref, version desc)"""
        here = "(e.edited_at is not null or e.replaced_by_id is not null)"
    named = _named_family(file)
    join = "left join known_families kf on kf.ref = r.family_ref" if named == "kf.id" else ""
    join = "left join known_people kp on kp.ref = r.young_person_ref" if file.of_young_person else join
    belongs = "e.family_id" if named else "null::bigint"
    family = f"coalesce(e.family_id, {named})" if file.name == "people" else named or "null::bigint"
    circle = "e.circle_id" if file.audience else "null::bigint"
    staged_also, existing_also = ALSO.get(file.name, ("null::text", "null::text"))
    also = ALSO_NAME.get(file.name, "also")
    # before a digest there may be the mark of what was held back
    start = f"length(e.source_digest) - {2 * WORDS - 1}"
    words = f"coalesce(substr(e.source_digest, {start}, {WORDS}) = substr(r.digest, 1, {WORDS}), false)"
    fate = _fate(belongs if named else None, named, here)
    fresh = "fate = 'new'"
    if file.name == "statements":
        # a change is a new version, with a key of its own; showing it to fewer people changes no word
        fresh = "fate in ('new', 'changed') and not same_words"
    key = f"case when {fresh} then nextval('{table}_id_seq') else old_id end"
    statement = f"""create temp table known_{file.name} on commit drop as
        select ref, line, {key} as id, old_id, family_id, old_circle_id, fate, same_words,
               case when fate in ('new', 'changed') then staged_also else existing_also end as {also}
        from (select r.ref, r.line, e.id as old_id, {family} as family_id, {circle} as old_circle_id,
                     {staged_also} as staged_also, {existing_also} as existing_also,
                     {fate} as fate, {words} as same_words
              from (select distinct on (ref) * from raw_{file.name} where ref is not null order by ref, line) r
              left join {existing} e on e.source_ref = r.ref {join} order by r.line) each_ref"""
    if file.name in REFERRED_TO:
        statement += f""" union all
        select e.source_ref, null, e.id, e.id, {belongs}, {circle}, 'absent', true, {existing_also} from {existing} e
        where not exists (select from raw_{file.name} r where r.ref = e.source_ref)"""
    return statement


def _named_family(file: File) -> str | None:
    """The family that a row names, directly or through a young person."""
    if file.of_young_person:
        return "kp.family_id"
    return "kf.id" if any(column.name == "family_ref" for column in file.columns) else None


def _staged(file: File) -> str:
    """The rows with their keys and fates, and every reference resolved; null where it means nothing."""
    chosen, joins = ["r.*"], []
    family = "k.family_id"
    if file.keyed:
        chosen += ["k.id", "k.old_id", "k.fate", "k.old_circle_id", "k.family_id", "k.same_words"]
        joins.append(f"left join known_{file.name} k on k.ref = r.ref and k.line = r.line")
    else:
        family = "family_ref_known.id"
        here = "e.edited_at is not null or e.source is distinct from %(source)s"
        chosen += [
            "coalesce(e.id, nextval('involvement_id_seq')) as id",
            f"e.id as old_id, {family} as family_id, {_fate(None, None, here)} as fate",
        ]
    for column in file.columns:
        if not column.to or column.is_list:
            continue
        if len(column.to) == 2:  # a person of this family, or a worker
            joins += [
                f"left join known_people {column.name}_person on {column.name}_person.ref = r.{column.name}"
                f" and {column.name}_person.family_id = {family}",
                f"left join known_workers {column.name}_worker on {column.name}_worker.ref = r.{column.name}",
            ]
            chosen += [f"{column.name}_{who}.id as {column.name}_{who}_id" for who in ("person", "worker")]
            continue
        joins.append(f"left join known_{column.to[0]} {column.name}_known on {column.name}_known.ref = r.{column.name}")
        chosen.append(f"{column.name}_known.id as {column.name}_id")
        if also := ALSO_NAME.get(column.to[0]):
            chosen.append(f"{column.name}_known.{also} as {column.name}_{also}")
        if column.to == ("people",):
            chosen.append(f"{column.name}_known.family_id as {column.name}_family_id")
    if not file.keyed:
        joins.append(
            "left join involvement e on e.family_id = family_ref_known.id and e.worker_id = worker_ref_known.id"
            " and e.function = r.function and e.starts_on = r.start"
        )
    if file.audience:
        # a lone semicolon cannot be anybody's ref: it stands for the family's young people
        chosen.append(
            "coalesce(r.seen_by, ';') as audience"
            if file.audience == "young_people"
            else f"coalesce(r.seen_by, r.{file.audience}) as audience"
        )
    rows = f"select {', '.join(chosen)} from raw_{file.name} r {' '.join(joins)} order by r.line"
    return f"create temp table staged_{file.name} on commit drop as {rows}"
