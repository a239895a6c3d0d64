"""A portal without a database: guidance must not notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.foundation import clock, language
from portal.foundation.database import make_engine
from portal.settings import Settings
from tests.page_checks import check_page

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"


@pytest.fixture(scope="session")
def bare_app(settings: Settings) -> Flask:
    """The whole portal, with a database that answers nobody: whatever asks it fails."""
    app = create_app(settings, make_engine(NOWHERE))
    app.config["TESTING"] = True
    return app


@pytest.fixture
def browser(bare_app: Flask) -> FlaskClient:
    """Somebody who is not signed in and has never been here."""
    return bare_app.test_client()


class Reader:
    """Fetches pages as somebody signed out, and checks each one."""

    def __init__(self, app: Flask) -> None:
        self.browser = app.test_client()

    def __call__(self, path: str, status: int = 200) -> str:
        response = self.browser.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        html = response.get_data(as_text=True)
        check_page(html, path)
        return html


@pytest.fixture
def read(bare_app: Flask) -> Reader:
    return Reader(bare_app)


@pytest.fixture
def on() -> Iterator[object]:
    """Fix the day: `on("2026-12-01")`."""
    yield lambda day: clock.fix(datetime.fromisoformat(f"{day}T12:00"))
    clock.fix(None)


@pytest.fixture
def spanish(bare_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spanish is offered, whether or not its catalogue is compiled on this machine."""
    monkeypatch.setattr(language, "offered", lambda folder: ("en", "es"))


TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
