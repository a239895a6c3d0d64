"""The managers' page: people first, numbers after."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user

from portal.access.gate import needs
from portal.foundation import clock
from portal.foundation.web import db, page
from portal.oversight import queries
from portal.oversight.unasked import A_PAGE, page_of
from portal.records.actions import record_list

oversight = Blueprint("oversight", __name__)


@oversight.get("/work/oversight")
@needs("oversight.read")
def show() -> Response:
    """What needs attention, by who could be hurt first. What it shows of a family's records, the family reads."""
    full = request.args.get("all")
    found = queries.oversight(db(), current_user, full if full in queries.LISTS else None)
    record_list(db(), current_user, queries.shown(found))
    return page("oversight/oversight.html", **found, now=clock.now(), full=full)


@oversight.get("/work/oversight/assessments")
@needs("oversight.read")
def assessments() -> Response:
    """What the assessments of one's families have not asked yet. No record of anybody's stands there, only none."""
    beginning = max(request.args.get("from", 0, int), 0)
    rows = page_of(db(), current_user, beginning)
    return page("oversight/assessments.html", rows=rows, beginning=beginning, following=beginning + A_PAGE)
