"""The plan, as the family reads it."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.people.queries import own_scope
from portal.plans import queries

plan = Blueprint("plan", __name__)


@plan.get("/plan")
@needs("plan.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """Goals with their steps: late ones first, done ones last."""
    return page("plans/plan.html", goals=queries.by_goal(queries.plan(db(), scope)), scope=scope)
