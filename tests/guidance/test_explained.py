"""Words of the trade are explained on every page a family reads: where they stand, once, never in somebody's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from flask import render_template_string

from portal import create_app
from portal.foundation.clock import LONDON
from portal.foundation.explain import LEFT_ALONE
from portal.guidance import queries
from portal.organisations.models import DutyNumbers
from portal.settings import Settings
from portal.updates.models import Update
from tests import factories as make
from tests.client import Client, sign_in
from tests.conftest import Database
from tests.round_trips import round_trips

AT = "2019-07-15T10:00"
SAID = "The core group met. The core group wants a strategy meeting before the section 47 enquiry ends."
PAGES = ("/home", "/network", "/plan", "/appointments", "/updates", "/assessment", "/who-has-looked", "/account")


@pytest.fixture
def family(database: Database) -> Database:
    """A mother, a worker who writes as workers write, and boroughs by the dozen."""
    with database.session() as session:
        here = make.organisation(session, "Brook Vale")
        ada = make.worker(session, here, "Ada Obi", ref="ADA")
        family = make.family(session, here)
        ana = make.person(session, family, "Ana", ref="ANA")
        circle = make.circle(session, family, ana)
        make.involvement(session, ada, family, lead=True)
        posted = datetime(2019, 7, 1, 9, tzinfo=LONDON)
        session.add(Update(family_id=family.id, circle_id=circle.id, by_worker_id=ada.id, text=SAID, posted_at=posted))
        for number in range(40):
            borough = make.organisation(session, f"Borough {number}")
            session.add(
                DutyNumbers(
                    organisation_id=borough.id,
                    day_phone="020 7946 0111",
                    checked_on=date(2019, 7, 1),
                    changed_by_id=ada.id,
                    changed_at=posted,
                )
            )
        session.commit()
    return database


def test_a_workers_post_is_explained_once(family: Database, visit: Callable[..., Client]) -> None:
    soup = visit(family, "ANA", AT).soup("/updates")
    assert SAID in " ".join(soup.select_one("main").get_text().split())
    links = [str(a["href"]) for a in soup.select("main a.term")]
    assert links.count("#word-core-group") == 1
    assert {"#word-strategy-meeting", "#word-section-47"} <= set(links)
    meanings = soup.select_one("aside.explained").get_text(" ")
    assert queries.glossary("en")["core-group"].meaning in meanings


def test_who_knows_the_words_reads_them_plain(family: Database, visit: Callable[..., Client]) -> None:
    ada = visit(family, "ADA", AT)
    for path in ("/work/", "/work/families"):
        assert not ada.soup(path).select("a.term, aside.explained"), path


def test_what_htmx_swaps_in_leads_to_the_glossary(
    family: Database, settings: Settings, at: Callable[[str], None]
) -> None:
    app = create_app(settings, family.web)  # one of its own, as it gets a page more
    at(AT)
    ana = Client(app)
    sign_in(ana, family.owner, "ANA")
    app.add_url_rule("/part", "part", lambda: render_template_string("<p>The core group</p>"))
    app.view_functions["part"].need = app.view_functions["guidance.index"].need  # type: ignore[attr-defined]  # public
    part = ana.browser.get("/part", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert 'href="/glossary#core-group"' in part
    assert "id=" not in part, "the page around it may have one already"


@pytest.mark.parametrize("who", ["P-ROSA", "P-LEO", "P-DAN"])
def test_no_word_on_any_page_is_left_unexplained(sample_read: Database, visit: Callable[..., Client], who: str) -> None:
    known = queries._explainer("en")
    client = visit(sample_read, who, AT)
    for path in PAGES:
        soup = client.soup(f"{path}?lang=en")
        explained = {str(a["href"]).removeprefix("#word-") for a in soup.select("main a.term")}
        for words in soup.select_one("main").find_all(string=True):
            if inside_what_is_left_alone(words):
                continue
            for start, end, name in known.found_in(str(words)):
                assert name in explained, f"{path}: nobody explains {words[start:end]!r}"


def inside_what_is_left_alone(words: NavigableString) -> bool:
    around = [parent for parent in words.parents if isinstance(parent, Tag)]
    return any(parent.name in LEFT_ALONE or parent.has_attr("data-unexplained") for parent in around)


def test_few_round_trips_whatever_the_number_of_boroughs(family: Database, visit: Callable[..., Client]) -> None:
    ana, nobody = visit(family, "ANA", AT), visit(family, None, AT)
    # who asks, the question, COMMIT; giving the connection back is counted too, though nothing goes over the wire
    for path, most in (("/help-now", 4), ("/guidance/knives", 3), ("/guidance/search?q=nife", 3), ("/show-this", 6)):
        ana.get(path)  # what is asked once a minute
        with round_trips() as count:
            ana.get(path)
        assert count.trips <= most, f"{path} takes {count.trips} round trips"
    for path in ("/help-now", "/guidance/", "/guidance/knives", "/glossary", "/guidance/search?q=nife"):
        nobody.get(path)
        with round_trips() as count:
            nobody.get(path)
        assert count.trips == 0, f"{path} asks the database for somebody who is not signed in"
    assert len(BeautifulSoup(nobody.get("/help-now").get_data(as_text=True), "html.parser").select(".line")) > 40
