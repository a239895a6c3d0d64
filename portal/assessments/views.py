"""The one assessment, as the family reads it."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.assessments import queries
from portal.foundation.web import db, page
from portal.people.queries import own_scope

assessment = Blueprint("assessment", __name__)


@assessment.get("/assessment")
@needs("assessment.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """What was said, by whom, under plain headings."""
    return page(
        "assessments/assessment.html",
        chapters=queries.chapters(queries.assessment(db(), scope)),
        readers=queries.readers(db(), scope),
        scope=scope,
    )
