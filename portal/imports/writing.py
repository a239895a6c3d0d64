"""Writes what was checked, a whole file at a time: new rows, changed rows, and the small records beside them."""

from __future__ import annotations

from collections.abc import Iterator

from portal.imports import circles
from portal.imports.columns import File
from portal.imports.files import BY_NAME, FILES
from portal.imports.staging import EDITED, Stage
from portal.imports.targets import TARGETS

BESIDE = {
    *("account", "credential", "phone", "worker_contact", "lives_with"),
    *("circle", "circle_member", "appointment_place", "appointment_person"),
}
CHANGED = "s.fate = 'changed'"


def write(stage: Stage) -> Iterator[File]:
    """Write every file in order; each is handed back once it is written."""
    for file in FILES:
        if file.name == "involvements":
            # families and people are there: now who sees what
            circles.keep_families_as_they_were(stage)
            circles.make(stage)
        if stage.ask(f"select 1 from staged_{file.name} where fate in ('new', 'changed') limit 1"):
            _write(stage, file)
        yield file
    # a mistake in the rules themselves must show here, not after the summary
    stage.do("set constraints all immediate")


def _write(stage: Stage, file: File) -> None:
    _settle(stage, file)
    if file.name == "statements":
        _new_versions(stage)
    else:
        _insert(stage, file)
        _update(stage, file)
    if also := ALSO.get(file.name):
        also(stage)


def refresh_statistics(stage: Stage) -> None:
    """Tell PostgreSQL how much there is now: the first pages after a large import are to be as fast as later ones."""
    tables = {target.table for target in TARGETS.values()}
    for table in sorted(tables | BESIDE):
        stage.do(f"analyze {table}")


def _settle(stage: Stage, file: File) -> None:
    """Hold on to the rows that will change; one that somebody changed here just now is left alone after all."""
    table = TARGETS[file.name].table
    stage.do(
        f"""select 1 from {table} where id in (select old_id from staged_{file.name} s where {CHANGED})
        order by id for update"""
    )
    late = f"{table} t where t.id = s.old_id and {CHANGED} and t.edited_at is not null"
    stage.keep(file, "edited", "row", EDITED, f"staged_{file.name} s join {late.replace(' where ', ' on ', 1)}")
    stage.do(f"update staged_{file.name} s set fate = 'edited' from {late}")


def _from(file: File) -> str:
    """The staged rows, with the circle of each where the file has circles."""
    if not file.audience:
        return f"staged_{file.name} s"
    return (
        f"staged_{file.name} s join row_circle rc on rc.file = {file.number} and rc.line = s.line"
        " join circle c on c.family_id = rc.family_id and c.members_key = rc.members_key"
    )


def _values(file: File) -> dict[str, str]:
    target = TARGETS[file.name]
    found = {"source_digest": "s.digest"} | target.columns
    return found | {"circle_id": "c.id"} if file.audience else found


def _insert(stage: Stage, file: File) -> None:
    target = TARGETS[file.name]
    found = {"id": "s.id", "ref": "s.new_ref", "source": "%(source)s"} | _values(file) | target.only_new
    if file.keyed:
        found["source_ref"] = "s.ref"
    stage.do(
        f"insert into {target.table} ({', '.join(found)}) select {', '.join(found.values())}"
        f" from {_from(file)} where s.fate = 'new' order by s.line"
    )


def _update(stage: Stage, file: File) -> None:
    target = TARGETS[file.name]
    found = _values(file) | target.changes
    sets = ", ".join(f"{column} = {value}" for column, value in found.items())
    stage.do(f"update {target.table} t set {sets} from {_from(file)} where t.id = s.old_id and {CHANGED}")


def _new_versions(stage: Stage) -> None:
    """Nothing that was said is overwritten: a changed statement is written beside the old one, which points to it."""
    file = BY_NAME["statements"]
    found = {
        "id": "s.id",
        "ref": "s.new_ref",
        "source": "%(source)s",
        "source_ref": "s.ref",
        "version": "coalesce(o.version, 0) + 1",
    } | _values(file)
    stage.do(
        f"""insert into statement ({", ".join(found)}) select {", ".join(found.values())}
        from {_from(file)} left join statement o on o.id = s.old_id
        where s.fate in ('new', 'changed') and not s.same_words order by s.line"""
    )
    changed = f"staged_statements s where {CHANGED} and"
    stage.do(f"update statement t set source_digest = s.digest from {changed} s.same_words and t.id = s.old_id")
    stage.do(f"update statement t set replaced_by_id = s.id from {changed} not s.same_words and t.id = s.old_id")
    # whoever may not see the new version would otherwise go on seeing the old one
    stage.do(
        f"""update statement t set circle_id = c.id from {_from(file)}
        where t.source = %(source)s and t.source_ref = s.ref and {CHANGED}"""
    )
    # who disagreed with it disagrees with it still
    stage.do(
        f"""update statement t set disagrees_with_id = s.id from {changed} not s.same_words
        and t.disagrees_with_id = s.old_id and t.replaced_by_id is null"""
    )


