"""Takes the pictures in the README: `python -m tests.pictures`, on the sample family, at a fixed moment, in English."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from portal import create_app
from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.demo.shifting import SAMPLE
from portal.foundation import embedded, posters, schema
from portal.foundation.database import PortalSession, make_engine
from portal.imports.run import import_folder_into
from portal.people.models import Person
from portal.settings import load

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOMENT = "2019-07-15T10:00"
PHONE = {"width": 360, "height": 740}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Make docs/pictures: Rosa's first page and a page of guidance on a small phone, and a course's poster."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        # the demo's setting would put its own front page here, and a fixed clock needs it
        settings = load({"PORTAL_DEMO": "1", "PORTAL_DATA": str(data), "PORTAL_NOW": MOMENT})
        with embedded.start(data, fast=True) as server:
            owner, web = make_engine(server.url()), make_engine(server.url(role="portal_web"))
            schema.migrate(owner)
            with owner.connect() as connection:
                connection.exec_driver_sql("alter role portal_web login")
            app = create_app(settings, web)
            import_folder_into(owner, SAMPLE)
            with PortalSession(owner) as session:
                rosa = select(Account).join(Person, Person.id == Account.person_id).where(Person.source_ref == "P-ROSA")
                account = session.scalars(rosa).one()
                # she reads Spanish; the README does not
                account.language = "en"
                token = start_device(session, account, "The README")
                session.commit()
            site = make_server("127.0.0.1", 0, app, threaded=True)
            threading.Thread(target=site.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{site.server_port}"
            photograph(address, "/home", token, PICTURES / "home.png")
            photograph(address, "/guidance/what-to-say-tonight", None, PICTURES / "guidance.png")
            draw_poster(PICTURES / "poster.png")
            site.shutdown()
            for engine in (owner, web):
                engine.dispose()


def draw_poster(file: Path) -> None:
    """The poster of an invented course, as a picture of its one page. Needs pdftoppm (Debian: poppler-utils)."""
    made = posters.draw(
        "Phones, friends and the walk home",
        ["For parents of children in Years 5 to 6", "It is free.", "For the families of Harbour Primary."],
        [
            "group chats and games",
            "how older people make friends with children",
            "knives, and why a child might carry one",
        ],
        "https://alongside.example/courses/phones?s=HARB",
        "Point your phone here, or text YEAR5 to 07700 900000",
        "Open Road mentoring. No case, no referral: a first name and a phone.",
    )
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "poster.pdf"
        pdf.write_bytes(made)
        subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", "60", pdf, file.with_suffix("")], check=True)


def photograph(site: str, path: str, token: str | None, file: Path) -> None:
    """One page as a phone shows it, without scrolling."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        phone = browser.new_context(viewport=PHONE, device_scale_factor=1, color_scheme="light", locale="en-GB")
        if token:
            phone.add_cookies([{"name": COOKIE, "value": token, "url": site}])
        page = phone.new_page()
        page.goto(site + path, wait_until="networkidle")
        page.screenshot(path=file)
        browser.close()
    print(f"{file.relative_to(PICTURES.parents[1])}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
