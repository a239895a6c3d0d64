"""What an invited relative or friend reads, and what each kind of worker may see. The people page is in home/."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.involvement import conditions, queries
from portal.people.queries import own_scope, stands_by

network = Blueprint("network", __name__)


@network.get("/supporting")
@needs("supporter.home", own_scope, "scope")
def supporter_home(scope: Scope) -> Response:
    """What an invited relative or friend reads: whom they stand by, and who helps, as far as the family chose."""
    found = ask(db(), scope, stands_by=stands_by, who=queries.responsible, involved=queries.network)
    if not found["stands_by"]:
        abort(404)
    stands = found["stands_by"][0]
    now = conditions.helping_now(found["involved"], found["who"][0]) if stands.sees_network else []
    for row in (found["who"][0], *now):
        row |= {"role": scope.mask(row["role"] or ""), "hours": scope.mask(row["hours"] or "")}
    return page("involvement/supporting.html", stands=stands, who=found["who"][0], now=now)


@network.get("/network/what-each-sees")
@needs("network.read", own_scope, "scope")
def what_each_sees(scope: Scope) -> Response:
    """The matrix: what each function may open."""
    return page("involvement/what_each_sees.html", matrix=queries.matrix(db()))
