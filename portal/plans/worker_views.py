"""The plan, as those who work with the family read it and keep it true, on a phone between two visits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, involved_now, open_family
from portal.people.queries import readers
from portal.plans import actions, queries
from portal.plans.conditions import OneGoal, OneStart, OneStep, by_goal
from portal.plans.forms import (
    NEW,
    ChangeForm,
    GoalForm,
    Owners,
    StartForm,
    StartStepForm,
    StepForm,
    StopForm,
    VersionForm,
    owners_for_worker,
    step_in,
)
from portal.plans.models import STARTS
from portal.plans.queries import family_goal, family_start, family_step

work_plan = Blueprint("work_plan", __name__)


@work_plan.get("/work/families/<ref>/plan")
@needs("family.plan", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """Goals with their steps: late ones first, done ones last, and those that nobody holds."""
    return page("work/plan.html", opened=opened, goals=queries.plan(db(), opened.scope))


@work_plan.route("/work/families/<ref>/plan/new", methods=["GET", "POST"])
@needs("family.plan_write", open_family, "opened")
def new(opened: OpenFamily) -> AnyResponse:
    """Put a step on the plan: what, who, by when, and who in the family reads it."""
    scope = opened.scope
    found = ask(db(), scope, steps=queries.steps, goals=queries.goals, readers=readers, workers=involved_now)
    groups = by_goal(found["steps"], found["goals"])
    form = StepForm(data={"goal": groups[0].ref if groups else NEW, "due": step_in(7)})
    form.offer(groups)
    form.owner.offer(owners_for_worker(found["workers"], found["readers"], scope.worker_id))
    form.readers.offer(found["readers"])
    if form.validate_on_submit() and reads(form) and (circle := form.readers.circle_in(db(), opened.family_id)):
        made = actions.add_step(db(), scope, circle, form.wanted())
        actions.tell_readers(db(), scope, made, [row["id"] for row in form.readers.chosen])
        flash(_("On the plan."))
        return redirect(url_for("work_plan.show", ref=opened.family.ref) + f"#{made.ref}", 303)
    return page("work/plan_new.html", 422 if form.errors else 200, form=form, opened=opened)


def reads(form: StepForm) -> bool:
    """Whoever in the family is to do a step has to read it."""
    owner = form.owner.owner.person_id
    if owner is None or owner in form.readers.people_ids:
        return True
    name = next((row["name"] for row in form.readers.rows if row["id"] == owner), "")
    form.readers.errors = [_("%(name)s is to do this, so %(name)s has to see it.", name=name.split()[0])]
    return False


@work_plan.get("/work/families/<ref>/plan/start")
@needs("family.plan_write", open_family, "opened")
def starts(opened: OpenFamily) -> AnyResponse:
    """Plans to start from."""
    return page("work/plan_starts.html", opened=opened, starts=STARTS)


@work_plan.route("/work/families/<ref>/plan/start/<name>", methods=["GET", "POST"])
@needs("family.plan_start", family_start, "found")
def start(found: OneStart) -> AnyResponse:
    """One plan to start from: each step can be changed or left out before it is saved."""
    opened, begun = found.opened, found.start
    asked = ask(db(), opened.scope, readers=readers, workers=involved_now)
    form = StartForm(data={"goal": begun.goal})
    form.readers.offer(asked["readers"])
    owners = owners_for_worker(asked["workers"], asked["readers"], opened.scope.worker_id)
    forms = [start_step(number, step, owners, asked["readers"]) for number, step in enumerate(begun.steps)]
    if form.validate_on_submit() and starts_well(form, forms):
        circle = form.readers.circle_in(db(), opened.family_id)
        if circle is not None:
            made = [
                actions.add_step(db(), opened.scope, circle, one.wanted(filled(form.goal)))
                for one in forms
                if one.take.data
            ]
            actions.tell_readers(db(), opened.scope, made[0], [row["id"] for row in form.readers.chosen])
            flash(_("On the plan."))
            return redirect(url_for("work_plan.show", ref=opened.family.ref), 303)
    wrong = form.errors or any(one.errors for one in forms)
    return page("work/plan_start.html", 422 if wrong else 200, form=form, steps=forms, opened=opened, begun=begun)


def start_step(number: int, step: tuple[Any, str, int], owners: Owners, people: list[Row]) -> StartStepForm:
    """The form of one step of a plan to start from, filled in as far as it can be."""
    text, who, days = step
    relations = {"young_person": ("young_person",), "parent": ("parent", "carer")}.get(who, ())
    first = next((person for person in people if person["relation"] in relations), None)
    given = f"p-{first['ref']}" if first else owners[0][0]
    form = StartStepForm(prefix=f"s{number}", data={"take": True, "text": text, "owner": given, "days": str(days)})
    form.offer(owners)
    return form


def starts_well(form: StartForm, steps: list[StartStepForm]) -> bool:
    """Each step that is taken says what, and is read by whoever in the family does it; at least one is taken."""
    taken = [one for one in steps if one.take.data]
    if not taken:
        form.goal.errors = [_("Take at least one step.")]
    for one in taken:
        owner = one.chosen.person_id
        if not one.text.validate(one) or not filled(one.text):
            one.text.errors = [_("Write what will be done.")]
        elif owner is not None and owner not in form.readers.people_ids:
            form.readers.errors = [
                _("Somebody who does a step has to see it. Choose them here, or give it to somebody else.")
            ]
    return bool(taken) and not form.errors and not any(one.errors for one in steps)


@work_plan.get("/work/families/<ref>/plan/<step>")
@needs("family.step", family_step, "found")
def step(found: OneStep) -> AnyResponse:
    """One step: what has happened to it, what the family asked, and what one can do with it."""
    asked = ask(db(), found.scope, {"step_id": found.row.id}, asked=queries.asked)["asked"]
    form = VersionForm(data={"version": found.row.version})
    return page("work/step.html", found=found, step=found.row, opened=found.opened, asked=asked, form=form)


def back_to(found: OneStep) -> AnyResponse:
    """The page of one step."""
    ref = found.opened.family.ref if found.opened else ""
    return redirect(url_for("work_plan.step", ref=ref, step=found.row.ref), 303)


@work_plan.post("/work/families/<ref>/plan/<step>/<any(begin, finish, reopen):how>")
@needs("family.step_write", family_step, "found")
def move(found: OneStep) -> AnyResponse:
    """Begin a step, finish it, or take it up again: one tap."""
    form, how = VersionForm(), found.how
    try:
        {"begin": actions.begin, "finish": actions.finish, "reopen": actions.reopen}[how](db(), found, form.seen)
    except actions.Changed:
        flash(_("Somebody saved this step just before you. Here is how it stands now; nothing was changed."), "error")
    else:
        if how == "finish" and found.row.state in ("todo", "doing"):
            actions.tell_done(db(), found)
        flash({"begin": _("Begun."), "finish": _("Done."), "reopen": _("Open again.")}[how])
    return back_to(found)


@work_plan.route("/work/families/<ref>/plan/<step>/change", methods=["GET", "POST"])
@needs("family.step_write", family_step, "found")
def change(found: OneStep) -> AnyResponse:
    """Word a step anew, put it off with a reason, or hand it on by name."""
    row = found.row
    form = ChangeForm(data={"text": row.text, "why": row.why or "", "due": row.due, "version": row.version})
    form.stands(row)
    form.owner.offer(owners_for_worker(found.workers, found.readers, found.scope.worker_id))
    if form.owner.data is None:
        form.owner.data = form.owner.named(row.owner_person_id, row.owner_worker_id)
    newer = False
    if form.validate_on_submit():
        try:
            actions.change(db(), found, form.seen, form.wanted(), filled(form.reason) or None)
        except actions.Changed:
            # what was written stays in the form; saving again puts it in the place of what stands there now
            newer, form.version.data = True, str(row.version)
        else:
            flash(_("Saved."))
            return back_to(found)
    status = 422 if form.errors or newer else 200
    return page("work/step_change.html", status, form=form, found=found, step=row, opened=found.opened, newer=newer)


@work_plan.route("/work/families/<ref>/plan/<step>/stop", methods=["GET", "POST"])
@needs("family.step_write", family_step, "found")
def stop(found: OneStep) -> AnyResponse:
    """Nobody goes on with it: why."""
    form = StopForm(data={"version": found.row.version})
    newer = False
    if form.validate_on_submit():
        try:
            actions.stop(db(), found, form.seen, filled(form.why))
        except actions.Changed:
            newer, form.version.data = True, str(found.row.version)
        else:
            flash(_("Stopped. The family reads why."))
            return back_to(found)
    status = 422 if form.errors or newer else 200
    return page("work/step_stop.html", status, form=form, found=found, step=found.row, opened=found.opened, newer=newer)


@work_plan.route("/work/families/<ref>/plan/goals/<goal>", methods=["GET", "POST"])
@needs("family.goal", family_goal, "goal")
def goal(goal: OneGoal) -> AnyResponse:
    """Put a goal into other words, with the family."""
    known = sorted(row["ref"] for row in goal.readers if row["id"] in goal.reader_ids)
    form = GoalForm(data={"words": goal.words, "readers": known, "seen": goal.mark})
    form.readers.offer(goal.readers)
    sent = form.validate_on_submit()
    newer = sent and form.is_newer(goal)
    if sent and not newer and (circle := form.readers.circle_in(db(), goal.family_id)):
        actions.reword_goal(db(), goal.scope, goal.first_words, circle, filled(form.words))
        flash(_("Saved. The steps stay under it."))
        return redirect(url_for("work_plan.show", ref=goal.opened.family.ref if goal.opened else ""), 303)
    status, newer_words = 422 if form.errors else 409 if newer else 200, goal.words if newer else ""
    return page("work/goal.html", status, form=form, goal=goal, opened=goal.opened, newer=newer_words)
