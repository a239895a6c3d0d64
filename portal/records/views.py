"""Who has looked: which professional opened what this person may see themselves, when, and why it was allowed."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.people.queries import own_scope
from portal.records import queries

records = Blueprint("records", __name__)


@records.get("/who-has-looked")
@needs("looks.read", own_scope, "scope")
def who_has_looked(scope: Scope) -> Response:
    """Openings, newest first, one line for each worker, page and day."""
    return page("records/who_has_looked.html", days=queries.looks_by_day(db(), scope))
