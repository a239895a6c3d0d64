"""The family's first page: who, next, promised, new."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.home import queries
from portal.people.queries import own_scope

home = Blueprint("home", __name__)


@home.get("/home")
@needs("home.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """Who is responsible, what is next, what was promised and what is new."""
    found = queries.home(db(), scope)
    return page(
        "home/home.html",
        who=found["who"][0],
        next=found["next"],
        promised=found["promised"],
        new=found["new"],
        scope=scope,
    )
