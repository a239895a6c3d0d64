"""What a borough adds: notes beside the national text and its duty numbers; its managers write, anybody reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from portal.foundation.clock import LONDON
from portal.foundation.database import PortalSession, Speaker
from portal.guidance.models import LocalNote
from portal.organisations.models import DutyNumbers, Organisation
from tests import factories as make
from tests.client import Client
from tests.conftest import Database

AT = "2019-07-15T10:00"
LATER = {"review_by-day": "1", "review_by-month": "12", "review_by-year": "2019"}


@pytest.fixture
def world(database: Database) -> dict[str, str]:
    """Two boroughs with a manager each, a charity with one, a family in the first, and its duty numbers."""
    with database.session() as session:
        here, there = make.organisation(session, "Brook Vale"), make.organisation(session, "Kingsford")
        charity = make.organisation(session, "Here families", "charity", borough_id=here.id)
        mo = make.worker(session, here, "Mo Amin", manager=True, ref="MO")
        make.worker(session, there, "Nia Rees", manager=True, ref="NIA")
        make.worker(session, charity, "Fay Cole", manager=True, ref="FAY")
        ada = make.worker(session, here, "Ada Obi", ref="ADA", phone="020 7946 0101")
        family = make.family(session, here)
        make.person(session, family, "Ana Marin", ref="ANA")
        make.person(session, family, "Dan Marin", ref="DAN", contact_limit="no_address")
        make.person(session, family, "Cut Off", ref="CUT", contact_limit="no_contact")
        make.involvement(session, ada, family, lead=True)
        numbers = {"day_phone": "020 7946 0111", "day_hours": "Mon to Fri, 9 to 5", "night_phone": "020 7946 0999"}
        session.add(
            DutyNumbers(
                organisation_id=here.id,
                **numbers,
                checked_on=date(2019, 7, 1),
                changed_by_id=mo.id,
                changed_at=datetime(2019, 7, 1, 9, tzinfo=LONDON),
            )
        )
        session.commit()
        return {"here": here.ref, "there": there.ref}


def write(client: Client, ref: str, words: str, slug: str = "knives", status: int = 303) -> None:
    path = f"/work/guidance/{ref}/{slug}/en"
    client.submit(path, {"text": words} | LATER, to=path, status=status)


def test_a_note_stands_beside_the_page_and_the_page_stays_as_it_was(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    nobody = visit(database, None, AT)
    before = nobody.soup("/guidance/knives").select_one("article").get_text()
    mo = visit(database, "MO", AT)
    write(mo, world["here"], "The **youth club** on Mill Lane is open on Fridays.")
    fresh = visit(database, None, AT)
    soup = fresh.soup("/guidance/knives")
    assert soup.select_one("article").get_text() == before
    link = soup.select_one(f'.near a[href="/guidance/knives/in/{world["here"]}"]')
    assert link.get_text() == "Brook Vale"
    assert "youth club on Mill Lane" in fresh.text(link["href"])
    assert "youth club on Mill Lane" in visit(database, "ANA", AT).text("/guidance/knives"), "her own borough's at once"


def test_somebody_with_a_contact_limit_is_not_told_which_borough_is_theirs(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    write(visit(database, "MO", AT), world["here"], "Mill Lane.")
    write(visit(database, "NIA", AT), world["there"], "High Road.")
    for who in ("DAN", None):
        soup = visit(database, who, AT).soup("/guidance/knives")
        assert "Mill Lane" not in soup.get_text()
        assert [a.get_text() for a in soup.select(".near a")] == ["Brook Vale", "Kingsford"]
        help_now = visit(database, who, AT).soup("/help-now")
        assert help_now.find(id="your-council") is None
        assert help_now.find(id="councils") is not None, "the same list that anybody reads"


def test_hostile_words_do_no_harm(database: Database, world: dict[str, str], visit: Callable[..., Client]) -> None:
    hostile = (
        "<script>alert(1)</script> [x](javascript:alert(1)) [y](data:text/html,x) ![z](https://evil.example/p.png)\n\n"
        '<img src=x onerror=alert(1)> <a href="https://evil.example" onclick="x()">in</a> [ok](https://club.example)\n\n'
        "# big\n\n<!-- x --><iframe src=//evil.example></iframe>"
    )
    write(visit(database, "MO", AT), world["here"], hostile)
    soup = visit(database, None, AT).soup(f"/guidance/knives/in/{world['here']}")  # the page checks run on it
    near = soup.select_one(".near")
    # a picture is left as the link it is typed as: nothing is fetched from elsewhere
    links = near.select("a[href]")
    assert {a["href"] for a in links} == {"https://club.example", "https://evil.example/p.png"}
    assert all(a["rel"] == ["nofollow", "noopener"] and set(a.attrs) == {"href", "rel"} for a in links)
    assert not near.find_all(["script", "img", "iframe", "h1"])


@pytest.mark.parametrize(("words", "said"), [("", "Write something"), ("x" * 1501, "too long")])
def test_mistakes_are_said_and_what_was_typed_is_kept(
    database: Database, world: dict[str, str], visit: Callable[..., Client], words: str, said: str
) -> None:
    mo = visit(database, "MO", AT)
    path = f"/work/guidance/{world['here']}/knives/en"
    response = mo.submit(path, {"text": words} | LATER, to=path, status=422)
    assert said in response.get_data(as_text=True)
    assert mo.soup_of(response).find("textarea").get_text().strip() == words
    wrong = mo.submit(path, {"text": "Fine."} | LATER | {"review_by-year": "2031"}, to=path, status=422)
    assert "next 12 months" in wrong.get_data(as_text=True)


def test_two_managers_at_once_lose_nothing(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    mo = visit(database, "MO", AT)
    path = f"/work/guidance/{world['here']}/knives/en"
    form = {field["name"]: field.get("value", "") for field in mo.soup(path).select("main form input[type=hidden]")}
    write(mo, world["here"], "First.")
    stale = mo.post(path, form | {"text": "Second."} | LATER, 422)
    words = stale.get_data(as_text=True)
    assert "Somebody else has changed this note" in words
    assert "First." in words
    assert mo.soup_of(stale).find("textarea").get_text().strip() == "Second."
    again = {f["name"]: f.get("value", "") for f in mo.soup_of(stale).select("main form input[type=hidden]")}
    mo.post(path, again | {"text": "Second."} | LATER, 303)
    mo.post(path, again | {"text": "Second."} | LATER, 303)  # sent twice: one effect
    with database.session() as session:
        rows = session.query(LocalNote).order_by(LocalNote.id).all()
    assert [(row.text, row.ended_at is None) for row in rows] == [("First.", False), ("Second.", True)]


def test_a_note_is_taken_down_and_kept_for_the_record(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    mo = visit(database, "MO", AT)
    write(mo, world["here"], "Mill Lane.")
    down = f"/work/guidance/{world['here']}/knives/en/take-down"
    mo.submit(f"/work/guidance/{world['here']}/knives/en", {}, to=down, status=303)
    assert not visit(database, None, AT).soup("/guidance/knives").select(".near")
    with database.session() as session:
        note = session.query(LocalNote).one()
    assert note.ended_by_id is not None


def test_a_note_past_its_date_says_so_and_its_manager_is_told(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    write(visit(database, "MO", AT), world["here"], "Mill Lane.")
    late = "2019-12-02T10:00"
    assert "should have been looked at again" in visit(database, None, late).text(
        f"/guidance/knives/in/{world['here']}"
    )
    assert "Look at it again" in visit(database, "MO", late).text("/work/guidance")


def test_every_manager_is_told_of_national_pages_past_their_date(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    assert "Past their date" not in visit(database, "FAY", "2026-12-01T10:00").text("/work/guidance")
    words = visit(database, "FAY", "2027-03-01T10:00").text("/work/guidance")
    assert "Past their date" in words
    assert "Knives: why a child may carry one" in words
    assert "Guidance editor" in words
    assert "of the guidance are past their date" in visit(database, "FAY", "2027-03-01T10:00").text("/work/")
    assert "past their date" not in visit(database, "FAY", "2026-12-01T10:00").text("/work/")
    assert "past their date" not in visit(database, "ADA", "2027-03-01T10:00").text("/work/")


def test_only_managers_of_that_borough(database: Database, world: dict[str, str], visit: Callable[..., Client]) -> None:
    for who in ("ADA", "ANA", "DAN"):
        assert visit(database, who, AT).get("/work/guidance", None).status_code in (302, 404)
    for who in ("NIA", "FAY"):
        client = visit(database, who, AT)
        client.get(f"/work/guidance/{world['here']}/knives/en", 404)
        client.get(f"/work/guidance/{world['here']}/numbers", 404)
    mo = visit(database, "MO", AT)
    for path in ("/work/guidance/x/knives/en", f"/work/guidance/{world['here']}/nothing/en"):
        mo.get(path, 404)
    mo.get(f"/work/guidance/{world['here']}/knives/xx", 404)


@pytest.mark.parametrize("who", ["NIA", "FAY", "ADA"])
def test_the_database_keeps_others_out_too(database: Database, world: dict[str, str], who: str) -> None:
    with database.session() as session:
        worker = session.scalar(text("select id from worker where source_ref = :who"), {"who": who})
        here = session.query(Organisation).filter_by(ref=world["here"]).one().id
        charity = session.query(Organisation).filter_by(name="Here families").one().id
    note = (
        "insert into local_note (ref, organisation_id, slug, language, text, review_by, written_by_id, written_at)"
        " values ('x', :org, 'knives', 'en', 'x', '2020-01-01', :me, now())"
    )
    for org in (here, charity):
        with PortalSession(database.web) as session:
            session.info["speaker"] = Speaker(worker_id=worker)
            with pytest.raises(ProgrammingError, match="row-level security"):
                session.execute(text(note), {"org": org, "me": worker})
    with PortalSession(database.web) as session:
        session.info["speaker"] = Speaker(worker_id=worker)
        changed = session.execute(
            text("update duty_numbers set night_phone = '1', changed_by_id = :me"), {"me": worker}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]  # a cursor's result
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text("delete from local_note"))


def test_duty_numbers_are_kept_checked_and_shown(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    mo = visit(database, "MO", AT)
    path = f"/work/guidance/{world['here']}/numbers"
    assert "not a phone number" in mo.submit(path, {"day_phone": "ring us"}, to=path, status=422).get_data(as_text=True)
    empty = {"day_phone": "", "night_phone": ""}
    assert "at least one number" in mo.submit(path, empty, to=path, status=422).get_data(as_text=True)
    mo.submit(path, {"day_phone": "02079460222", "night_phone": "+44 20 7946 0333"}, to=path, status=303)
    soup = visit(database, "ANA", AT).soup("/help-now")
    assert soup.find(id="your-council")
    numbers = [a["href"] for a in soup.select(f"#council-{world['here']} a.btn")]
    assert numbers == ["tel:02079460222", "tel:02079460333"]
    anybody = visit(database, None, AT).soup("/help-now")
    assert anybody.find(id="your-council") is None
    assert [a["href"] for a in anybody.select(f"#council-{world['here']} a.btn")] == numbers


def test_numbers_nobody_has_rung_for_long_say_so(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    words = visit(database, None, "2020-01-08T10:00").text("/help-now")
    assert "Nobody has looked at these numbers for a while" in words
    assert "Mon to Fri, 9 to 5" not in words
    assert "Ring them again" in visit(database, "MO", "2020-01-08T10:00").text("/work/guidance")


class TestTheCard:
    """Who leads and whom to call, and nothing else about anybody."""

    def test_it_names_the_lead_and_the_duty_team_and_nobody_of_the_family(
        self, database: Database, world: dict[str, str], visit: Callable[..., Client]
    ) -> None:
        ana = visit(database, "ANA", AT)
        for path in ("/show-this", "/show-this/card"):
            response = ana.get(path)
            assert response.headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            words = ana.text(path)
            for said in ("Ada Obi", "020 7946 0101", "020 7946 0111", "020 7946 0999", "before you decide anything"):
                assert said in words, said
        kept = ana.get("/show-this/card").get_data(as_text=True)
        for private in ("Ana", "Marin", "Dan", "/account", "csrf", "/home"):
            assert private not in kept, private

    def test_somebody_with_a_contact_limit_gets_a_name_and_no_number(
        self, database: Database, world: dict[str, str], visit: Callable[..., Client]
    ) -> None:
        dan = visit(database, "DAN", AT)
        words = dan.text("/show-this")
        assert "Ada Obi" in words
        assert "101" in words
        for secret in ("020 7946", "Brook Vale"):
            assert secret not in words, secret
        visit(database, "CUT", AT).get("/show-this", 302)  # somebody without contact cannot sign in at all

    def test_others_have_no_card(self, database: Database, world: dict[str, str], visit: Callable[..., Client]) -> None:
        assert visit(database, None, AT).get("/show-this", 302).headers["Location"].startswith("/sign-in")
        assert visit(database, "ADA", AT).get("/show-this", 302).headers["Location"] == "/work/"

    def test_without_a_lead_the_one_who_answers_stands_there(
        self, database: Database, world: dict[str, str], visit: Callable[..., Client]
    ) -> None:
        with database.session() as session:
            session.execute(text("update involvement set ends_on = '2019-07-10'"))
            session.execute(
                text("update organisation set senior_manager_id = (select id from worker where source_ref = 'MO')")
            )
            session.commit()
        words = visit(database, "ANA", AT).text("/show-this")
        assert "Mo Amin" in words
        assert "Answers for our help" in words

    def test_the_server_keeps_nothing(self, database: Database, visit: Callable[..., Client]) -> None:
        assert "Nothing is kept on this phone" in visit(database, None, AT).text("/kept")


def test_everything_is_three_taps_from_the_front_page(
    database: Database, world: dict[str, str], visit: Callable[..., Client]
) -> None:
    """Somebody who has never been here follows links, and nothing else, from the first page."""
    from portal.guidance import queries

    write(visit(database, "MO", AT), world["here"], "Mill Lane.")
    nobody = visit(database, None, AT)
    taps = {"/": 0}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if taps[path] == 3:
            continue
        response = nobody.get(path, None)
        if response.mimetype != "text/html":
            continue
        for link in BeautifulSoup(response.get_data(as_text=True), "html.parser").select("a[href^='/']"):
            to = str(link["href"]).partition("#")[0]
            if to and to not in taps and not to.startswith(("/exit", "/demo", "/static")) and "?" not in to:
                taps[to] = taps[path] + 1
                waiting.append(to)
    wanted = {page.address for page in queries.all_pages("en") if page.audience != "now"}
    wanted |= {"/help-now", "/guidance/", "/glossary", "/courses/", "/what-changed"}
    wanted |= {f"/guidance/knives/in/{world['here']}"}
    assert not wanted - set(taps), f"further than three taps: {wanted - set(taps)}"
    assert taps["/help-now"] == taps["/guidance/"] == 1
