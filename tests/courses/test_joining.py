"""A parent joins with a name and a phone; the last place is given once; the page never says who is on a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from portal.access.models import Attempt
from portal.courses.actions import Joining, join
from portal.courses.models import SignUp
from portal.foundation.database import DOOR, PortalSession
from portal.messages.models import TextMessage
from tests.client import Client
from tests.conftest import Database
from tests.courses.conftest import NOW, Charity

Visit = Callable[..., Client]


def sign_up(client: Client, group: str, name: str = "Rita", phone: str = "07700 900711", **more: str) -> str:
    path = f"/courses/groups/{group}/join"
    answer = client.submit(path, {"name": name, "phone": phone, **more}, to=path, status=200)
    return " ".join(client.soup_of(answer).get_text(" ").split())


def texts(database: Database) -> list[str]:
    with database.session() as session:
        return [one.body or "" for one in session.scalars(select(TextMessage).order_by(TextMessage.id))]


def own_page(text: str) -> str:
    found = re.search(r"(/courses/mine/\S+)", text)
    assert found, text
    return found[1]


def test_a_parent_finds_a_course_and_takes_a_place(database: Database, charity: Charity, visit: Visit) -> None:
    rita = visit(database, None, NOW)
    assert "Phones, friends, streets" in rita.text("/courses/?year=5&when=evening&where=quay street")
    assert "Nothing fits" in rita.text("/courses/?year=2")
    assert "Nothing fits" in rita.text("/courses/?when=weekend")
    page = rita.text(f"/courses/{charity.course}")
    assert "gangs" in page and "Tue 10 March, 18:30" in page and "2 places left" in page
    assert "We texted 07700 900711" in sign_up(rita, charity.first)
    (text,) = texts(database)
    assert "You have a place" in text and "gang" not in text and "Harbour" not in text
    mine = rita.text(own_page(text))
    assert "You have a place." in mine and "Quay Street" in mine


def test_the_answer_is_the_same_for_a_number_on_the_list_already(
    database: Database, charity: Charity, visit: Visit
) -> None:
    first = sign_up(visit(database, None, NOW), charity.first)
    again = sign_up(visit(database, None, NOW), charity.first, name="Somebody else")
    assert first == again
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(SignUp)) == 1
        assert session.scalars(select(SignUp)).one().name == "Rita"
    assert "already" in texts(database)[1] and "/courses/mine/" not in texts(database)[1]


def test_a_pair_joins_together_or_not_at_all(database: Database, charity: Charity, visit: Visit) -> None:
    client = visit(database, None, NOW)
    sign_up(client, charity.first)
    sign_up(client, charity.first, "Femi", "07700 900712", companion="Ada")
    assert "waiting list" in texts(database)[1]
    with database.session() as session:
        pair = session.scalars(select(SignUp).order_by(SignUp.id.desc())).first()
        assert pair and pair.state == "waiting" and pair.people == 2 and pair.companion == "Ada"


def test_nobody_jumps_the_queue(database: Database, charity: Charity, visit: Visit) -> None:
    client = visit(database, None, NOW)
    sign_up(client, charity.first)
    sign_up(client, charity.first, "Femi", "07700 900712", companion="Ada")
    sign_up(client, charity.first, "Late", "07700 900713")
    assert "waiting list" in texts(database)[2]


def test_twenty_at_once_share_two_places(database: Database, charity: Charity, at: Callable[[str], None]) -> None:
    at(NOW)

    def ask(number: int) -> str:
        with PortalSession(database.web) as session:
            session.info["speaker"] = DOOR
            joined = join(session, charity.first_id, Joining("Anna", f"+447700900{700 + number}"))
            session.commit()
            assert joined is not None
            return joined.state

    with ThreadPoolExecutor(8) as many:
        states = list(many.map(ask, range(20)))
    assert states.count("booked") == 2 and states.count("waiting") == 18


def test_mistakes_keep_what_was_typed(database: Database, charity: Charity, visit: Visit) -> None:
    client = visit(database, None, NOW)
    path = f"/courses/groups/{charity.first}/join"
    answer = client.submit(path, {"name": "Rita", "phone": "twelve"}, to=path, status=422)
    page = client.soup_of(answer)
    assert page.find("input", {"name": "name"})["value"] == "Rita"
    assert "does not look like a phone number" in page.get_text()
    assert client.submit(path, {"phone": "07700 900711"}, to=path, status=422)


def test_a_machine_that_fills_in_everything_adds_nothing(database: Database, charity: Charity, visit: Visit) -> None:
    assert "We texted" in sign_up(visit(database, None, NOW), charity.first, website="spam.example")
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(SignUp)) == 0


def test_a_thousand_sign_ups_from_one_place_are_stopped(database: Database, charity: Charity, visit: Visit) -> None:
    client = visit(database, None, NOW)
    path = f"/courses/groups/{charity.second}/join"
    for number in range(30):
        sign_up(client, charity.second, phone=f"07700 900{100 + number}")
    answer = client.submit(path, {"name": "One more", "phone": "07700 900999"}, to=path, status=429)
    assert "too many sign-ups" in answer.get_data(as_text=True)
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(SignUp)) == 30
        assert session.scalar(select(func.count()).select_from(Attempt)) >= 30


def test_leaving_and_a_stale_page(database: Database, charity: Charity, visit: Visit) -> None:
    client = visit(database, None, NOW)
    sign_up(client, charity.first)
    mine = own_page(texts(database)[0])
    assert "off the list" in client.soup_of(follow(client, mine, "left")).get_text()
    assert "has changed in the meantime" in client.soup_of(follow(client, mine, "left")).get_text()
    assert "2 places left" in client.text(f"/courses/{charity.course}")


def follow(client: Client, mine: str, wanted: str):  # type: ignore[no-untyped-def]
    token = client.soup("/courses/").find("input", {"name": "csrf_token"})
    csrf = token["value"] if token else client.soup("/what-changed").find("input", {"name": "csrf_token"})["value"]
    answer = client.post(mine, {"wanted": wanted, "csrf_token": csrf}, 303)
    return client.get(answer.headers["Location"])


@pytest.mark.parametrize("path", ["/courses/mine/nothing", "/courses/groups/nothing/join", "/courses/nothing"])
def test_what_is_not_there_is_not_there(database: Database, charity: Charity, visit: Visit, path: str) -> None:
    visit(database, None, NOW).get(path, 404)


def test_what_is_over_or_called_off_says_so(database: Database, charity: Charity, visit: Visit) -> None:
    late = visit(database, None, "2026-03-20T10:00")
    assert "cannot be joined any more" in late.text(f"/courses/groups/{charity.first}/join")
    begun = visit(database, None, "2026-03-12T10:00")
    assert "it has begun" in begun.text(f"/courses/{charity.course}")
    sign_up(begun, charity.first)
    assert "Tue 17 March 18:30" in texts(database)[-1] or "17 March" in texts(database)[-1]


def test_the_poster_is_one_page_with_a_code(database: Database, charity: Charity, visit: Visit) -> None:
    poster = visit(database, None, NOW).get(f"/courses/{charity.course}/poster.pdf?s=HARB&school=Harbour+Primary")
    assert poster.mimetype == "application/pdf" and poster.data.startswith(b"%PDF")
    assert poster.data.count(b"/Type /Page\n") == 1
    assert len(poster.data) < 60_000


def test_from_a_poster_the_school_is_counted(database: Database, charity: Charity, visit: Visit) -> None:
    client = visit(database, None, NOW)
    path = f"/courses/groups/{charity.first}/join?s=HARB"
    client.submit(path, {"name": "Rita", "phone": "07700 900711"}, to=path, status=200)
    with database.session() as session:
        one = session.scalars(select(SignUp)).one()
        assert (one.via, one.poster) == ("poster", "HARB")


def test_markup_in_a_name_is_shown_as_it_is(database: Database, charity: Charity, visit: Visit) -> None:
    sign_up(visit(database, None, NOW), charity.first, name="<b>Rita</b>")
    page = visit(database, "W-ORGANISER", NOW).get(f"/work/courses/groups/{charity.first}").get_data(as_text=True)
    assert "&lt;b&gt;Rita" in page
