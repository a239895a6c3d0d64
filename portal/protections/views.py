"""What protects you and until when, as the family reads it."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.people.queries import own_scope
from portal.protections import queries
from portal.protections.conditions import is_near

protections = Blueprint("protections", __name__)


@protections.get("/protections")
@needs("protections.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What runs, the first to end on top, and what follows each."""
    found = ask(db(), scope, protections=queries.protections, changes=queries.changes)
    rows = queries.readable(scope, found["protections"])
    for row in rows:
        row["near"] = is_near(row)
    return page(
        "protections/protections.html", protections=rows, changes=queries.by_protection(scope, found["changes"])
    )
