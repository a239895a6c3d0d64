"""A family asks for help from the list and sees where it stands; a named person answers by a day, or is found late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.foundation.database import PortalSession
from portal.involvement.models import Alert
from portal.messages.models import TextMessage
from portal.offers.jobs import tell_of_late_answers
from portal.offers.models import HelpRequest
from portal.organisations.models import Worker
from portal.people.models import Person
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"
WORK = "/work/families/F1/help"


def alerts(sample: Database, kind: str) -> set[str | None]:
    with sample.session() as session:
        rows = select(Worker.source_ref).join(Alert, Alert.to_worker_id == Worker.id).where(Alert.kind == kind)
        return set(session.scalars(rows))


def ask(client: Client, thing: str = "bus_pass", **more: object) -> None:
    client.submit(f"/help/ask?thing={thing}", {"thing": thing, **more}, to="/help/ask", status=303)


def request_of(sample: Database) -> HelpRequest:
    with sample.session() as session:
        return session.scalars(select(HelpRequest)).one()


def answer(client: Client, ref: str, state: str, words: str = "", status: int = 303) -> str:
    path = f"{WORK}/requests/{ref}"
    to = client.soup(path).find("form", action=lambda to: to and to.endswith(ref))["action"]
    return client.submit(path, {"state": state, "words": words}, to=to, status=status).get_data(as_text=True)


def test_the_whole_way_from_asked_to_arranged(sample: Database, visit: Visit) -> None:
    rosa = visit(sample, "P-ROSA", AT)
    page = rosa.soup("/help/ask?thing=bus_pass")
    assert page.find("select", attrs={"name": "thing"}).find("option", selected=True).get_text() == "A bus pass"
    assert "Amina will read this" in page.get_text(" ") and "You get an answer within 7 days." in page.get_text(" ")
    for _ in range(2):
        ask(rosa, words="To visit the college")
    words = rosa.text("/help")
    assert words.count("“To visit the college”") == 1 and "Amina Yusuf answers by 22 July." in words
    ref = request_of(sample).ref
    assert alerts(sample, "help_asked") == {"W-BRV-SW1"}
    amina = visit(sample, "W-BRV-SW1", AT)
    answer(amina, ref, "looking")
    assert "Amina Yusuf has been looking into it since 15 July." in rosa.text("/help")
    answer(amina, ref, "yes", "The council pays until September.")
    words = rosa.text("/help")
    assert "Amina Yusuf answered on 15 July." in words and "until September" in words
    answer(amina, ref, "arranged", "It comes by post on Friday.")
    assert "It is arranged. It comes by post on Friday." in rosa.text("/help")
    with sample.session() as session:
        told = session.execute(
            select(Person.source_ref, TextMessage.wording).join(Person, Person.id == TextMessage.person_id)
        ).all()
    assert {tuple(row) for row in told} == {("P-ROSA", "help_answer")}


def test_a_no_is_given_with_its_reason(sample: Database, visit: Visit) -> None:
    rosa, amina = visit(sample, "P-ROSA", AT), visit(sample, "W-BRV-SW1", AT)
    ask(rosa, "hotel_nights")
    ref = request_of(sample).ref
    assert "Say why, and what could help instead." in answer(amina, ref, "no", " ", status=422)
    answer(amina, ref, "no", "There is no money for it. Your sister's is safer, and we pay the way.")
    assert "we pay the way" in rosa.text("/help")


def test_what_is_asked_for_is_read_by_those_chosen_only(sample: Database, visit: Visit) -> None:
    leo = visit(sample, "P-LEO", AT)
    ask(leo, "other", other="Somewhere to record music", words="Not at school")
    assert "record music" in leo.text("/help")
    for who in ("P-ROSA", "P-DAN", "P-THEO"):
        assert "record music" not in visit(sample, who, AT).text("/help")
    assert "record music" in visit(sample, "W-BRV-SW1", AT).text(WORK)
    ref = request_of(sample).ref
    rosa = visit(sample, "P-ROSA", AT)
    rosa.app.config["WTF_CSRF_ENABLED"] = False
    rosa.post(f"/help/requests/{ref}/withdraw", status=404)
    leo.submit("/help", {}, to=f"/help/requests/{ref}/withdraw", status=303)
    assert "It was taken back." in leo.text("/help")


def test_something_else_has_to_be_said(sample: Database, visit: Visit) -> None:
    leo = visit(sample, "P-LEO", AT)
    page = leo.submit("/help/ask", {"thing": "other", "other": " "}, to="/help/ask", status=422)
    assert "Write what it is." in page.get_data(as_text=True)
    leo.submit("/help/ask", {"thing": "made-up"}, to="/help/ask", status=422)


def test_a_request_without_an_answer_shows_late_and_reaches_the_manager_once(
    sample: Database, visit: Visit, at: Callable[[str], None]
) -> None:
    ask(visit(sample, "P-ROSA", AT))
    for day in ("2019-07-22T09:00", "2019-07-23T09:00", "2019-07-24T09:00"):
        at(day)
        with PortalSession(sample.worker) as session:
            tell_of_late_answers(session)
            session.commit()
    assert alerts(sample, "help_late") == {"W-BRV-SW1", "W-BRV-TM"}
    with sample.session() as session:
        assert len(session.scalars(select(Alert).where(Alert.kind == "help_late")).all()) == 2
    words = visit(sample, "P-ROSA", "2019-07-24T10:00").text("/help")
    assert "No answer yet Amina Yusuf should have answered by 22 July. Somebody senior is told." in words


def test_a_worker_notes_what_leo_asked_for_in_a_text(sample: Database, visit: Visit) -> None:
    marcus = visit(sample, "W-ASH-TY1", AT)
    page = marcus.soup(f"{WORK}/note")
    to = page.find("form", action=lambda to: to and to.endswith("/note"))["action"]
    leo = next(
        o["value"] for o in page.find("select", attrs={"name": "person"}).find_all("option") if "Leo" in o.get_text()
    )
    given = {"person": leo, "thing": "apprenticeship", "words": "something with engines"}
    for _ in range(2):
        marcus.submit(f"{WORK}/note", given, to=to, status=303)
    assert "“something with engines” You asked, today." in visit(sample, "P-LEO", AT).text("/help")
    assert alerts(sample, "help_asked") == {"W-BRV-SW1"}


def test_daniel_is_asked_what_helps_and_told_nothing_of_where(sample: Database, visit: Visit) -> None:
    daniel = visit(sample, "P-DAN", AT)
    words = daniel.text("/help")
    assert "Amina Yusuf answers within a week." in words
    for told in ("Brook Vale", "Ashmere", "Kingsford", "mental-health assessment, offered", "Marcus"):
        assert told not in words
    ask(daniel, "parents_support")
    assert "Amina Yusuf answers by 22 July." in daniel.text("/help")


def test_an_organisation_keeps_its_own_list(sample: Database, visit: Visit) -> None:
    nadia = visit(sample, "W-BRV-DIR", AT)
    nadia.submit("/work/help-list", {"name": "Canal Street boxing club"}, to="/work/help-list", status=303)
    nadia.submit("/work/help-list", {"to": "off"}, to="/work/help-list/hotel_nights", status=303)
    rosa = visit(sample, "P-ROSA", AT)
    words = rosa.text("/help")
    assert "Canal Street boxing club" in words and "A safe place for a few nights" not in words
    link = next(a["href"] for a in rosa.soup("/help").find_all("a") if "boxing" in a.get_text())
    thing = link.split("=")[1]
    rosa.submit(link, {"thing": thing}, to="/help/ask", status=303)
    assert request_of(sample).what == "Canal Street boxing club"
    # the name of a club tells where: Daniel is shown the list that every family has
    words = visit(sample, "P-DAN", AT).text("/help")
    assert "Canal Street" not in words and "boxing" not in words
    nadia.submit("/work/help-list", {}, to="/work/help-list/hotel_nights", status=303)
    assert "A safe place for a few nights" in rosa.text("/help")
    visit(sample, "W-BRV-SW1", AT).get("/work/help-list", 404)


@pytest.mark.parametrize("who", ["W-ASH-HOM", "W-KIN-DIR", "W-ASH-SW1", "W-BRV-CH1"])
def test_whose_work_does_not_need_it_opens_nothing_of_help(sample: Database, visit: Visit, who: str) -> None:
    client = visit(sample, who, AT)
    for more in ("", "/offer", "/note"):
        client.get(WORK + more, 404)
