"""A family's record goes back out in the format it came in, only as far as one sees it, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from portal.imports.files import FILES
from portal.imports.run import import_folder_into
from portal.imports.values import as_meant, without_formula
from portal.involvement.models import FunctionSees
from portal.meetings.models import Decision, MeetingChange
from portal.organisations.models import Worker
from portal.people.models import Family, Person
from portal.plans.models import Step, StepEvent
from portal.protections.models import ProtectionChange
from tests import factories as make
from tests.client import sign_in

NOW = "2019-07-15T10:00"
DANGEROUS = ("=1+1", "+447700900101", "-2+3", "@SUM(A1)", "\t=1", "'=1", "''=1", "＝1+1")
HARMLESS = ("Rosa said: it's = to 2", "'tis late", "", "2019-07-15", "a=b")


@pytest.mark.parametrize("words", DANGEROUS + HARMLESS)
def test_no_cell_begins_like_a_formula_and_each_comes_back_as_it_was(words: str) -> None:
    cell = without_formula(words)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert as_meant(cell) == words
    assert (cell == words) == (words in HARMLESS)


def folder_of(client, ref: str, to: Path) -> dict[str, list[dict[str, str]]]:
    """The files one gets, unpacked."""
    answer = client.get(f"/work/families/{ref}/record.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as whole:
        whole.extractall(to)
    assert sorted(file.name for file in to.iterdir()) == sorted(file.csv for file in FILES)
    return {file.name: list(csv.DictReader((to / file.csv).open(encoding="utf-8", newline=""))) for file in FILES}


def test_what_goes_out_comes_in_somewhere_else_and_answers_the_same(sample, database, visit, tmp_path) -> None:
    with sample.session() as session:
        family = session.scalars(select(Family)).one()
        step = session.scalars(select(Step).where(Step.source_ref == "S1")).one()
        step.text = '=HYPERLINK("http://bad.example") second home visit'
        session.commit()
        ref = family.ref
    # a manager of the borough where they live sees all kinds of record
    rows = folder_of(visit(sample, "W-BRV-SW1", NOW), ref, tmp_path)
    assert rows["families"] == [{"ref": "F1", "name": "Marin family", "home_borough_ref": "BRV"}]
    assert "'=HYPERLINK" in (tmp_path / "plan.csv").read_text(encoding="utf-8")
    import_folder_into(database.owner, tmp_path, source="elsewhere", check=True)
    import_folder_into(database.owner, tmp_path, source="elsewhere")
    with database.session() as session:
        assert session.scalars(select(Step.text).where(Step.source_ref == "S1")).one().startswith("=HYPERLINK")
        assert set(session.scalars(select(Person.source))) == {"elsewhere"}
    for who in ("P-ROSA", "P-LEO", "P-DAN"):
        here, there = visit(sample, who, NOW), visit(database, who, NOW)
        for path in ("/plan", "/appointments", "/assessment", "/updates"):
            assert there.text(path) == here.text(path), f"{who} reads something else on {path}"
        assert there.text("/home").split("Next")[1] == here.text("/home").split("Next")[1]


def test_only_what_the_workers_function_opens_goes_out(sample, visit, tmp_path) -> None:
    with sample.session() as session:
        ref = session.scalars(select(Family.ref)).one()
    rows = folder_of(visit(sample, "W-ASH-HOM", NOW), ref, tmp_path)
    assert rows["plan"] and rows["people"]
    for closed in ("statements", "moments", "links", "offers"):
        assert rows[closed] == [], closed
    page = visit(sample, "W-ASH-HOM", NOW).text(f"/work/families/{ref}/record")
    assert "Second home visit after the injury" in page and "Leo wants to learn" not in page


SAID = {
    "en": (
        *("young person", "may not know where the others are", "Spanish", "2 October 2002", "not begun", "took place"),
        *("by phone", "said no", "said yes", "An injury", "Youth club", "Child in need", "What Leo wants"),
        *("read by the whole family", "Wed 24 July, 11:00"),
    ),
    "es": (
        *("joven", "no puede saber dónde están los demás", "español", "2 de octubre de 2002", "sin empezar", "se hizo"),
        *("por teléfono", "dijo que no", "dijo que sí", "Una herida", "Centro de jóvenes", "Menor que necesita ayuda"),
        *("Lo que quiere Leo", "lo lee toda la familia", "mié, 24 de julio, 11:00"),
    ),
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_readable_record_says_what_is_stored_in_the_readers_language(sample, visit, language: str) -> None:
    with sample.session() as session:
        ref = session.scalars(select(Family.ref)).one()
    client = visit(sample, None, NOW)
    sign_in(client, sample.owner, "W-BRV-SW1", language)
    page = client.text(f"/work/families/{ref}/record")
    for words in SAID[language]:
        assert words in page, words
    for stored in ("_", "T10:", "no_address", "young_person", "attended", "todo", "-07-"):
        assert stored not in page, stored
    if language == "es":
        lines = " ".join(line.get_text(" ") for line in client.soup(f"/work/families/{ref}/record").select("p.soft"))
        for stored in ("parent", "sibling", "missed", "done", "declined", "accepted", "early help", "youth club"):
            assert f" {stored} " not in f" {lines} ", stored


def test_the_family_reads_that_it_was_taken_and_others_cannot(sample, visit) -> None:
    with sample.session() as session:
        ref = session.scalars(select(Family.ref)).one()
    visit(sample, "W-BRV-SW1", NOW).get(f"/work/families/{ref}/record.zip")
    read = visit(sample, "P-ROSA", NOW).text("/who-has-looked")
    assert "took a copy of your record for their own system" in read
    for path in ("record", "record.zip"):
        visit(sample, "W-KIN-DIR", NOW).get(f"/work/families/{ref}/{path}", 404)
        visit(sample, "W-ASH-SW2", NOW).get(f"/work/families/{ref}/{path}", 404)


def moment(at: str) -> datetime:
    return datetime.fromisoformat(f"{at}+01:00")


HISTORY = {
    "en": (
        *("Amina Yusuf changed the day from 1 July to 9 July.", "“The college was closed.”", "How school goes"),
        *(
            "Amina Yusuf moved it from Wed 10 July, 11:00 to Thu 11 July, 11:00.",
            "“It rained.”",
            "Leo starts on Monday.",
        ),
        *(
            "Before, Amina Yusuf had written, Fri 12 July, 09:00:",
            "Leo starts soon.",
            "No contact from the older group",
        ),
        *("Amina Yusuf changed the last day. It was 1 August.", "A court order", "Nothing follows", "An old order"),
    ),
    "es": (
        *("Amina Yusuf", "1 de julio", "9 de julio", "mié, 10 de julio, 11:00", "jue, 11 de julio, 11:00"),
        *("Leo starts soon.", "1 de agosto", "Una orden"),
    ),
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_happened_to_steps_meetings_and_what_protects_stands_in_it_in_the_readers_language(
    sample, visit, language: str
) -> None:
    with sample.session() as session:
        people = {p.source_ref: p for p in session.scalars(select(Person))}
        workers = {w.source_ref: w for w in session.scalars(select(Worker))}
        family, amina = session.scalars(select(Family)).one(), workers["W-BRV-SW1"]
        rosa, both = people["P-ROSA"], make.circle(session, family, people["P-ROSA"])
        step = session.scalars(select(Step).where(Step.source_ref == "S1")).one()
        common = {"family_id": family.id, "circle_id": both.id, "by_worker_id": amina.id}
        met = make.meeting(session, both, amina, held="2019-07-11T11:00", invited=[rosa])
        order = make.protection(session, both, amina, people["P-LEO"])
        # older than the pages go back
        make.protection(
            session, both, amina, people["P-LEO"], "An old order", starts=date(2018, 1, 1), ends=date(2018, 3, 1)
        )
        session.add_all((
            StepEvent(step_id=step.id, at=moment("2019-07-01T10:00"), what="moved", words="The college was closed.",
                      due_before=date(2019, 7, 1), due_after=date(2019, 7, 9), **common),
            MeetingChange(meeting_id=met.id, at=moment("2019-07-09T10:00"), what="moved", words="It rained.",
                          held_before=moment("2019-07-10T11:00"), held_after=moment("2019-07-11T11:00"), **common),
            Decision(meeting_id=met.id, number=1, text="Leo starts soon.",
                     written_at=moment("2019-07-12T09:00"), **common),
            Decision(meeting_id=met.id, number=2, text="Leo starts on Monday.",
                     written_at=moment("2019-07-12T10:00"), **common),
            ProtectionChange(protection_id=order.id, at=moment("2019-07-10T10:00"), what="end",
                             day_before=date(2019, 8, 1), **common),
        ))  # fmt: skip
        session.commit()
        ref = family.ref
    client = visit(sample, None, NOW)
    sign_in(client, sample.owner, "W-BRV-SW1", language)
    page = client.text(f"/work/families/{ref}/record")
    for words in HISTORY[language]:
        assert words in page, words
    # nothing of it for whose work opens no plan
    with sample.session() as session:
        session.execute(delete(FunctionSees).where(FunctionSees.function == "mentor", FunctionSees.kind == "plan"))
        session.commit()
    mentor = visit(sample, "W-ASH-TY1", NOW).text(f"/work/families/{ref}/record")
    for words in ("How school goes", "Leo starts", "No contact from the older group", "The college was closed."):
        assert words not in mentor, words
    # and Rosa, whose circle it is, reads that it was taken
    assert "took a copy of your record" in visit(sample, "P-ROSA", NOW).text("/who-has-looked")
