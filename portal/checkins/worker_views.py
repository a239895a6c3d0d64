"""How the parents of a family say they are, for the worker it goes to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.checkins import actions, queries
from portal.checkins.forms import FEELINGS, WANTS
from portal.checkins.models import ASKED_AGAIN_AFTER
from portal.checkins.queries import Asking, asking
from portal.foundation import clock
from portal.foundation.language import say_names
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.questions.queries import own

work_checkins = Blueprint("work_checkins", __name__)


@work_checkins.get("/work/families/<ref>/how-they-are")
@needs("family.checkins", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What they said, the latest first, with the question each led to."""
    found = ask(
        db(),
        opened.scope,
        said=queries.checkins,
        asked=own,
        by_text=queries.asked_by_text,
        people=queries.can_be_asked,
    )
    asked = {row["id"]: row for row in found["asked"]}
    lately = clock.now() - ASKED_AGAIN_AFTER
    last = {row["person_id"]: row for row in reversed(found["by_text"]) if row["asked_at"] > lately}
    answered = {row["person_id"]: row["made_at"] for row in reversed(found["said"])}
    return page(
        "work/checkins.html",
        opened=opened,
        said=found["said"],
        asked=asked,
        feelings=dict(FEELINGS),
        wants=dict(WANTS),
        people=found["people"],
        last=last,
        answered=answered,
        asks=opened.minutes_left is None,
    )


@work_checkins.post("/work/families/<ref>/how-they-are/<person>/ask")
@needs("checkin.ask", asking, "asking")
def ask_them(asking: Asking) -> AnyResponse:
    """Ask somebody by text how they are."""
    came, name = actions.ask_by_text(db(), asking.scope, asking.person.id), say_names([asking.person.name])
    said = {
        "asked": _("%(name)s is asked by text how they are. The answer comes to you.", name=name),
        "lately": _("%(name)s was asked in the last seven days. Call them instead.", name=name),
        "no_phone": _("There is no phone number for %(name)s.", name=name),
    }
    flash(said.get(came, _("Nothing was sent to %(name)s.", name=name)), "message" if came == "asked" else "error")
    return redirect(url_for("work_checkins.show", ref=asking.opened.family.ref), 303)
