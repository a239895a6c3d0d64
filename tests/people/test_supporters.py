"""The family's own people: invited, shown what the family chose, and no more (M2)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from portal.people.models import Person
from tests.client import Client, sign_in
from tests.conftest import Database

NOW = "2019-07-15T10:00"
UNCLE = {"name": "Pablo Ruiz", "who": "my brother", "phone": "07700 900155"}


def invite(client: Client, **more: str) -> str:
    """Invite the uncle as the signed-in person; returns the address of his page."""
    client.submit("/network/supporters/new", UNCLE | more, status=302)
    return next(
        a["href"]
        for a in client.soup("/network").find_all("a")
        if a["href"].startswith("/network/supporters/") and "new" not in a["href"]
    )


def as_uncle(visit: Callable[..., Client], sample: Database) -> Client:
    client = visit(sample, None, NOW)
    with sample.session() as session:
        person = session.scalars(select(Person).where(Person.name == "Pablo Ruiz")).one()
        person.source, person.source_ref = "test", "P-UNCLE"
        session.commit()
    sign_in(client, sample.owner, "P-UNCLE")
    return client


def test_a_supporter_sees_who_leads_and_nothing_more(sample: Database, visit: Callable[..., Client]) -> None:
    invite(visit(sample, "P-ROSA", NOW))
    uncle = as_uncle(visit, sample)
    words = uncle.text("/supporting")
    assert "You stand by Rosa" in words and "Amina Yusuf" in words
    assert "Marcus" not in words and "Ian Brook" not in words
    for path in ("/home", "/plan", "/appointments", "/updates", "/assessment", "/network", "/who-has-looked"):
        response = uncle.get(path, status=None)
        assert response.status_code in (302, 404) and "Amina" not in response.get_data(as_text=True), path


def test_a_supporter_sees_everyone_only_when_the_family_says_so(sample: Database, visit: Callable[..., Client]) -> None:
    invite(visit(sample, "P-ROSA", NOW), sees_network="y")
    words = as_uncle(visit, sample).text("/supporting")
    assert "Marcus Bell" in words and "Ian Brook" in words and "Jordan" not in words


def test_stopping_closes_the_door_at_once(sample: Database, visit: Callable[..., Client]) -> None:
    rosa = visit(sample, "P-ROSA", NOW)
    page = invite(rosa)
    uncle = as_uncle(visit, sample)
    assert uncle.get("/supporting").status_code == 200
    rosa.submit(page, {}, to=f"{page}/end", status=302)
    assert uncle.get("/supporting", status=302).location.startswith("/sign-in")


def test_sent_twice_is_one_person(sample: Database, visit: Callable[..., Client]) -> None:
    rosa = visit(sample, "P-ROSA", NOW)
    invite(rosa)
    rosa.submit("/network/supporters/new", UNCLE, status=302)
    assert rosa.text("/network").count("Pablo Ruiz") == 2  # his card, and the sentence that he is there already


def test_a_mistake_keeps_what_was_typed(sample: Database, visit: Callable[..., Client]) -> None:
    rosa = visit(sample, "P-ROSA", NOW)
    response = rosa.submit("/network/supporters/new", UNCLE | {"phone": "12"}, status=422)
    page = response.get_data(as_text=True)
    assert "does not look like a phone number" in page and "Pablo Ruiz" in page and 'value="12"' in page


def test_nobody_changes_whom_another_invited(sample: Database, visit: Callable[..., Client]) -> None:
    page = invite(visit(sample, "P-ROSA", NOW))
    visit(sample, "P-LEO", NOW).get(page, status=404)
    assert "Pablo Ruiz" in visit(sample, "P-LEO", NOW).text("/network")


def test_somebody_who_may_not_know_the_address_neither_invites_nor_sees_supporters(
    sample: Database, visit: Callable[..., Client]
) -> None:
    invite(visit(sample, "P-ROSA", NOW))
    daniel = visit(sample, "P-DAN", NOW)
    daniel.get("/network/supporters/new", status=404)
    assert "Pablo" not in daniel.text("/network")
