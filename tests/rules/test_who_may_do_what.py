"""Every door is declared, every permission has a door, and who gets through which is written down for review."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from portal import create_app, policy
from portal.access.gate import Need
from portal.foundation import clock
from portal.foundation.database import PortalSession
from portal.settings import Settings
from tests.conftest import Database
from tests.rules import who_may_do_what as written

UNDECLARED = {"static": "files of our own, the same for everybody"}


@pytest.fixture
def app(settings: Settings, database: Database) -> Iterator[Flask]:
    yield written.prepared(create_app(settings, database.web))
    clock.fix(None)


def test_every_route_declares_what_it_needs(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        need: Need | None = getattr(view, "need", None)
        if need is None:
            assert endpoint in UNDECLARED, f"{endpoint} declares nothing, so nobody gets in"
        else:
            assert need.permission in policy.RULES, f"{endpoint} needs {need.permission}, which is no permission"


def test_every_permission_opens_something(app: Flask) -> None:
    assert not written.unused(app), "a permission that opens nothing must go"


def test_every_permission_says_who_and_what(app: Flask) -> None:
    kinds = {"everyone", "family", "supporter", "half_in", "worker", "manager", "person"}
    for name, rule in policy.RULES.items():
        assert rule.sentence.endswith("."), name
        assert rule.who, f"{name} opens to nobody"
        assert rule.who <= kinds, f"{name}: {rule.who - kinds} is nobody"


def test_pages_about_a_family_load_it_and_write_the_opening_down(app: Flask) -> None:
    """What a professional may open is decided on the record, and reading it is written down (M31)."""
    for route in app.url_map.iter_rules():
        need: Need | None = getattr(app.view_functions[route.endpoint], "need", None)
        if need and route.rule.startswith("/work/families/<"):
            assert need.load is not None, f"{route.rule} loads nothing, so nothing is decided"
            rule = policy.RULES[need.permission]
            assert rule.may.__qualname__ != "Rule.<lambda>", f"{route.rule}: anybody may"
            assert rule.shows or rule.who == policy.MANAGER or route.rule in NOT_READING, f"{route.rule} opens unseen"


OF_A_MOVE = ("new", "<move>/days", "<move>/conference", "<move>/ask", "<move>/tasks", "tasks/<task>/done", "<move>/met",
             "<move>/moved", "<move>/call-off", "talk/new", "talk/say", "talk/sign", "money", "money/sums")  # fmt: skip
ABOUT_SCHOOL = ("place", "agreements/new", "agreements/<agreement>/end", "out", "out/<absence>", "places/<place>/next",
                "places/<place>/read")  # fmt: skip
NOT_READING = {
    "/work/families/<ref>/meetings/new": "an empty form; the page of meetings writes the opening down",
    "/work/families/<ref>/meetings/<meeting>/withhold": "a manager's reason; the page of the meeting is written down",
    "/work/families/<ref>/meetings/<meeting>/show": "a button on the page of the meeting",
    "/work/families/<ref>/how-they-are/<person>/ask": "a button on the page of how they are",
    "/work/families/<ref>/protections/new": "an empty form; the page before it is written down",
    "/work/families/<ref>/updates/new": "the box for a new update; whose names stand there is no record",
    "/work/families/<ref>/updates/check": "what one has typed oneself",
    "/work/families/<ref>/updates/<update>/undo": "one's own words, taken back",
    "/work/families/<ref>/updates/<update>/correct": "one's own words, put right",
    **dict.fromkeys(
        (f"/work/families/<ref>/school/{what}" for what in ABOUT_SCHOOL),
        "what is done on the page about school, whose opening is written down",
    ),
    **dict.fromkeys(
        (*(f"/work/families/<ref>/moving/{what}" for what in OF_A_MOVE), "/work/families/<ref>/need"),
        "what is done on the page about the move, whose opening is written down",
    ),
    "/work/families/<ref>/appointments/new": "an empty form for a new date, from the page of dates",
    "/work/families/<ref>/people/<person>": "the number and the lock of one person, after the page of people",
    "/work/families/<ref>/people/<person>/invite": "as above",
    "/work/families/<ref>/people/<person>/number": "said on the page of texts, whose opening is written down",
    "/work/families/<ref>/people/<person>/texts": "as above",
    "/work/families/<ref>/people/<person>/texts/again": "as above",
    "/work/families/<ref>/texts/<text>/decide": "as above",
    "/work/families/<ref>/worried": "an empty form for a worry, from the family's page",
    "/work/families/<ref>/people/<person>/lock": "as above",
    "/work/families/<ref>/staff/<involvement>/end": "one's own last day, from the family's page",
    "/work/families/<ref>/staff/<involvement>/handover": "as above",
    "/work/families/<ref>/staff/<involvement>/ending": "as above",
    **dict.fromkeys(
        (f"/work/families/<ref>/handovers/<handover>/{what}" for what in ("words", "pass", "finish", "call-off")),
        "what is done on the handover's page, whose opening is written down",
    ),
    **dict.fromkeys(
        (
            f"/work/families/<ref>/assessment/{what}"
            for what in (
                "write/<young>/<section>/keep",
                "write/<young>/<section>/forget",
                "said/<said>/<how>/keep",
                "said/<said>/<how>/forget",
                "said/<said>/still",
                "said/<said>/back",
                "again/<young>/<section>",
            )
        ),
        "what is done on a statement's page, whose opening is written down",
    ),
    **dict.fromkeys(
        (f"/work/families/<ref>/{what}" for what in ("duties/<young>/new", "duties/<duty>", "elsewhere/<young>")),
        "a form that shows nothing of the record but what one adds to",
    ),
}


def test_who_gets_through_which_door_is_as_written(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "\n".join(lines_kept_by_nobody(app, database, monkeypatch))
    if os.environ.get(written.AGAIN):
        written.PAGE.write_text(page)
    assert written.PAGE.read_text() == page, "what somebody may do has changed: python -m tests.rules.who_may_do_what"


def lines_kept_by_nobody(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The page's lines. The world is committed; what the doors then do is undone."""
    answer = written.lines(app, database.owner)
    first = next(answer)
    monkeypatch.setattr(PortalSession, "commit", PortalSession.rollback)
    return [first, *answer]


def test_the_page_names_every_route_and_closes_families_to_strangers() -> None:
    page = written.PAGE.read_text()
    assert "CLOSED" not in page
    assert "500" not in page
    blocks = [
        block for block in page.split("\n\n") if block.startswith(("GET /work/families/", "POST /work/families/"))
    ]
    assert len(blocks) > 10
    for block in blocks:
        opened = [line for line in block.splitlines() if line.startswith("    2")]
        for stranger in (
            "all staff",
            "all families",
            "nobody",
            "family member",
            "other borough",
            "part ended",
            "asked, no answer yet",
            "supporter",
        ):
            assert not any(stranger in line.split("everybody but")[0] for line in opened), block
        assert not any(": everybody" in line for line in opened), block
