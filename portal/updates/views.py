"""Updates, as the family reads them."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.people.queries import own_scope
from portal.updates import queries

updates = Blueprint("updates", __name__)


@updates.get("/updates")
@needs("updates.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """What workers wrote, newest first."""
    return page("updates/updates.html", updates=queries.feed(db(), scope), scope=scope)
