"""The level of need, as those who work with the family decide it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.moves import conditions
from portal.moves.queries import moves, needs_decided
from portal.needs.actions import Need, decide_need
from portal.needs.forms import NeedForm
from portal.needs.queries import managers_near
from portal.people.actions import circle_of
from portal.people.queries import readers

work_needs = Blueprint("work_needs", __name__)


@work_needs.route("/work/families/<ref>/need", methods=["GET", "POST"])
@needs("moves.plan", open_family, "opened")
def change(opened: OpenFamily) -> AnyResponse:
    """The level of need. Around a move, a lower one takes more than the move and a manager's name."""
    found = gather(
        db(),
        readers=readers(opened.scope),
        moves=moves(opened.scope),
        decided=needs_decided(opened.scope),
    )
    before = conditions.need_now(found["moves"], found["decided"])
    form = NeedForm(data={"level": before})
    managers = managers_near(db(), current_user)
    form.offer(managers, found["readers"], before, conditions.around_a_move(found["moves"]))

    if form.validate_on_submit():
        manager = next((each for each in managers if each.ref == form.manager.data), None)
        circle = circle_of(db(), opened.family_id, form.readers.people_ids)
        decided = Need(form.level.data, circle, form.grounds.data or [], filled(form.evidence), manager)
        decide_need(db(), current_user, opened, decided)
        flash(_("Saved."))
        return redirect(url_for("work_moving.show", ref=opened.family.ref, _anchor="need"), 303)
    values = {
        "title": _("How much help they need"),
        "intro": _("The level carries over when a family moves. A move by itself makes nobody safer."),
        "button": _("Save the level"),
    }
    return page("work/one_form.html", 422 if form.errors else 200, form=form, opened=opened, **values)
