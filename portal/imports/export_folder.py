"""One family's record back out, in the format in which records come in: thirteen CSV files for a borough's own system.

Only what the worker's function opens, as it stands now. What somebody wrote may begin like a formula, and a
spreadsheet would run it: such a cell gets an apostrophe in front, which the import takes off again (values.py).
"""

from __future__ import annotations

import csv
import io
import zipfile

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.imports.export import Export, Record, text
from portal.imports.export_rows import PARTS
from portal.imports.files import FILES
from portal.imports.values import without_formula
from portal.organisations.models import Organisation, Worker, WorkerContact
from portal.people.models import Family

NO_ADDRESS = "unknown@no-address.invalid"
"""Stands where a worker has no e-mail here: the format asks for one."""


def record_of(session: Session, scope: Scope, family: Family) -> Record:
    """The family's record as this professional may open it, ready to be written as an import folder."""
    out = Export(session, scope, family)
    record: Record = {file.name: [] for file in FILES}
    record["families"] = [
        {"ref": out.ref(family), "name": family.name, "home_borough_ref": out.organisation(family.home_borough_id)}
    ]
    for part in PARTS:
        part(out, record)
    _who_they_are(out, record)
    return record


def _who_they_are(out: Export, record: Record) -> None:
    """Everybody named in it, whoever is above them or covers, and where they work."""
    workers: dict[int, Worker] = {}
    organisations: dict[int, Organisation] = {}
    while new := (out.workers - set(workers)) or (out.organisations - set(organisations)):
        if out.workers - set(workers):
            for worker in out.session.scalars(select(Worker).where(Worker.id.in_(new))):
                workers[worker.id] = worker
                for one in (worker.manager_id, worker.cover_id):
                    out.worker(one)
                out.organisation(worker.organisation_id)
        else:
            for place in out.session.scalars(select(Organisation).where(Organisation.id.in_(new))):
                organisations[place.id] = place
                out.organisation(place.borough_id)
                out.worker(place.senior_manager_id)
    contacts = {
        found.worker_id: found
        for found in out.session.scalars(select(WorkerContact).where(WorkerContact.worker_id.in_(list(workers))))
    }
    for key in sorted(workers):
        who, contact = workers[key], contacts.get(key)
        record["workers"].append(
            {
                "ref": out.worker(who.id),
                "name": who.name,
                "organisation_ref": out.organisation(who.organisation_id),
                "role": who.role,
                "email": (contact.email if contact else None) or NO_ADDRESS,
                "phone": text(contact.phone if contact else None),
                "manager": text(who.is_manager),
                "manager_ref": out.worker(who.manager_id),
                "languages": ";".join(who.languages),
                "hours": text(who.hours),
                "cover_ref": out.worker(who.cover_id),
                "away_from": text(who.away_from),
                "away_until": text(who.away_until),
            }
        )
    for key in sorted(organisations):
        place = organisations[key]
        record["organisations"].append(
            {
                "ref": out.organisation(place.id),
                "name": place.name,
                "kind": place.kind,
                "borough_ref": out.organisation(place.borough_id),
                "phone": text(place.phone),
                "senior_manager_ref": out.worker(place.senior_manager_id),
            }
        )


def as_zip(record: Record) -> bytes:
    """The folder as one file to download: every file of the format, each with its header line."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as folder:
        for file in FILES:
            lines = io.StringIO(newline="")
            writer = csv.DictWriter(lines, [column.name for column in file.columns], lineterminator="\r\n")
            writer.writeheader()
            for row in record[file.name]:
                writer.writerow({name: without_formula(value) for name, value in row.items()})
            folder.writestr(file.csv, lines.getvalue().encode())
    return whole.getvalue()
