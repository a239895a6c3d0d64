"""A supervisor sees on one page what the assessments of their families have not asked (4.1.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from tests import factories as make
from tests.client import Client
from tests.conftest import Database
from tests.round_trips import round_trips

Visit = Callable[..., Client]
AT = "2019-07-15T10:00"
PAGE = "/work/oversight/assessments"


def lines(client: Client, name: str) -> list[str]:
    """What stands there as not asked about this young person."""
    card = next(card for card in client.soup(PAGE).select("main section.card") if card.h2.get_text() == name)
    return [line.get_text(strip=True) for line in card.select("li")]


def test_the_page_says_the_same_as_each_assessment(sample: Database, visit: Visit) -> None:
    for who in ("W-BRV-DIR", "W-ASH-YJM"):
        client = visit(sample, who, AT)
        page = client.soup(PAGE)
        for card in page.select("main section.card"):
            path = card.h2.a["href"]
            there = client.soup(path)
            open_ = [line.get_text(" ", strip=True) for line in there.select("ul.asked li.open")]
            assert [f"Not asked: {line.get_text(strip=True)}" for line in card.select("li")] == open_, who
    assert "Every borough with a link has been asked what it knows" in lines(
        visit(sample, "W-BRV-DIR", AT), "Leo Marin"
    )


def test_only_managers_and_only_their_own_families(sample: Database, visit: Visit) -> None:
    visit(sample, "W-BRV-SW1", AT).get(PAGE, 404)
    visit(sample, "P-ROSA", AT).get(PAGE, 404)
    with sample.session() as session:
        home = make.organisation(session, "Elsewhere children's services")
        chief = make.worker(session, home, "Wilma Elsewhere", ref="W-ELSE", manager=True)
        family = make.family(session, home, "Elsewhere family")
        make.person(session, family, "Eno Elsewhere", "young_person")
        make.involvement(session, chief, family, lead=True)
        session.commit()
    words = visit(sample, "W-ELSE", AT).text(PAGE)
    assert "Eno Elsewhere" in words and "Eno's own words" in words and "Leo" not in words
    assert "Eno" not in visit(sample, "W-BRV-DIR", AT).text(PAGE)


def test_a_few_questions_whether_ten_families_or_a_thousand(database: Database, visit: Visit) -> None:
    with database.session() as session:
        home = make.organisation(session)
        make.worker(session, home, "Mara Chief", ref="W-CHIEF", manager=True)
        ada = make.worker(session, home)
        for number in range(10):
            one(session, home, ada, number)
        session.commit()
    client = visit(database, "W-CHIEF", AT)
    few = trips(client)
    with database.session() as session:
        home, ada = home_of(session), worker_of(session)
        for number in range(10, 300):
            one(session, home, ada, number)
        session.commit()
    assert trips(client) <= max(few, 6) and few <= 6
    assert "See the next of 300" in client.text(PAGE)
    assert len(client.soup(f"{PAGE}?from=250").select("main section.card")) == 50
    assert "That is all of them." in client.text(f"{PAGE}?from=300")
    client.get(f"{PAGE}?from=nonsense")


def one(session: object, home: object, ada: object, number: int) -> None:
    """A family whose young person has said one thing."""
    family = make.family(session, home, f"Family {number}")
    leo = make.person(session, family, f"Leo {number}", "young_person")
    make.involvement(session, ada, family, lead=True)
    make.statement(session, make.circle(session, family, leo), leo, leo, "I like maths.", made_on=date(2019, 6, 1))


def home_of(session: object) -> object:
    from portal.organisations.models import Organisation

    return session.scalars(select(Organisation).limit(1)).one()


def worker_of(session: object) -> object:
    from portal.organisations.models import Worker

    return session.scalars(select(Worker).where(Worker.is_manager.is_(False)).limit(1)).one()


def trips(client: Client) -> int:
    """How often the page asks the database, once it has been asked before."""
    client.get(PAGE)
    with round_trips() as count:
        client.get(PAGE)
    return count.trips
