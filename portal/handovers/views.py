"""A change of worker, as the family reads it: both faces, their own words, and whether you have met."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation.language import say_names
from portal.foundation.web import db, page
from portal.handovers import actions
from portal.handovers.conditions import state
from portal.handovers.queries import Told, told

handovers = Blueprint("handovers", __name__)


@handovers.get("/network/handovers/<ref>")
@needs("handover.read", told, "told")
def show(told: Told) -> Response:
    """Who goes and who comes, when, why, their words, and what was passed on."""
    return page("handovers/handover.html", handover=told.row, state=state(told.row), items=told.items)


@handovers.post("/network/handovers/<ref>/met")
@needs("handover.read", told, "told")
def met(told: Told) -> AnyResponse:
    """This family member has met the new worker, or not yet."""
    said = request.form.get("met")
    if said not in ("yes", "no"):
        flash(_("Say if you have met, or not yet."), "error")
    else:
        actions.say_met(db(), told, said == "yes")
        name = say_names([told.row.comes])
        flash(
            _("Good to know. You have met %(name)s.", name=name)
            if said == "yes"
            else _("Thank you. %(name)s knows now that you have not met yet.", name=name)
        )
    return redirect(url_for("handovers.show", ref=told.row.ref), 303)
