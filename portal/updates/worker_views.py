"""Updates, as those who work with the family read them."""

from __future__ import annotations

from flask import Blueprint, Response

from portal.access.gate import needs
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.updates import queries

work_updates = Blueprint("work_updates", __name__)


@work_updates.get("/work/families/<ref>/updates")
@needs("family.updates", open_family, "opened")
def show(opened: OpenFamily) -> Response:
    """What was written, newest first, with the names of those who read it."""
    return page("work/updates.html", opened=opened, updates=queries.feed(db(), opened.scope))
