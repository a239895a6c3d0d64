"""How the parents of a family say they are, for the worker it goes to."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.checkins import queries
from portal.checkins.forms import FEELINGS, WANTS
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.questions.queries import own

work_checkins = Blueprint("work_checkins", __name__)


@work_checkins.get("/work/families/<ref>/how-they-are")
@needs("family.checkins", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What they said, the latest first, with the question each led to."""
    found = ask(db(), opened.scope, said=queries.checkins, asked=own)
    asked = {row["id"]: row for row in found["asked"]}
    return page(
        "work/checkins.html",
        opened=opened,
        said=found["said"],
        asked=asked,
        feelings=dict(FEELINGS),
        wants=dict(WANTS),
    )
