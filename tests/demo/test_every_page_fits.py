"""Every page one can walk to, as each kind of person: nothing is wider than a phone, whatever the names, whichever way
writing runs and however large the letters; and each page can be told from the others and walked by its headings."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from portal import create_app
from portal.settings import Settings
from tests.browser import PHONE, served
from tests.client import Client, sign_in
from tests.conftest import Database
from tests.demo.conftest import TODAY

pytestmark = pytest.mark.journey

WORKERS = ("W-BRV-DIR", "W-KIN-YSM", "W-ASH-TY1", "W-POL-1")
PEOPLE = {"P-ROSA": "/home", "P-MEENA": "/safety", "P-SURESH": "/home", "P-SHAFIQ": "/supporting"}
PEOPLE |= dict.fromkeys(WORKERS, "/work/")
"""Two mothers, a father with no_address, a supporter, a director, a manager, a mentor, a police liaison."""
OPEN = ("/sign-in", "/staff/sign-in", "/taken", "/help-now", "/guidance/knives", "/courses/", "/what-changed")
ELSEWHERE = re.compile(r"/(static|exit|sign-out|demo|guidance/)|.*\.(ics|pdf|zip)$")
LONG = "Wolfeschlegelsteinhausenbergerdorffmckenziefeatherstonehaugh"
"""Sixty letters, and nowhere to break."""
NAMED = ("person", "worker", "family", "organisation")
MEASURED = """(html) => {
    // the page's own body in a document that has our style already: opening each anew takes five times as long
    document.body.replaceWith(new DOMParser().parseFromString(html, "text/html").body)
    const root = document.documentElement, wrong = []
    root.dir = "ltr"
    const measure = (how) => {
        if (root.scrollWidth > root.clientWidth) wrong.push(`${how}: ${root.scrollWidth} wide`)
    }
    measure("left to right")
    root.dir = "rtl"
    measure("right to left")
    root.style.fontSize = "200%"
    measure("letters twice as large")
    root.style.fontSize = ""
    const seen = (one) => one.checkVisibility() && !one.closest(".govuk-visually-hidden")
    const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter(seen).map((one) => +one.tagName[1])
    if (levels.some((level, place) => level > (levels[place - 1] ?? 0) + 1)) wrong.push(`headings ${levels}`)
    const pressed = document.querySelectorAll("main :is(a, button, summary, select, input:not([type=hidden]))")
    for (const one of pressed) {
        const box = one.getBoundingClientRect(), said = one.textContent.trim()
        // a link amid words is as tall as its line (WCAG 2.5.8 leaves that out), and a circle is pressed by its row
        const amid = one.matches("a") && /^inline(-block)?$/.test(getComputedStyle(one).display) &&
            [...one.parentElement.childNodes].some((part) => part !== one && part.textContent.trim())
        if (!seen(one) || amid || one.matches("[type=radio], [type=checkbox]")) continue
        if (box.height < 43.5) wrong.push(`${Math.round(box.height)} high: ${said.slice(0, 30) || one.name}`)
    }
    return wrong
}"""


def walk(client: Client, first: str, known: set[str]) -> dict[str, str]:
    """One of each page that links lead to from here and that nobody before has come to, by its address."""
    routes, found, todo = client.app.url_map.bind("localhost"), {}, [first]
    while todo:
        path = todo.pop(0)
        try:
            endpoint = routes.match(path.partition("?")[0])[0]
        except HTTPException:
            continue
        if path in found or (endpoint in known and path != first):
            continue
        answer = client.browser.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            known.add(endpoint)
            found[path] = answer.get_data(as_text=True)
            links = re.findall(r'<a[^>]* href="(/[^"#]*)', found[path])
            todo += [link.replace("&amp;", "&") for link in links if not ELSEWHERE.match(link)]
    return found


def test_nothing_is_wider_than_a_phone(
    settings: Settings, world_to_change: Database, at: Callable[[str], None], browser: Browser
) -> None:
    at(TODAY)
    with world_to_change.session() as session:
        for table in NAMED:
            session.execute(text(f"update {table} set name = :long"), {"long": LONG})
        session.commit()
    app = create_app(settings, world_to_change.web)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(settings.data))
    pages: dict[str, str] = {}
    known = {"demo.show", "account.leave"}
    for path in OPEN:
        pages |= {f"nobody {path}": html for path, html in walk(Client(app), path, known).items()}
    for who, first in PEOPLE.items():
        client = Client(app)
        sign_in(client, world_to_change.owner, who)
        if os.environ.get("PORTAL_TEST_ALL"):
            known.clear()
        pages |= {f"{who} {path}": html for path, html in walk(client, first, known).items()}
    assert len(pages) > 115, f"only {len(pages)} pages were found: a link in the middle has gone"
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    with served(app) as url, context:
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        wrong = [f"{where}: {said}" for where, html in pages.items() for said in page.evaluate(MEASURED, html)]
    assert not wrong, "\n".join(wrong)
