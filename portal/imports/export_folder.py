"""One family's record back out, in the format in which records come in: thirteen CSV files for a borough's own system.

Only what the worker's function opens, as it stands now. What somebody wrote may begin like a formula, and a
spreadsheet would run it: such a cell gets an apostrophe in front, which the import takes off again (values.py).
"""

from __future__ import annotations

import csv
import io
import zipfile

from sqlalchemy.orm import Session

from portal.access.asking import ask
from portal.access.scope import Scope
from portal.foundation.database import gather
from portal.imports.export import Export, Found, Record, text
from portal.imports.export_questions import QUESTIONS, around
from portal.imports.export_rows import PARTS
from portal.imports.files import FILES
from portal.imports.values import without_formula
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family

NO_ADDRESS = "unknown@no-address.invalid"
"""Stands where a worker has no e-mail here: the format asks for one."""


def record_of(session: Session, scope: Scope, family: Family, found: Found | None = None) -> Record:
    """The family's record as this professional may open it, ready to be written as an import folder; `found`: the
    answers to `QUESTIONS`, where they have been asked already."""
    found = found or ask(session, scope, **QUESTIONS)
    # once to learn whom it names, once with their references
    named = Export(scope, family, found)
    _write(named)
    known = gather(session, **around(named.workers, named.organisations))
    out = Export(scope, family, found)
    for worker in known["workers"]:
        out.ref(Worker, worker)
    for place in known["organisations"]:
        out.ref(Organisation, place)
    record = _write(out)
    _who_they_are(out, record, known)
    return record


def _write(out: Export) -> Record:
    record: Record = {file.name: [] for file in FILES}
    home = out.organisation(out.family.home_borough_id)
    record["families"] = [{"ref": out.ref(Family, out.family), "name": out.family.name, "home_borough_ref": home}]
    for part in PARTS:
        part(out, record)
    return record


def _who_they_are(out: Export, record: Record, known: Found) -> None:
    """Everybody named in it, whoever is above them or covers, and where they work."""
    contacts = {row.worker_id: row for row in known["contacts"]}
    for who in known["workers"]:
        contact = contacts.get(who.id)
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
    for place in known["organisations"]:
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
