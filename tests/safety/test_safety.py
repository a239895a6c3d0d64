"""A safety plan is read by those it concerns and nobody else, says who does what, and is looked at again in time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from portal.foundation.database import PortalSession
from portal.involvement.models import Alert
from portal.messages.models import TextMessage
from portal.organisations.models import Worker
from portal.safety.jobs import remind_of_reviews
from portal.safety.models import SafetyPlan
from tests.client import Client
from tests.conftest import Database

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"
WORK = "/work/families/F1/safety"
LEO, ROSA, STAFF = "I text Mum when I leave college", "I ring back at once", "Amina rings each evening at 6"


def on(day: int, month: int = 7) -> dict[str, str]:
    return {"review_on-day": str(day), "review_on-month": str(month), "review_on-year": "2019"}


def box_of(page: BeautifulSoup, name: str) -> str:
    """The name of the box for this person's own part."""
    label = page.find("label", string=lambda words: bool(words) and f"What {name} does" in words)
    return str(page.find(id=label["for"])["name"])


def reader(page: BeautifulSoup, name: str) -> str:
    for box in page.find_all("input", attrs={"name": "readers"}):
        if name in page.find("label", attrs={"for": box["id"]}).get_text():
            return str(box["value"])
    raise LookupError(name)


def write(client: Client, **more: object) -> None:
    page = client.soup(f"{WORK}/new")
    to = page.find("form", action=lambda to: to and to.endswith("/safety/new"))["action"]
    given = {
        "readers": [reader(page, "Leo"), reader(page, "Rosa")], box_of(page, "Leo"): LEO, box_of(page, "Rosa"): ROSA,
        "staff": STAFF, "calls": "999 in danger\nAmina 07700 900555", "signs": "He stops answering", **on(22),
    }  # fmt: skip
    client.submit(f"{WORK}/new", given | more, to=to, status=303)


def plan_of(sample: Database) -> SafetyPlan:
    with sample.session() as session:
        return session.scalars(select(SafetyPlan)).one()


def alerts(sample: Database, kind: str) -> list[str | None]:
    with sample.session() as session:
        rows = select(Worker.source_ref).join(Alert, Alert.to_worker_id == Worker.id).where(Alert.kind == kind)
        return sorted(session.scalars(rows))


