"""Where a manager writes what their service did."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.changes import actions, queries
from portal.changes.forms import DoneForm
from portal.changes.queries import Recommendation, one
from portal.foundation import language
from portal.foundation.web import db, page

work_changes = Blueprint("work_changes", __name__)


@work_changes.get("/work/what-changed")
@needs("changes.write")
def show() -> Response:
    """The recommendations, each with a way to write."""
    asked = queries.recommendations(language.code()).values()
    return page("changes/work.html", asked=asked, notes=queries.notes(db()))


@work_changes.route("/work/what-changed/<int:number>", methods=["GET", "POST"])
@needs("changes.write", one, "asked")
def write(asked: Recommendation) -> AnyResponse:
    """Write what was done. It is public at once, and stays."""
    asked = queries.recommendations(language.code())[asked.number]
    form = DoneForm()
    if form.validate_on_submit():
        if actions.write(db(), current_user, queries.place_of(db(), current_user), asked.number, form.said()):
            flash(_("It is on the public page now."))
        else:
            flash(_("You have just written that. It is on the page once."))
        return redirect(url_for("work_changes.show"), 303)
    return page("changes/write.html", 422 if form.errors else 200, form=form, asked=asked)
