"""The one page about a move, as the family reads it, and what they say to it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.moves import actions, queries
from portal.moves.conditions import shown
from portal.moves.models import MoveTask
from portal.moves.queries import OwnMove, own_move, own_task
from portal.people.queries import own_scope

moving = Blueprint("moving", __name__)


@moving.get("/moving")
@needs("moving.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """Who now, who next, from when, what stays, what must not slip, what need not be said again."""
    return page("moves/moving.html", scope=scope, **shown(queries.page_of(db(), scope)))


@moving.post("/moving/<move>/met")
@needs("moving.say", own_move, "own")
def met(own: OwnMove) -> AnyResponse:
    """The family says that they have met the one who leads next."""
    said = actions.say_met(db(), own.move, None, _("You met, and the lead was passed on"), own.scope.person_id)
    if said == "handed":
        flash(_("Thank you. You have both said that you met. This page says who leads, and from when."))
    elif said == "waiting":
        flash(_("Thank you. We wrote it down. Nothing changes before they say it too."))
    else:
        flash(_("This has changed. Here is how it stands now."), "error")
    return redirect(url_for("moving.show"), 303)


@moving.post("/moving/<move>/not-met")
@needs("moving.say", own_move, "own")
def not_met(own: OwnMove) -> AnyResponse:
    """The family says that they have not met, whatever somebody wrote."""
    if actions.say_not_met(db(), own.move) == "ok":
        flash(_("Thank you for telling us. Nothing changes before you have met. Their manager has been told."))
    else:
        flash(_("This has changed. Here is how it stands now."), "error")
    return redirect(url_for("moving.show"), 303)


@moving.post("/moving/tasks/<task>/done")
@needs("moving.task", own_task, "task")
def done(task: MoveTask) -> AnyResponse:
    """A family member ticks what they see to themselves, or takes the tick back."""
    actions.tick(task, task.done_on is None)
    return redirect(url_for("moving.show") + "#tasks", 303)
