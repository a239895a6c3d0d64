"""Two installations side by side: each with its own database, folder, keys and address, its own `portal` commands and
its own web server, as processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from bs4 import BeautifulSoup
from sqlalchemy import or_, select

from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.organisations.models import Worker
from portal.people.models import Person
from tests.conftest import Database
from tests.page_checks import check_page

PORTAL = (str(Path(sys.executable).parent / "portal"),)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Installation:
    """One portal of its own. `day` is what its commands and pages call today."""

    def __init__(self, database: Database, folder: Path, more: dict[str, str] | None = None) -> None:
        self.database, self.folder, self.day = database, folder, "2019-07-01"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.more = more or {}
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def env(self) -> dict[str, str]:
        """What this installation's processes are told, and nothing of ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_"))}

        def address(engine: Any) -> str:
            return str(engine.url.render_as_string(hide_password=False))

        return kept | {
            "PORTAL_DEMO": "1",
            "PORTAL_DATA": str(self.folder),
            "PORTAL_URL": self.url,
            "PORTAL_NOW": f"{self.day}T10:00",
            "DATABASE_URL": address(self.database.owner),
            "DATABASE_WEB_URL": address(self.database.web),
            "DATABASE_WORKER_URL": address(self.database.worker),
            "WEB_CONCURRENCY": "1",
            "PYTHONWARNINGS": "ignore",
            **self.more,
        }

    def run(self, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
        """One command of this installation."""
        return subprocess.run(
            (*PORTAL, *words), env=self.env, input=said, capture_output=True, text=True, timeout=600, check=False
        )

    def did(self, *words: str, said: str = "") -> str:
        """What a command said that went well."""
        done = self.run(*words, said=said)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout.strip()

    def refused(self, *words: str, said: str = "") -> str:
        """The one sentence with which a command refused."""
        done = self.run(*words, said=said)
        assert done.returncode != 0, done.stdout
        errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
        assert len(errors) == 1, done.stderr
        assert "Traceback" not in done.stderr
        return errors[0].removeprefix("Error: ")

    @contextmanager
    def served(self) -> Iterator[None]:
        """The pages of this installation, until the end of the block."""
        log = self.folder / "web.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                (*PORTAL, "web", "--port", str(self.port)), env=self.env, stdout=out, stderr=out, start_new_session=True
            )
        try:
            until = time.monotonic() + 300
            while True:
                try:
                    if requests.get(f"{self.url}/healthz", timeout=5).ok:
                        break
                except requests.ConnectionError:
                    assert process.poll() is None and time.monotonic() < until, log.read_text()
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(120)

    def as_(self, who: str) -> Visitor:
        """The browser of a person or worker with this import reference or name, signed in."""
        with self.database.session() as session:
            account = session.scalar(
                select(Account)
                .outerjoin(Person, Person.id == Account.person_id)
                .outerjoin(Worker, Worker.id == Account.worker_id)
                .where(or_(Person.source_ref == who, Worker.source_ref == who, Person.name == who))
            )
            if account is None:
                person = session.scalars(select(Person).where(Person.name == who)).one()
                account = Account(person_id=person.id, family_id=person.family_id)
                session.add(account)
                session.flush()
            account.language = "en"
            token = start_device(session, account, "Test browser", second_factor=True)
            session.commit()
        return Visitor(self.url, token)


class Visitor:
    """A browser without JavaScript. Each page it opens holds what every page must."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.browser = url, requests.Session()
        self.browser.cookies.set(COOKIE, token)

    def soup(self, path: str, status: int = 200) -> BeautifulSoup:
        """The page, parsed and checked."""
        answer = self.browser.get(self.url + path, timeout=300)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        check_page(answer.text, path)
        return BeautifulSoup(answer.text, "html.parser")

    def text(self, path: str, status: int = 200) -> str:
        """The words of the page, white space folded."""
        return " ".join(self.soup(path, status).get_text(" ").split())

    def send(self, path: str, values: dict[str, Any], to: str | None = None, status: int = 200) -> str:
        """Fill in the form on the page that posts to `to`; the words of the page that follows."""
        to = to or path
        form = next(form for form in self.soup(path).find_all("form") if (form.get("action") or path) == to)
        hidden = {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}
        answer = self.browser.post(self.url + to, data=hidden | values, headers={"Referer": self.url}, timeout=300)
        assert answer.status_code == status, f"{to}: {answer.status_code} {answer.text[:3000]}"
        check_page(answer.text, to)
        return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())
