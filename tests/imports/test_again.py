"""The same folder again, and a changed one: nothing twice, nothing overwritten, nothing shown to more people."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import SAMPLE, Database
from tests.imports.folders import Folder, bring_in, everything, mistakes, rows, seers, value

JOINS = "joins the family, and sees what is for all of it from now on; what was there before stays as it was"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.sample(tmp_path / "folder")


def run(database: Database, statement: str, **values: object) -> None:
    with database.owner.connect() as connection:
        connection.execute(text(statement), values)


def test_the_same_folder_again_changes_nothing(sample: Database) -> None:
    before = everything(sample)
    outcomes, told = bring_in(sample, SAMPLE)
    assert everything(sample) == before
    assert not told
    assert {(o.new, o.changed, o.edited, o.held) for o in outcomes.values()} == {(0, 0, 0, 0)}
    assert sum(o.same for o in outcomes.values()) == 99


def test_the_same_rows_written_another_way_are_the_same(sample: Database, folder: Folder) -> None:
    for file in folder.path.glob("*.csv"):
        table = folder.read(file.stem)
        table.reverse()
        columns = sorted(table[0], reverse=True)
        lines = [
            ",".join(columns),
            *(",".join('"' + row[name].replace('"', '""') + '"' for name in columns) for row in table),
        ]
        file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    before = everything(sample)
    _, told = bring_in(sample, folder)
    assert not told
    assert everything(sample) == before


def test_a_changed_row_changes_in_place(sample: Database, folder: Folder) -> None:
    asked = "select id, ref, status, done_on from step where source_ref = 'S4'"
    (before,) = rows(sample, asked)
    folder.change("plan", "S4", status="done", done_on="2019-07-20")
    outcomes, told = bring_in(sample, folder)
    (after,) = rows(sample, asked)
    assert after[:2] == before[:2]
    assert (after[2], str(after[3])) == ("done", "2019-07-20")
    assert (outcomes["plan"].changed, outcomes["plan"].same) == (1, 5)
    assert not told


def test_a_value_that_is_gone_is_gone(sample: Database, folder: Folder) -> None:
    folder.change("workers", "W-BRV-SW1", away_from="", away_until="", phone="", cover_ref="")
    folder.change("people", "P-ROSA", phone="", lives_with="P-LEO")
    bring_in(sample, folder)
    assert rows(sample, "select away_from, away_until, cover_id from worker where source_ref = 'W-BRV-SW1'") == [
        (None, None, None)
    ]
    assert (
        value(
            sample,
            "select c.phone from worker_contact c join worker w on w.id = worker_id where source_ref = 'W-BRV-SW1'",
        )
        is None
    )
    assert value(sample, "select count(*) from phone") == 3
    assert (
        value(
            sample, "select count(*) from lives_with l join person p on p.id = l.person_id where source_ref = 'P-ROSA'"
        )
        == 1
    )


def test_a_new_number_and_a_new_address_reach_the_same_account(sample: Database, folder: Folder) -> None:
    before = rows(sample, "select account_id, number_hash from phone order by id")
    folder.change("people", "P-ROSA", phone="+447700900999")
    folder.change("workers", "W-ASH-SW1", email="grace.owusu@ashmere.example")
    folder.change("workers", "W-ASH-SW2", email="tom.ferris@ashmere.example")
    _, told = bring_in(sample, folder)
    after = rows(sample, "select account_id, number_hash from phone order by id")
    assert [a for a, _ in before] == [a for a, _ in after]
    assert [x == y for x, y in zip(before, after, strict=True)].count(False) == 1
    emails = """select w.source_ref, c.email from credential c join account a on a.id = c.account_id
        join worker w on w.id = a.worker_id where w.source_ref in ('W-ASH-SW1', 'W-ASH-SW2') order by 1"""
    assert rows(sample, emails) == [
        ("W-ASH-SW1", "grace.owusu@ashmere.example"),
        ("W-ASH-SW2", "tom.ferris@ashmere.example"),
    ]
    assert not told


def test_rows_that_are_not_in_the_folder_any_more_stay(sample: Database, folder: Folder) -> None:
    before = everything(sample)
    for name in ("plan", "statements", "involvements", "moves"):
        folder.file(name).unlink()
    folder.keep_only("people", "P-LEO", "P-ROSA", "P-THEO")
    folder.keep_only("appointments", "A8")
    bring_in(sample, folder)
    assert everything(sample) == before
    # and what stayed can still be referred to
    folder.add(
        "updates",
        ref="U9",
        family_ref="F1",
        posted_at="2019-07-12T09:00",
        by_worker_ref="W-BRV-SW1",
        text="Hello",
        seen_by="P-DAN",
    )
    bring_in(sample, folder)
    assert seers(sample, "family_update", "U9") == ["P-DAN"]


def test_what_was_edited_here_stays_and_is_reported(sample: Database, folder: Folder) -> None:
    run(sample, "update step set status = 'done', done_on = '2019-07-10', edited_at = now() where source_ref = 'S4'")
    run(sample, "update involvement set ends_on = '2019-07-30', edited_at = now() where ends_on = '2019-08-02'")
    before = everything(sample)
    bring_in(sample, folder)
    assert everything(sample) == before, "the sender said nothing new"
    line = folder.change("plan", "S4", status="stopped", seen_by="family")
    folder.change("involvements", 11, end_reason="Money ended")
    for _ in range(2):
        outcomes, told = bring_in(sample, folder)
        assert told == [
            "involvements.csv:13 row: left as it is: it was changed here since",
            f"plan.csv:{line} row: left as it is: it was changed here since",
        ]
        assert (outcomes["plan"].edited, outcomes["plan"].changed, outcomes["plan"].same) == (1, 0, 5)
    assert everything(sample) == before


def test_an_involvement_made_here_is_not_overwritten(sample: Database, folder: Folder) -> None:
    run(
        sample,
        """insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, accepted_on, closes)
        select 'made-here', f.id, w.id, 'housing', false, '2019-07-01', '2019-07-02', false from family f, worker w
        where w.source_ref = 'W-ASH-HOM'""",
    )
    line = folder.add(
        "involvements", family_ref="F1", worker_ref="W-ASH-HOM", function="housing", lead="no", start="2019-07-01"
    )
    _, told = bring_in(sample, folder)
    assert told == [f"involvements.csv:{line} row: left as it is: it was changed here since"]
    assert str(value(sample, "select accepted_on from involvement where ref = 'made-here'")) == "2019-07-02"


@pytest.mark.parametrize("wider", ["family", "P-ROSA;P-DAN", "P-DAN"])
def test_nothing_is_shown_to_more_people(sample: Database, folder: Folder, wider: str) -> None:
    line = folder.change("plan", "S3", seen_by=wider, step="Agree help with both rents")
    for _ in range(2):
        outcomes, told = bring_in(sample, folder)
        assert told == [f"plan.csv:{line} seen_by: kept as it was: this would show it to more people"]
        assert outcomes["plan"].held == 1
        assert set(seers(sample, "step", "S3")) <= {"P-ROSA"}
    assert value(sample, "select text from step where source_ref = 'S3'") == "Agree help with both rents", (
        "the rest is updated"
    )
    after = everything(sample)
    bring_in(sample, folder)
    assert everything(sample) == after


def test_who_is_taken_out_is_out_even_when_somebody_else_is_kept_out(sample: Database, folder: Folder) -> None:
    folder.change("updates", "U1", seen_by="P-ROSA;P-DAN")
    bring_in(sample, folder)
    assert seers(sample, "family_update", "U1") == ["P-ROSA"]


def test_an_empty_seen_by_is_no_way_round(sample: Database, folder: Folder) -> None:
    folder.change("plan", "S3", seen_by="")
    _, told = bring_in(sample, folder)
    assert "seen_by: kept" in told[0]
    assert seers(sample, "step", "S3") == []


def test_fewer_people_is_followed_everywhere(sample: Database, folder: Folder) -> None:
    folder.change("appointments", "A1", seen_by="P-ROSA")
    folder.change("statements", "T1", seen_by="P-ROSA")
    _, told = bring_in(sample, folder)
    assert not told
    assert seers(sample, "appointment", "A1") == ["P-ROSA"]
    circles = """select count(distinct circle_id) from (select circle_id from appointment where source_ref = 'A1'
        union all select p.circle_id from appointment_place p
        join appointment a on a.id = appointment_id where source_ref = 'A1'
        union all select p.circle_id from appointment_person p
        join appointment a on a.id = appointment_id where source_ref = 'A1') c"""
    assert value(sample, circles) == 1
    # nobody goes on reading the version that was replaced
    folder.change("statements", "T1", seen_by="professionals", text="Leo wants to learn.")
    bring_in(sample, folder)
    assert rows(sample, "select count(*), count(distinct circle_id) from statement where source_ref = 'T1'") == [(2, 1)]
    assert seers(sample, "statement", "T1") == []


@pytest.mark.parametrize(
    ("before", "after"), [("no_address", "none"), ("no_contact", "none"), ("no_contact", "no_address")]
)
def test_a_contact_limit_is_never_loosened(database: Database, folder: Folder, before: str, after: str) -> None:
    folder.change("people", "P-DAN", contact_limits=before)
    bring_in(database, folder)
    line = folder.change("people", "P-DAN", contact_limits=after, name="Dan Grant")
    for _ in range(2):
        outcomes, told = bring_in(database, folder)
        assert told == [f"people.csv:{line} contact_limits: kept as it was: this would let this person see more"]
        assert outcomes["people"].held == 1
    assert rows(database, "select contact_limit, name from person where source_ref = 'P-DAN'") == [
        (before, "Dan Grant")
    ]


def test_a_contact_limit_that_is_left_out_is_not_loosened(sample: Database, folder: Folder) -> None:
    folder.change("people", "P-DAN", contact_limits="")
    bring_in(sample, folder)
    assert value(sample, "select contact_limit from person where source_ref = 'P-DAN'") == "no_address"


def test_a_contact_limit_is_tightened(sample: Database, folder: Folder) -> None:
    folder.change("people", "P-DAN", contact_limits="no_contact")
    _, told = bring_in(sample, folder)
    assert not told
    assert value(sample, "select contact_limit from person where source_ref = 'P-DAN'") == "no_contact"


def test_nothing_goes_to_another_family(sample: Database, folder: Folder) -> None:
    folder.add("families", ref="F2", name="Other family", home_borough_ref="ASH")
    folder.add("people", ref="P-X", family_ref="F2", name="X", relation="young_person")
    step = folder.change("plan", "S3", family_ref="F2", seen_by="family", owner_ref="W-ASH-HOM")
    said = folder.change("statements", "T6", young_person_ref="P-X", said_by="P-X", seen_by="P-X")
    before = rows(sample, "select * from step where source_ref = 'S3'")
    outcomes, told = bring_in(sample, folder)
    assert told == [
        f"plan.csv:{step} family_ref: left as it was: this would show it to another family",
        f"statements.csv:{said} young_person_ref: left as it was: this would show it to another family",
    ]
    assert outcomes["plan"].held == outcomes["statements"].held == 1
    assert rows(sample, "select * from step where source_ref = 'S3'") == before
    assert value(sample, "select count(*) from statement where source_ref = 'T6'") == 1


def test_a_person_stays_in_their_family(sample: Database, folder: Folder) -> None:
    folder.add("families", ref="F2", name="Other family", home_borough_ref="ASH")
    line = folder.change("people", "P-THEO", family_ref="F2")
    _, told = bring_in(sample, folder)
    assert told == [f"people.csv:{line} family_ref: left as it was: this would show it to another family"]
    assert (
        value(
            sample,
            "select f.source_ref from person p join family f on f.id = p.family_id where p.source_ref = 'P-THEO'",
        )
        == "F1"
    )


def test_somebody_new_in_the_family_sees_what_is_new(sample: Database, folder: Folder) -> None:
    old = value(sample, "select circle_id from step where source_ref = 'S1'")
    line = folder.add("people", ref="P-NEW", family_ref="F1", name="Noor Marin", relation="other")
    folder.add(
        "updates",
        ref="U9",
        family_ref="F1",
        posted_at="2019-07-12T09:00",
        by_worker_ref="W-BRV-SW1",
        text="Hello",
        seen_by="family",
    )
    changed = folder.change("updates", "U0", text="A very good first week", seen_by="family")
    _, told = bring_in(sample, folder)
    everybody = ["P-DAN", "P-LEO", "P-ROSA", "P-THEO"]
    assert seers(sample, "family_update", "U9") == sorted([*everybody, "P-NEW"])
    for table, ref in (("step", "S1"), ("statement", "T1"), ("family_update", "U0"), ("appointment", "A1")):
        assert seers(sample, table, ref) == everybody, ref
    assert told == [
        f"people.csv:{line} family_ref: {JOINS}",
        f"updates.csv:{changed} seen_by: kept as it was: this would show it to more people",
    ]
    assert value(sample, "select circle_id from step where source_ref = 'S1'") == old
    after = everything(sample)
    bring_in(sample, folder)
    assert everything(sample) == after


def test_the_old_family_and_the_same_people_by_name_become_one_circle(sample: Database, folder: Folder) -> None:
    folder.add(
        "updates",
        ref="U8",
        family_ref="F1",
        posted_at="2019-07-12T09:00",
        by_worker_ref="W-BRV-SW1",
        text="Hi",
        seen_by="P-LEO;P-ROSA;P-DAN;P-THEO",
    )
    bring_in(sample, folder)
    assert value(sample, "select count(*) from circle") == 5
    run(
        sample,
        """insert into look (ref, family_id, worker_id, at, what, why, circles)
        select 'a-look', u.family_id, u.by_worker_id, now(), 'updates', 'involved', array[u.circle_id]
        from family_update u where source_ref = 'U8'""",
    )
    folder.add("people", ref="P-NEW", family_ref="F1", name="Noor Marin", relation="other")
    bring_in(sample, folder)
    assert value(sample, "select count(*) from circle") == 5
    assert seers(sample, "family_update", "U8") == seers(sample, "step", "S1") == ["P-DAN", "P-LEO", "P-ROSA", "P-THEO"]
    assert value(sample, "select circles from look where ref = 'a-look'") == [
        value(sample, "select circle_id from step where source_ref = 'S1'")
    ]
    assert (
        value(
            sample,
            "select count(*) from circle_member m join circle c on c.id = m.circle_id where c.members_key = 'family'",
        )
        == 5
    )


def test_a_changed_statement_is_a_new_version(sample: Database, folder: Folder) -> None:
    for text_ in ("Excluded after fights.", "Excluded after two fights."):
        folder.change("statements", "T2", text=text_)
        outcomes, told = bring_in(sample, folder)
        assert outcomes["statements"].changed == 1
        assert not told
    found = rows(sample, "select id, version, replaced_by_id from statement where source_ref = 'T2' order by version")
    assert [version for _, version, _ in found] == [1, 2, 3]
    assert [replaced for _, _, replaced in found] == [found[1][0], found[2][0], None]
    assert value(sample, "select disagrees_with_id from statement where source_ref = 'T3'") == found[2][0]
    after = everything(sample)
    bring_in(sample, folder)
    assert everything(sample) == after


@pytest.mark.parametrize(("seen_by", "sees"), [("P-LEO", ["P-LEO"]), ("family", ["P-LEO", "P-ROSA"])])
def test_showing_a_statement_to_others_is_no_new_version(
    sample: Database, folder: Folder, seen_by: str, sees: list[str]
) -> None:
    folder.change("statements", "T4", seen_by=seen_by)
    outcomes, _ = bring_in(sample, folder)
    assert outcomes["statements"].changed == 1
    assert seers(sample, "statement", "T4") == sees
    after = everything(sample)
    bring_in(sample, folder)
    assert everything(sample) == after
    assert rows(sample, "select version from statement where source_ref = 'T4'") == [(1,)]
    folder.change("statements", "T4", text="Twelve sessions.")
    bring_in(sample, folder)
    assert value(sample, "select count(*) from statement where source_ref = 'T4'") == 2
    assert seers(sample, "statement", "T4") == sees


def test_a_statement_changed_here_stays(sample: Database, folder: Folder) -> None:
    run(sample, "update statement set edited_at = now() where source_ref = 'T1'")
    line = folder.change("statements", "T1", text="Something else")
    _, told = bring_in(sample, folder)
    assert told == [f"statements.csv:{line} row: left as it is: it was changed here since"]
    assert value(sample, "select count(*) from statement where source_ref = 'T1'") == 1


def test_two_senders_with_the_same_refs_are_two_worlds(sample: Database, folder: Folder) -> None:
    before = everything(sample)
    outcomes, told = bring_in(sample, folder, source="kingsford")
    assert {(o.changed, o.same) for o in outcomes.values()} == {(0, 0)}
    assert [line for line in told if "email" not in line] == []
    assert len(told) == 21, "each worker signs in once, and the second is reported"
    assert rows(sample, "select source, count(*) from family group by 1 order by 1") == [("kingsford", 1), ("main", 1)]
    after = everything(sample)
    assert {
        table: set(found) - set(after[table]) for table, found in before.items() if set(found) - set(after[table])
    } == {}
    assert (
        value(sample, "select count(*) from step s join family f on f.id = s.family_id where s.source <> f.source") == 0
    )
    folder.change("families", "F1", name="Another family")
    bring_in(sample, folder, source="kingsford")
    assert rows(sample, "select source, name from family order by 1") == [
        ("kingsford", "Another family"),
        ("main", "Marin family"),
    ]


def test_refs_mean_nothing_to_another_sender(sample: Database, folder: Folder) -> None:
    for name in (
        "workers",
        "involvements",
        "plan",
        "appointments",
        "offers",
        "statements",
        "links",
        "moments",
        "moves",
    ):
        folder.file(name).unlink()
    folder.write("workers", [])
    told = mistakes(sample, folder, source="kingsford")
    assert "organisations.csv:2 senior_manager_ref: W-ASH-DIR is not in workers.csv" in told
    assert "updates.csv:2 by_worker_ref: W-ASH-PRU1 is not in workers.csv" in told
