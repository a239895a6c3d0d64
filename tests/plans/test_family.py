"""A family reads its plan, opens a promise, answers it to a named person, ticks what is its own and adds to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from portal.foundation.database import PortalSession, Speaker
from portal.involvement.models import Alert
from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.people.models import CircleMember, Person
from portal.plans.models import Goal, Step, StepEvent
from portal.questions.models import Question
from tests import factories as make
from tests.client import Client, without_tokens
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"


def ref_of(sample: Database, source_ref: str) -> str:
    with sample.session() as session:
        return session.scalars(select(Step.ref).where(Step.source_ref == source_ref)).one()


def row_of(sample: Database, source_ref: str) -> Step:
    with sample.session() as session:
        return session.scalars(select(Step).where(Step.source_ref == source_ref)).one()


def alerts_to(sample: Database, worker: str) -> list[str]:
    with sample.session() as session:
        rows = select(Alert.kind).join(Worker, Worker.id == Alert.to_worker_id).where(Worker.source_ref == worker)
        return list(session.scalars(rows))


def test_a_promise_opened_says_who_when_and_what_has_happened(sample: Database, visit: Visit) -> None:
    rosa = visit(sample, "P-ROSA", AT)
    words = rosa.text(f"/plan/{ref_of(sample, 'S3')}")
    for said in (
        "Agree help with the second rent", "Ian Brook, Housing manager", "31 days overdue", "Promised on 24 May",
        "We can afford where we live", "Ask why", "This is done", "Not what we need", "It goes to Ian Brook",
        "Rosa will see this. Leo, Daniel and Theo will not.",
    ):  # fmt: skip
        assert said in words, said


def test_home_gives_a_late_promise_its_ask_why(sample: Database, visit: Visit) -> None:
    home = visit(sample, "P-ROSA", AT).soup("/home")
    links = [link["href"] for link in home.find_all("a") if link.get_text().startswith("Ask why")]
    # the college step is not late, so it has none
    assert links == [f"/plan/{ref_of(sample, ref)}/why" for ref in ("S1", "S3", "S6")]


@pytest.mark.parametrize(
    ("how", "begins"), [("why", "Why is this late?"), ("done", "This is done"), ("other", "This is not what we need.")]
)
def test_the_three_answers_go_to_the_named_person_with_words_seen_before(
    sample: Database, visit: Visit, how: str, begins: str
) -> None:
    ref = ref_of(sample, "S3")
    rosa = visit(sample, "P-ROSA", AT)
    form = rosa.soup(f"/plan/{ref}/{how}")
    assert form.find("textarea").get_text().strip().startswith(begins)
    assert "Ian will read this" in form.get_text(" ") and "Send to Ian" in form.get_text(" ")
    for _ in range(2):  # sent twice, it has one effect
        rosa.submit(
            f"/plan/{ref}/{how}", {"words": f"{begins} Rent is due Friday."}, to=f"/plan/{ref}/{how}", status=303
        )
    words = rosa.text(f"/plan/{ref}")
    assert words.count("Rent is due Friday.") == 1 and "You asked Ian" in words
    with sample.session() as session:
        asked = session.scalars(select(Question)).one()
        ian = session.scalars(select(Worker).where(Worker.source_ref == "W-ASH-HOM")).one()
        assert (asked.to_worker_id, asked.about_kind, asked.about_ref) == (ian.id, "step", ref)
    assert "Rent is due Friday." in visit(sample, "W-ASH-HOM", AT).text(f"/work/families/F1/plan/{ref}")
    # only whom Rosa chose reads it
    assert visit(sample, "P-LEO", AT).get(f"/plan/{ref}", 404)


def test_an_answer_without_words_keeps_the_page_and_says_what_to_do(sample: Database, visit: Visit) -> None:
    ref = ref_of(sample, "S3")
    rosa = visit(sample, "P-ROSA", AT)
    page = rosa.submit(f"/plan/{ref}/why", {"words": "  "}, to=f"/plan/{ref}/why", status=422)
    assert "Write a few words." in page.get_data(as_text=True)


def test_a_promise_whose_owner_left_goes_to_whoever_is_responsible(sample: Database, visit: Visit) -> None:
    ref = ref_of(sample, "S1")
    words = visit(sample, "P-ROSA", AT).text(f"/plan/{ref}")
    assert "Tom Ferris is not with you any more. Amina Yusuf answers for this now." in words
    daniel = visit(sample, "P-DAN", AT)
    daniel.submit(f"/plan/{ref}/why", {"words": "Why did nobody come?"}, to=f"/plan/{ref}/why", status=303)
    with sample.session() as session:
        asked = session.scalars(select(Question)).one()
        assert session.get(Worker, asked.to_worker_id).source_ref == "W-BRV-SW1"


def test_leo_ticks_his_own_step_and_takes_the_tick_back(sample: Database, visit: Visit) -> None:
    ref = ref_of(sample, "S5")
    leo = visit(sample, "P-LEO", AT)
    leo.submit(f"/plan/{ref}", {}, to=f"/plan/{ref}/tick", status=303)
    words = leo.text(f"/plan/{ref}")
    assert "Done on 15 July" in words and "You said that it is done." in words
    assert row_of(sample, "S5").edited_at is not None, "an import would write over what he ticked"
    leo.submit(f"/plan/{ref}", {}, to=f"/plan/{ref}/tick", status=303)
    assert "You took it up again." in leo.text(f"/plan/{ref}")
    assert row_of(sample, "S5").status == "doing"


def test_nobody_ticks_what_is_not_theirs(sample: Database, visit: Visit) -> None:
    for who, step in (("P-ROSA", "S5"), ("P-ROSA", "S3"), ("P-DAN", "S1"), ("P-DAN", "S5")):
        visit(sample, who, AT).post(f"/plan/{ref_of(sample, step)}/tick", {"to": "done"}, status=400)
        client = visit(sample, who, AT)
        client.app.config["WTF_CSRF_ENABLED"] = False
        client.post(f"/plan/{ref_of(sample, step)}/tick", {"to": "done"}, status=404)
    assert row_of(sample, "S3").status == "doing"


def test_not_working_stands_with_the_step_for_those_chosen_and_alerts_its_owner(sample: Database, visit: Visit) -> None:
    ref = ref_of(sample, "S4")
    leo = visit(sample, "P-LEO", AT)
    for _ in range(2):
        leo.submit(
            f"/plan/{ref}/not-working",
            {"words": "The college is where they wait for me.", "readers": []},
            to=f"/plan/{ref}/not-working",
            status=303,
        )
    assert leo.text(f"/plan/{ref}").count("where they wait for me") == 1
    assert "where they wait" not in visit(sample, "P-ROSA", AT).text(f"/plan/{ref}")
    assert "where they wait" in visit(sample, "W-BRV-SW1", AT).text(f"/work/families/F1/plan/{ref}")
    assert alerts_to(sample, "W-BRV-SW1") == ["not_working"]


def test_while_the_owner_is_away_whoever_covers_hears_too(sample: Database, visit: Visit) -> None:
    ref = ref_of(sample, "S4")
    leo = visit(sample, "P-LEO", "2019-07-18T10:00")
    leo.submit(f"/plan/{ref}/not-working", {"words": "It is too far."}, to=f"/plan/{ref}/not-working", status=303)
    assert alerts_to(sample, "W-BRV-SW1") == alerts_to(sample, "W-BRV-TM") == ["not_working"]


def test_rosa_adds_a_step_of_her_own_for_those_she_chooses(sample: Database, visit: Visit) -> None:
    rosa = visit(sample, "P-ROSA", AT)
    form = rosa.soup("/plan/new")
    people = {
        box.find_next("label").get_text(strip=True): box["value"]
        for box in form.find_all("input", attrs={"name": "readers"})
    }
    owner = next(
        b["value"]
        for b in form.find_all("input", attrs={"name": "owner"})
        if "I do it" in b.find_next("label").get_text()
    )
    given = {
        "text": "Ring the college on Monday", "goal": "new", "new_goal": "Leo is learning again", "owner": owner,
        "due-day": "22", "due-month": "7", "due-year": "2019", "readers": [people["Leo Marin"]],
    }  # fmt: skip
    for _ in range(2):
        rosa.submit("/plan/new", given, to="/plan/new", status=303)
    assert rosa.text("/plan").count("Ring the college on Monday") == 1
    assert "Ring the college on Monday" in visit(sample, "P-LEO", AT).text("/plan")
    for other in ("P-DAN", "P-THEO"):
        assert "Ring the college" not in visit(sample, other, AT).text("/plan")
    # under the goal that is there already, not beside it
    assert len([h for h in rosa.soup("/plan").find_all("h2") if h.get_text() == "Leo is learning again"]) == 1


def test_a_step_for_a_day_that_has_gone_is_refused_kindly_and_nothing_is_lost(sample: Database, visit: Visit) -> None:
    rosa = visit(sample, "P-ROSA", AT)
    owner = rosa.soup("/plan/new").find("input", attrs={"name": "owner"})["value"]
    given = {
        "text": "Ring the college", "goal": "new", "new_goal": "School", "owner": owner,
        "due-day": "1", "due-month": "7", "due-year": "2019",
    }  # fmt: skip
    words = rosa.submit("/plan/new", given, to="/plan/new", status=422).get_data(as_text=True)
    assert "That day has gone." in words and "Ring the college" in words


def test_a_step_that_needs_somebody_alerts_whoever_is_responsible(sample: Database, visit: Visit) -> None:
    rosa = visit(sample, "P-ROSA", AT)
    given = {
        "text": "Fix the front door lock", "goal": "new", "new_goal": "Home is safe", "owner": "nobody",
        "due-day": "20", "due-month": "7", "due-year": "2019",
    }  # fmt: skip
    rosa.submit("/plan/new", given, to="/plan/new", status=303)
    assert "Nobody yet" in rosa.text("/plan")
    assert alerts_to(sample, "W-BRV-SW1") == ["step_for_nobody"]


def test_a_goal_is_worded_anew_and_its_steps_stay_under_it(sample: Database, visit: Visit) -> None:
    leo = visit(sample, "P-LEO", AT)
    link = next(a["href"] for a in leo.soup("/plan").find_all("a") if "learning again" in a.get_text())
    readers = [box["value"] for box in leo.soup(link).find_all("input", attrs={"name": "readers", "checked": True})]
    assert len(readers) == 1 + 2, "Rosa, and those who read the step for everybody"
    leo.submit(link, {"words": "I build things and get paid", "readers": readers[:1]}, to=link, status=303)
    group = leo.soup("/plan").find("h2", string="I build things and get paid").find_next("ul").get_text(" ")
    assert "College or apprenticeship" in group and "Find a school place" in group
    with sample.session() as session:
        assert session.scalar(select(func.count()).select_from(Goal)) == 1
        assert set(session.scalars(select(Step.goal).where(Step.source_ref.in_(["S2", "S4"])))) == {
            "Leo is learning again"
        }
    # Daniel, whom Leo did not choose, goes on reading the old words
    assert "Leo is learning again" in visit(sample, "P-DAN", AT).text("/plan")
    assert "I build things" not in visit(sample, "P-DAN", AT).text("/plan")


def test_a_new_goal_stands_there_before_it_has_a_step(sample: Database, visit: Visit) -> None:
    rosa = visit(sample, "P-ROSA", AT)
    for _ in range(2):
        rosa.submit("/plan/goals/new", {"words": "We eat together on Sundays"}, to="/plan/goals/new", status=303)
    words = rosa.text("/plan")
    assert words.count("We eat together on Sundays") == 2  # the heading, and the link to word it anew
    assert "No step toward it yet." in words
    assert "Sundays" not in visit(sample, "P-LEO", AT).text("/plan")


def test_steps_of_others_do_not_exist_for_whoever_may_not_see_them(sample: Database, visit: Visit) -> None:
    theirs, nowhere = ref_of(sample, "S3"), "nosuchstep22"
    for who in ("P-LEO", "P-DAN", "P-THEO", None):
        client = visit(sample, who, AT)
        for more in ("", "/why", "/not-working"):
            there, absent = (client.browser.get(f"/plan/{ref}{more}") for ref in (theirs, nowhere))
            assert there.status_code == absent.status_code in (302, 404)
            if who:
                pages = [without_tokens(page.get_data(as_text=True)) for page in (there, absent)]
                assert pages[0].replace(theirs, nowhere) == pages[1]


def test_the_database_lets_a_family_change_only_its_own_steps(sample: Database, visit: Visit) -> None:
    with sample.session() as session:
        leo = session.scalars(select(Person).where(Person.source_ref == "P-LEO")).one()
    with PortalSession(sample.web) as session:
        session.info["speaker"] = Speaker(person_id=leo.id)
        changed = session.execute(text("update step set status = 'done' returning text")).scalars().all()
        assert changed == ["Meet Marcus once a week"]
        session.rollback()
    for statement in (
        "insert into step_event (ref, step_id, family_id, circle_id, at, what, by_person_id) select 'abc', id,"
        " family_id, circle_id, now(), 'done', (select id from person where relation = 'parent' limit 1) from step"
        " limit 1",
        "update step set circle_id = 1",
        "update step set promised_on = '2020-01-01'",
        "delete from step_event",
    ):
        with PortalSession(sample.web) as session:
            session.info["speaker"] = Speaker(person_id=leo.id)
            with pytest.raises(ProgrammingError):
                session.execute(text(statement))


def test_what_a_family_writes_tells_nobody_by_text_but_its_readers(sample: Database, visit: Visit) -> None:
    """A family's own step sends no text: they know it already."""
    rosa = visit(sample, "P-ROSA", AT)
    rosa.submit("/plan/goals/new", {"words": "We eat together"}, to="/plan/goals/new", status=303)
    with sample.session() as session:
        assert session.scalar(select(func.count()).select_from(TextMessage)) == 0
        assert session.scalar(select(func.count()).select_from(StepEvent)) == 0


