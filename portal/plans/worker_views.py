"""The plan, as those who work with the family read it."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.plans import queries

work_plan = Blueprint("work_plan", __name__)


@work_plan.get("/work/families/<ref>/plan")
@needs("family.plan", open_family, "opened")
def show(opened: OpenFamily) -> Response:
    """Goals with their steps: late ones first, done ones last, and those that nobody holds."""
    return page("work/plan.html", opened=opened, goals=queries.by_goal(queries.plan(db(), opened.scope)))
