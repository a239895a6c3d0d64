"""Who is who in a file from elsewhere: its people, services, workers and circles as they are called here.

Everything that is here already is asked for once, in one round trip (`look_up`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.exchange.naming import ABROAD
from portal.exchange.sealing import FileRefused, Keys, fingerprint
from portal.foundation.database import reference
from portal.organisations.models import Organisation, Worker
from portal.people.models import LIMITS, Person

InFile = dict[str, Any]


def _names(*which: str) -> list[Any]:
    return [bindparam(name, type_=ARRAY(Text)) for name in which]


HERE = text(
    """
select json_build_object(
  'people', (select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'relation', p.relation,
      'born', p.date_of_birth, 'limit', p.contact_limit) order by p.id), '[]')
    from person p where p.family_id = :family),
  'circles', (select coalesce(json_object_agg(c.members_key, c.id), '{}') from circle c where c.family_id = :family),
  'organisations', (select coalesce(json_agg(json_build_array(o.id, o.ref, o.source, o.source_ref)), '[]') from (
      select id, ref, source, source_ref from organisation where ref = any(:our_organisations)
      union select id, ref, source, source_ref from organisation
        where source = any(:portals) and source_ref = any(:their_organisations)) o),
  'workers', (select coalesce(json_agg(json_build_array(w.id, w.ref, w.source, w.source_ref)), '[]') from (
      select id, ref, source, source_ref from worker where ref = any(:our_workers)
      union select id, ref, source, source_ref from worker
        where source = any(:portals) and source_ref = any(:their_workers)) w),
  'statements', (select coalesce(json_agg(json_build_array(s.ref, s.id, s.circle_id, s.section, s.young_person_id)),
      '[]') from statement s where s.ref = any(:statements)),
  'ids', (select json_agg(nextval(pg_get_serial_sequence('statement', 'id'))) from generate_series(1, :many)),
  'went', exists (select 1 from assessment_passed_on where young_person_id = :young and ended_at is null)
)"""
).bindparams(
    *_names("our_organisations", "their_organisations", "our_workers", "their_workers", "portals", "statements")
)
CIRCLE = text(
    """
with made as (insert into circle (ref, family_id, members_key) values (:ref, :family, :key) returning id),
     members as (insert into circle_member (circle_id, person_id, family_id)
       select made.id, who, :family from made, unnest(:people) who)