def test_who_may_not_know_who_left_is_told_that_nobody_holds_it(sample: Database, visit: Visit) -> None:
    """Daniel (no_address) reads who leads and no other worker; still nobody who is gone stands before him as holding
    a promise, and nobody's going tells him that the family moved."""
    ref = ref_of(sample, "S1")
    daniel = visit(sample, "P-DAN", AT)
    for path in ("/home", "/plan"):
        line = daniel.soup(path).find("a", href=f"/plan/{ref}").find_parent("li").get_text(" ", strip=True)
        assert "Nobody holds this now" in line and "Tom" not in line, path
    words = daniel.text(f"/plan/{ref}")
    assert words.count("Nobody holds this now") == 1 and "Tom" not in words
    assert "Until somebody does, Amina Yusuf answers for it." in words
    assert "It goes to Amina Yusuf." in words
    # the others go on reading who it was
    assert "Tom Ferris left, and nobody has taken it on" in visit(sample, "P-ROSA", AT).text("/plan")


def test_the_database_says_who_is_gone_only_of_promises_one_reads(sample: Database) -> None:
    step = row_of(sample, "S1")
    with sample.session() as session:
        make.person(session, make.family(session, make.organisation(session)), "Somebody Else", ref="ELSEWHERE")
        session.commit()
        people = {p.source_ref or p.ref: p for p in session.scalars(select(Person))}
    asks = select(func.nobody_holds(step.family_id, step.owner_worker_id))
    for who, says in (("P-DAN", True), ("P-ROSA", True), ("ELSEWHERE", False)):
        with PortalSession(sample.web) as session:
            session.info["speaker"] = Speaker(person_id=people[who].id)
            assert session.scalar(asks) is says, who


