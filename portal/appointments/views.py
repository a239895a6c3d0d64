"""Dates, as the family reads them."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.appointments import queries
from portal.foundation import clock
from portal.foundation.web import db, page
from portal.people.queries import own_scope

appointments = Blueprint("appointments", __name__)


@appointments.get("/appointments")
@needs("appointments.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """What is next, then what is past."""
    return page("appointments/appointments.html", dates=queries.dates(db(), scope), now=clock.now(), scope=scope)