def test_those_it_concerns_read_it_in_plain_words_and_nobody_else_does(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    write(amina)
    write(amina)  # sent twice
    words = visit(sample, "P-LEO", AT).text("/safety")
    for said in (
        "What you do I text Mum",
        "What Rosa does I ring back",
        STAFF,
        "07700 900555",
        "He stops answering",
        "Looked at again: 22 July.",
        "Leo and Rosa will see this. Daniel and Theo will not.",
    ):
        assert said in words, said
    links = visit(sample, "P-LEO", AT).soup("/safety").find_all("a", href=lambda to: to.startswith("tel"))
    calls = [link["href"] for link in links]
    assert calls == ["tel:999", "tel:07700900555"]
    for who in ("P-DAN", "P-THEO"):
        words = visit(sample, who, AT).text("/safety")
        assert "text Mum" not in words and "Nothing is written down for you here yet." in words
        visit(sample, who, AT).get(f"/safety/{plan_of(sample).ref}/mine", 404)
    with sample.session() as session:
        assert sorted(session.scalars(select(TextMessage.wording))) == ["news", "news"]


@pytest.mark.parametrize(
    ("who", "status"), [("W-ASH-TY1", 200), ("W-ASH-HOM", 404), ("W-ASH-PRU1", 404), ("W-KIN-DIR", 404)]
)
def test_only_whose_work_needs_what_is_risky_opens_it(sample: Database, visit: Visit, who: str, status: int) -> None:
    visit(sample, who, AT).get(WORK, status)


def test_it_needs_somebody_it_concerns_and_whoever_does_something_reads_it(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    page = amina.soup(f"{WORK}/new")
    to = page.find("form", action=lambda to: to and to.endswith("/safety/new"))["action"]
    given = {"calls": "999", "staff": STAFF, **on(22)}
    words = amina.submit(f"{WORK}/new", given, to=to, status=422).get_data(as_text=True)
    assert "Choose whom it concerns." in words and STAFF in words
    given |= {"readers": [reader(page, "Leo")], box_of(page, "Rosa"): ROSA}
    words = amina.submit(f"{WORK}/new", given, to=to, status=422).get_data(as_text=True)
    assert "There is something for Rosa to do, so Rosa has to see it." in words
    words = amina.submit(f"{WORK}/new", given | on(1), to=to, status=422).get_data(as_text=True)
    assert "That day has gone." in words


def test_each_changes_their_own_part_and_nobody_elses(sample: Database, visit: Visit) -> None:
    write(visit(sample, "W-BRV-SW1", AT))
    ref = plan_of(sample).ref
    leo = visit(sample, "P-LEO", AT)
    leo.submit(f"/safety/{ref}/mine", {"text": "I stay in after nine"}, to=f"/safety/{ref}/mine", status=303)
    words = visit(sample, "P-ROSA", AT).text("/safety")
    assert "I stay in after nine" in words and LEO not in words and ROSA in words


def test_asking_to_look_again_alerts_its_owner_and_who_covers(sample: Database, visit: Visit) -> None:
    write(visit(sample, "W-BRV-SW1", AT))
    ref = plan_of(sample).ref
    rosa = visit(sample, "P-ROSA", "2019-07-18T10:00")
    rosa.submit("/safety", {}, to=f"/safety/{ref}/again", status=303)
    assert alerts(sample, "safety_asked") == ["W-BRV-SW1", "W-BRV-TM"]


def remind(sample: Database) -> None:
    with PortalSession(sample.worker) as session:
        remind_of_reviews(session)
        session.commit()


def test_the_owner_is_reminded_once_before_and_the_manager_hears_when_it_is_late(
    sample: Database, visit: Visit, at: Callable[[str], None]
) -> None:
    write(visit(sample, "W-BRV-SW1", AT))
    at("2019-07-20T09:00")
    remind(sample)
    assert alerts(sample, "safety_review") == []
    for day in (21, 22, 23):
        at(f"2019-07-{day}T09:00")
        remind(sample)
    assert alerts(sample, "safety_review") == ["W-BRV-SW1"]
    for day in (25, 26, 30):
        at(f"2019-07-{day}T09:00")
        remind(sample)
    assert alerts(sample, "safety_review") == ["W-BRV-SW1", "W-BRV-SW1", "W-BRV-TM"]
    words = visit(sample, "P-LEO", "2019-07-26T10:00").text("/safety")
    assert "4 days overdue It was to be looked at again on 22 July." in words


def test_looking_at_it_again_changes_what_is_to_change_and_says_when_next(sample: Database, visit: Visit) -> None:
    amina, colin = visit(sample, "W-BRV-SW1", AT), visit(sample, "W-BRV-TM", AT)
    write(amina)
    path = f"{WORK}/{plan_of(sample).ref}"
    pages = [client.soup(path) for client in (amina, colin)]
    form = pages[0].find("form", action=lambda to: to and to.endswith(path.rsplit("/", 1)[1]))

    def filled(page: BeautifulSoup, **more: str) -> dict[str, str]:
        here = page.find("form", action=form["action"])
        return {
            field["name"]: field.get("value", "") if field.name == "input" else field.get_text().strip()
            for field in here.find_all(["input", "textarea"])
        } | more

    amina.post(form["action"], filled(pages[0], **on(29), staff="Amina rings at 5"), 303)
    words = colin.post(form["action"], filled(pages[1], **on(30), staff="Colin rings at 7"), 422).get_data(as_text=True)
    assert (
        "Somebody saved this plan just before you." in words
        and "Amina rings at 5" in words
        and "Colin rings at 7" in words
    )
    words = visit(sample, "P-LEO", AT).text("/safety")
    assert "Amina rings at 5" in words and "Looked at again: 29 July." in words and LEO in words


def test_a_plan_that_is_not_needed_any_more_is_gone_from_their_page(sample: Database, visit: Visit) -> None:
    amina = visit(sample, "W-BRV-SW1", AT)
    write(amina)
    amina.submit(
        WORK,
        {},
        to=next(f["action"] for f in amina.soup(WORK).find_all("form") if f["action"].endswith("/end")),
        status=303,
    )
    assert "text Mum" not in visit(sample, "P-LEO", AT).text("/safety")
    assert "There is no safety plan yet." in amina.text(WORK)
