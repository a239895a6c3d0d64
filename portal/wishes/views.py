"""What a young person looks for in a mentor: said from a phone, and answered."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.people.queries import names_in_circles, own_scope, readers
from portal.wishes import actions, queries
from portal.wishes.forms import ANY, GENDERS, WishForm

wishes = Blueprint("wishes", __name__)


@wishes.get("/mentor")
@needs("wishes.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What was said, who sees it, and what was answered."""
    return page("wishes/wishes.html", wishes=queries.wishes_of(db(), scope), scope=scope, genders=GENDERS)


@wishes.route("/mentor/say", methods=["GET", "POST"])
@needs("wishes.say", own_scope, "scope")
def say(scope: Scope) -> AnyResponse:
    """Say what matters, or say it anew."""
    found = ask(db(), scope, wishes=queries.wishes, readers=readers, names=names_in_circles)
    now = next((row for row in found["wishes"] if row["person_id"] == scope.person_id), None)
    given = {}
    if now:
        inside = {row["person_id"] for row in found["names"] if row["circle_id"] == now["circle_id"]}
        given = {field: now[field] or "" for field in ("background", "interests", "words")} | {
            "gender": now["gender"] or ANY,
            "language": now["language"] or ANY,
            "readers": [row["ref"] for row in found["readers"] if row["id"] in inside],
        }
    form = WishForm(data=given)
    form.offer_languages()
    form.readers.offer(found["readers"], scope.person_id)
    if form.validate_on_submit():
        circle = form.readers.circle_in(db(), scope.family_id)
        if circle is not None:
            actions.say(db(), scope, circle, form.said())
            flash(_("Saved. You get an answer here."))
            return redirect("/mentor", 303)
    return page("wishes/say.html", 422 if form.errors else 200, form=form)
