"""What changed since the review, for anybody: who owns each recommendation, what was done, how one can tell."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser, limits
from portal.access.gate import needs
from portal.changes import actions, queries
from portal.changes.forms import FollowForm
from portal.foundation import language
from portal.foundation.forms import filled
from portal.foundation.phones import read_number
from portal.foundation.web import db, page

changes = Blueprint("changes", __name__)


@changes.after_request
def never_kept(response: Response) -> Response:
    """A number may stand in the form."""
    response.headers["Cache-Control"] = "no-store"
    return response


@changes.get("/what-changed")
@needs("public")
def show() -> Response:
    """The fifteen recommendations and what became of each."""
    return _page(FollowForm())


def _page(form: FollowForm, status: int = 200) -> Response:
    asked = queries.recommendations(language.code()).values()
    return page("changes/changes.html", status, asked=asked, notes=queries.notes(db()), form=form)


@changes.post("/what-changed/follow")
@needs("public")
def follow() -> AnyResponse:
    """Hear of news by text. The answer is the same whether or not the number follows already."""
    form = FollowForm()
    if not form.validate():
        return _page(form, 422)
    number = read_number(filled(form.phone))
    assert number is not None  # noqa: S101  # the form has read it
    door = browser.door()
    if not limits.allowed(door, "follow-from", browser.address(), limits.FOLLOWERS_FROM_ADDRESS):
        form.phone.errors = [_("There were too many numbers from here for now. Try again in an hour.")]
        return _page(form, 429)
    actions.follow(door, number, language.code())
    flash(_("We will text you when something new is written here."))
    return redirect("/what-changed", 303)
