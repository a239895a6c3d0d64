"""Who sees each row: the circle it asks for, and what a later import may make of the one it has.

A first import gives a row the circle that it names. A later one may only narrow: what is left is whoever both the old
circle and the new one hold, and where that is less than the folder asks for, it is reported. So too when somebody
joins a family: what `family` meant until then keeps meaning those people, and `family` from now on holds everybody.
"""

from __future__ import annotations

from portal.foundation.database import ALPHABET
from portal.imports.columns import File
from portal.imports.files import BY_NAME, FILES
from portal.imports.staging import EDITED, HELD, Stage
from portal.imports.targets import LIMIT_ORDER

CIRCLED = tuple(file for file in FILES if file.audience)


def decide(stage: Stage) -> None:
    """Settle the circle of every row that will be written, in `row_circle`. Writes nothing."""
    stage.do(
        # the family as it will be: with those who are new, and those who were added here
        """create temp table household on commit drop as
        select family_id, id as person_id, relation, fate = 'new' as is_new
        from known_people where family_id is not null
        union all
        select p.family_id, p.id, p.relation, false from person p join known_families f on f.old_id = p.family_id
        where p.relation <> 'supporter' and not exists (select from known_people k where k.old_id = p.id)"""
    )
    asked = " union ".join(
        f"select family_id, audience from staged_{file.name} where fate in ('new', 'changed')" for file in CIRCLED
    )
    stage.do(f"create temp table asked on commit drop as select * from ({asked}) every where family_id is not null")
    for table in ("household", "asked"):
        stage.do(f"analyze {table}")
    stage.do(
        """create temp table audience on commit drop as
        select a.family_id, a.audience,
               array_remove(array_agg(m.person_id order by m.person_id), null) as members
        from asked a left join (
            select a.family_id, a.audience, h.person_id from asked a join household h on h.family_id = a.family_id
            where a.audience = 'family' or a.audience = ';' and h.relation = 'young_person'
            union all
            select a.family_id, a.audience, p.id from asked a cross join unnest(string_to_array(a.audience, ';')) item
            join known_people p on p.ref = item where a.audience not in ('family', 'professionals', ';')
        ) m on m.family_id = a.family_id and m.audience = a.audience
        group by a.family_id, a.audience"""
    )
    stage.do("analyze audience")
    stage.do(
        """create temp table row_circle (file smallint, line integer, family_id bigint, members_key text, held boolean)
        on commit drop"""
    )
    for file in CIRCLED:
        stage.do(
            f"""insert into row_circle
            select {file.number}, s.line, s.family_id,
                   case when o.members is null or a.members <@ o.members
                        then case when s.audience = 'family' then 'family' else array_to_string(a.members, ',') end
                        else array_to_string(
                            array(select unnest(a.members) intersect select unnest(o.members) order by 1), ',') end,
                   not coalesce(a.members <@ o.members, true)
            from staged_{file.name} s
            join audience a on a.family_id = s.family_id and a.audience = s.audience
            left join lateral (select coalesce(array_agg(person_id), '{{}}') as members from circle_member m
                               where m.circle_id = s.old_circle_id) o on s.fate = 'changed'
            where s.fate in ('new', 'changed')"""
        )
    stage.do("analyze row_circle")