def test_a_line_of_the_plan_is_kept_only_for_what_it_says(sample: Database, visit: Visit) -> None:
    """What the words of a kept line depend on: the step, whose it is, the language, the day."""
    leo, rosa = visit(sample, "P-LEO", AT), visit(sample, "P-ROSA", AT)

    def line(client: Client, path: str = "/plan") -> str:
        return client.soup(path).find(id=ref_of(sample, "S5")).get_text(" ", strip=True)

    assert "You" in line(leo) and "Leo" in line(rosa) and "You" in line(leo), "kept for him, shown to her"
    assert line(leo, "/plan?lang=es") != line(leo)
    today = line(leo)
    assert "20 days overdue" in line(visit(sample, "P-LEO", "2019-08-20T10:00")), "on a later day it is late"
    assert line(visit(sample, "P-LEO", AT)) == today
    with sample.session() as session:
        session.get_one(Step, row_of(sample, "S5").id).text = "Write <b>two</b> pages"
        session.commit()
    assert "Write <b>two</b> pages" in line(leo)


def test_a_term_is_explained_once_on_a_plan_whose_lines_are_kept(sample: Database, visit: Visit) -> None:
    with sample.session() as session:
        owner = session.get_one(Worker, row_of(sample, "S3").owner_worker_id)
        owner.role = "Lead practitioner"
        session.commit()
    rosa = visit(sample, "P-ROSA", AT)
    for _ in range(2):
        page = rosa.soup("/plan")
        terms = [link.get_text() for link in page.find(id="main").find_all("a", class_="term")]
        assert terms.count("Lead practitioner") == 1
        assert page.find("aside", class_="explained").find(string="Lead practitioner")


@pytest.mark.parametrize("meanwhile", ["taken out of the circle", "no contact"])
def test_who_may_not_read_it_any_more_by_the_time_they_press_changes_nothing(
    sample: Database, visit: Visit, meanwhile: str
) -> None:
    ref, step = ref_of(sample, "S5"), row_of(sample, "S5")
    leo = visit(sample, "P-LEO", AT)
    form = leo.soup(f"/plan/{ref}").find("form", action=f"/plan/{ref}/tick")
    sends = {str(field["name"]): str(field["value"]) for field in form.find_all("input")}
    with sample.session() as session:
        person = session.scalars(select(Person).where(Person.source_ref == "P-LEO")).one()
        if meanwhile == "no contact":
            person.contact_limit = "no_contact"
        else:
            session.delete(session.get_one(CircleMember, (step.circle_id, person.id)))
        session.commit()
    answer = leo.open("POST", f"/plan/{ref}/tick", {"no contact": 302}.get(meanwhile, 404), data=sends)
    assert "/plan" not in answer.headers.get("Location", ""), "sent to sign in, and not told of a plan"
    assert row_of(sample, "S5").status == step.status
