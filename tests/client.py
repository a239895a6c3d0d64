"""A test client that checks every page it fetches, whatever the test is about."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import Engine, or_, select
from werkzeug.test import TestResponse

from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.foundation.database import PortalSession
from portal.organisations.models import Worker
from portal.people.models import Person
from tests.page_checks import check_page


class Client:
    """One browser. `get` and `post` check each HTML page; `text` gives its words."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()

    def open(self, method: str, path: str, status: int | None, **how: Any) -> TestResponse:
        response = self.browser.open(path, method=method, **how)
        if status is not None:
            assert response.status_code == status, f"{method} {path}: {response.status_code}, expected {status}"
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            part = "HX-Request" in (how.get("headers") or {})
            check_page(response.get_data(as_text=True), f"{method} {path}", part)
        return response

    def get(self, path: str, status: int | None = 200, **how: Any) -> TestResponse:
        return self.open("GET", path, status, **how)

    def post(
        self, path: str, data: dict[str, Any] | None = None, status: int | None = None, **how: Any
    ) -> TestResponse:
        """Post as a browser would: fetches nothing first, so give `csrf=True` to take the token of the page before."""
        return self.open("POST", path, status, data=data or {}, **how)

    def submit(self, path: str, data: dict[str, Any], to: str | None = None, status: int | None = None) -> TestResponse:
        """Open the page at `path`, take its form's hidden fields (for the form with this action), fill in and post."""
        soup = self.soup(path)
        form = next(
            (
                f
                for f in soup.find_all("form", method=lambda m: m and m.lower() == "post")
                if to is None or f.get("action") == to
            ),
            None,
        )
        assert form is not None, f"no form on {path} that posts to {to}"
        hidden = {f["name"]: f.get("value", "") for f in form.find_all("input", type="hidden")}
        return self.post(form["action"], hidden | data, status)

    def soup(self, path: str, status: int = 200) -> BeautifulSoup:
        return BeautifulSoup(self.get(path, status).get_data(as_text=True), "html.parser")

    @staticmethod
    def soup_of(response: TestResponse) -> BeautifulSoup:
        return BeautifulSoup(response.get_data(as_text=True), "html.parser")

    def text(self, path: str, status: int = 200) -> str:
        """The words of the page, white space folded."""
        return " ".join(self.soup(path, status).get_text(" ").split())


def sign_in(client: Client, owner: Engine, who: str, language: str = "en") -> None:
    """Sign in as the person or worker with this import reference, without the sign-in pages, reading in `language`."""
    with PortalSession(owner) as session:
        account = session.scalars(
            select(Account)
            .outerjoin(Person, Person.id == Account.person_id)
            .outerjoin(Worker, Worker.id == Account.worker_id)
            .where(or_(Person.source_ref == who, Worker.source_ref == who))
        ).one()
        account.language = language
        token = start_device(session, account, "Test browser", second_factor=True)
        session.commit()
    client.browser.set_cookie(COOKIE, token)


def without_tokens(page: str) -> str:
    """A page without its form tokens, which change from one second to the next."""
    page = re.sub(r"X-CSRFToken[^}]*}", "", page)
    return re.sub(r'(name="csrf_token"[^>]*?value=")[^"]*', r"\1", page)
