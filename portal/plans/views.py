"""The plan, as the family reads it and writes in it; one promise, opened."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, flash, get_template_attribute, redirect, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.made import here, made, piece
from portal.access.scope import Scope
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.guidance.views import explained, explained_here, terms_in
from portal.people.queries import own_scope, readers
from portal.plans import actions, queries
from portal.plans.conditions import OneGoal, OneStep, by_goal
from portal.plans.forms import NEW, GoalForm, SayForm, StepForm, owners_for_family, step_in
from portal.plans.queries import own_goal, own_step
from portal.questions import queries as asked
from portal.questions.actions import ask as ask_worker

plan = Blueprint("plan", __name__)


@plan.get("/plan")
@needs("plan.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """Goals with their steps: late ones first, done ones last."""
    answered = queries.asking_for_plan(db(), scope)

    def values() -> dict[str, Any]:
        return {"goals": queries.plan_of(scope, answered), "lines": partial(lines, scope.person_id, here())}

    return made(scope, answered, "plans/plan.html", values)


def lines(me: int | None, now: tuple[str, date], steps: list[Row]) -> Markup:
    """Steps as the plan shows them, each kept with the terms that stand in it: the first on the page is explained."""
    seen, found = explained_here(), []
    for step in steps:
        html, terms = piece(_line, now, step["owner_person_id"] == me, *map(step.get, queries.ON_THE_PLAN))
        found.append(html if seen.keys() >= terms else explained(html))
    return Markup("").join(found)


def _line(mine: bool, *values: Any) -> tuple[Markup, frozenset[str]]:
    step = dict(zip(queries.ON_THE_PLAN, values, strict=True))
    html = Markup(get_template_attribute("plans/_line.html", "line")(step, mine))  # noqa: S704  # our own template
    return html, frozenset(terms_in(html))


@plan.route("/plan/new", methods=["GET", "POST"])
@needs("plan.write", own_scope, "scope")
def new(scope: Scope) -> AnyResponse:
    """Add a step: for a goal, with somebody in the family who does it, or nobody yet."""
    found = ask(db(), scope, steps=queries.steps, goals=queries.goals, readers=readers)
    groups = by_goal(queries.readable(scope, found["steps"]), queries.worded(scope, found["goals"]))
    names = [row for row in groups if row.ref == request.args.get("goal")] or groups
    form = StepForm(data={"goal": names[0].ref if names else NEW, "due": step_in(14)})
    form.offer(groups)
    form.owner.offer(owners_for_family(found["readers"], scope.person_id))
    form.readers.offer(found["readers"], scope.person_id)
    if form.validate_on_submit() and _reads(form) and (circle := form.readers.circle_in(db(), scope.family_id)):
        made = actions.add_step(db(), scope, circle, form.wanted())
        if made.owner_person_id is None:
            actions.nobody_holds(db(), scope, made)
        flash(_("Added to the plan."))
        return redirect(f"/plan#{made.ref}", 303)
    return page("plans/new.html", 422 if form.errors else 200, form=form)


def _reads(form: StepForm) -> bool:
    """Whoever is to do a step has to read it."""
    owner = form.owner.owner.person_id
    if owner is None or owner in form.readers.people_ids:
        return True
    name = next((row["name"] for row in form.readers.rows if row["id"] == owner), "")
    form.readers.errors = [_("%(name)s is to do this, so %(name)s has to see it.", name=name.split()[0])]
    return False


@plan.route("/plan/goals/new", methods=["GET", "POST"])
@needs("plan.write", own_scope, "scope")
def new_goal(scope: Scope) -> AnyResponse:
    """Add a goal in one's own words."""
    form = GoalForm()
    form.readers.offer(ask(db(), scope, readers=readers)["readers"], scope.person_id)
    if form.validate_on_submit() and (circle := form.readers.circle_in(db(), scope.family_id)):
        actions.add_goal(db(), scope, circle, filled(form.words))
        flash(_("Added to the plan."))
        return redirect("/plan", 303)
    return page("plans/goal.html", 422 if form.errors else 200, form=form, goal=None)


