"""Places that are not safe for me: one's own list, which one adds to and takes back from."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.people.queries import own_scope
from portal.places import actions, queries
from portal.places.forms import PlaceForm
from portal.places.queries import OwnMark, own_mark

places = Blueprint("places", __name__)


@places.route("/places", methods=["GET", "POST"])
@needs("places.own", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """The places one marked, and one more."""
    form = PlaceForm()
    if form.validate_on_submit():
        actions.mark(db(), scope, scope.person_id or 0, filled(form.words))
        flash(_("Kept. Nobody will ask you to come there."))
        return redirect(url_for("places.show"), 303)
    found = ask(db(), scope, marked=queries.marked)["marked"]
    return page("places/places.html", 422 if form.errors else 200, form=form, marked=found)


@places.post("/places/<ref>/safe")
@needs("places.take_back", own_mark, "found")
def take_back(found: OwnMark) -> AnyResponse:
    """It is safe again, as far as this person goes."""
    actions.take_back(db(), found)
    flash(_("Taken off your list."))
    return redirect(url_for("places.show"), 303)
