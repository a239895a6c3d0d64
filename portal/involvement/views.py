"""Your people: who is involved, who came and went, and the family's own."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.involvement import conditions, queries
from portal.people.queries import own_scope, stands_by, supporters

network = Blueprint("network", __name__)


@network.get("/network")
@needs("network.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """Everybody involved now, joining, and before; how often it changed; who the family invited."""
    found = ask(db(), scope, who=queries.responsible, involved=queries.network, supporters=supporters)
    involved = queries.readable(scope, found["involved"])
    return page(
        "involvement/network.html",
        scope=scope,
        who=queries.readable(scope, found["who"])[0],
        now=conditions.helping_now(involved, found["who"][0]),
        joining=conditions.joining(involved),
        before=conditions.came_before(involved),
        changes=conditions.changes(involved),
        supporters=found["supporters"],
    )


@network.get("/supporting")
@needs("supporter.home", own_scope, "scope")
def supporter_home(scope: Scope) -> Response:
    """What an invited relative or friend reads: whom they stand by, and who helps, as far as the family chose."""
    found = ask(db(), scope, stands_by=stands_by, who=queries.responsible, involved=queries.network)
    if not found["stands_by"]:
        abort(404)
    stands = found["stands_by"][0]
    now = conditions.helping_now(found["involved"], found["who"][0]) if stands.sees_network else []
    return page("involvement/supporting.html", stands=stands, who=found["who"][0], now=now)


@network.get("/network/what-each-sees")
@needs("network.read", own_scope, "scope")
def what_each_sees(scope: Scope) -> Response:
    """The matrix: what each function may open."""
    return page("involvement/what_each_sees.html", matrix=queries.matrix(db()))
