"""What we each do to stay safe this week, as those it concerns read it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.people.queries import own_scope
from portal.safety import actions, queries
from portal.safety.conditions import OneSafetyPlan
from portal.safety.forms import MineForm
from portal.safety.queries import own_safety_plan

safety = Blueprint("safety", __name__)


@safety.get("/safety")
@needs("safety.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What each one does, who to call, when it is looked at again."""
    return page("safety/safety.html", plans=queries.plans_of(db(), scope), scope=scope)


@safety.route("/safety/<ref>/mine", methods=["GET", "POST"])
@needs("safety.own", own_safety_plan, "plan")
def mine(plan: OneSafetyPlan) -> AnyResponse:
    """Change what one does oneself."""
    form = MineForm(data={"text": plan.line_of(plan.scope.person_id)})
    if form.validate_on_submit():
        actions.say_mine(db(), plan, filled(form.text))
        flash(_("Saved."))
        return redirect(f"/safety#{plan.row.ref}", 303)
    return page("safety/mine.html", 422 if form.errors else 200, form=form, plan=plan)


@safety.post("/safety/<ref>/again")
@needs("safety.own", own_safety_plan, "plan")
def again(plan: OneSafetyPlan) -> AnyResponse:
    """Ask to look at it again, before its day."""
    actions.ask_to_look_again(db(), plan)
    flash(
        _(
            "%(name)s knows that you want to look at it again.",
            name=(plan.row.owner or "").split()[0] if plan.row.owner else "",
        )
    )
    return redirect(f"/safety#{plan.row.ref}", 303)
