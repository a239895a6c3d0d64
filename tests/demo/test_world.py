"""The demo world in a database: every state a visitor should see, on any day, made anew when the day has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from portal.demo import people, shifting
from portal.demo import world as demo_world
from portal.foundation import clock
from portal.foundation.models import Timetable
from portal.organisations.models import Organisation
from portal.people.models import Family, Person
from portal.plans.models import Step
from tests.client import Client
from tests.conftest import Database
from tests.demo.conftest import TODAY
from tests.demo.test_shifting import CLOCKS_BACK, CLOCKS_ON, LEAP, NEW_YEAR

At = Callable[[str], None]
Visit = Callable[..., Client]
RESPONSIBLE = """select f.source_ref, r.how, w.name, r.since from family f cross join lateral responsible(f.id) r
    join worker w on w.id = r.worker_id order by f.source_ref"""


def states(database: Database) -> dict[str, tuple[str, str, date | None]]:
    with database.session() as session:
        return {ref: (how, name, since) for ref, how, name, since in session.execute(text(RESPONSIBLE))}


@pytest.mark.parametrize("today", [LEAP, CLOCKS_ON, CLOCKS_BACK, NEW_YEAR, shifting.ANCHOR])
def test_the_world_comes_in_on_any_day_and_every_family_has_its_state(today: date, database: Database, at: At) -> None:
    at(f"{today}T00:30")
    demo_world.fill(database.owner)
    assert states(database) == {
        "F1": ("leads", "Amina Yusuf", today - timedelta(days=18)),
        "F2": ("new", "Nadia Rahman", None),
        "F3": ("leads", "Grace Owusu", today - timedelta(days=77)),
        "F4": ("leads", "Ellen Marsh", date(2018, 11, 5) + (today - shifting.ANCHOR)),
        "F5": ("accountable", "Gwen Parry", today - timedelta(days=11)),
        "F6": ("closed", "Nadia Rahman", today - timedelta(days=31)),
    }


def test_everybody_listed_is_there_under_that_name_and_may_come_in(world: Database) -> None:
    with world.session() as session:
        for somebody in people.everybody():
            table = "worker" if somebody.is_worker else "person"
            found = session.execute(
                text(f"select t.name from {table} t join account a on a.{table}_id = t.id where t.source_ref = :ref"),
                {"ref": somebody.ref},
            ).one()
            assert found.name == somebody.name, somebody.ref
        refs = {somebody.ref for somebody in people.everybody()}
        shut = session.scalars(select(Person.source_ref).where(Person.contact_limit == "no_contact")).all()
        assert "P-CRAIG" in shut
        assert not refs & set(shut)
        assert {household.ref for household in people.HOUSEHOLDS} == set(session.scalars(select(Family.source_ref)))


def test_ages_in_the_sentences_are_true() -> None:
    said = {somebody.ref: somebody.says for somebody in people.everybody()}
    for folder in (shifting.SAMPLE, shifting.WORLD):
        for row in shifting.rows(folder, "people.csv"):
            if row["relation"] == "young_person":
                born = date.fromisoformat(row["date_of_birth"])
                age = (
                    shifting.ANCHOR.year
                    - born.year
                    - ((shifting.ANCHOR.month, shifting.ANCHOR.day) < (born.month, born.day))
                )
                if " is " in said[row["ref"]].split(".")[0]:
                    assert f" is {age}." in said[row["ref"]] or f"is {age}" in said[row["ref"]], row["ref"]


@pytest.mark.parametrize(
    ("who", "name", "words"),
    [
        ("P-ROSA", "Amina Yusuf", ["20 March", "Ian Brook"]),
        ("P-DECLAN", "Nadia Rahman", ["Nothing is booked"]),
        ("P-MEENA", "Grace Owusu", ["Home visit with the interpreter", "damp wall"]),
        ("P-RUKH", "Ellen Marsh", ["Goodbye to Ellen"]),
        ("P-DONNA", "Gwen Parry", ["28 February", "Rob Tanner"]),
        ("P-MARCIA", "Nadia Rahman", ["ended"]),
    ],
)
def test_home_says_who_is_responsible_and_what_is_next(
    who: str, name: str, words: list[str], world: Database, visit: Visit
) -> None:
    home = visit(world, who, TODAY).text("/home?lang=en")
    for word in (name, *words):
        assert word in home, f"{who}: {word!r} is not on home"


def test_the_new_family_finds_empty_pages_and_a_name(world: Database, visit: Visit) -> None:
    niamh = visit(world, "P-NIAMH", TODAY)
    for page in ("/home", "/network", "/plan", "/appointments", "/updates", "/assessment", "/who-has-looked"):
        niamh.get(page)
    assert "Nadia Rahman" in niamh.text("/network")


def test_a_busy_family_sees_by_circle(world: Database, visit: Visit) -> None:
    assert "bus stop" in visit(world, "P-ARAV", TODAY).text("/assessment")
    for who in ("P-KAVI", "P-MEENA"):
        assert "The bus stop by the shops" not in visit(world, who, TODAY).text("/assessment")
    kaviya = visit(world, "P-KAVI", TODAY)
    assert "Time with Marcus" not in kaviya.text("/appointments")
    assert "Second talk with Dr Mansoor" in kaviya.text("/appointments")
    updates = visit(world, "P-MEENA", TODAY).text("/updates")
    assert updates.count("can read this.") >= 12


def test_the_father_who_must_not_know_where_they_are_reads_nothing_that_tells(world: Database, visit: Visit) -> None:
    suresh = visit(world, "P-SURESH", TODAY)
    assert "Grace Owusu" in suresh.text("/home")
    for page in ("/home", "/network", "/plan", "/appointments", "/updates", "/assessment", "/who-has-looked"):
        html = suresh.get(page).get_data(as_text=True).lower()
        for word in ("ashmere", "kingsford", "library cafe", "020 7946", "clinic", "bus stop", "larger flat", "damp"):
            assert word not in html, f"{page} tells {word!r}"


def test_police_are_shown_only_to_those_who_choose_it(world: Database, visit: Visit) -> None:
    for who in ("P-ARAV", "P-MEENA"):
        pages = visit(world, who, TODAY)
        assert "Hannah Price" not in pages.text("/network") + pages.text("/who-has-looked")


def test_handing_over_both_workers_are_there_and_a_brother_stands_by(world: Database, visit: Visit) -> None:
    people_page = visit(world, "P-RUKH", TODAY).text("/network?lang=en")
    for word in ("Ellen Marsh", "Tunde Olawale", "Shafiq Miah", "my brother", "Leads from 19 March"):
        assert word in people_page
    assert visit(world, "W-KIN-SW2", TODAY).get("/work/families/F4")
    assert visit(world, "W-KIN-SW1", TODAY).get("/work/families/F4")
    assert visit(world, "P-SHAFIQ", TODAY).get("/supporting")


def test_who_comes_next_has_said_yes(world: Database, visit: Visit) -> None:
    assert "Jordan Pike" in visit(world, "P-LEO", TODAY).text("/network?lang=en")


def test_in_the_gap_the_manager_was_told_and_may_look(world: Database, visit: Visit) -> None:
    assert visit(world, "W-KIN-YSM", TODAY).get("/work/families/F5")
    with world.session() as session:
        told = session.execute(
            text("select w.source_ref, a.kind from alert a join worker w on w.id = a.to_worker_id")
        ).all()
    assert [tuple(row) for row in told] == [("W-KIN-YSM", "no_lead")]


def test_who_has_looked_has_something_true_to_show(world: Database, visit: Visit) -> None:
    looked = visit(world, "P-ROSA", TODAY).text("/who-has-looked")
    assert "Amina Yusuf" in looked
    assert "Ian Brook" in looked
    assert "Gwen Parry" in visit(world, "P-DONNA", TODAY).text("/who-has-looked")
    assert "Callum Reid" in visit(world, "P-MARCIA", TODAY).text("/who-has-looked")


def test_workers_whose_part_has_ended_find_nothing(world: Database, visit: Visit) -> None:
    visit(world, "W-ASH-SW2", TODAY).get("/work/families/F1", 404)
    visit(world, "W-BRV-SW2", TODAY).get("/work/families/F6", 404)


# --- once a day


def count(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(Family)) or 0


def test_the_world_is_filled_once_a_day_and_made_anew_the_next(database: Database, at: At) -> None:
    at("2026-05-04T09:00")
    assert demo_world.prepare(database.owner)
    assert demo_world.prepare(database.owner) is None
    with database.session() as session:
        session.execute(text("update step set text = 'Changed by a visitor' where source_ref = 'S3'"))
        session.commit()
    at("2026-05-04T23:59")
    assert demo_world.prepare(database.owner) is None
    at("2026-05-05T00:01")
    assert "gone" in str(demo_world.prepare(database.owner))
    with database.session() as session:
        assert session.scalar(select(func.count()).where(Step.text == "Changed by a visitor")) == 0
        marks = session.scalars(select(Timetable).where(Timetable.name.startswith(demo_world.MARK))).all()
        assert [clock.london(mark.last_run_at).date() for mark in marks if mark.last_run_at] == [date(2026, 5, 5)]
    assert count(database) == 6


def test_a_world_left_half_made_is_made_again(database: Database, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    at("2026-05-04T09:00")

    def stumble(*_: object) -> None:
        raise RuntimeError("a power cut")

    with monkeypatch.context() as cut:
        cut.setattr(demo_world, "look_in", stumble)
        with pytest.raises(RuntimeError, match="power cut"):
            demo_world.prepare(database.owner)
    assert demo_world.prepare(database.owner)
    assert count(database) == 6


def test_families_that_are_not_the_demos_stay(database: Database, at: At) -> None:
    at("2026-05-04T09:00")
    demo_world.prepare(database.owner)
    with database.session() as session:
        borough = session.scalars(select(Organisation.id)).first()
        session.add(Family(name="Another family", home_borough_id=borough, source="other", source_ref="F1"))
        session.commit()
    at("2026-05-05T09:00")
    with pytest.raises(demo_world.NotOurs, match="--fresh"):
        demo_world.prepare(database.owner)
    assert count(database) == 7
    assert demo_world.prepare(database.owner, fresh=True)
    assert count(database) == 6


def test_organisations_without_a_family_yet_are_somebody_elses_too(database: Database, at: At) -> None:
    at("2026-05-04T09:00")
    with database.session() as session:
        session.add(Organisation(name="Ashmere", kind="borough"))
        session.commit()
    with pytest.raises(demo_world.NotOurs):
        demo_world.prepare(database.owner)
    assert demo_world.holds_more(database.owner)


def test_what_each_function_sees_survives_a_fresh_world(database: Database, at: At) -> None:
    at("2026-05-04T09:00")
    with database.session() as session:
        before = session.execute(text("select * from function_sees order by 1, 2")).all()
    demo_world.prepare(database.owner, fresh=True)
    with database.session() as session:
        assert session.execute(text("select * from function_sees order by 1, 2")).all() == before
        assert session.scalar(text("select count(*) from look")) == len(shifting.rows(shifting.WORLD, "looks.csv"))


def test_filling_puts_the_clock_back(database: Database, at: At) -> None:
    at("2026-05-04T09:00")
    demo_world.fill(database.owner)
    assert clock.now() == clock.london(datetime(2026, 5, 4, 9))  # noqa: DTZ001 - `london` reads it as London's
