"""Taking an assessment in from another installation: whom it may belong to, and writing it beside what is here.

Nothing here is overwritten: what is known by its reference stays as it is, the rest is added.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.assessments.models import Received
from portal.exchange.adding import add_what_belongs
from portal.exchange.checking import check
from portal.exchange.leaving import keep_here
from portal.exchange.moving import go_on_here
from portal.exchange.placing import Arrival, look_up, person_from, place_people, place_services
from portal.exchange.sealing import FileRefused, Keys, Opened
from portal.foundation import clock
from portal.foundation.database import reference
from portal.foundation.fields import encrypt
from portal.organisations.models import Organisation
from portal.people.models import Person


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
    young = payload["young_person"]
    own = person_from(0, next(row for row in payload["people"] if row["id"] == young["id"]))
    values = {
        "family_ref": reference(),
        "family": payload["family"]["name"],
        "borough": borough.id,
        "ref": reference(),
        "name": own.name,
        "relation": own.relation,
        "born": own.date_of_birth,
        "language": own.language,
        "interpreter": own.interpreter,
        "limited": own.contact_limit,
    }
    return session.scalars(select(Person).from_statement(FAMILY), values).one()


def take_in(session: Session, opened: Opened, keys: Keys, young: Person, confirmed_by: str) -> int:
    """Write the file into this young person's record. Returns how many statements were new here.

    Raises FileRefused when something in it belongs to somebody else here."""
    arrival = Arrival(session, young, keys, opened.payload)
    look_up(arrival)
    place_people(arrival)
    place_services(arrival)
    new = _statements(arrival)
    add_what_belongs(arrival)
    go_on_here(arrival)
    if arrival.here["went"]:
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


AS_SAID = (
    "ref", "section", "made_on", "version", "written_at", "language", "event", "happened_on", "happened_known", "went",
)  # fmt: skip


def _statements(arrival: Arrival) -> int:
    session, young, rows = arrival.session, arrival.young, arrival.payload["statements"]
    if any(whose != young.id for *_, whose in arrival.here["statements"]):
        raise FileRefused("Something in the file belongs to another young person here: nothing was taken in.")
    arrival.statements = {ref: (id_, circle, section) for ref, id_, circle, section, _ in arrival.here["statements"]}
    new = [row for row in rows if row["ref"] not in arrival.statements]
    values = []
    for id_, row in zip(arrival.here["ids"], new, strict=False):
        circle_id = arrival.circle(row["readers"])
        arrival.statements[row["ref"]] = (id_, circle_id, row["section"])
        values.append(
            {name: row[name] for name in AS_SAID}
            | {
                "id": id_,
                "circle_id": circle_id,
                "said_by_person_id": arrival.people.get(row["said_by_person"]),
                "said_by_worker_id": arrival.workers.get(row["said_by_worker"]),
                "organisation_id": arrival.organisations.get(row["organisation"]),
                "text": "\\x" + encrypt(row["text"], "statement.text").hex(),
            }
        )
    if values:
        whose = {"family": young.family_id, "young": young.id, "now": clock.now()}
        session.execute(STATEMENTS, whose | {"rows": json.dumps(values)})
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


FAMILY = text(
    """
with f as (insert into family (ref, name, home_borough_id) values (:family_ref, :family, :borough) returning id)
insert into person (ref, family_id, name, relation, date_of_birth, language, interpreter, contact_limit,
    parental_responsibility, sees_police)
select :ref, f.id, :name, :relation, cast(:born as date), :language, :interpreter, :limited, false, false from f
returning person.*"""
).columns(*Person.__table__.columns)
# one statement for all of them: a file brings dozens, and each would otherwise be built and sent by itself
STATEMENTS = text(
    """
insert into statement (id, ref, family_id, young_person_id, circle_id, section, made_on, said_by_person_id,
    said_by_worker_id, organisation_id, text, version, written_at, language, event, happened_on, happened_known, went,
    edited_at)
overriding system value
select r.id, r.ref, :family, :young, r.circle_id, r.section, r.made_on, r.said_by_person_id,
    r.said_by_worker_id, r.organisation_id, r.text, r.version, r.written_at, r.language, r.event, r.happened_on,
    r.happened_known, r.went, :now
from json_populate_recordset(null::statement, cast(:rows as json)) r"""
)
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
