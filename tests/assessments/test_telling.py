"""Telling it once: own words from a phone, drafts, seeing it differently, still true, taking back, taking out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, text, type_coerce

from portal.assessments.models import Draft, Statement
from portal.foundation.database import PortalSession, Speaker
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"
LATER = "2019-07-16T10:00"


def refs(database: Database) -> dict[str, str]:
    """The public references of the sample's statements and people, by the sender's own."""
    with database.session() as session:
        rows = session.execute(
            text(
                "select source_ref, ref from statement where replaced_by_id is null union all "
                "select source_ref, ref from person union all select source_ref, ref from worker"
            )
        )
        return {row.source_ref: row.ref for row in rows}


def form_of(client: Client, path: str) -> dict[str, Any]:
    """The hidden fields of the form for words on this page."""
    form = client.soup(path).find("form", id="words")
    return {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}


def tell(client: Client, path: str, words: str, status: int = 303, **more: Any) -> Any:
    """Write something on this page."""
    return client.post(path, form_of(client, path) | {"text": words} | more, status)


def test_leo_writes_in_his_own_words_and_only_he_and_his_workers_read_it(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    path = f"/assessment/write/{known['P-LEO']}/hopes"
    tell(leo, path, "I want to work with engines.")
    assert "engines" in leo.text("/assessment")
    assert "engines" not in visit(sample, "P-ROSA", AT).text("/assessment")
    assert "engines" in visit(sample, "W-BRV-SW1", AT).text("/work/families/F1/assessment")


def test_whom_he_chooses_by_name_reads_it_too(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    path = f"/assessment/write/{known['P-LEO']}/hopes"
    page = leo.text(path)
    assert "Rosa" in page and "Daniel" in page, "names are on the screen before anything is saved"
    tell(leo, path, "I want to work with engines.", readers=[known["P-ROSA"]])
    assert "engines" in visit(sample, "P-ROSA", AT).text("/assessment")
    assert "engines" not in visit(sample, "P-DAN", AT).text("/assessment")


@pytest.mark.parametrize(("section", "warned"), [("harm", True), ("places", True), ("friends", True), ("hopes", False)])
def test_before_harm_places_and_friends_he_reads_to_speak_to_a_solicitor(
    sample: Database, visit: Visit, section: str, warned: bool
) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    assert ("Speak to your solicitor first" in leo.text(f"/assessment/write/{known['P-LEO']}/{section}")) is warned
    amina = visit(sample, "W-BRV-SW1", AT)
    path = f"/work/families/F1/assessment/write/{known['P-LEO']}/{section}"
    assert "solicitor" not in amina.text(path), "a worker is not a suspect"


def test_what_is_typed_is_kept_and_read_by_nobody_else(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    path = f"/assessment/write/{known['P-LEO']}/harm"
    fields = form_of(leo, path)
    part = leo.post(f"{path}/keep", fields | {"text": "It began in"}, 200, headers={"HX-Request": "true"})
    assert "Only you can see it" in part.get_data(as_text=True)
    leo.post(f"{path}/keep", fields | {"text": "It began in spring", "readers": [known["P-ROSA"]]}, 303)
    with sample.session() as session:
        kept = session.scalars(select(Draft)).one()
        assert kept.text == "It began in spring"
        assert b"spring" not in session.scalar(text("select text from statement_draft"))
    page = leo.soup(path)
    assert page.find("textarea").get_text(strip=True) == "It began in spring"
    assert page.find("input", value=known["P-ROSA"]).has_attr("checked"), "the readers are kept as well"
    assert "began to write" in leo.text("/assessment")
    for who, where in (("P-ROSA", "/assessment"), ("W-BRV-SW1", "/work/families/F1/assessment")):
        words = visit(sample, who, AT).text(where)
        assert "spring" not in words and "began to write" not in words
    with PortalSession(sample.web) as session:
        session.info["speaker"] = Speaker(worker_id=session_worker(sample))
        assert session.scalar(text("select count(*) from statement_draft")) == 0


def session_worker(database: Database) -> int:
    with database.session() as session:
        return int(session.scalar(text("select id from worker where source_ref = 'W-BRV-SW1'")))


def test_a_draft_that_is_saved_or_thrown_away_is_gone(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    path = f"/assessment/write/{known['P-LEO']}/school"
    leo.post(f"{path}/keep", form_of(leo, path) | {"text": "I liked"}, 303)
    leo.submit(path, {}, to=f"{path}/forget", status=303)
    assert "I liked" not in leo.get(path).get_data(as_text=True)
    fields = form_of(leo, path)
    leo.post(f"{path}/keep", fields | {"text": "I liked"}, 303)
    leo.post(path, fields | {"text": "I liked maths."}, 303)
    # a save that was still on its way when the words were said
    leo.post(f"{path}/keep", fields | {"text": "I liked maths."}, 303)
    with sample.session() as session:
        assert session.scalar(select(Draft.id)) is None


def test_a_form_sent_twice_says_it_once(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    path = f"/assessment/write/{known['P-LEO']}/hopes"
    fields = form_of(leo, path) | {"text": "Only once."}
    first, second = leo.post(path, fields, 303), leo.post(path, fields, 303)
    assert first.location == second.location
    with sample.session() as session:
        assert [row.text for row in session.scalars(select(Statement)) if row.text == "Only once."] == ["Only once."]


def test_a_mistake_keeps_what_was_typed(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    path = f"/assessment/write/{known['P-LEO']}/family"
    fields = form_of(leo, path)
    for wrong, said in (
        ({"text": "  "}, "Write something first"),
        ({"text": "x" * 6001}, "too long for one piece"),
        ({"text": "We moved.", "event": "move"}, "Say when it was"),
        ({"text": "We moved.", "event": "move", "when": "long ago"}, "Write a year"),
        ({"text": "We moved.", "event": "move", "when": "2031"}, "has not come yet"),
        ({"text": "We moved.", "readers": ["nobody"]}, "Not a valid choice"),
    ):
        page = leo.soup_of(leo.post(path, fields | wrong, 422))
        assert said in page.get_text(" ") or said == "Not a valid choice"
        if wrong["text"].strip():
            assert page.find("textarea").get_text().strip() == wrong["text"]
    with sample.session() as session:
        assert session.scalar(select(Statement.id).where(Statement.written_at.is_not(None))) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2011", "2011"), ("3/2011", "March 2011"), ("March 2011", "March 2011"), ("14 march 2011", "14 March 2011")],
)
def test_an_event_stands_in_the_order_in_which_it_happened(
    sample: Database, visit: Visit, typed: str, said: str
) -> None:
    rosa, known = visit(sample, "P-ROSA", AT), refs(sample)
    path = f"/assessment/write/{known['P-LEO']}/family"
    tell(rosa, path, "His grandfather died.", event="loss", when=typed, readers=[known["P-LEO"]])
    words = visit(sample, "P-LEO", AT).text("/assessment")
    assert f"{said} · A loss" in words and "His grandfather died." in words


def test_seen_differently_stands_beside_what_it_answers(sample: Database, visit: Visit) -> None:
    rosa, known = visit(sample, "P-ROSA", AT), refs(sample)
    path = f"/assessment/said/{known['T8']}/differently"
    page = rosa.soup(path)
    assert page.find("input", value=known["P-LEO"]).has_attr("checked"), "the same people are ticked to begin with"
    tell(rosa, path, "It was not calm for me.", readers=[known["P-LEO"]])
    for client, where in (
        (visit(sample, "P-LEO", AT), "/assessment"),
        (visit(sample, "W-BRV-SW1", AT), "/work/families/F1/assessment"),
    ):
        card = client.soup(where).find(id=known["T8"])
        assert "Seen differently" in card.get_text(" ") and "not calm for me" in card.get_text(" ")


def test_two_people_answer_one_statement_at_once_and_both_stand(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    path = f"/assessment/said/{known['T8']}/differently"
    rosa, leo = visit(sample, "P-ROSA", AT), visit(sample, "P-LEO", AT)
    hers, his = form_of(rosa, path), form_of(leo, path)
    rosa.post(path, hers | {"text": "Not calm for me.", "readers": [known["P-LEO"]]}, 303)
    leo.post(path, his | {"text": "Calm, but I was locked in.", "readers": [known["P-ROSA"]]}, 303)
    card = rosa.soup("/assessment").find(id=known["T8"]).get_text(" ")
    assert "Not calm for me." in card and "locked in" in card


def test_said_anew_adds_a_version_and_the_old_one_can_be_read(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    answer = tell(leo, f"/assessment/said/{known['T9']}/change", "I want an apprenticeship in a garage.")
    page = leo.text(answer.location)
    assert "in a garage" in page and "How it read before" in page and "Not in three months. Now." in page
    words = leo.text("/assessment")
    assert "in a garage" in words and "Not in three months" not in words
    old = leo.text("/assessment?on-day=14&on-month=7&on-year=2019")
    assert "Not in three months" in old and "in a garage" not in old
    assert "was said anew later" in leo.text(f"/assessment/said/{known['T9']}")
    rosa = visit(sample, "P-ROSA", AT).text("/assessment")
    assert "in a garage" in rosa, "the same people read the new version"


def test_only_whoever_said_it_says_it_anew(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    visit(sample, "P-ROSA", AT).get(f"/assessment/said/{known['T9']}/change", 404)
    visit(sample, "W-BRV-SW1", AT).get(f"/work/families/F1/assessment/said/{known['T9']}/change", 404)
    with PortalSession(sample.web) as session:
        session.info["speaker"] = Speaker(worker_id=session_worker(sample))
        ids = session.scalar(text("select array_agg(id order by id) from statement"))
        assert not session.scalar(text("select replace_statement(:a, :b)"), {"a": ids[0], "b": ids[1]})


def test_a_stale_page_that_says_anew_is_told_and_loses_nothing(sample: Database, visit: Visit) -> None:
    leo, known = visit(sample, "P-LEO", AT), refs(sample)
    path = f"/assessment/said/{known['T9']}/change"
    stale = form_of(leo, path)
    tell(leo, path, "First I said this.")
    page = leo.soup_of(leo.post(path, stale | {"once": "", "text": "Then that."}, 409))
    assert "said anew in the meantime" in page.get_text(" ")
    assert page.find("textarea").get_text().strip() == "Then that."
    form = page.find("form", id="words")
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}
    leo.post(form["action"], fields | {"text": "Then that."}, 303)
    assert "Then that." in leo.text("/assessment") and "First I said this." not in leo.text("/assessment")


def test_an_answer_to_what_was_said_anew_in_the_meantime_is_told(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    rosa, leo = visit(sample, "P-ROSA", AT), visit(sample, "P-LEO", AT)
    path = f"/assessment/said/{known['T9']}/differently"
    stale = form_of(rosa, path)
    tell(leo, f"/assessment/said/{known['T9']}/change", "A garage, soon.")
    page = rosa.soup_of(rosa.post(path, stale | {"text": "School first."}, 409))
    assert "A garage, soon." in page.get_text(" ") and page.find("textarea").get_text().strip() == "School first."


def test_who_saw_it_differently_sees_the_new_version_differently_still(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    rosa, leo = visit(sample, "P-ROSA", AT), visit(sample, "P-LEO", AT)
    tell(rosa, f"/assessment/said/{known['T9']}/differently", "School first.", readers=[known["P-LEO"]])
    location = tell(leo, f"/assessment/said/{known['T9']}/change", "A garage, soon.").location
    card = leo.soup("/assessment").find(id=location.rsplit("/", 1)[1])
    assert "School first." in card.get_text(" ")


def test_still_true_stands_beside_it_with_a_name_and_a_date(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    leo = visit(sample, "P-LEO", AT)
    here = f"/assessment/said/{known['T9']}"
    for _twice in range(2):
        leo.submit(here, {}, to=f"{here}/still", status=303)
    assert "Still true: Leo Marin, 15 July" in visit(sample, "P-ROSA", AT).text("/assessment")
    with sample.session() as session:
        assert session.scalar(text("select count(*) from statement_check")) == 1
    no = {"csrf_token": form_token(leo, here), "still": "no"}
    assert leo.post(f"{here}/still", no, 303).location == f"{here}/change", "and how is it now?"
    assert "Not true any more: Leo Marin, 15 July" in visit(sample, "P-ROSA", AT).text("/assessment")


def form_token(client: Client, path: str) -> str:
    return str(client.soup(path).find("input", attrs={"name": "csrf_token"})["value"])


def test_a_worker_confirms_and_adds_and_the_family_reads_it(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    amina = visit(sample, "W-BRV-SW1", AT)
    here = f"/work/families/F1/assessment/said/{known['T8']}"
    amina.post(f"{here}/still", {"csrf_token": form_token(amina, here), "still": "yes"}, 303)
    path = f"/work/families/F1/assessment/write/{known['P-LEO']}/strengths"
    tell(amina, path, "He held the door for everybody.", readers=[known["P-LEO"], known["P-ROSA"]])
    words = visit(sample, "P-ROSA", AT).text("/assessment")
    assert "Still true: Amina Yusuf, 15 July" in words
    assert "He held the door" in words and "Brook Vale" in words


def test_nobody_writes_where_their_function_does_not_open(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    mentor, housing = visit(sample, "W-ASH-TY1", AT), visit(sample, "W-ASH-HOM", AT)
    mentor.get(f"/work/families/F1/assessment/write/{known['P-LEO']}/harm", 200)
    mentor.get(f"/work/families/F1/assessment/write/{known['P-LEO']}/health", 404)
    housing.get("/work/families/F1/assessment", 404)
    housing.get(f"/work/families/F1/assessment/write/{known['P-LEO']}/story", 404)


def test_own_words_are_taken_back_until_somebody_reads_them(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    leo = visit(sample, "P-LEO", AT)
    path = f"/assessment/write/{known['P-LEO']}/friends"
    here = tell(leo, path, "I would rather not say who.", readers=[known["P-ROSA"]]).location
    assert leo.submit(here, {}, to=f"{here}/back", status=303).location == path
    assert leo.soup(path).find("textarea").get_text().strip() == "I would rather not say who."
    assert "rather not say" not in visit(sample, "P-ROSA", AT).text("/assessment")
    leo = visit(sample, "P-LEO", LATER)
    here = tell(leo, path, "I said who.").location
    visit(sample, "W-BRV-SW1", LATER).get("/work/families/F1/assessment")
    leo = visit(sample, "P-LEO", LATER)
    assert "Take it back" not in leo.text(here)
    leo.post(f"{here}/back", {"csrf_token": form_token(leo, here)}, 303)
    assert "I said who." in leo.text("/assessment"), "Amina has read it, so it stays"


def test_an_opening_put_off_is_not_told_by_a_refusal(sample: Database, visit: Visit) -> None:
    """Whoever may not know yet that a worker looked could otherwise find it out by trying to take words back."""
    known = refs(sample)
    leo = visit(sample, "P-LEO", AT)
    here = tell(leo, f"/assessment/write/{known['P-LEO']}/friends", "Nobody.").location
    visit(sample, "W-BRV-SW1", AT).get("/work/families/F1/assessment")
    with sample.session() as session:
        session.execute(
            text(
                "insert into look_delay (ref, family_id, worker_id, manager_id, reason, made_at, until) select 'd', "
                "f.id, w.id, m.id, 'risk', now(), date '2019-08-01' from family f, worker w, worker m "
                "where f.source_ref = 'F1' and w.source_ref = 'W-BRV-SW1' and m.source_ref = 'W-BRV-TM'"
            )
        )
        session.commit()
    leo = visit(sample, "P-LEO", AT)
    assert "Take it back" in leo.text(here)


def test_a_manager_takes_words_out_and_who_and_why_stays(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    here = f"/work/families/F1/assessment/said/{known['T7']}"
    visit(sample, "W-BRV-SW1", AT).get(f"{here}/remove", 404)
    manager = visit(sample, "W-BRV-TM", AT)
    manager.submit(f"{here}/remove", {"because": "court", "note": ""}, status=422)
    manager.submit(f"{here}/remove", {"because": "court", "note": "Order of 1 July 2019."}, status=303)
    words = visit(sample, "P-ROSA", AT).text("/assessment")
    assert "Second stabbing" not in words
    assert "taken out on 15 July" in words and "A court ordered it." in words and "Order of 1 July 2019." in words
    assert "Second stabbing" not in visit(sample, "P-ROSA", AT).text("/assessment?on-day=1&on-month=7&on-year=2019")
    with sample.session() as session:
        assert "Second stabbing" not in [row.text for row in session.scalars(select(Statement))]
    with PortalSession(sample.web) as session:
        session.info["speaker"] = Speaker(worker_id=session_worker(sample))
        first = session.scalar(text("select min(id) from statement"))
        assert session.scalar(text("select remove_statement(:id, ''::bytea)"), {"id": first}) == []


def test_what_is_new_since_one_last_looked_stands_at_the_top(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    rosa = visit(sample, "P-ROSA", AT)
    assert "New since you last looked" not in rosa.text("/assessment"), "on a first visit all of it is new"
    leo = visit(sample, "P-LEO", "2019-07-15T12:00")
    tell(leo, f"/assessment/write/{known['P-LEO']}/hopes", "Engines.", readers=[known["P-ROSA"]])
    rosa = visit(sample, "P-ROSA", LATER)
    page = rosa.soup("/assessment").find(id="new-since")
    assert "What Leo wants" in page.get_text(" ") and "Leo Marin" in page.get_text(" ")
    assert rosa.soup("/assessment").find(id="new-since") is not None, "it stays while she is reading"
    assert visit(sample, "P-ROSA", "2019-07-17T10:00").soup("/assessment").find(id="new-since") is None


def test_the_lead_hears_once_an_hour_that_there_are_new_words(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    leo = visit(sample, "P-LEO", AT)
    for section in ("hopes", "school", "family"):
        tell(leo, f"/assessment/write/{known['P-LEO']}/{section}", f"About {section}.")
    words = visit(sample, "W-BRV-SW1", AT).text("/work/")
    assert words.count("New words in the record of Marin family") >= 1
    with sample.session() as session:
        assert session.scalar(text("select count(*) from alert where kind = 'told'")) == 1
        assert session.scalar(text("select count(*) from alert where kind = 'told' and note is not null")) == 0


def test_hostile_words_are_shown_as_words(sample: Database, visit: Visit) -> None:
    known = refs(sample)
    leo = visit(sample, "P-LEO", AT)
    evil = "<script>alert(1)</script> {{ 7*7 }} ' or 1=1 -- \x00 \u202e <img src=x onerror=y>"
    tell(leo, f"/assessment/write/{known['P-LEO']}/hopes", evil)
    html = leo.get("/assessment").get_data(as_text=True)
    assert "<script>alert" not in html and "&lt;script&gt;" in html and "{{ 7*7 }}" in html
    amina = visit(sample, "W-BRV-SW1", AT).get("/work/families/F1/assessment").get_data(as_text=True)
    assert "<img src=x" not in amina


def test_one_can_ask_about_something_that_was_said(sample: Database, visit: Visit) -> None:
    with sample.session() as session:
        sealed = session.scalars(select(type_coerce(Statement.text, LargeBinary))).all()
        every = session.scalars(select(Statement)).all()
    assert sealed and not any(b"Second" in one for one in sealed), "sealed, so they are found by their words here"
    ref = next(one.ref for one in every if one.text.startswith("Second stabbing"))
    path = f"/assessment/said/{ref}"
    leo = visit(sample, "P-LEO", AT)
    # Grace, who said it, helps no more: whoever is responsible today answers
    assert "Ask Amina about this" in leo.text(path)
    assert "Write your question." in leo.submit(path, {"text": ""}, to=f"{path}/ask", status=422).get_data(as_text=True)
    leo.submit(path, {"text": "Who told you that?"}, to=f"{path}/ask", status=303)
    assert "You asked Amina, today" in leo.text(path)
    amina = visit(sample, "W-BRV-SW1", AT)
    link = next(a["href"] for a in amina.soup("/work/").find_all("a") if "/questions/" in a["href"])
    assert "About something that was said" in amina.text(link)
    there = amina.soup(link).find("a", string="About something that was said")["href"]
    assert "Second stabbing." in amina.text(there)
    amina.submit(link, {"text": "The hospital did."}, to=link, status=303)
    assert "The hospital did." in visit(sample, "P-LEO", AT).text(path)
    assert "Who told you that?" not in visit(sample, "P-ROSA", AT).text(path)
    visit(sample, "P-DAN", AT).get(path, 404)
