"""Workers keep the plan true from a phone: added, begun, put off, handed on, done; two at once lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.foundation.database import PortalSession, Speaker
from portal.involvement.models import Alert
from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.people.models import Person
from portal.plans.actions import hand_on
from portal.plans.models import Step, StepEvent
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"
PLAN = "/work/families/F1/plan"


def step_of(sample: Database, source_ref: str) -> Step:
    with sample.session() as session:
        return session.scalars(select(Step).where(Step.source_ref == source_ref)).one()


def choice(page: BeautifulSoup, name: str, label: str) -> str:
    """The value of the box or button with this label."""
    for box in page.find_all("input", attrs={"name": name}):
        if label in page.find("label", attrs={"for": box["id"]}).get_text():
            return str(box["value"])
    raise LookupError(label)


def on(day: int, month: int, name: str = "due") -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": "2019"}


def hidden(page: BeautifulSoup, to: str) -> dict[str, str]:
    form = page.find("form", action=to)
    return {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}


def test_amina_promises_something_and_the_names_of_the_readers_are_there_before(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    page = amina.soup(f"{PLAN}/new")
    for name in ("Leo Marin", "Rosa Marin", "Daniel Grant", "Theo Marin"):
        assert name in page.get_text()
    given = {
        "goal": "new", "new_goal": "We can afford where we live", "text": "Ask the fund for a travel card",
        "owner": choice(page, "owner", "You"), "readers": [choice(page, "readers", "Rosa Marin")], **on(22, 7),
    }  # fmt: skip
    for _ in range(2):
        amina.submit(f"{PLAN}/new", given, to=amina_path(page), status=303)
    assert amina.text(PLAN).count("Ask the fund for a travel card") == 1
    words = visit(sample, "P-ROSA", AT).text("/plan")
    assert "Ask the fund for a travel card Amina Yusuf, Social worker · by 22 July" in words
    assert "travel card" not in visit(sample, "P-LEO", AT).text("/plan")
    with sample.session() as session:
        rosa = session.scalars(select(Person.id).where(Person.source_ref == "P-ROSA")).one()
        told = session.scalars(select(TextMessage)).all()
        assert {(text.person_id, text.wording) for text in told} == {(rosa, "promised")}


def amina_path(page: BeautifulSoup) -> str:
    return str(page.find("form", action=lambda to: to and to.endswith("/plan/new"))["action"])


def test_a_day_that_has_gone_and_a_doer_who_does_not_read_are_refused(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    page = amina.soup(f"{PLAN}/new")
    given = {"goal": "new", "new_goal": "School", "text": "Bring the letter", "owner": choice(page, "owner", "Rosa")}
    words = amina.submit(f"{PLAN}/new", given | on(1, 7), to=amina_path(page), status=422).get_data(as_text=True)
    assert "That day has gone." in words and "Bring the letter" in words
    words = amina.submit(f"{PLAN}/new", given | on(20, 7), to=amina_path(page), status=422).get_data(as_text=True)
    assert "Rosa is to do this, so Rosa has to see it." in words


def test_a_step_is_begun_done_and_taken_up_again_each_with_one_tap(sample: Database, visit: Visit) -> None:
    step = step_of(sample, "S6")
    amina = visit(sample, "W-BRV-SW1", AT)
    at = f"{PLAN}/{step.ref}"
    for how, says in (
        ("begin", "Amina Yusuf began."),
        ("finish", "Amina Yusuf said that it is done."),
        ("reopen", "Amina Yusuf took it up again."),
    ):
        page = amina.soup(at)
        to = next(form["action"] for form in page.find_all("form") if form["action"].endswith(f"/{how}"))
        amina.post(to, hidden(page, to), 303)
        amina.post(to, hidden(page, to), 303)  # sent twice, and stale by then
        assert amina.text(at).count(says) == 1
    rosa = visit(sample, "P-ROSA", AT).text(f"/plan/{step.ref}")
    assert "Amina Yusuf said that it is done." in rosa and "3 days overdue" in rosa
    with sample.session() as session:
        wordings = session.scalars(select(TextMessage.wording)).all()
        assert wordings == ["promise_done"] * 2, "Leo and Rosa, once each"


def test_putting_a_promise_off_takes_a_reason_that_the_family_reads(sample: Database, visit: Visit) -> None:
    step = step_of(sample, "S4")
    amina = visit(sample, "W-BRV-SW1", AT)
    at = f"{PLAN}/{step.ref}/change"
    page = amina.soup(at)
    to = page.find("form", action=lambda to: to and to.endswith("/change"))["action"]
    given = {"text": step.text, "owner": choice(page, "owner", "You"), **on(31, 7)}
    words = amina.submit(at, given, to=to, status=422).get_data(as_text=True)
    assert "Say why it takes longer." in words
    amina.submit(at, given | {"reason": "The college is closed until the 25th"}, to=to, status=303)
    words = visit(sample, "P-LEO", AT).text(f"/plan/{step.ref}")
    assert "Amina Yusuf changed the day from 19 July to 31 July." in words and "closed until the 25th" in words
    assert "by 31 July" in words


def test_a_step_that_nobody_holds_is_handed_on_by_name_though_its_day_has_gone(sample: Database, visit: Visit) -> None:
    step = step_of(sample, "S1")
    amina = visit(sample, "W-BRV-SW1", AT)
    assert "Tom Ferris left, and nobody holds it" in amina.text(f"{PLAN}/{step.ref}")
    at = f"{PLAN}/{step.ref}/change"
    page = amina.soup(at)
    to = page.find("form", action=lambda to: to and to.endswith("/change"))["action"]
    assert page.find("input", attrs={"name": "owner", "checked": True})["value"] == "nobody"
    amina.submit(
        at,
        {"text": step.text, "owner": choice(page, "owner", "Marcus Bell"), **on(8, 6) | {"due-year": "2018"}},
        to=to,
        status=303,
    )
    words = visit(sample, "P-ROSA", AT).text(f"/plan/{step.ref}")
    assert "Marcus Bell, Youth mentor 402 days overdue" in words and "Amina Yusuf gave it to Marcus Bell." in words
    with sample.session() as session:
        marcus = session.scalars(select(Worker.id).where(Worker.source_ref == "W-ASH-TY1")).one()
        assert session.scalars(select(Alert.kind).where(Alert.to_worker_id == marcus)).all() == ["step_for_you"]


def test_the_second_of_two_who_save_is_told_and_loses_nothing(sample: Database, visit: Visit) -> None:
    step = step_of(sample, "S6")
    at = f"{PLAN}/{step.ref}/change"
    amina, colin = visit(sample, "W-BRV-SW1", AT), visit(sample, "W-BRV-TM", AT)
    pages: list[Any] = [client.soup(at) for client in (amina, colin)]
    to = pages[0].find("form", action=lambda to: to and to.endswith("/change"))["action"]
    first = hidden(pages[0], to) | {
        "text": "Ask Kingsford, in writing",
        "owner": choice(pages[0], "owner", "You"),
        **on(12, 7),
    }
    amina.post(to, first, 303)
    second = hidden(pages[1], to) | {
        "text": "Ask Kingsford by phone", "owner": choice(pages[1], "owner", "Amina Yusuf"),
        "why": "Leo has friends there", **on(12, 7),
    }  # fmt: skip
    told = colin.post(to, second, 422)
    words = told.get_data(as_text=True)
    assert "Somebody saved this step just before you." in words and "Ask Kingsford, in writing" in words
    assert 'value="Ask Kingsford by phone"' in words and 'value="Leo has friends there"' in words
    assert step_of(sample, "S6").text == "Ask Kingsford, in writing"
    # what he wrote is kept, and saving again puts it in the place of what he has now read
    colin.post(to, second | hidden(Client.soup_of(told), to), 303)
    assert step_of(sample, "S6").text == "Ask Kingsford by phone"
    with sample.session() as session:
        assert len(session.scalars(select(StepEvent).where(StepEvent.what == "changed")).all()) == 2


def test_stopping_a_step_says_why_to_the_family(sample: Database, visit: Visit) -> None:
    step = step_of(sample, "S4")
    amina = visit(sample, "W-BRV-SW1", AT)
    at = f"{PLAN}/{step.ref}/stop"
    to = amina.soup(at).find("form", action=lambda to: to and to.endswith("/stop"))["action"]
    amina.submit(at, {"why": " "}, to=to, status=422)
    amina.submit(at, {"why": "He has a place already."}, to=to, status=303)
    words = visit(sample, "P-LEO", AT).text(f"/plan/{step.ref}")
    assert "Amina Yusuf stopped it." in words and "He has a place already." in words and "Ask why" not in words


def test_a_plan_to_start_from_ends_in_so_many_days_and_is_changed_before_it_is_saved(
    sample: Database, visit: Visit
) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    page = amina.soup(f"{PLAN}/start")
    assert "4 steps · ends in 28 days" in page.get_text(" ")
    at = next(a["href"] for a in page.find_all("a") if "back to learning" in a.get_text())
    form = amina.soup(at)
    given = {"goal": "Leo builds things", "readers": [choice(form, "readers", "Leo"), choice(form, "readers", "Rosa")]}
    for number in range(4):
        owner = form.find("select", attrs={"name": f"s{number}-owner"}).find("option", selected=True)["value"]
        text = form.find("input", attrs={"name": f"s{number}-text"})["value"]
        given |= {f"s{number}-text": text, f"s{number}-owner": owner, f"s{number}-days": "7"}
        if number != 1:
            given[f"s{number}-take"] = "y"
    given["s2-text"] = "Say what I would like to build"
    amina.submit(at, given, to=at, status=303)
    words = visit(sample, "P-LEO", AT).text("/plan")
    assert "Leo builds things" in words and "Say what I would like to build You · by 22 July" in words
    assert "Visit one place" not in words
    assert "Say what I would like to build" not in visit(sample, "P-DAN", AT).text("/plan")


def test_a_start_without_a_step_or_with_a_doer_who_does_not_read_is_refused(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    at = next(a["href"] for a in amina.soup(f"{PLAN}/start").find_all("a") if "learning" in a.get_text())
    assert "Take at least one step." in amina.submit(at, {"goal": "x"}, to=at, status=422).get_data(as_text=True)
    leo = amina.soup(at).find("select", attrs={"name": "s2-owner"}).find("option", selected=True)["value"]
    given = {"goal": "x", "s2-take": "y", "s2-text": "Say it", "s2-owner": leo, "s2-days": "7"}
    words = amina.submit(at, given, to=at, status=422).get_data(as_text=True)
    assert "Somebody who does a step has to see it." in words


def test_handing_on_in_bulk_gives_each_step_to_somebody_by_name(sample: Database, at: Callable[[str], None]) -> None:
    at(AT)
    with sample.session() as session:
        amina, marcus = (
            session.scalars(select(Worker).where(Worker.source_ref == ref)).one() for ref in ("W-BRV-SW1", "W-ASH-TY1")
        )
        session.expunge_all()
    with PortalSession(sample.web) as session:
        session.info["speaker"] = Speaker(worker_id=amina.id)
        for step in session.scalars(select(Step).where(Step.owner_worker_id == amina.id)).all():
            hand_on(session, step, marcus.id, amina.id)
            hand_on(session, step, marcus.id, amina.id)
        session.commit()
    with sample.session() as session:
        assert session.scalars(select(Step.id).where(Step.owner_worker_id == amina.id)).all() == []
        handed = session.scalars(select(StepEvent).where(StepEvent.what == "handed_on")).all()
        assert len(handed) == 2 and {event.to_worker_id for event in handed} == {marcus.id}


def test_whose_work_does_not_need_the_plan_writes_nothing(sample: Database, visit: Visit) -> None:
    step = step_of(sample, "S4")
    for who in ("W-KIN-SC1", "W-ASH-SW1", "W-BRV-CH1"):
        client = visit(sample, who, AT)
        for more in ("", "/new", "/start", f"/{step.ref}", f"/{step.ref}/change", f"/{step.ref}/stop"):
            client.get(PLAN + more, 404)
