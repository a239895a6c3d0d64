"""Dates, as the family reads them."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.appointments import queries
from portal.foundation.web import db, page
from portal.people.queries import own_scope

appointments = Blueprint("appointments", __name__)


@appointments.get("/appointments")
@needs("appointments.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """What is next, then what is past."""
    coming, past = queries.coming_and_past(queries.dates(db(), scope))
    return page("appointments/appointments.html", coming=coming, past=past, scope=scope)
