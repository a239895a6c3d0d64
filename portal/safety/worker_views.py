"""Safety plans, as those who work with the family write them and look at them again."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.people.queries import readers
from portal.safety import actions, queries
from portal.safety.conditions import OneSafetyPlan
from portal.safety.forms import SafetyForm, with_lines
from portal.safety.queries import family_safety_plan

work_safety = Blueprint("work_safety", __name__)


@work_safety.get("/work/families/<ref>/safety")
@needs("family.safety", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """The safety plans of this family."""
    return page("work/safety.html", opened=opened, plans=queries.plans_of(db(), opened.scope, opened))


@work_safety.route("/work/families/<ref>/safety/new", methods=["GET", "POST"])
@needs("family.safety_write", open_family, "opened")
def new(opened: OpenFamily) -> AnyResponse:
    """Write a safety plan with those it concerns."""
    people = ask(db(), opened.scope, readers=readers)["readers"]
    form = with_lines(people)(data={"review_on": clock.today() + timedelta(days=7)})
    form.readers.offer(people)
    if form.validate_on_submit() and chosen_well(form, people):
        circle = form.readers.circle_in(db(), opened.family_id)
        if circle is not None:
            actions.make(db(), opened.scope, circle, form.said(form.readers.chosen), form.readers.people_ids)
            flash(_("Saved. They can read it now."))
            return redirect(url_for("work_safety.show", ref=opened.family.ref), 303)
    status = 422 if form.errors else 200
    return page("work/safety_new.html", status, form=form, boxes=form.boxes(people), opened=opened)


def chosen_well(form: SafetyForm, people: list[Row]) -> bool:
    """Somebody is concerned, and whoever has a line reads it."""
    if not form.readers.chosen:
        form.readers.errors = [_("Choose whom it concerns. Nobody else in the family sees it.")]
        return False
    inside = set(form.readers.people_ids)
    for row in people:
        if row["id"] not in inside and (form[f"line_{row['ref']}"].data or "").strip():
            name = row["name"].split()[0]
            form.readers.errors = [_("There is something for %(name)s to do, so %(name)s has to see it.", name=name)]
            return False
    return True


@work_safety.route("/work/families/<ref>/safety/<plan>", methods=["GET", "POST"])
@needs("family.safety_plan", family_safety_plan, "plan")
def review(plan: OneSafetyPlan) -> AnyResponse:
    """Look at it again: change what is to change, and say when next."""
    people = [row for row in plan.everybody if row["id"] in {name["person_id"] for name in plan.names}]
    given = {f"line_{row['ref']}": plan.line_of(row["id"]) for row in people} | {
        "version": plan.row.version,
        "staff": plan.line_of(None),
        "signs": plan.row.signs or "",
        "calls": plan.row.calls,
        "review_on": clock.today() + timedelta(days=7),
    }
    form = with_lines(people)(data=given)
    del form.readers
    newer = False
    if form.validate_on_submit():
        try:
            actions.review(db(), plan, form.seen, form.said(people))
        except actions.Changed:
            newer, form.version.data = True, str(plan.row.version)
        else:
            flash(_("Saved. It is looked at again on the day you chose."))
            return redirect(url_for("work_safety.show", ref=plan.opened.family.ref if plan.opened else ""), 303)
    status = 422 if form.errors or newer else 200
    return page(
        "work/safety_review.html",
        status,
        form=form,
        boxes=form.boxes(people),
        plan=plan,
        opened=plan.opened,
        newer=newer,
    )


@work_safety.post("/work/families/<ref>/safety/<plan>/end")
@needs("family.safety_plan", family_safety_plan, "plan")
def end(plan: OneSafetyPlan) -> AnyResponse:
    """It is not needed any more."""
    form = SafetyForm()
    try:
        actions.end(db(), plan, form.seen)
    except actions.Changed:
        flash(_("Somebody saved this plan just before you. Look at it first; nothing was changed."), "error")
    else:
        flash(_("Ended."))
    return redirect(url_for("work_safety.show", ref=plan.opened.family.ref if plan.opened else ""), 303)
