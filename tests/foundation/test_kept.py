"""Public pages come from memory; whatever may be one person's own never does."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask, make_response, request
from flask.testing import FlaskClient
from flask_compress import Compress
from sqlalchemy.exc import SQLAlchemyError

from portal.foundation import clock, kept, language


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A portal of a few pages that counts how often it is asked."""
    monkeypatch.setattr(language, "offered", lambda folder: ("en", "es"))
    app = Flask("tests")
    app.config.update(TRANSLATIONS="", COMPRESS_ALGORITHM=["gzip"], COMPRESS_MIN_SIZE=1, ASKED=0)
    Compress(app)
    kept.install(app, ("/public/",))

    @app.route("/public/<name>", methods=["GET", "POST"])
    @app.route("/elsewhere/<name>")
    def page(name: str) -> object:
        app.config["ASKED"] += 1
        spoken = kept.chosen(
            request.headers.get("Accept-Language", ""), request.headers.get("Cookie", ""), ("en", "es")
        )
        response = make_response(f"{name} in {spoken} on {clock.today()} " * 9, 404 if name == "gone" else 200)
        if name != "private":
            response.headers["Cache-Control"] = "public, max-age=60"
        if name == "cookie":
            response.set_cookie("a", "b")
        response.headers["X-Kind"] = name
        return response

    yield app
    clock.fix(None)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def asked(app: Flask, browser: FlaskClient, path: str, times: int = 3, **how: object) -> int:
    """How often the application was woken for this many requests."""
    before = app.config["ASKED"]
    for _ in range(times):
        browser.get(path, **how)  # type: ignore[arg-type]  # as the test client takes them
    return int(app.config["ASKED"] - before)


def test_a_public_page_is_made_once_with_all_its_headers(app: Flask, browser: FlaskClient) -> None:
    assert asked(app, browser, "/public/a") == 1
    again = browser.get("/public/a")
    assert again.text.startswith("a in en")
    assert again.headers["X-Kind"] == "a"
    assert again.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "path", ["/public/private", "/public/cookie", "/public/gone", "/elsewhere/a", "/public/a?lang=es"]
)
def test_what_may_be_for_one_person_is_made_each_time(app: Flask, browser: FlaskClient, path: str) -> None:
    assert asked(app, browser, path) == 3


@pytest.mark.parametrize(
    "cookie", ["device=x", "lang=es; device=x", "form=x", "lang=es;form=x", "Device=x; lang=es", "lang=<x>"]
)
def test_whoever_brings_a_cookie_is_let_through(app: Flask, browser: FlaskClient, cookie: str) -> None:
    browser.get("/public/a")
    assert asked(app, browser, "/public/a", headers={"Cookie": cookie}) == 3


def test_a_part_for_htmx_and_a_post_are_let_through(app: Flask, browser: FlaskClient) -> None:
    browser.get("/public/a")
    assert asked(app, browser, "/public/a", headers={"HX-Request": "true"}) == 3
    browser.post("/public/a")
    assert app.config["ASKED"] == 5


def test_each_language_has_its_own_by_header_and_by_cookie(app: Flask, browser: FlaskClient) -> None:
    for headers, spoken in (
        ({"Accept-Language": "es-CO,es;q=0.9"}, "es"),
        ({"Accept-Language": "en-GB"}, "en"),
        ({"Accept-Language": "zh"}, "en"),
        ({"Accept-Language": "es", "Cookie": "lang=en"}, "en"),
        ({"Cookie": "lang=es"}, "es"),
        ({"Cookie": "lang=xx"}, "en"),
    ):
        for _ in range(2):
            assert f" in {spoken} " in browser.get("/public/a", headers=headers).text, headers


def test_packed_for_those_who_take_it(browser: FlaskClient) -> None:
    packed = browser.get("/public/a", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    for refusing in ("", "identity", "gzip;q=0"):
        plain = browser.get("/public/a", headers={"Accept-Encoding": refusing})
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data


def test_a_new_day_makes_a_new_page(browser: FlaskClient) -> None:
    for day in ("2026-12-01", "2026-12-02"):
        clock.fix(datetime.fromisoformat(f"{day}T12:00"))
        assert day in browser.get("/public/a").text


def test_memory_has_an_end(app: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 10)
    for number in range(50):
        browser.get(f"/public/{number}")
    assert isinstance(app.wsgi_app, kept.Kept)
    assert len(app.wsgi_app.answers) <= 10


def test_a_mistake_is_not_kept(app: Flask) -> None:
    @app.get("/public/breaks")
    def breaks() -> str:
        raise RuntimeError

    browser = app.test_client(use_cookies=False)
    assert browser.get("/public/breaks").status_code == 500
    assert browser.get("/public/breaks").status_code == 500


def test_what_is_remembered_outlives_a_database_that_is_away() -> None:
    answers = iter([1, SQLAlchemyError("away"), 2])

    def ask() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    known = kept.Remembered(ask, 0, seconds=1_000_000)
    assert [known(), known()] == [1, 1], "asked once"
    known.forget()
    assert known() == 1, "the database is away: what was known still stands"
    known.forget()
    assert known() == 2
