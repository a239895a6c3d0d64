"""Your people: who is involved, who came and went, and the family's own."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import gather
from portal.foundation.web import db, page
from portal.involvement import queries
from portal.people.queries import own_scope, supporters

network = Blueprint("network", __name__)


@network.get("/network")
@needs("network.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """Everybody involved now, joining, and before; how often it changed; who the family invited."""
    found = gather(db(), who=queries.responsible(scope), involved=queries.network(scope), supporters=supporters(scope))
    return page("involvement/network.html", who=found["who"][0], involved=found["involved"], supporters=found["supporters"], today=clock.today(), scope=scope)