select id from made"""
).bindparams(bindparam("people", type_=ARRAY(BigInteger)))


def day_from(value: str | None) -> date | None:
    """A day of the file, or none."""
    return date.fromisoformat(value) if value else None


def person_from(family_id: int, row: InFile) -> Person:
    """A new person of this family, as the file describes them."""
    return Person(
        family_id=family_id,
        name=row["name"],
        relation=row["relation"],
        date_of_birth=day_from(row["date_of_birth"]),
        language=row["language"],
        interpreter=row["interpreter"],
        contact_limit=row["contact_limit"],
    )


@dataclass
class Arrival:
    """One file on its way into the record of one young person."""

    session: Session
    young: Person
    keys: Keys
    payload: InFile
    here: InFile = field(default_factory=dict)
    """What `HERE` found."""
    people: dict[int, int] = field(default_factory=dict)
    workers: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    circles: dict[frozenset[int], int] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    """Everybody in the family here, those of the file among them."""
    statements: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """ref: key, circle, section."""

    def circle(self, readers: list[int]) -> int:
        """The circle of exactly these people, found or made."""
        wanted = frozenset(self.people[one] for one in readers)
        if wanted not in self.circles:
            key = "family" if wanted == self.members else ",".join(map(str, sorted(wanted)))
            found = self.here["circles"].get(key)
            if found is None:
                values = {"ref": reference(), "family": self.young.family_id, "key": key, "people": sorted(wanted)}
                found = self.session.execute(CIRCLE, values).scalar_one()
            self.circles[wanted] = found
        return self.circles[wanted]


def look_up(arrival: Arrival) -> None:
    """Ask for everything of the file that is here already."""
    payload, ours = arrival.payload, fingerprint(arrival.keys.public)
    apart: dict[str, list[str]] = {"portals": []}
    for name in ("organisations", "workers"):
        split = [row["id"].split("/", 1) for row in payload[name]]
        apart[f"our_{name}"] = [ref for portal, ref in split if portal == ours]
        apart[f"their_{name}"] = [ref for portal, ref in split if portal != ours]
        apart["portals"] += sorted({ABROAD + portal for portal, _ in split if portal != ours})
    refs = [row["ref"] for row in payload["statements"]]
    more = {"family": arrival.young.family_id, "young": arrival.young.id, "statements": refs, "many": len(refs)}
    arrival.here = arrival.session.execute(HERE, apart | more).scalar_one()
    arrival.here["ids"] = arrival.here["ids"] or []


def place_people(arrival: Arrival) -> None:
    """Each person of the file: the one of the same name and relation here, or a new one. A limit is never loosened."""
    session, young, here = arrival.session, arrival.young, arrival.here["people"]
    by_id = {row["id"]: row for row in here}
    new: list[tuple[InFile, Person]] = []
    for row in arrival.payload["people"]:
        found = young.id if row["id"] == arrival.payload["young_person"]["id"] else _same_person(arrival, row)
        if found is None:
            new.append((row, person_from(young.family_id, row)))
            continue
        arrival.people[row["id"]] = found
        if LIMITS.index(row["contact_limit"]) > LIMITS.index(by_id[found]["limit"]):
            session.execute(update(Person).where(Person.id == found).values(contact_limit=row["contact_limit"]))
    if new:
        session.add_all(made for _, made in new)
        session.flush()
        arrival.people |= {row["id"]: made.id for row, made in new}
    of_family = {row["id"] for row in here if row["relation"] != "supporter"}
    arrival.members = of_family | set(arrival.people.values())


def _same_person(arrival: Arrival, row: InFile) -> int | None:
    """Somebody here of the same name and relation, and of no other birthday, whom nobody in the file was yet."""
    for one in arrival.here["people"]:
        free = one["id"] not in arrival.people.values() and one["id"] != arrival.young.id
        same = one["name"].strip().lower() == row["name"].strip().lower() and one["relation"] == row["relation"]
        if free and same and (None in (row["date_of_birth"], one["born"]) or row["date_of_birth"] == one["born"]):
            return int(one["id"])
    return None


def place_services(arrival: Arrival) -> None:
    """Organisations and workers by the portal they are from: our own are found, others written down once."""
    ours = fingerprint(arrival.keys.public)
    new = _place(arrival, Organisation, "organisations", ours, lambda row: {"name": row["name"], "kind": row["kind"]})
    for row in arrival.payload["organisations"]:
        if row["id"] in new and row["borough"] in arrival.organisations:
            arrival.session.execute(
                update(Organisation)
                .where(Organisation.id == arrival.organisations[row["id"]])
                .values(borough_id=arrival.organisations[row["borough"]])
            )
    _place(
        arrival,
        Worker,
        "workers",
        ours,
        lambda row: {
            "name": row["name"],
            "role": row["role"],
            "organisation_id": arrival.organisations[row["organisation"]],
            "is_manager": False,
            "languages": [],
        },
    )


def _place(arrival: Arrival, model: Any, name: str, ours: str, values: Any) -> set[str]:
    """Find or write down each of them; the ones that are new here."""
    session, known = arrival.session, getattr(arrival, name)
    own = {ref: id_ for id_, ref, _source, _named in arrival.here[name]}
    there = {(source, named): id_ for id_, _ref, source, named in arrival.here[name]}
    missing: dict[tuple[str, str], InFile] = {}
    for row in arrival.payload[name]:
        portal, ref = row["id"].split("/", 1)
        if portal != ours and (ABROAD + portal, ref) in there:
            known[row["id"]] = there[ABROAD + portal, ref]
        elif portal != ours:
            missing[ABROAD + portal, ref] = row
        elif ref in own:
            known[row["id"]] = own[ref]
        else:
            raise FileRefused(f"The file names {ref} as one of ours, and there is nobody of that reference here.")
    if missing:
        rows = [
            {"ref": reference(), "source": source, "source_ref": ref} | values(row)
            for (source, ref), row in missing.items()
        ]
        session.execute(upsert(model).on_conflict_do_nothing(index_elements=["source", "source_ref"]), rows)
        found = select(model.id, model.source, model.source_ref).where(
            func.row(model.source, model.source_ref).in_([func.row(*named) for named in missing])
        )
        known |= {missing[source, ref]["id"]: id_ for id_, source, ref in session.execute(found)}
    return {row["id"] for row in missing.values()}
