"""School, as those who work with the family and those at school keep it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation.database import Row, gather
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.queries import worker_called
from portal.people.actions import circle_of
from portal.people.queries import members
from portal.schools import actions, forms, queries
from portal.schools.queries import OneOf, one_absence, one_agreement, one_place

work_school = Blueprint("work_school", __name__)


def home(opened: OpenFamily) -> AnyResponse:
    """Back to the page about school."""
    return redirect(url_for("work_school.show", ref=opened.family.ref), 303)


def filled_in(title: str, intro: str, button: str, form: Any, opened: OpenFamily) -> AnyResponse:
    """One form on a page of its own."""
    back = url_for("work_school.show", ref=opened.family.ref)
    values = {"title": title, "intro": intro, "button": button, "form": form, "opened": opened}
    return page("work/one_form.html", 422 if form.errors else 200, back=back, back_text=_("School"), **values)


def _people(opened: OpenFamily) -> list[Row]:
    return gather(db(), members=members(opened.scope))["members"]


@work_school.get("/work/families/<ref>/school")
@needs("family.school", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """Each young person's school, what is told either way, and days without education."""
    return page(
        "work/school.html", opened=opened, settled=opened.scope.until is None, **queries.page_of(db(), opened.scope)
    )


@work_school.route("/work/families/<ref>/school/place", methods=["GET", "POST"])
@needs("school.keep", open_family, "opened")
def place(opened: OpenFamily) -> AnyResponse:
    """A place at a school, with the named person there."""
    form = forms.PlaceForm()
    form.offer(_people(opened))
    form.schools(known := queries.schools(db()))
    if form.validate_on_submit():
        named = worker_called(db(), filled(form.named)) if filled(form.named) else None
        where = next(each for each in known if each.ref == form.school.data)
        if filled(form.named) and (named is None or named.organisation_id != where.id):
            form.named.errors = [_("We know nobody at that school with that e-mail. Check it, or leave it empty.")]
        else:
            circle = circle_of(db(), opened.family_id, form.readers.people_ids)
            since = filled(form.since)
            actions.give_place(db(), current_user, opened.scope, form.young_person_id, where, named, since, circle)
            flash(_("Saved."))
            return home(opened)
    intro = _("One person at school should know, so that nobody has to explain it at the door.")
    return filled_in(_("A place at a school"), intro, _("Save the place"), form, opened)


@work_school.route("/work/families/<ref>/school/agreements/new", methods=["GET", "POST"])
@needs("school.keep", open_family, "opened")
def share(opened: OpenFamily) -> AnyResponse:
    """What school is told, or tells: agreed with the family where that is safe."""
    form = forms.ShareForm()
    form.offer(_people(opened))
    if form.validate_on_submit():
        hidden = form.how.data == "hide"
        circle = circle_of(db(), opened.family_id, [] if hidden else form.readers.people_ids)
        asked = actions.Sharing(
            form.young_person_id,
            form.way.data,
            filled(form.text),
            form.how.data == "ask",
            filled(form.reason) or None,
            form.review_on.data if hidden else None,
            circle,
        )
        actions.share(db(), current_user, opened.scope, asked)
        flash(_("The family is asked.") if form.how.data == "ask" else _("Saved, with your reason and your name."))
        return home(opened)
    intro = _("Ask the family wherever that is safe. Without asking, your reason stays on record.")
    return filled_in(_("What school is told, or tells"), intro, _("Save it"), form, opened)


@work_school.post("/work/families/<ref>/school/agreements/<agreement>/end")
@needs("school.one", one_agreement, "one")
def end_sharing(one: OneOf) -> AnyResponse:
    """From today it is not told any more."""
    actions.end_sharing(db(), one.record)
    flash(_("It is not told any more from today."))
    return home(one.opened)


@work_school.route("/work/families/<ref>/school/out", methods=["GET", "POST"])
@needs("school.keep", open_family, "opened")
def out(opened: OpenFamily) -> AnyResponse:
    """A time without education begins, and its days are counted."""
    form = forms.OutForm()
    form.offer(_people(opened))
    if form.validate_on_submit():
        circle = circle_of(db(), opened.family_id, form.readers.people_ids)
        day = filled(form.since)
        if actions.out_of_school(db(), current_user, opened.scope, form.young_person_id, form.why.data, day, circle):
            flash(_("Saved. The days are counted from now on, for the family and for managers."))
        else:
            flash(_("That is being counted already."), "error")
        return home(opened)
    intro = _("Days are counted from Monday to Friday, without bank holidays.")
    return filled_in(_("Days without education"), intro, _("Begin to count"), form, opened)


@work_school.route("/work/families/<ref>/school/out/<absence>", methods=["GET", "POST"])
@needs("school.one", one_absence, "one")
def back(one: OneOf) -> AnyResponse:
    """Back in education: the last day without."""
    form = forms.BackForm(since=one.record.since)
    if form.validate_on_submit():
        actions.back_in_school(one.record, filled(form.until))
        flash(_("Saved. The count has stopped."))
        return home(one.opened)
    return filled_in(_("Back in education"), "", _("Stop the count"), form, one.opened)


@work_school.route("/work/families/<ref>/school/places/<place>/next", methods=["GET", "POST"])
@needs("school.one", one_place, "one")
def tell_next(one: OneOf) -> AnyResponse:
    """What this school tells the next one."""
    form = forms.NextForm(data={"text": one.record.told_next})
    if form.validate_on_submit():
        actions.tell_next(db(), current_user, one.record, filled(form.text))
        flash(_("Saved. The named person at the next school is told that it is here."))
        return home(one.opened)
    intro = _("A school that knows little begins again from nothing.")
    return filled_in(_("From school to school"), intro, _("Pass it on"), form, one.opened)


@work_school.post("/work/families/<ref>/school/places/<place>/read")
@needs("school.one", one_place, "one")
def read(one: OneOf) -> AnyResponse:
    """The school has read what the one before wrote; the family sees that."""
    actions.read_before(one.record)
    return home(one.opened)
