"""The public front page: what this is, and the ways in. It says nothing that tells why somebody might use it."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser
from portal.access.gate import needs
from portal.foundation.web import page

front = Blueprint("front", __name__)


@front.get("/")
@needs("public")
def show() -> AnyResponse:
    """The front page; somebody signed in goes on to their own first page."""
    return onward() or page("sign_in/front.html")


def onward() -> AnyResponse | None:
    """Where somebody signed in goes from here; None for everybody else."""
    actor = browser.who()
    if actor is None:
        return None
    return redirect(url_for("home.show") if actor.person_id is not None else "/work/", 303)
