"""Every kind of mistake: each is reported with file, line and column, all in one run, and nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.imports.files import FILES
from portal.imports.reading import BROKEN
from portal.imports.run import NotReady
from tests.conftest import Database
from tests.imports.folders import Folder, bring_in, everything, mistakes, value
from tests.imports.wrong_cells import WRONG_CELLS


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.sample(tmp_path / "folder")


TWO = "two people would lead from"
FILE_ORDER = [file.name for file in FILES]


def test_every_kind_of_mistake_in_one_run(database: Database, folder: Folder) -> None:
    folder.add("families", ref="F2", name="Other family", home_borough_ref="KIN")
    folder.add("people", ref="P-OTHER", family_ref="F2", name="Other", relation="young_person")
    folder.add("people", ref="BOTH", family_ref="F1", name="Both", relation="other")
    folder.add(
        "statements",
        ref="T-OTHER",
        young_person_ref="P-OTHER",
        section="story",
        made_on="2019-01-01",
        said_by="P-OTHER",
        text="Hi",
    )
    folder.add(
        "workers",
        ref="BOTH",
        name="Both",
        organisation_ref="ASH",
        role="Both",
        email="both@ashmere.example",
        manager="no",
    )
    expected = []
    for file, key, cells, reports in WRONG_CELLS:
        line = folder.change(file, key, **cells)
        expected += [f"{file}.csv:{line} {column}: {words}" for column, words in reports]
    twin = folder.read("involvements")[14]
    line = folder.add("involvements", **twin)
    expected.append(f"involvements.csv:{line} row: has the same family, worker, function and start as line 16")
    before = everything(database)
    expected.sort(key=lambda told: (FILE_ORDER.index(told.split(".csv:")[0]), int(re.split("[: ]", told)[1])))
    assert mistakes(database, folder) == expected
    assert mistakes(database, folder, check=True) == expected
    assert everything(database) == before
    assert value(database, "select count(*) from organisation") == 0


def test_broken_files(database: Database, folder: Folder) -> None:
    people = folder.file("people").read_text()
    folder.raw("people", people.replace("P-DAN,F1", 'P-DAN,"F"1'))
    folder.raw("plan", folder.file("plan").read_text() + 'S7,F1,"never closed\n')
    folder.raw("updates", folder.file("updates").read_text().replace("first week", "first caf\xe9").encode("latin-1"))
    folder.raw(
        "offers",
        folder.file("offers").read_text().replace("ref,family_ref,offered_on", "ref,family_ref,offered,offered_on,ref"),
    )
    folder.raw("links", b"")
    folder.raw("moments", "ref,kind\n".encode("utf-16"))
    folder.raw("moves", folder.file("moves").read_text().replace(",W-BRV-TM,,", ",W-BRV-TM,because, they said,"))
    folder.raw("statements", folder.file("statements").read_text().replace("anger", "an\x00ger"))
    folder.raw("plans", "ref\n")
    told = mistakes(database, folder)
    assert told == [
        f"people.csv:4 row: {BROKEN}",
        "plan.csv:8 row: a quote is opened here and never closed; write a quote inside a field twice",
        "offers.csv:1 offered: offers.csv has no such column",
        "offers.csv:1 ref: the column is there twice",
        *(f"offers.csv:{line} row: has 8 fields, and the header has 10" for line in range(2, 8)),
        "statements.csv:5 text: has a control character in it (U+0000)",
        "links.csv:1 row: the file is empty; its first line names the columns",
        "moments.csv:1 row: the file is UTF-16; save it as CSV in UTF-8",
        "moves.csv:2 row: has 14 fields, and the header has 13",
        "updates.csv:2 row: is not UTF-8; save the file as CSV in UTF-8",
        "plans.csv:1 file: the import folder has no file of this name",
    ]


def test_a_missing_column(database: Database, folder: Folder) -> None:
    table = [line.split(",") for line in folder.file("families").read_text().splitlines()]
    folder.raw("families", "\n".join(",".join(row[1:]) for row in table))
    assert mistakes(database, folder) == ["families.csv:1 ref: the column is missing"], (
        "what points to it is not reported too"
    )


@pytest.mark.parametrize("name", ["organisations", "workers", "families", "people"])
def test_a_missing_file(database: Database, folder: Folder, name: str) -> None:
    folder.file(name).unlink()
    told = mistakes(database, folder)
    assert told[0].endswith("row: the file is missing")
    assert told == [f"{name}.csv:1 row: the file is missing"]


def test_the_least_there_can_be(database: Database, folder: Folder) -> None:
    for file in folder.path.glob("*.csv"):
        if file.stem not in ("organisations", "workers", "families", "people"):
            file.unlink()
    outcomes, told = bring_in(database, folder)
    assert not told
    assert sum(o.new for o in outcomes.values()) == 37


def test_the_line_is_where_the_record_starts(database: Database, folder: Folder) -> None:
    folder.change("updates", "U0", text='A "good"\nfirst\r\nweek')
    folder.change("updates", "U1", posted_at="soon")
    assert mistakes(database, folder) == ["updates.csv:5 posted_at: soon is not a time; write it like 2019-05-31T16:00"]


def test_a_mistake_says_nothing_private(database: Database, folder: Folder) -> None:
    folder.change("people", "P-ROSA", phone="+4477009001029", name="Rosa\nMarin", date_of_birth="1975-03-11")
    folder.change("workers", "W-ASH-SW1", email="tom ferris@ashmere.example")
    told = "\n".join(mistakes(database, folder))
    for private in ("9001029", "Rosa", "ferris"):
        assert private not in told


def test_a_terminal_obeys_nothing_in_a_report(database: Database, folder: Folder) -> None:
    folder.change("plan", "S1", status="\x1b[2J", owner_ref="\x1b]0;x\x07")
    assert not any("\x1b" in line for line in mistakes(database, folder))


def test_formulas_and_markup_are_words(database: Database, folder: Folder) -> None:
    odd = "=1+2 <script>alert(1)</script> {{ 7*7 }} %s '; drop table person; -- \\N"
    folder.change("plan", "S1", step=odd, goal=odd)
    folder.change("people", "P-ROSA", name=odd)
    bring_in(database, folder)
    assert value(database, "select text from step where source_ref = 'S1'") == odd
    assert value(database, "select name from person where source_ref = 'P-ROSA'") == odd
    longest = "é" * 10_000
    folder.change("updates", "U0", text=longest)
    bring_in(database, folder)
    assert value(database, "select text from family_update where source_ref = 'U0'") == longest


def test_a_lead_made_here_is_in_the_way(sample: Database, folder: Folder) -> None:
    with sample.owner.connect() as connection:
        connection.execute(
            text("update involvement set ends_on = '2019-07-20', edited_at = now() where is_lead and ends_on is null")
        )
        connection.execute(
            text(
                """insert into involvement
                (ref, family_id, worker_id, function, is_lead, starts_on, accepted_on, closes)
                select 'made-here', f.id, w.id, 'social_work', true, '2019-07-21', '2019-07-21', false
                from family f, worker w where w.source_ref = 'W-BRV-TM'"""
            )
        )
    line = folder.add(
        "involvements", family_ref="F1", worker_ref="W-BRV-CHM", function="mentor", lead="yes", start="2019-08-01"
    )
    early = folder.add(
        "involvements",
        family_ref="F1",
        worker_ref="W-BRV-DIR",
        function="social_work",
        lead="yes",
        start="2019-07-18",
        end="2019-07-19",
    )
    assert mistakes(sample, folder) == [
        f"involvements.csv:{line} lead: {TWO} 2019-08-01: also W-BRV-TM, who leads here since 2019-07-21",
        f"involvements.csv:{early} lead: {TWO} 2019-07-18: also W-BRV-SW1, who leads here since 2019-06-27",
    ]


def test_leads_may_follow_each_other_day_by_day_and_change_places(sample: Database, folder: Folder) -> None:
    # another start is another involvement, and the one on record stays
    folder.change("involvements", 10, end="2019-06-30")
    folder.change("involvements", 13, start="2019-07-01")
    told = mistakes(sample, folder)
    assert told == [
        f"involvements.csv:12 lead: {TWO} 2019-06-27: also W-BRV-SW1, who leads here since 2019-06-27",
        f"involvements.csv:15 lead: {TWO} 2019-07-01: also W-BRV-SW1, who leads here since 2019-06-27",
    ]
    folder.change("involvements", 13, start="2019-06-27", lead="no")
    outcomes, told = bring_in(sample, folder)
    assert outcomes["involvements"].changed == 2


def test_history_is_not_measured_by_the_rules_of_today(database: Database, folder: Folder) -> None:
    folder.change("involvements", 3, handover_to="", end_reason="")
    folder.change("moves", "V1", need_after="early_help", declined_by="W-ASH-SW1", declined_reason="")
    folder.change("involvements", 13, end="2019-07-01")
    bring_in(database, folder)


def test_a_long_chain_of_disagreements_is_no_ring(database: Database, folder: Folder) -> None:
    said = {
        "young_person_ref": "P-LEO",
        "section": "story",
        "made_on": "2019-01-01",
        "said_by": "P-LEO",
        "text": "No",
        "seen_by": "P-LEO",
    }
    chain = [said | {"ref": f"X{i}", "disagrees_with": f"X{i - 1}" if i else ""} for i in range(40)]
    folder.write("statements", [*folder.read("statements"), *chain])
    bring_in(database, folder)
    folder.change("statements", "X0", disagrees_with="X39")
    assert len(mistakes(database, folder)) == 40


def test_a_database_that_was_not_set_up(database: Database, folder: Folder) -> None:
    with database.owner.connect() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    with pytest.raises(NotReady, match="portal migrate"):
        bring_in(database, folder)
