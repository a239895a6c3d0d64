"""Dates, as those who work with the family read them."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.appointments import queries
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family

work_appointments = Blueprint("work_appointments", __name__)


@work_appointments.get("/work/families/<ref>/appointments")
@needs("family.appointments", open_family, "opened")
def show(opened: OpenFamily) -> Response:
    """What is next, then what is past."""
    coming, past = queries.coming_and_past(queries.dates(db(), opened.scope))
    return page("work/appointments.html", opened=opened, coming=coming, past=past)
