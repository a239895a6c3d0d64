"""Places that are not safe for somebody in a family: marked by a worker, without a name beside it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.people.queries import members
from portal.places import actions, queries
from portal.places.forms import WorkPlaceForm
from portal.places.queries import OwnMark, own_mark

work_places = Blueprint("work_places", __name__)


@work_places.route("/work/families/<ref>/places", methods=["GET", "POST"])
@needs("family.places", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What is marked, and one more."""
    form = WorkPlaceForm()
    found = gather(db(), marked=queries.marked(opened.scope), people=members(opened.scope))
    form.offer(found["people"])
    if form.validate_on_submit():
        actions.mark(db(), opened.scope, form.person_id, filled(form.words))
        flash(_("Kept. Nobody will be offered a date there, and nobody sees who said so."))
        return redirect(url_for("work_places.show", ref=opened.family.ref), 303)
    return page("work/places.html", 422 if form.errors else 200, form=form, opened=opened, marked=found["marked"])


@work_places.post("/work/places/<ref>/safe")
@needs("family.places_take_back", own_mark, "found")
def take_back(found: OwnMark) -> AnyResponse:
    """Take one's own mark off again."""
    actions.take_back(db(), found)
    flash(_("Taken off the list."))
    return redirect(url_for("work_places.show", ref=found.family_ref), 303)
