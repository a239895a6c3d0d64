"""Built files: the smallest form the browser understands, kept for good only when the name says what is in it."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.foundation import assets

STYLE = b"body{margin:0}"


@pytest.fixture
def browser(tmp_path: Path) -> FlaskClient:
    for name, content in (
        ("app.0123456789.css", STYLE),
        ("app.0123456789.css.gz", gzip.compress(STYLE)),
        ("app.0123456789.css.br", b"as brotli"),
        ("manifest.json", b"{}"),
    ):
        (tmp_path / name).write_bytes(content)
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    assets.install(app)
    return app.test_client()


@pytest.mark.parametrize(
    ("accepts", "sent", "body"),
    [
        ("gzip, deflate, br", "br", b"as brotli"),
        ("gzip", "gzip", gzip.compress(STYLE)),
        ("br;q=0, gzip", "gzip", gzip.compress(STYLE)),
        ("identity", None, STYLE),
        ("", None, STYLE),
    ],
)
def test_smallest_form_understood(browser: FlaskClient, accepts: str, sent: str | None, body: bytes) -> None:
    answer = browser.get("/static/app.0123456789.css", headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == sent
    assert answer.mimetype == "text/css"
    assert answer.headers["Vary"] == "Accept-Encoding"
    if sent != "gzip":
        assert answer.data == body
    else:
        assert gzip.decompress(answer.data) == STYLE
    answer.close()


def test_kept_for_good_when_named_by_content(browser: FlaskClient) -> None:
    with browser.get("/static/app.0123456789.css") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with browser.get("/static/manifest.json") as answer:
        assert "immutable" not in answer.headers["Cache-Control"]


def test_asked_again_nothing_is_sent_again(browser: FlaskClient) -> None:
    with browser.get("/static/app.0123456789.css") as first:
        tag = first.headers["ETag"]
    with browser.get("/static/app.0123456789.css", headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["nothing.css", "../test_assets.py", "%2e%2e/test_assets.py", "app.0123456789.css/x"])
def test_nothing_else_is_served(browser: FlaskClient, path: str) -> None:
    with browser.get(f"/static/{path}", headers={"Accept-Encoding": "br"}) as answer:
        assert answer.status_code == 404
