"""Guidance as somebody reads it who is not signed in: every page whole, in both languages, without the database."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from portal.access.gate import COOKIE
from portal.guidance import queries
from tests.guidance.conftest import Reader

PLACES = ["/help-now", "/guidance/", "/guidance/search", "/glossary"]
ELSEWHERE = {"/courses/", "/what-changed", "/kept"}
"""Pages of other parts, which ask the database."""
PAGES = [page.address for page in queries.all_pages("en")]


def words(html: str) -> str:
    main = BeautifulSoup(html, "html.parser").main
    assert main is not None
    return main.get_text(" ")


@pytest.mark.parametrize("path", [*PLACES, *PAGES])
@pytest.mark.usefixtures("spanish")
def test_every_page_opens_in_both_languages(read: Reader, path: str) -> None:
    english = read(path)
    spanish = read(f"{path}?lang=es")
    assert '<html lang="en"' in english
    assert '<html lang="es"' in spanish
    assert path == "/guidance/search" or words(english) != words(spanish)


def test_the_index_names_knives_and_everyone_it_is_for(read: Reader) -> None:
    soup = BeautifulSoup(read("/guidance/"), "html.parser")
    words = soup.get_text(" ")
    for word in ("Knives", "For parents", "For young people", "The system in plain words"):
        assert word in words
    links = {a["href"] for a in soup.select("main a[href]")}
    assert {page.address for page in queries.all_pages("en") if page.audience != "now"} <= links
    assert {"/glossary", "/courses/"} <= links


def test_links_lead_somewhere(read: Reader) -> None:
    soups = {path: BeautifulSoup(read(path), "html.parser") for path in {*PLACES, *PAGES}}
    for path, soup in soups.items():
        for address in {str(a["href"]) for a in soup.select("main a[href]")}:
            if address.startswith(("https://", "http://", "tel:", "sms:")):
                continue
            where, _, anchor = address.partition("#")
            if where in ELSEWHERE:
                continue
            assert not where or where in soups, f"{path} links to {address}, which is no page"
            assert not anchor or soups[where or path].find(id=anchor), (
                f"{path} links to {address}, which has no such place"
            )


def test_a_page_says_where_it_comes_from_and_that_nobody_has_checked_it(read: Reader) -> None:
    html = read("/guidance/knives")
    assert "Where this comes from" in html
    assert "Facts read on 23 November" in html
    assert "Nobody who works in this field has checked it yet" in html
    assert "England and Wales" in html


@pytest.mark.usefixtures("spanish")
def test_a_translation_says_that_no_person_has_read_it(read: Reader) -> None:
    soup = BeautifulSoup(read("/guidance/knives?lang=es"), "html.parser")
    assert "Cuchillos" in soup.get_text()
    assert soup.select_one("p.small") is not None


def test_a_page_past_its_date_says_so(read: Reader, on: Callable[[str], None]) -> None:
    on("2026-12-01")
    assert "should have been looked at again" not in read("/guidance/knives")
    on("2027-02-23")
    assert "should have been looked at again" not in read("/guidance/knives")
    on("2027-02-24")
    assert "should have been looked at again by 23 February" in read("/guidance/knives")


def test_what_courses_are_about_leads_to_the_courses(read: Reader) -> None:
    assert BeautifulSoup(read("/guidance/courses"), "html.parser").select_one('article a[href="/courses/"]')


@pytest.mark.parametrize("slug", ["nothing-here", "stabing", "KNIVES", "..%2f..%2fetc", "é", "x" * 500, "search/more"])
def test_a_page_that_is_not_there_answers_kindly(browser: FlaskClient, slug: str) -> None:
    response = browser.get(f"/guidance/{slug}")
    assert response.status_code == 404
    assert "help-now" in response.get_data(as_text=True)


def test_a_wrong_address_offers_what_may_be_meant(read: Reader) -> None:
    html = read("/guidance/knive-crime", 404)
    assert "/guidance/knives" in html
    assert "not your fault" in html


@pytest.mark.parametrize("wanted", ["fr", "xx", "../en", "es/../../x", "%00", ""])
def test_an_unknown_language_is_english(read: Reader, wanted: str) -> None:
    assert "Signs to look for" in read(f"/guidance/signs?lang={wanted}")


def test_a_page_missing_in_a_language_comes_in_english() -> None:
    assert queries.pages("cy") == {}
    page = queries.page("knives", "cy")
    assert page is not None
    assert page.language == "en"
    assert len(queries.glossary("cy")) == len(queries.glossary("en"))
    assert [group.title for group in queries.help_groups("cy")] == [group.title for group in queries.help_groups("en")]


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize("lang", ["en", "es"])
def test_terms_are_explained_where_they_first_stand(read: Reader, lang: str) -> None:
    soup = BeautifulSoup(read(f"/guidance/meetings-and-plans?lang={lang}"), "html.parser")
    links = [str(a["href"]) for a in soup.select("main a.term")]
    assert "#word-section-47" in links
    assert len(links) == len(set(links))
    for link in links:
        word = soup.select_one(link)
        assert word is not None, f"{link} leads nowhere"
        assert word.find("a", href=link.replace("#word-", "#term-")), "and there is a way back to the place"
        assert queries.glossary(lang)[link.removeprefix("#word-")].meaning in word.get_text()


def test_lists_of_pages_and_the_glossary_itself_are_left_alone(read: Reader) -> None:
    for path in ("/guidance/", "/glossary", "/guidance/search?q=section+47"):
        assert not BeautifulSoup(read(path), "html.parser").select("main a.term"), path


def test_the_filter_explains_once_a_page(bare_app: Flask) -> None:
    with bare_app.test_request_context("/"):
        html = render_template_string(
            "{{ a|explained }} {{ a|explained }} {{ b|explained }}", a="The MASH", b="<b>bail</b>"
        )
    assert html.count("#word-mash") == 1
    assert html.count("#word-bail") == 1
    assert "&lt;b&gt;" in html


def test_a_page_is_shared_by_its_address_alone(read: Reader) -> None:
    link = BeautifulSoup(read("/guidance/knives"), "html.parser").select_one(".share a")
    assert unquote(str(link["href"])) == "sms:?&body=http://localhost/guidance/knives"
    assert BeautifulSoup(read("/guidance/knives"), "html.parser").select_one("[data-print][hidden]")


def test_the_pack_of_a_year_leads_to_all_that_is_for_that_year(read: Reader) -> None:
    soup = BeautifulSoup(read("/guidance/year-5"), "html.parser")
    links = {str(a["href"]) for a in soup.select("main .shelf a")}
    assert {page.address for page in queries.all_pages("en") if 5 in page.years and page.slug != "year-5"} <= links


class TestPublic:
    """Guidance is the same for everybody signed out, and may be kept by a browser."""

    def test_anybody_may_keep_it(self, browser: FlaskClient) -> None:
        for path in ("/help-now", "/guidance/", "/guidance/knives", "/glossary"):
            headers = browser.get(path).headers
            assert headers["Cache-Control"] == "public, max-age=300"
            assert "Set-Cookie" not in headers
            assert {"Cookie", "Accept-Language"} <= set(headers["Vary"].replace(" ", "").split(","))

    def test_an_answer_that_sets_the_language_is_for_one_browser(self, browser: FlaskClient) -> None:
        assert browser.get("/help-now?lang=en").headers["Cache-Control"].startswith("private")

    def test_a_search_is_kept_nowhere(self, browser: FlaskClient) -> None:
        assert browser.get("/guidance/search?q=bail").headers["Cache-Control"] == "no-store"

    @pytest.mark.usefixtures("spanish")
    def test_each_language_has_its_own(self, browser: FlaskClient) -> None:
        first = browser.get("/guidance/knives", headers={"Accept-Language": "es"}).get_data(as_text=True)
        second = browser.get("/guidance/knives", headers={"Accept-Language": "en"}).get_data(as_text=True)
        assert "Cuchillos" in first
        assert "Knives" in second

    @pytest.mark.usefixtures("spanish")
    def test_a_language_chosen_before_is_remembered(self, bare_app: Flask) -> None:
        browser = bare_app.test_client()
        browser.get("/guidance/?lang=es")
        assert "Cuchillos" in browser.get("/guidance/knives").get_data(as_text=True)

    def test_somebody_with_a_device_gets_their_own(self, bare_app: Flask) -> None:
        """With a device's cookie the page is made for them, which asks the database: here it fails."""
        browser = bare_app.test_client()
        browser.set_cookie(COOKIE, "token")
        with pytest.raises(Exception, match="onnection"):
            browser.get("/guidance/signs")
        assert bare_app.test_client().get("/guidance/signs").status_code == 200
