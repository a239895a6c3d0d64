"""Who is who in a file from elsewhere: its people, services, workers and circles as they are called here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.exchange.naming import ABROAD
from portal.exchange.sealing import FileRefused, Keys, fingerprint
from portal.foundation.database import reference
from portal.organisations.models import Organisation, Worker
from portal.people.models import LIMITS, Circle, CircleMember, Person


def person_from(family_id: int, row: dict[str, Any]) -> Person:
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


def day_from(value: str | None) -> date | None:
    """A day of the file, or none."""
    return date.fromisoformat(value) if value else None


@dataclass
class Arrival:
    """One file on its way into the record of one young person."""

    session: Session
    young: Person
    keys: Keys
    payload: dict[str, Any]
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
            mine = Circle.family_id == self.young.family_id, Circle.members_key == key
            found = self.session.scalar(select(Circle.id).where(*mine))
            if found is None:
                made = Circle(family_id=self.young.family_id, members_key=key)
                self.session.add(made)
                self.session.flush()
                found = made.id
                members = [{"circle_id": found, "person_id": one, "family_id": self.young.family_id} for one in wanted]
                if members:
                    self.session.execute(insert(CircleMember), members)
            self.circles[wanted] = found
        return self.circles[wanted]


def place_people(arrival: Arrival) -> None:
    """Each person of the file: the one of the same name and relation here, or a new one. A limit is never loosened."""
    session, young = arrival.session, arrival.young
    here = list(session.scalars(select(Person).where(Person.family_id == young.family_id)))
    for row in arrival.payload["people"]:
        if row["id"] == arrival.payload["young_person"]["id"]:
            found: Person | None = young
        else:
            born = day_from(row["date_of_birth"])
            found = next(
                (
                    person
                    for person in here
                    if person.id not in arrival.people.values()
                    and person.id != young.id
                    and person.name.strip().lower() == row["name"].strip().lower()
                    and person.relation == row["relation"]
                    and (born is None or person.date_of_birth is None or person.date_of_birth == born)
                ),
                None,
            )
        if found is None:
            found = person_from(young.family_id, row)
            session.add(found)
            session.flush()
        if LIMITS.index(row["contact_limit"]) > LIMITS.index(found.contact_limit):
            found.contact_limit = row["contact_limit"]
        arrival.people[row["id"]] = found.id
    session.flush()
    of_family = {person.id for person in here if person.relation != "supporter"}
    arrival.members = of_family | set(arrival.people.values())


def place_services(arrival: Arrival) -> None:
    """Organisations and workers by the portal they are from: our own are found, others written down once."""
    ours = fingerprint(arrival.keys.public)
    _upsert(arrival, Organisation, "organisations", ours, lambda row: {"name": row["name"], "kind": row["kind"]})
    above = [
        {"child": arrival.organisations[row["id"]], "above": arrival.organisations[row["borough"]]}
        for row in arrival.payload["organisations"]
        if row["borough"] in arrival.organisations and not row["id"].startswith(f"{ours}/")
    ]
    if above:
        for row in above:
            arrival.session.execute(
                update(Organisation)
                .where(Organisation.id == row["child"], Organisation.borough_id.is_(None))
                .values(borough_id=row["above"])
            )
    _upsert(
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


def _upsert(arrival: Arrival, model: Any, name: str, ours: str, values: Any) -> None:
    session, known = arrival.session, getattr(arrival, name)
    rows = arrival.payload[name]
    own = {row["id"].split("/", 1)[1]: row["id"] for row in rows if row["id"].startswith(f"{ours}/")}
    if own:
        for id_, ref in session.execute(select(model.id, model.ref).where(model.ref.in_(own))):
            known[own[ref]] = id_
        if lost := next((ref for ref, id_ in own.items() if id_ not in known), None):
            raise FileRefused(f"The file names {lost} as one of ours, and there is nobody of that reference here.")
    abroad = {}
    for row in rows:
        portal, ref = row["id"].split("/", 1)
        if portal != ours:
            abroad[ABROAD + portal, ref] = row
    if not abroad:
        return
    sources = {source for source, _ in abroad}
    found = select(model.id, model.source, model.source_ref).where(
        model.source.in_(sources), model.source_ref.in_({ref for _, ref in abroad})
    )
    there = {(source, ref): id_ for id_, source, ref in session.execute(found)}
    missing = [
        {"ref": reference(), "source": source, "source_ref": ref} | values(row)
        for (source, ref), row in abroad.items()
        if (source, ref) not in there
    ]
    if missing:
        session.execute(upsert(model).on_conflict_do_nothing(index_elements=["source", "source_ref"]), missing)
        there = {(source, ref): id_ for id_, source, ref in session.execute(found)}
    for named, row in abroad.items():
        known[row["id"]] = there[named]
