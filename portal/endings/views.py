"""A decision to end help, as the family reads it, and saying that one sees it differently."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.endings import actions
from portal.endings.forms import DifferentlyForm
from portal.endings.queries import Told, told
from portal.foundation.components import called
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.organisations.models import Worker

endings = Blueprint("endings", __name__)


@endings.get("/network/endings/<ref>")
@needs("ending.read", told, "told")
def show(told: Told) -> Response:
    """Who decided, why, what still protects, and how to come back and to whom."""
    return page("endings/ending.html", ending=told.row, others=told.others, scope=told.scope)


@endings.post("/network/endings/<ref>/read")
@needs("ending.read", told, "told")
def read(told: Told) -> AnyResponse:
    """This family member has read it."""
    actions.say(db(), told, "read")
    flash(_("Thank you for reading it. You can come back to this page."))
    return redirect(url_for("endings.show", ref=told.row.ref), 303)


@endings.route("/network/endings/<ref>/differently", methods=["GET", "POST"])
@needs("ending.read", told, "told")
def differently(told: Told) -> AnyResponse:
    """Tell the manager how one sees it; they have to answer."""
    manager = db().get(Worker, actions.manager_for(db(), told))
    form = DifferentlyForm()
    if form.validate_on_submit():
        actions.see_differently(db(), told, filled(form.text))
        flash(_("%(name)s has it now, and answers you.", name=called(manager.name if manager else "")))
        return redirect("/questions", 303)
    return page("endings/differently.html", 422 if form.errors else 200, form=form, ending=told.row, manager=manager)
