"""A young person's wishes beside those who mentor, for whoever chooses; and what mentors say of themselves."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.queries import worker_by_ref
from portal.wishes import actions, queries
from portal.wishes.conditions import OneWish
from portal.wishes.forms import ANY, GENDERS, AnswerForm, ProfileForm
from portal.wishes.queries import family_wish

work_wishes = Blueprint("work_wishes", __name__)


@work_wishes.get("/work/families/<ref>/wishes")
@needs("family.wishes", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What the young people of this family look for in a mentor."""
    return page("work/wishes.html", opened=opened, wishes=queries.wishes_of(db(), opened.scope), genders=GENDERS)


@work_wishes.route("/work/families/<ref>/wishes/<wish>", methods=["GET", "POST"])
@needs("family.wish", family_wish, "found")
def choose(found: OneWish) -> AnyResponse:
    """The wishes beside who is there; and the answer to the young person."""
    matches = queries.matches(db(), found)
    form = AnswerForm(data={"version": found.row.version})
    form.offer([one.mentor for one in matches])
    newer = False
    if form.validate_on_submit():
        mentor = worker_by_ref(db(), form.mentor.data) if form.answer.data == "found" else None
        given = actions.Answer(form.answer.data, filled(form.words), mentor, form.look_again_on.data)
        try:
            asked = actions.answer(db(), found, form.seen, given, by_manager=current_user.is_manager)
        except actions.Changed:
            newer, form.version.data = True, str(found.row.version)
        else:
            flash(_("Saved. %(name)s reads it.", name=found.row.name.split()[0]))
            if asked and mentor:
                flash(_("We asked %(name)s. They can read once they say yes.", name=mentor.name))
            elif mentor and not current_user.is_manager:
                flash(_("Your manager was told, and can ask %(name)s to join.", name=mentor.name))
            return redirect(url_for("work_wishes.show", ref=found.opened.family.ref if found.opened else ""), 303)
    status = 422 if form.errors or newer else 200
    return page(
        "work/wish.html", status, form=form, found=found, wish=found.row, matches=matches, genders=GENDERS, newer=newer
    )


@work_wishes.route("/work/mentoring", methods=["GET", "POST"])
@needs("mentor.describe")
def describe() -> AnyResponse:
    """What this worker says of themselves, for those who choose a mentor."""
    standing = queries.own_profile(db(), current_user)
    form = ProfileForm(
        data={
            "gender": (standing.gender if standing else None) or ANY,
            "about": standing.about if standing else "",
            "has_room": standing.has_room if standing else True,
        }
    )
    if form.validate_on_submit():
        gender = None if form.gender.data == ANY else form.gender.data
        about = filled(form.about) or None
        actions.describe(db(), current_user.worker_id, gender, about, has_room=bool(form.has_room.data))
        flash(_("Saved."))
        return redirect(url_for("work_wishes.describe"), 303)
    return page("work/mentoring.html", 422 if form.errors else 200, form=form)
