"""School, as the family reads it, and what they say yes or no to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.people.queries import own_scope
from portal.schools import actions, queries
from portal.schools.queries import OwnAgreement, own_agreement

school = Blueprint("school", __name__)


@school.get("/school")
@needs("school.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """Who at school knows, what is told either way, and days without education."""
    return page("schools/school.html", scope=scope, **queries.page_of(db(), scope))


@school.post("/school/agreements/<agreement>")
@needs("school.answer", own_agreement, "own")
def answer(own: OwnAgreement) -> AnyResponse:
    """Yes, that may be told; or no. One can think again."""
    said = request.form.get("answer", "")
    if said in ("yes", "no") and own.record.asked:
        actions.answer(db(), own.scope, own.record, said == "yes")
        flash(_("Thank you. You said yes.") if said == "yes" else _("You said no. It is not told."))
    return redirect("/school", 303)
