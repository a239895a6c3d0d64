"""The assessment, as those who work with the family read it: what was said, what disagrees, what nobody asked yet."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.assessments import queries
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family

work_assessment = Blueprint("work_assessment", __name__)


@work_assessment.get("/work/families/<ref>/assessment")
@needs("family.assessment", open_family, "opened")
def show(opened: OpenFamily) -> Response:
    """Gaps first, because somebody could act on them today; then every statement beside those that disagree."""
    said, links = queries.at_work(db(), opened.scope)
    gaps = queries.gaps(links)
    return page("work/assessment.html", opened=opened, chapters=queries.chapters(said), links=links, gaps=gaps)
