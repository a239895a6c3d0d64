"""A record is reached only through its own family's address: not through that of a family one may open."""

from __future__ import annotations

from portal import create_app
from portal.foundation import clock
from portal.settings import Settings
from tests.conftest import Database
from tests.rules.who_may_do_what import MADE_UP, address, ask, build, prepared

WORDS = {"ref", "how", "name", *MADE_UP}
"""Parts of an address that name no record."""


def test_no_record_is_reached_through_the_address_of_a_family_one_works_with(
    settings: Settings, database: Database
) -> None:
    """Ed leads the other family, and puts the references of this one behind its address."""
    small, app = build(database.owner), prepared(create_app(settings, database.web))
    mixed = small.values | {"family": small.values["other family"]}
    ed, ada = small.tokens["worker: other borough"], small.tokens["worker: involved"]
    asked = set()
    try:
        for route in app.url_map.iter_rules():
            if not route.rule.startswith("/work/families/<ref>/") or not set(route.arguments) - WORDS:
                continue
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                assert ask(app, method, address(route, mixed), ed, small) == "404", f"{method} {route.rule}"
            if "GET" in (route.methods or set()) and ask(app, "GET", address(route, small.values), ada, small) == "200":
                asked.add(route.rule)
    finally:
        clock.fix(None)
    for record in ("<step>", "<meeting>", "<protection>", "<update>", "<date>", "<offer>", "<plan>"):
        assert any(record in rule for rule in asked), f"{record}: whoever may open it does not either"
