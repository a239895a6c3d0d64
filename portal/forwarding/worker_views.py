"""Whether a record that went to another portal has arrived, as those read it who work with the family."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.forwarding import conditions, queries
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family

work_forwarding = Blueprint("work_forwarding", __name__)


@work_forwarding.get("/work/families/<ref>/files")
@needs("family.files", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """Each file that was sent, with what is known of it; and what came in from elsewhere."""
    found = queries.page_of(db(), opened.scope)
    return page("work/files.html", opened=opened, state=conditions.state, days_ago=conditions.days_ago, **found)