@plan.route("/plan/goals/<ref>", methods=["GET", "POST"])
@needs("plan.goal", own_goal, "goal")
def goal(goal: OneGoal) -> AnyResponse:
    """Put a goal into other words."""
    known = {row["ref"] for row in goal.readers if row["id"] in goal.reader_ids}
    form = GoalForm(data={"words": goal.scope.mask(goal.words), "readers": sorted(known), "seen": goal.mark})
    form.readers.offer(goal.readers, goal.scope.person_id)
    sent = form.validate_on_submit()
    newer = sent and form.is_newer(goal)
    if sent and not newer and (circle := form.readers.circle_in(db(), goal.scope.family_id)):
        actions.reword_goal(db(), goal.scope, goal.first_words, circle, filled(form.words))
        flash(_("Saved. The steps stay under it."))
        return redirect("/plan", 303)
    status = 422 if form.errors else 409 if newer else 200
    return page("plans/goal.html", status, form=form, goal=goal, newer=goal.scope.mask(goal.words) if newer else "")


@plan.get("/plan/<ref>")
@needs("plan.step", own_step, "found")
def step(found: OneStep) -> AnyResponse:
    """One promise, opened: who made it, when, why it matters, what has happened since, and what one can say to it."""
    rows = asked.readable(found.scope, ask(db(), found.scope, {"step_id": found.row.id}, asked=queries.asked)["asked"])
    return page("plans/step.html", found=found, step=found.row, asked=rows, scope=found.scope)


@plan.post("/plan/<ref>/tick")
@needs("plan.own_step", own_step, "found")
def tick(found: OneStep) -> AnyResponse:
    """Tick one's own step, or take the tick back."""
    done = request.form.get("to") != "open"
    try:
        if done:
            actions.finish(db(), found, found.row.version)
        else:
            actions.reopen(db(), found, found.row.version)
    except actions.Changed:
        flash(_("Somebody changed this just now. Here is how it stands."), "error")
    else:
        flash(_("Ticked.") if done else _("Open again."))
    return redirect(f"/plan/{found.row.ref}", 303)


@plan.route("/plan/<ref>/<any(why, done, other):how>", methods=["GET", "POST"])
@needs("plan.answer", own_step, "found")
def say(found: OneStep) -> AnyResponse:
    """Answer a promise: ask why, say that it is done, or that it is not what is needed; to a named person."""
    how = found.how
    form = SayForm(data={"words": SAID[how](), "readers": [row["ref"] for row in found.readers]})
    form.readers.offer(found.readers, found.scope.person_id)
    if found.row.answerer_id is None:
        return page("plans/say.html", form=form, found=found, step=found.row, how=how)
    if form.validate_on_submit() and (circle := form.readers.circle_in(db(), found.family_id)):
        about = ("step", found.row.id, found.row.ref)
        ask_worker(db(), found.scope, found.row.answerer_id, filled(form.words), about, circle)
        flash(_("%(name)s has it now. The answer will stand here.", name=found.row.answerer.split()[0]))
        return redirect(f"/plan/{found.row.ref}", 303)
    return page("plans/say.html", 422 if form.errors else 200, form=form, found=found, step=found.row, how=how)


SAID = {
    "why": lambda: _("Why is this late? What happens next, and when?"),
    "done": lambda: _("This is done, as we see it."),
    "other": lambda: _("This is not what we need. What would help more is: "),
}
"""What stands in the box to begin with: a tired person has only to send it."""


@plan.route("/plan/<ref>/not-working", methods=["GET", "POST"])
@needs("plan.step", own_step, "found")
def not_working(found: OneStep) -> AnyResponse:
    """Say that a step does not help, and why."""
    form = SayForm(data={"readers": [row["ref"] for row in found.readers]})
    form.readers.offer(found.readers, found.scope.person_id)
    if form.validate_on_submit() and (circle := form.readers.circle_in(db(), found.family_id)):
        actions.say_not_working(db(), found, circle, filled(form.words))
        flash(_("Thank you for saying it. It stands with the step now."))
        return redirect(f"/plan/{found.row.ref}", 303)
    return page(
        "plans/say.html", 422 if form.errors else 200, form=form, found=found, step=found.row, how="not-working"
    )
