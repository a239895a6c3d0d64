"""Taking an assessment in from another installation: whom it may belong to, and writing it beside what is here.

Nothing here is overwritten: what is known by its reference stays as it is, the rest is added.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.assessments.models import Received, Statement
from portal.exchange.adding import add_what_belongs
from portal.exchange.checking import check
from portal.exchange.leaving import keep_here
from portal.exchange.moving import go_on_here
from portal.exchange.placing import Arrival, day_from, person_from, place_people, place_services
from portal.exchange.sealing import FileRefused, Keys, Opened
from portal.foundation import clock
from portal.organisations.models import Organisation
from portal.people.models import Family, Person


def read(session: Session, opened: Opened) -> None:
    """Refuse a file that was taken in before, or that is not what its schema says. Raises FileRefused."""
    if session.scalar(select(Received.id).where(Received.file == opened.file)) is not None:
        raise FileRefused("This file was taken in before: nothing was changed.")
    check(opened.payload)


def known_sender(session: Session, sender: str) -> bool:
    """Was anything taken in from this portal before?"""
    return session.scalar(select(Received.id).where(Received.sender == sender).limit(1)) is not None


def candidates(session: Session, payload: dict[str, Any]) -> list[Person]:
    """The young people here whom it may belong to: the same name and birthday. A person decides."""
    young = payload["young_person"]
    born = date.fromisoformat(young["date_of_birth"]) if young["date_of_birth"] else None
    rows = (
        select(Person)
        .where(
            func.lower(Person.name) == young["name"].strip().lower(),
            Person.relation == "young_person",
            Person.date_of_birth == born,
        )
        .order_by(Person.id)
    )
    return list(session.scalars(rows))


def new_family(session: Session, opened: Opened, borough: Organisation) -> Person:
    """A family that is not here yet, with the young person. The others come with the file."""
    payload = opened.payload
    family = Family(name=payload["family"]["name"], home_borough_id=borough.id)
    session.add(family)
    session.flush()
    young = payload["young_person"]
    own = next(row for row in payload["people"] if row["id"] == young["id"])
    person = person_from(family.id, own)
    session.add(person)
    session.flush()
    return person


def take_in(session: Session, opened: Opened, keys: Keys, young: Person, confirmed_by: str) -> int:
    """Write the file into this young person's record. Returns how many statements were new here.

    Raises FileRefused when something in it belongs to somebody else here."""
    arrival = Arrival(session, young, keys, opened.payload)
    place_people(arrival)
    place_services(arrival)
    new = _statements(arrival)
    add_what_belongs(arrival)
    go_on_here(arrival)
    keep_here(session, young.id, "it came back")
    session.add(
        Received(
            family_id=young.family_id,
            young_person_id=young.id,
            file=opened.file,
            sender=opened.sender,
            at=clock.now(),
            confirmed_by=confirmed_by,
            portal=opened.payload.get("portal"),
        )
    )
    session.flush()
    return new


def _statements(arrival: Arrival) -> int:
    session, young, rows = arrival.session, arrival.young, arrival.payload["statements"]
    refs = [row["ref"] for row in rows]
    there = session.execute(
        select(Statement.ref, Statement.id, Statement.circle_id, Statement.section, Statement.young_person_id).where(
            Statement.ref.in_(refs)
        )
    ).all()
    if any(row.young_person_id != young.id for row in there):
        raise FileRefused("Something in the file belongs to another young person here: nothing was taken in.")
    arrival.statements = {row.ref: (row.id, row.circle_id, row.section) for row in there}
    new = [row for row in rows if row["ref"] not in arrival.statements]
    keys = _next_ids(session, "statement", len(new))
    values = []
    for id_, row in zip(keys, new, strict=True):
        circle_id = arrival.circle(row["readers"])
        arrival.statements[row["ref"]] = (id_, circle_id, row["section"])
        values.append(
            {
                "id": id_,
                "ref": row["ref"],
                "family_id": young.family_id,
                "circle_id": circle_id,
                "young_person_id": young.id,
                "section": row["section"],
                "made_on": day_from(row["made_on"]),
                "said_by_person_id": arrival.people.get(row["said_by_person"]),
                "said_by_worker_id": arrival.workers.get(row["said_by_worker"]),
                "organisation_id": arrival.organisations.get(row["organisation"]),
                "text": row["text"],
                "version": row["version"],
                "written_at": datetime.fromisoformat(row["written_at"]) if row["written_at"] else None,
                "language": row["language"],
                "event": row["event"],
                "happened_on": day_from(row["happened_on"]),
                "happened_known": row["happened_known"],
                "went": row["went"],
                "edited_at": clock.now(),
            }
        )
    if values:
        session.connection().execute(insert(Statement.__table__), values)  # type: ignore[arg-type]  # a Table
    between = [row for row in rows if row["disagrees_with"] or row["replaced_by"]]
    if between:

        def keys_of(name: str) -> list[int | None]:
            return [arrival.statements[row[name]][0] if row[name] else None for row in between]

        session.execute(
            BETWEEN,
            {
                "ids": [arrival.statements[row["ref"]][0] for row in between],
                "answered": keys_of("disagrees_with"),
                "newer": keys_of("replaced_by"),
            },
        )
    return len(new)


# what was answered or said anew here since stays: only what is not said yet is added
BETWEEN = text(
    """update statement s set disagrees_with_id = coalesce(s.disagrees_with_id, v.answered),
    replaced_by_id = coalesce(s.replaced_by_id, v.newer)
    from unnest(:ids, :answered, :newer) as v(id, answered, newer) where s.id = v.id and s.id is distinct from v.newer
    and s.id is distinct from v.answered"""
).bindparams(
    bindparam("ids", type_=ARRAY(BigInteger)),
    bindparam("answered", type_=ARRAY(BigInteger)),
    bindparam("newer", type_=ARRAY(BigInteger)),
)


def _next_ids(session: Session, table: str, many: int) -> list[int]:
    drawn = text("select nextval(pg_get_serial_sequence(:table, 'id')) from generate_series(1, :many)")
    return list(session.scalars(drawn, {"table": table, "many": many}))
