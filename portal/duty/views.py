"""Not safe? One page for a young person or a parent: who to call, and one button that tells somebody now."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.duty.actions import raise_call
from portal.duty.queries import watch_of
from portal.foundation.web import db, page
from portal.people.queries import own_scope

not_safe = Blueprint("not_safe", __name__)

LONGEST = 500


@not_safe.get("/not-safe")
@needs("not_safe", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """Who to call now, and the button."""
    return page("duty/not_safe.html", watch=watch_of(db(), scope.family_id), told="told" in request.args)


@not_safe.post("/not-safe")
@needs("not_safe", own_scope, "scope")
def call(scope: Scope) -> AnyResponse:
    """Tell whoever is on duty. Pressed twice, it is one call."""
    said = request.form.get("said", "").strip()[:LONGEST] or None
    raise_call(db(), "not_safe", family_id=scope.family_id, person_id=scope.person_id, said=said)
    return redirect(url_for("not_safe.show", told="yes"), 303)
