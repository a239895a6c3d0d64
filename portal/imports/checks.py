"""Checks across rows: references, duplicates, families that do not match, two leads at once, disagreements in a ring.

Each check is one statement over the staging tables and adds its mistakes to theirs. A value that is missing or wrong
was reported when it was read and is null here, so that nothing is reported twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.imports.columns import Column, File
from portal.imports.files import FILES
from portal.imports.staging import Stage

MUST_BE = {"borough": ("kind", "is not a borough"), "young_person": ("relation", "is not a young person")}


def check(stage: Stage) -> Iterator[File]:
    """Everything that can be wrong between rows; each file is handed back once it is checked."""
    for file in FILES:
        _check(stage, file)
        yield file


def _check(stage: Stage, file: File) -> None:
    if file.keyed:
        _twice(stage, file)
    for column in file.columns:
        if column.is_list:
            _list(stage, file, column)
        elif len(column.to) == 2:
            _one_of_two(stage, file, column)
        elif column.to:
            _reference(stage, file, column)
    if file.name == "organisations":
        _boroughs_stand_alone(stage, file)
    if file.name == "involvements":
        _same_involvement(stage, file)
        _two_leads(stage, file)
    if file.name == "statements":
        _disagreements(stage, file)


def _mistake(stage: Stage, file: File, column: str, what: str, rows: str) -> None:
    """Report each of these rows: `rows` is what follows FROM, `what` an expression for the words."""
    stage.do(f"insert into mistake select {file.number}, s.line, {file.place(column)}, '{column}', {what} from {rows}")


def _shown(expression: str) -> str:
    """A ref as it may be repeated: refs have no control characters, only length."""
    return f"case when length({expression}) > 40 then left({expression}, 39) || '…' else {expression} end"


def _unknown(stage: Stage, column: Column) -> str | None:
    """The words for a ref that means nothing; None when a file that may name it could not be read."""
    if stage.incomplete.intersection(column.to):
        return None
    if len(column.to) == 1:
        return f"is not in {column.to[0]}.csv"
    return "is neither in " + " nor in ".join(f"{name}.csv" for name in column.to)


def _twice(stage: Stage, file: File) -> None:
    first = (
        f"(select ref, min(line) as line from raw_{file.name} where ref is not null group by ref having count(*) > 1)"
    )
    rows = f"raw_{file.name} s join {first} f on f.ref = s.ref and s.line > f.line"
    _mistake(stage, file, "ref", f"{_shown('s.ref')} || ' is already in line ' || f.line", rows)


def _reference(stage: Stage, file: File, column: Column) -> None:
    name, staged = column.name, f"staged_{file.name} s"
    ref = _shown(f"s.{name}")
    if unknown := _unknown(stage, column):
        _mistake(
            stage, file, name, f"{ref} || ' {unknown}'", f"{staged} where s.{name} is not null and s.{name}_id is null"
        )
    if column.must_be:
        also, words = MUST_BE[column.must_be]
        # null where the other row's own value is wrong, which was reported there
        _mistake(stage, file, name, f"{ref} || ' {words}'", f"{staged} where s.{name}_{also} <> '{column.must_be}'")
    if column.to == ("people",) and not file.of_young_person:
        _mistake(
            stage,
            file,
            name,
            f"{ref} || ' belongs to another family'",
            f"{staged} where s.{name}_family_id <> s.family_id",
        )


def _one_of_two(stage: Stage, file: File, column: Column) -> None:
    """A person of the row's family, or a worker."""
    name, staged = column.name, f"staged_{file.name} s"
    ref = _shown(f"s.{name}")
    both = f"s.{name}_person_id is not null and s.{name}_worker_id is not null"
    _mistake(
        stage,
        file,
        name,
        f"{ref} || ' is both a person of the family and a worker; give one of them another ref'",
        f"{staged} where {both}",
    )
    neither = f"s.{name} is not null and s.{name}_person_id is null and s.{name}_worker_id is null"
    elsewhere = f"{staged} join known_people p on p.ref = s.{name} and p.family_id <> s.family_id where {neither}"
    _mistake(stage, file, name, f"{ref} || ' belongs to another family'", elsewhere)
    if unknown := _unknown(stage, column):
        nowhere = f"{staged} where {neither} and not exists (select from known_people p where p.ref = s.{name})"
        _mistake(stage, file, name, f"{ref} || ' {unknown}'", nowhere)


