"""The family's first page (who, next, promised, new), and their people: who is involved, who came and went."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from portal.access.asking import Answer, ask
from portal.access.gate import needs, signed_in
from portal.access.made import made
from portal.access.scope import Scope
from portal.endings.queries import endings
from portal.foundation import clock
from portal.foundation.web import db, page
from portal.guidance.queries import my_boroughs
from portal.handovers.queries import handovers
from portal.home import queries
from portal.involvement import conditions
from portal.involvement import queries as network
from portal.offers.forms import called
from portal.people.queries import own_scope, supporters
from portal.updates.actions import mark_read

home = Blueprint("home", __name__)

BEGINNING = 280  # letters of an update


@home.get("/home")
@needs("home.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """Who is responsible, what is next, what was promised and what is new."""
    actor = signed_in()
    name, relation = (actor.first_name, actor.relation) if actor else ("", None)
    answered = queries.home(db(), scope, books=relation == "young_person")
    return made(scope, answered, "home/home.html", lambda: _values(scope, answered, name, relation), relation)


@home.get("/network")
@needs("network.read", own_scope, "scope")
def people(scope: Scope) -> Response:
    """Everybody involved now, joining, and before; how often it changed and why; who the family invited."""
    found = ask(
        db(),
        scope,
        who=network.responsible,
        involved=network.network,
        supporters=supporters,
        handovers=handovers,
        endings=endings,
    )
    involved = network.readable(scope, found["involved"])
    return page(
        "involvement/network.html",
        scope=scope,
        who=network.readable(scope, found["who"])[0],
        now=conditions.helping_now(involved, found["who"][0]),
        joining=conditions.joining(involved),
        before=conditions.came_before(involved),
        changes=conditions.changes(involved),
        gaps=conditions.gaps(involved),
        supporters=found["supporters"],
        handovers=found["handovers"],
        endings=found["endings"],
    )


def _values(scope: Scope, answered: Answer, name: str, relation: str | None) -> dict[str, Any]:
    """What the page is made of. What it shows counts as read from now on."""
    found = queries.home_rows(scope, answered)
    # what stands here whole counts as read, and what only begins here as seen: see templates/home/_home.html
    shown = [row for place, row in enumerate(found["new"]) if place == 0 or not row["seen_at"]]
    mark_read(
        db(),
        scope,
        [row for row in shown if len(row["text"]) <= BEGINNING],
        [row for row in shown if len(row["text"]) > BEGINNING],
    )
    return {
        "today": clock.today(),
        "name": name,
        "relation": relation,
        "who": found["who"][0],
        "next": found["next"],
        "bookable": found["bookable"],
        "promised": found["promised"],
        "new": shown,
        "beginning": BEGINNING,
        "handovers": found["handovers"],
        "endings": found["endings"],
        "ending": found["ending"],
        "answers": found["answers"],
        "around": found["around"][0],
        "offered": found["offered"],
        "called": called,
    }


@home.get("/show-this")
@needs("card.read", own_scope, "scope")
def card(scope: Scope) -> Response:
    """A card for somebody who does not know this family, such as a police officer far from home: no history at all."""
    return page("home/card.html", **on_the_card(scope))


@home.get("/show-this/card")
@needs("card.read", own_scope, "scope")
def card_to_keep(scope: Scope) -> Response:
    """The card by itself, with nothing of whoever is signed in: what a phone keeps where the person chose it."""
    return page("home/card_kept.html", **on_the_card(scope))


@home.get("/kept")
@needs("public")
def kept() -> Response:
    """Where a kept card is found on the phone that keeps it (static/src/js/sw.js); the server has nothing here."""
    return page("home/kept.html")


def on_the_card(scope: Scope) -> dict[str, Any]:
    """Who leads and which duty teams to call. Somebody with a contact limit gets names and no numbers."""
    found = ask(db(), scope, who=network.responsible)
    network.readable(scope, found["who"])
    own = my_boroughs(db()) if scope.sees_where else frozenset()
    boroughs = [each for each in current_app.extensions["near"]().boroughs if each.ref in own]
    return {"who": found["who"][0], "boroughs": boroughs, "sees_where": scope.sees_where}
