"""Built files: compressed beforehand, kept by the browser for good, and nothing beside them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from portal import DIST
from tests.client import Client
from tests.conftest import Database

BUILT = pytest.mark.skipif(not (DIST / "manifest.json").exists(), reason="make assets builds them")


@BUILT
def test_built_files_come_compressed_and_stay(sample_read: Database, visit: Callable[..., Client]) -> None:
    client = visit(sample_read)
    for name in json.loads((DIST / "manifest.json").read_text()).values():
        answer = client.browser.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200 and answer.headers["Content-Encoding"] == "gzip", name
        assert "immutable" in answer.headers["Cache-Control"], name
        plain = client.browser.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers and len(plain.data) > len(answer.data), name


@BUILT
@pytest.mark.parametrize("path", ["nothing.css", "../pyproject.toml", "%2e%2e/pyproject.toml", "../../etc/passwd"])
def test_nothing_beside_them_is_served(sample_read: Database, visit: Callable[..., Client], path: str) -> None:
    assert visit(sample_read).browser.get(f"/static/{path}").status_code == 404


def test_pages_are_compressed_for_who_asks(sample_read: Database, visit: Callable[..., Client]) -> None:
    client = visit(sample_read, "P-ROSA", "2019-07-15T10:00")
    small = client.browser.get("/home", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(client.browser.get("/home").data) / 2
    assert small.headers["Cache-Control"] == "no-store"