def _list(stage: Stage, file: File, column: Column) -> None:
    """People of the row's family."""
    name = column.name
    words = " and s.seen_by not in ('family', 'professionals')" if name == "seen_by" else ""
    item = _shown("item")
    rows = (
        f"staged_{file.name} s cross join unnest(string_to_array(s.{name}, ';')) item"
        f" left join known_people p on p.ref = item where s.{name} is not null{words}"
    )
    if unknown := _unknown(stage, column):
        _mistake(stage, file, name, f"{item} || ' {unknown}'", f"{rows} and p.ref is null")
    _mistake(stage, file, name, f"{item} || ' belongs to another family'", f"{rows} and p.family_id <> s.family_id")
    if name == "lives_with":
        _mistake(stage, file, name, f"{item} || ' is the same as ref'", f"{rows} and item = s.ref")


def _boroughs_stand_alone(stage: Stage, file: File) -> None:
    rows = f"staged_{file.name} s where s.kind = 'borough' and s.borough_ref is not null"
    _mistake(stage, file, "borough_ref", "'a borough belongs to no other borough'", rows)


def _same_involvement(stage: Stage, file: File) -> None:
    ordered = """(select line, min(line) over (partition by family_ref, worker_ref, function, start) as first
        from raw_involvements where num_nulls(family_ref, worker_ref, function, start) = 0) s where s.line > s.first"""
    _mistake(stage, file, "row", "'has the same family, worker, function and start as line ' || s.first", ordered)


def _two_leads(stage: Stage, file: File) -> None:
    """Leads of one family that share a day, among the folder's and those on record that the folder does not change.

    In the order of their start, a lead overlaps an earlier one exactly if it starts before the latest end so far.
    """
    stage.do(
        """create temp table lead on commit drop as
        select *, row_number() over (order by family_id, start, line) as number from (
            select line, family_id, worker_ref, start, coalesce("end", 'infinity') as until from staged_involvements
            where lead and start is not null and family_id is not null and fate in ('new', 'changed')
            union all
            select case when s.fate = 'same' and i.edited_at is null then s.line end, i.family_id,
                   coalesce(w.source_ref, w.name), i.starts_on, coalesce(i.ends_on, 'infinity')
            from involvement i join worker w on w.id = i.worker_id left join staged_involvements s on s.old_id = i.id
            where i.is_lead and i.family_id in (select id from known_families where old_id is not null)
            and s.fate is distinct from 'changed') leads"""
    )
    # the day comes first in each pair, so that the greatest pair is the latest end; the lead's number comes along
    stage.do(
        """create temp table two_leads on commit drop as
        select l.line, l.worker_ref, l.start, o.line as other_line, o.worker_ref as other_worker, o.start as other_start
        from (select *, max(array[least(until, '9999-12-31') - date '0001-01-01', number]) over before as latest
              from lead window before as
              (partition by family_id order by number rows between unbounded preceding and 1 preceding)) l
        join lead o on o.number = l.latest[2]
        where l.start <= o.until"""
    )
    two = "'two people would lead from ' || s.start || ': also "
    _mistake(
        stage,
        file,
        "lead",
        f"{two}line ' || s.other_line",
        "two_leads s where s.line is not null and s.other_line is not null",
    )
    here = ", who leads here since '"
    recorded = "two_leads s where s.line is not null and s.other_line is null"
    _mistake(stage, file, "lead", f"{two}' || s.other_worker || '{here} || s.other_start", recorded)
    later = (
        "(select other_line as line, start, worker_ref from two_leads where line is null and other_line is not null) s"
    )
    _mistake(stage, file, "lead", f"{two}' || s.worker_ref || '{here} || s.start", later)


def _disagreements(stage: Stage, file: File) -> None:
    """A statement disagrees with another about the same young person, and not with itself in the end."""
    about = f"staged_{file.name} s where s.disagrees_with_young_person_id <> s.young_person_ref_id"
    _mistake(stage, file, "disagrees_with", f"{_shown('s.disagrees_with')} || ' is about another young person'", about)
    stage.do(
        """create temp table far on commit drop as
        select id, disagrees_with_id as on_to from staged_statements
        where fate in ('new', 'changed') and disagrees_with_id is not null
        union all
        select k.id, o.id from known_statements k join statement e on e.id = k.old_id
        join known_statements o on o.old_id = e.disagrees_with_id where k.fate not in ('new', 'changed')"""
    )
    # Everybody moves to whom they point at, then twice as far, then four times. Whoever is stood on after as many steps
    # as there are statements stands in a ring
    count = stage.ask("select count(*) from far")[0][0]
    for _ in range(int(count).bit_length()):
        stage.do(
            "create temp table further on commit drop as select a.id, b.on_to from far a join far b on b.id = a.on_to"
        )
        stage.do("drop table far")
        stage.do("alter table further rename to far")
    ring = f"staged_{file.name} s where s.id in (select on_to from far)"
    _mistake(stage, file, "disagrees_with", "'this disagreement leads back to itself'", ring)
