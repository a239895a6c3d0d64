"""Where a life is: the picture, asking another borough with a clock, answering, and what the law asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from portal.contexts.queries import picture
from portal.foundation.database import PortalSession, Row, Speaker
from portal.foundation.working_days import after_working_days, is_working_day, working_days_between
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"


def ref_of(database: Database, table: str, source_ref: str) -> str:
    with database.session() as session:
        found = session.scalar(text(f"select ref from {table} where source_ref = :ref"), {"ref": source_ref})
    return str(found)


def form_of(client: Client, path: str) -> dict[str, Any]:
    form = client.soup(path).main.find("form", method="post")
    return {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}


@pytest.mark.parametrize(
    ("day", "many", "due"),
    [
        (date(2019, 7, 15), 5, date(2019, 7, 22)),
        (date(2019, 4, 17), 2, date(2019, 4, 23)),  # Good Friday and Easter Monday lie between
        (date(2019, 12, 24), 1, date(2019, 12, 27)),
        (date(2022, 12, 23), 1, date(2022, 12, 28)),  # Christmas on a Sunday: the Tuesday instead
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # the late Queen's funeral
        (date(2019, 5, 31), 45, date(2019, 8, 2)),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(day: date, many: int, due: date) -> None:
    assert after_working_days(day, many) == due
    assert working_days_between(day, due) == many and working_days_between(due, day) == -many


def test_a_bank_holiday_is_no_working_day() -> None:
    assert not is_working_day(date(2019, 8, 26)) and is_working_day(date(2019, 8, 27))
    assert not is_working_day(date(2020, 5, 8)) and is_working_day(date(2020, 5, 4)), "moved for VE Day"


def test_the_picture_shows_each_borough_in_a_lane_and_what_nobody_asked(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    page = amina.soup("/work/families/F1/where")
    svg = page.find("svg", role="img")
    assert svg["aria-label"] and not svg.find(style=True)
    lanes = [text_.get_text() for text_ in svg.find_all("text", class_="borough")]
    assert len(lanes) == 3 and any("Kingsford" in lane for lane in lanes)
    gaps = svg.find_all("rect", class_="gap")
    assert len(gaps) == 2, "the youth club and the friends, not the home where he lives now"
    words = page.main.get_text(" ")
    assert "Nobody has asked about 2 of these" in words and "Evening sessions" in words


def test_asking_kingsford_starts_a_clock_and_closes_the_gap(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    link = amina.soup("/work/families/F1/assessment").find(
        "a", string=lambda said: said and said.startswith("Ask King")
    )
    path = link["href"]
    assert "reads the name, the birthday and your question" in amina.text(path)
    fields = form_of(amina, path)
    soup = amina.soup(path)
    whom = soup.find("select", id="organisation").find("option", selected=True)
    assert "Kingsford" in whom.get_text()
    asked = fields | {"organisation": whom["value"], "text": "Who are his friends there?", "days": "5"}
    asked["readers"] = [ref_of(sample, "person", "P-LEO")]
    for _twice in range(2):
        amina.post(path.split("?")[0], asked, 303)
    words = amina.text("/work/families/F1/where")
    assert "Answer due by 22 July" in words and "5 working days left" in words
    assert words.count("Who are his friends there?") == 1
    assert "was never asked about" not in amina.text("/work/families/F1/assessment")
    assert "Who are his friends there?" in visit(sample, "P-LEO", AT).text("/assessment/where")
    assert "Who are his friends there?" not in visit(sample, "P-ROSA", AT).text("/assessment/where")
    assert "2 working days late" in visit(sample, "W-BRV-SW1", "2019-07-24T10:00").text("/work/families/F1/where")


def test_whoever_is_asked_answers_and_opens_nothing_else(sample: Database, visit: Visit) -> None:
    with sample.session() as session:
        rows = session.execute(
            text(
                "select l.family_id, l.circle_id, l.young_person_id, l.id, l.borough_id from link l "
                "where source_ref = 'L2'"
            )
        ).one()
        amina, yara = (
            session.scalar(text("select id from worker where source_ref = :ref"), {"ref": ref})
            for ref in ("W-BRV-SW1", "W-KIN-DIR")
        )
        from portal.contexts.models import Enquiry

        asked = Enquiry(
            family_id=rows.family_id, circle_id=rows.circle_id, young_person_id=rows.young_person_id,
            organisation_id=rows.borough_id, link_ids=[rows.id], to_worker_id=yara, about="Leo Marin, 2.10.2002",
            text="Who runs the youth club?", asked_on=date(2019, 7, 12), asked_by_id=amina, due_on=date(2019, 7, 19),
        )  # fmt: skip
        session.add(asked)
        session.execute(text("update link set asked_on = '2019-07-12' where source_ref = 'L2'"))
        session.commit()
        ref = asked.ref
    there = visit(sample, "W-KIN-DIR", AT)
    words = there.text(f"/work/asked/{ref}")
    assert "Leo Marin, 2.10.2002" in words and "Who runs the youth club?" in words and "Rosa" not in words
    there.get("/work/families/F1", 404)
    there.submit(f"/work/asked/{ref}", {"text": "  "}, status=422)
    there.submit(f"/work/asked/{ref}", {"text": "Kofi does, on Tuesdays."}, status=303)
    again = there.browser.post(f"/work/asked/{ref}", data={"text": "Something else."})
    assert again.status_code in (303, 400)
    amina_reads = visit(sample, "W-BRV-SW1", AT)
    assert "Kofi does, on Tuesdays." in amina_reads.text("/work/families/F1/where")
    assert "Asked 12 July, answered 15 July" in amina_reads.text("/work/families/F1/where")
    assert "An answer came back about Marin family" in amina_reads.text("/work/")
    visit(sample, "W-KIN-SC1", AT).get(f"/work/asked/{ref}", 404)
    with PortalSession(sample.web) as session:
        session.info["speaker"] = Speaker(worker_id=yara)
        assert session.scalar(text("select count(*) from context_question")) == 1
        assert session.scalar(text("select count(*) from statement")) == 0
        assert session.scalar(text("select count(*) from link")) == 0


def test_daniel_sees_no_places_and_nobody_who_was_asked(sample: Database, visit: Visit) -> None:
    visit(sample, "P-DAN", AT).get("/assessment/where", 404)
    with PortalSession(sample.web) as session, sample.session() as owner:
        session.info["speaker"] = Speaker(
            person_id=owner.scalar(text("select id from person where source_ref = 'P-DAN'"))
        )
        for table in ("link", "context_question", "kept_elsewhere", "assessment_passed_on"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0


def test_a_mother_writes_down_where_his_friends_are(sample: Database, visit: Visit) -> None:
    rosa = visit(sample, "P-ROSA", AT)
    path = f"/assessment/where/{ref_of(sample, 'person', 'P-LEO')}/new"
    fields = form_of(rosa, path) | {
        "what": "friends",
        "note": "Cousins",
        "borough": ref_of(sample, "organisation", "KIN"),
    }
    rosa.post(path, fields | {"since-day": "1", "since-month": "1", "since-year": "2031"}, 422)
    for _twice in range(2):
        rosa.post(path, fields | {"readers": [ref_of(sample, "person", "P-LEO")]}, 303)
    words = visit(sample, "W-BRV-SW1", AT).text("/work/families/F1/assessment")
    assert words.count("Cousins") == 2, "as a gap, and in the list"


def test_the_law_stands_on_the_one_record_with_its_last_day(sample: Database, visit: Visit) -> None:
    amina, leo = visit(sample, "W-BRV-SW1", AT), ref_of(sample, "person", "P-LEO")
    path = f"/work/families/F1/duties/{leo}/new"
    page = amina.soup(path)
    ticked = [box["value"] for box in page.find_all("input", type="checkbox") if box.has_attr("checked")]
    assert leo in ticked and ref_of(sample, "person", "P-DAN") not in ticked
    fields = form_of(amina, path) | {"what": "section_17", "readers": ticked}
    amina.post(path, fields | {"began_on-day": "1", "began_on-month": "8", "began_on-year": "2019"}, 422)
    began = {"began_on-day": "31", "began_on-month": "5", "began_on-year": "2019"}
    for _twice in range(2):
        amina.post(path, fields | began, 303)
    words = visit(sample, "P-ROSA", AT).text("/assessment")
    assert "What the law makes services do" in words and "By 2 August." in words and "14 working days left" in words
    assert words.count("Children Act 1989, section 17") == 1
    with sample.session() as session:
        duty = session.scalar(text("select ref from statutory_entry"))
    done = f"/work/families/F1/duties/{duty}"
    amina.submit(
        done,
        {"outcome": "Help goes on.", "ended_on-day": "14", "ended_on-month": "7", "ended_on-year": "2019"},
        status=303,
    )
    words = visit(sample, "P-ROSA", AT).text("/assessment")
    assert "Done on 14 July." in words and "Help goes on." in words
    assert "Children Act" not in visit(sample, "P-DAN", AT).text("/assessment")


def test_asking_again_needs_a_reason_that_the_family_reads(sample: Database, visit: Visit) -> None:
    amina, leo = visit(sample, "W-BRV-SW1", AT), ref_of(sample, "person", "P-LEO")
    path = f"/work/families/F1/assessment/again/{leo}/hopes"
    assert "was told before" in amina.text(path)
    fields = form_of(amina, path)
    amina.post(path, fields | {"reason": "", "readers": [leo]}, 422)
    amina.post(path, fields | {"reason": "The panel wants it.", "readers": []}, 422)
    amina.post(path, fields | {"reason": "The panel wants it in his own words.", "readers": [leo]}, 303)
    words = visit(sample, "P-LEO", AT).text("/assessment")
    assert "Amina Yusuf asked about this again on 15 July." in words and "The panel wants it" in words


def test_what_is_kept_elsewhere_is_linked_and_not_told_to_daniel(sample: Database, visit: Visit) -> None:
    amina, leo = visit(sample, "W-BRV-SW1", AT), ref_of(sample, "person", "P-LEO")
    path = f"/work/families/F1/elsewhere/{leo}"
    everybody = [leo, ref_of(sample, "person", "P-ROSA"), ref_of(sample, "person", "P-DAN")]
    fields = form_of(amina, path) | {"what": "youth_justice", "where_kept": "The borough's system, number 1234"}
    amina.post(path, fields | {"readers": everybody}, 303)
    assert "number 1234" in visit(sample, "P-ROSA", AT).text("/assessment")
    assert "1234" not in visit(sample, "P-DAN", AT).text("/assessment")


def test_somebody_new_reads_what_to_know_what_is_not_known_and_what_not_to_ask(sample: Database, visit: Visit) -> None:
    page = visit(sample, "W-BRV-SW1", AT).soup("/work/families/F1/assessment")
    leo = ref_of(sample, "person", "P-LEO")
    first = page.find(id=f"first-{leo}")
    items = [item.get_text(" ") for item in first.find("ol").find_all("li")]
    assert 5 <= len(items) <= 10 and "wants to learn" in items[0]
    words = first.get_text(" ")
    assert "Not known yet" in words and "Online" in words
    assert "Told already: do not ask again" in words and "Leo told it, last on 12 June" in words
    asked = page.find("ul", class_="asked").get_text(" ")
    assert "Not asked: Every borough with a link" in " ".join(asked.split())


def test_a_picture_of_nothing_and_of_much_holds_together() -> None:
    assert picture([], date(2019, 7, 15)) is None
    rows = [
        Row(
            borough=f"Borough number {n % 9}", since=date(2001 + n % 18, 1, 1), until=None, what="place",
            asked_on=None, answered_on=None, lives_here=False, young_person_id=1, note=None,
        )
        for n in range(200)
    ]  # fmt: skip
    drawn = picture(rows, date(2019, 7, 15))
    assert drawn is not None and len(drawn.lanes) == 9
    assert all(bar.x >= 0 and bar.x + bar.width <= drawn.width + 10 for lane in drawn.lanes for bar in lane.bars)
    tops = [lane.y for lane in drawn.lanes]
    assert tops == sorted(tops) and drawn.height > tops[-1]


def test_five_thousand_statements_stay_a_light_page(database: Database, visit: Visit) -> None:
    with database.session() as session:
        here = make.organisation(session)
        ada = make.worker(session, here, ref="ADA")
        family = make.family(session, here, source_ref="F9")
        ana, leo = make.person(session, family, "Ana", ref="ANA"), make.person(session, family, "Leo", "young_person")
        make.involvement(session, ada, family, lead=True)
        circle = make.circle(session, family, ana, leo)
        many_statements(session, circle, leo, ada, ana, 5000)
        session.commit()
    page = visit(database, "ANA", AT).get("/assessment")
    assert len(page.data) < 150_000
    work = visit(database, "ADA", AT)
    assert len(work.get("/work/families/F9/assessment").data) < 200_000
    young = (
        visit(database, "ANA", AT).soup("/assessment").find("a", string=lambda said: said and said.startswith("Read "))
    )
    more = visit(database, "ANA", AT)
    assert "Older" in more.text(young["href"]) and "Newer" in more.text(young["href"] + "?page=2")
    assert "Nothing more stands here" in more.text(young["href"] + "?page=999")


def many_statements(session: Any, circle: Any, young: Any, worker: Any, parent: Any, many: int) -> None:
    """Statements of every section, by each voice in turn, a tenth of them seen differently by somebody."""
    from sqlalchemy import insert

    from portal.assessments.models import SECTIONS, Statement
    from portal.foundation.database import reference

    rows = []
    for n in range(many):
        who = n % 3
        rows.append(
            {
                "ref": reference(), "family_id": circle.family_id, "circle_id": circle.id, "young_person_id": young.id,
                "section": SECTIONS[n % len(SECTIONS)], "made_on": date(2018, 1, 1 + n % 28), "version": 1,
                "said_by_worker_id": worker.id if who == 0 else None,
                "said_by_person_id": None if who == 0 else young.id if who == 1 else parent.id,
                "text": f"Statement number {n}: what was said that day, in two or three plain sentences. It went on.",
            }
        )  # fmt: skip
    ids = list(session.scalars(insert(Statement).returning(Statement.id, sort_by_parameter_order=True), rows))
    for place in range(0, many - 11, 110):
        session.execute(
            text("update statement set disagrees_with_id = :target where id = :id"),
            {"id": ids[place + 11], "target": ids[place]},
        )