def _workers(stage: Stage) -> None:
    written = "s.fate in ('new', 'changed')"
    stage.do(
        f"""insert into worker_contact (worker_id, phone, email)
        select s.id, s.phone, s.email from staged_workers s where {written}
        on conflict (worker_id) do update set phone = excluded.phone, email = excluded.email"""
    )
    stage.do(
        """insert into account (worker_id, ref, discreet)
        select s.id, s.account_ref_new, true from staged_workers s where s.fate = 'new' order by s.line"""
    )
    # two workers may exchange their addresses: first everybody lets go
    stage.do(
        f"""update credential t set email = null from staged_workers s join account a on a.worker_id = s.id
        where t.account_id = a.id and {CHANGED} and t.email is distinct from lower(s.email)"""
    )
    stage.do(
        f"""insert into credential (account_id, email)
        select a.id, case when s.line in (select line from email_taken) then null else lower(s.email) end
        from staged_workers s join account a on a.worker_id = s.id where {written} order by s.line
        on conflict (account_id) do update set email = excluded.email"""
    )


def emails_taken(stage: Stage) -> None:
    """Report workers whose e-mail address somebody else signs in with, as when two boroughs list the same worker."""
    stage.do(
        """create temp table email_taken on commit drop as
        select line from (
            select s.line, lower(s.email) as email, row_number() over (
                partition by lower(s.email) order by (c.email is not distinct from lower(s.email)) desc, s.line) as turn
            from staged_workers s
            left join account a on a.worker_id = s.old_id left join credential c on c.account_id = a.id
            where s.email is not null and s.fate in ('new', 'changed')) wanted
        where turn > 1 or exists (
            select from credential c join account a on a.id = c.account_id where c.email = wanted.email
            and not exists (select from staged_workers o where o.old_id = a.worker_id and o.fate = 'changed'))"""
    )
    taken = "somebody else signs in with this address already, so this worker cannot yet"
    stage.keep(BY_NAME["workers"], "email", "email", taken, "email_taken s")


def _people(stage: Stage) -> None:
    stage.do(
        """insert into account (person_id, family_id, ref, discreet)
        select s.id, s.family_id, s.account_ref_new, true from staged_people s where s.fate = 'new' order by s.line"""
    )
    changed = f"staged_people s join account a on a.person_id = s.id where {CHANGED}"
    stage.do(f"delete from phone t where t.account_id in (select a.id from {changed} and s.phone is null)")
    # the number is sealed afresh each time it is read, so equal numbers are known by their hash
    stage.do(
        """insert into phone (account_id, family_id, number, number_hash, ref)
        select a.id, s.family_id, s.phone, s.phone_hash, s.phone_ref_new
        from staged_people s join account a on a.person_id = s.id
        where s.fate in ('new', 'changed') and s.phone is not null order by s.line
        on conflict (account_id) do update set number = excluded.number, number_hash = excluded.number_hash
        where phone.number_hash <> excluded.number_hash"""
    )
    stage.do(f"delete from lives_with t using staged_people s where t.person_id = s.id and {CHANGED}")
    stage.do(
        """insert into lives_with (person_id, with_id, family_id)
        select s.id, p.id, s.family_id from staged_people s cross join unnest(string_to_array(s.lives_with, ';')) item
        join known_people p on p.ref = item where s.fate in ('new', 'changed') order by s.line"""
    )


def _appointments(stage: Stage) -> None:
    rows = _from(BY_NAME["appointments"])
    stage.do(
        f"""insert into appointment_place (appointment_id, family_id, circle_id, place)
        select s.id, s.family_id, c.id, s.place from {rows} where s.fate in ('new', 'changed') order by s.line
        on conflict (appointment_id) do update set circle_id = excluded.circle_id, place = excluded.place"""
    )
    stage.do(
        f"delete from appointment_person t using staged_appointments s where t.appointment_id = s.old_id and {CHANGED}"
    )
    stage.do(
        f"""insert into appointment_person (appointment_id, person_id, family_id, circle_id)
        select s.id, p.id, s.family_id, c.id from {rows} cross join unnest(string_to_array(s.people, ';')) item
        join known_people p on p.ref = item where s.fate in ('new', 'changed') order by s.line"""
    )


ALSO = {"workers": _workers, "people": _people, "appointments": _appointments}
