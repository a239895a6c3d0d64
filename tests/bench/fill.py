"""Families by the hundred thousand, made by the database itself: the shape of a real one, the words of none."""

from __future__ import annotations

from sqlalchemy import Engine, text

from portal.foundation import fields

STEPS = """
insert into organisation (ref, name, kind) select 'bo' || b, 'Borough ' || b || ' Council', 'borough' from
    generate_series(1, 33) b;
insert into worker (ref, name, role, organisation_id, is_manager, languages, hours)
  select 'bw' || w, 'Worker Number' || w, 'Social worker', o.id, w % 20 = 0, '{en}', 'Mon-Fri 9-5'
  from generate_series(1, greatest(40, :n / 15)) w join organisation o on o.ref = 'bo' || (1 + w % 33);
insert into worker_contact (worker_id, phone, email) select id, '020 7946 0100', ref || '@bench.example' from
    worker where ref like 'bw%';
insert into family (ref, name, home_borough_id)
  select 'bf' || f, 'Family ' || f, o.id from generate_series(1, :n) f join organisation o on o.ref = 'bo' || (1 +
    f % 33);
insert into person (ref, family_id, name, relation, interpreter, parental_responsibility, contact_limit, sees_police)
  select 'bp' || f.id || '-' || p, f.id, 'Person ' || p || ' Of' || f.id,
    (array['young_person','parent','parent','sibling'])[p], false, false,
         case when p = 3 then 'no_address' else 'none' end, false
  from family f cross join generate_series(1, 4) p where f.ref like 'bf%';
insert into account (ref, person_id, family_id, discreet) select 'ba' || p.id, p.id, p.family_id, true from person
    p where p.ref like 'bp%';
insert into circle (ref, family_id, members_key) select 'bc' || f.id || 'a', f.id, 'family' from family f where
    f.ref like 'bf%';
insert into circle (ref, family_id, members_key) select 'bc' || f.id || 'b', f.id, 'two' from family f where f.ref
    like 'bf%';
insert into circle_member (circle_id, person_id, family_id)
  select c.id, p.id, c.family_id from circle c join person p on p.family_id = c.family_id
  where c.ref like 'bc%' and (c.members_key = 'family' or p.relation = 'young_person' or p.ref like '%-2');
insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, ends_on, accepted_on, closes)
  select 'bi' || f.id || '-' || i, f.id, w.id, (array['social_work','mentor','school','social_work'])[i], i in (1, 4),
         case when i = 4 then date '2018-01-01' else date '2019-01-01' end, case when i = 4 then date '2018-12-31'
    end,
         case when i = 4 then date '2018-01-01' else date '2019-01-01' end, false
  from family f cross join generate_series(1, 4) i
  join worker w on w.ref = 'bw' || (1 + (f.id * 4 + i) % greatest(40, :n / 15)) where f.ref like 'bf%';
insert into step (ref, family_id, circle_id, goal, text, owner_worker_id, promised_on, due, status)
  select 'bs' || c.family_id || '-' || s, c.family_id, c.id, 'Goal ' || s % 3, 'Step ' || s, i.worker_id, date
    '2019-05-01', date '2019-07-01' + s * 5, 'doing'
  from circle c cross join generate_series(1, 6) s join involvement i on i.family_id = c.family_id and i.is_lead
    and i.ends_on is null
  where c.members_key = 'two';
insert into appointment (ref, family_id, circle_id, worker_id, starts_at, minutes, purpose, status)
  select 'bm' || c.family_id || '-' || a, c.family_id, c.id, i.worker_id, timestamptz '2019-06-01 10:00+01' + a *
    interval '9 days', 60, 'Visit ' || a, 'booked'
  from circle c cross join generate_series(1, 8) a join involvement i on i.family_id = c.family_id and i.is_lead
    and i.ends_on is null
  where c.members_key = 'two';
insert into appointment_place (appointment_id, family_id, circle_id, place) select id, family_id, circle_id, :place
    from appointment where ref like 'bm%';
insert into appointment_person (appointment_id, person_id, family_id, circle_id)
  select m.id, p.id, m.family_id, m.circle_id from appointment m join person p on p.family_id = m.family_id and
    p.relation = 'young_person' where m.ref like 'bm%';
insert into family_update (ref, family_id, circle_id, posted_at, by_worker_id, text)
  select 'bu' || c.family_id || '-' || u, c.family_id, c.id, timestamptz '2019-07-01 10:00+01' + u * interval
    '1 day', i.worker_id, 'We met today and talked about what is next.'
  from circle c cross join generate_series(1, 10) u join involvement i on i.family_id = c.family_id and i.is_lead
    and i.ends_on is null
  where c.members_key = 'two';
analyze;
"""


def fill(owner: Engine, families: int) -> str:
    """Add this many families of some fifty rows each. Returns the reference of a parent in the middle of them."""
    values = {"n": families, "place": fields.encrypt("Home", "appointment_place.place")}
    middle = "select ref from person where ref like 'bp%-2' order by id offset :half limit 1"
    with owner.execution_options(isolation_level="READ COMMITTED").begin() as connection:
        for statement in STEPS.split(";\n"):
            if statement.strip():
                connection.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})
        return str(connection.scalar(text(middle), {"half": families // 2}))