def report(stage: Stage) -> None:
    """Say of every row what was held back or left alone, and why; and mark those of which something was held back."""
    for file in FILES:
        rows = f"staged_{file.name} s where s.fate"
        stage.keep(file, "edited", "row", EDITED, f"{rows} = 'edited'")
        family = "young_person_ref" if file.of_young_person else "family_ref"
        stage.keep(file, "held", family, "left as it was: this would show it to another family", f"{rows} = 'moved'")
        if file.audience:
            held = f"exists (select from row_circle c where c.file = {file.number} and c.line = s.line and c.held)"
            stage.keep(
                file,
                "held",
                "seen_by",
                "kept as it was: this would show it to more people",
                f"{rows} = 'held' or {held}",
            )
            _mark(stage, file, held)
    people = BY_NAME["people"]
    looser = f"{_limit('s.contact_limits')} < {_limit('(select contact_limit from person where id = s.old_id)')}"
    kept = "kept as it was: this would let this person see more"
    stage.keep(
        people, "held", "contact_limits", kept, f"staged_people s where s.fate in ('changed', 'held') and {looser}"
    )
    _mark(stage, people, looser)
    joined = "joins the family, and sees what is for all of it from now on; what was there before stays as it was"
    family = "select from circle c where c.family_id = s.family_id and c.members_key = 'family'"
    stage.keep(people, "joined", "family_ref", joined, f"staged_people s where s.fate = 'new' and exists ({family})")


def _mark(stage: Stage, file: File, held: str) -> None:
    stage.do(f"update staged_{file.name} s set digest = {HELD} || s.digest where s.fate = 'changed' and {held}")


def _limit(value: str) -> str:
    """How strict a contact limit is, as a number."""
    return f"array_position({LIMIT_ORDER}, coalesce({value}, 'none'))"


def keep_families_as_they_were(stage: Stage) -> None:
    """Where somebody joined a family, let what `family` has meant go on as a circle of those people."""
    stage.do(
        """create temp table grown on commit drop as
        select c.id as circle_id, c.family_id,
               array_to_string(array(select person_id from circle_member where circle_id = c.id order by 1), ',')
               as members_key
        from circle c where c.members_key = 'family'
        and c.family_id in (select family_id from household where is_new)"""
    )
    _make_one(stage)
    stage.do("update circle c set members_key = g.members_key from grown g where c.id = g.circle_id")
    _make(stage, "select family_id, 'family' from grown")


def _make_one(stage: Stage) -> None:
    """Those people may have a circle by their names already: let it become one with the family's."""
    same = "circle o where o.family_id = g.family_id and o.members_key = g.members_key"
    if not stage.ask(f"select 1 from grown g, {same} limit 1"):
        return
    tables = "select table_name from information_schema.columns where table_schema = current_schema()"
    for (table,) in stage.ask(f"{tables} and column_name = 'circle_id'"):
        if table != "circle_member":
            stage.do(f'update "{table}" t set circle_id = g.circle_id from grown g, {same} and t.circle_id = o.id')
    stage.do(
        f"""update look t set circles = array_replace(t.circles, o.id, g.circle_id)
        from grown g, {same} and t.family_id = g.family_id and o.id = any(t.circles)"""
    )
    stage.do("delete from circle o using grown g where o.family_id = g.family_id and o.members_key = g.members_key")


def make(stage: Stage) -> None:
    """Make the circles that rows need and families do not have yet."""
    _make(stage, "select distinct family_id, members_key from row_circle")


def _make(stage: Stage, wanted: str) -> None:
    # a public reference in SQL: random bytes (all but those that say what kind of UUID it is), each as one letter
    letters = " || ".join(
        f"substr('{ALPHABET}', 1 + mod(get_byte(random, {place}), {len(ALPHABET)}), 1)"
        for place in (*range(6), *range(9, 15))
    )
    stage.do(
        f"""with made as (
            insert into circle (family_id, members_key, ref)
            select family_id, members_key, {letters} from (
                select w.*, uuid_send(gen_random_uuid()) as random from ({wanted}) w (family_id, members_key)
                where not exists
                (select from circle c where c.family_id = w.family_id and c.members_key = w.members_key)) fresh
            order by family_id on conflict do nothing returning id, family_id, members_key)
        insert into circle_member (circle_id, person_id, family_id)
        select m.id, h.person_id, m.family_id from made m join household h on h.family_id = m.family_id
        where m.members_key = 'family'
        union all
        select m.id, item::bigint, m.family_id from made m cross join unnest(string_to_array(m.members_key, ',')) item
        where m.members_key not in ('family', '')"""
    )
