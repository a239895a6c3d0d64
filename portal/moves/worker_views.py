"""A move, as those who work with the family run it. Whoever is asked to take it on answers in portal/answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation import clock
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.language import say_day
from portal.foundation.web import db, page
from portal.involvement.actions import AlreadyThere
from portal.involvement.forms import JoinForm
from portal.involvement.queries import OpenFamily, open_family
from portal.moves import actions, conditions, forms, queries
from portal.moves.models import MoveTask
from portal.moves.queries import OneMove, OnePart, led_family, led_move, one_move, one_part, work_task
from portal.organisations.queries import colleagues_managed, worker_called
from portal.people.actions import circle_of
from portal.people.queries import readers

work_moving = Blueprint("work_moving", __name__)


def home(ref: str, part: str = "") -> AnyResponse:
    """Back to the page about the move, or to one part of it."""
    return redirect(url_for("work_moving.show", ref=ref, _anchor=part or None), 303)


def one_form(
    title: str, intro: str, button: str, form: Any, opened: OpenFamily, do: Callable[[], object], *, part: str = "",
    warn: bool = False,
) -> AnyResponse:  # fmt: skip
    """One form on a page of its own: `do` once it is filled in, and then back to the page about the move. What `do`
    finds wrong with a field is said there."""
    if form.validate_on_submit():
        do()
        if not form.errors:
            return home(opened.family.ref, part)
    values = {"title": title, "intro": intro, "button": button, "form": form, "opened": opened, "warn": warn}
    return page("work/one_form.html", 422 if form.errors else 200, **values)


def flash_stale() -> None:
    """Somebody else was quicker."""
    flash(_("This has changed. Here is how it stands now."), "error")


@work_moving.get("/work/families/<ref>/moving")
@needs("family.moving", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """The move: the same that the family reads, what broke the rules, and what to do next."""
    found = conditions.shown(queries.page_of(db(), opened.scope))
    move, me = found["move"], current_user
    running = bool(move) and move["started_at"] is not None and found["state"] not in ("done", "called_off")
    leads = found["who"]["worker_id"] == me.worker_id
    settled = opened.scope.until is None
    task_form = forms.TaskForm()
    task_form.offer(_owners(found))
    return page(
        "work/moving.html",
        opened=opened,
        running=running,
        may_run=settled and (leads or me.is_manager),
        new_lead_here=running and move["new_lead_id"] == me.worker_id,
        names=queries.names_of(found["circles"], move["circle_id"]) if move else [],
        task_form=task_form,
        settled=settled,
        **found,
    )


def _owners(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Who can see to a task: those who work with the family today or soon, and the family."""
    today = clock.today()
    workers = {
        row["ref"]: f"{row['name']}, {row['role']}"
        for row in found["involved"]
        if row["accepted_on"] and (row["ends_on"] is None or row["ends_on"] >= today)
    }
    people = {row["ref"]: row["name"] for row in found["members"] if row["contact_limit"] == "none"}
    return [*workers.items(), *people.items()]


@work_moving.route("/work/families/<ref>/moving/new", methods=["GET", "POST"])
@needs("moves.plan", led_family, "opened")
def start(opened: OpenFamily) -> AnyResponse:
    """Begin a move: the new borough is asked, and nothing else changes yet."""
    people = gather(db(), readers=readers(opened.scope))["readers"]
    form = forms.StartForm()
    places = queries.boroughs(db(), func.home_borough(opened.family_id))
    form.offer(places, people)

    def begin() -> None:
        found = gather(db(), moves=queries.moves(opened.scope), needs=queries.needs_decided(opened.scope))
        plan = actions.Plan(
            next(each for each in places if each.ref == form.borough.data),
            circle_of(db(), opened.family_id, form.readers.people_ids),
            conditions.need_now(found["moves"], found["needs"]),
            form.move_day.data,
            form.leads_on.data,
            form.old_lead_until.data,
            [row["id"] for row in people if row["ref"] in (form.staying.data or ())],
        )
        try:
            actions.begin(db(), current_user, opened, plan)
            flash(_("%(name)s was asked. Nothing changes until they say yes.", name=plan.to.name))
        except actions.AlreadyMoving:
            flash(_("A move of this family is already under way. Here it is."), "error")

    intro = _("You stay accountable until the new lead has met the family and both have said so.")
    return one_form(_("Begin a move"), intro, _("Ask the new borough"), form, opened, begin)


@work_moving.route("/work/families/<ref>/moving/<move>/days", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def days(one: OneMove) -> AnyResponse:
    """Other days for the move."""
    form = forms.DaysForm(obj=one.move)

    def change() -> None:
        actions.change_days(one.move, form.move_day.data, form.leads_on.data, form.old_lead_until.data)
        flash(_("Saved."))

    return one_form(_("The days of the move"), "", _("Save the days"), form, one.opened, change)


@work_moving.route("/work/families/<ref>/moving/<move>/conference", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def conference(one: OneMove) -> AnyResponse:
    """Invite a borough to a conference. Only its senior manager can say no."""
    form = forms.ConferenceForm()
    places = queries.boroughs(db())
    form.offer(places)

    def invite() -> None:
        invited = next(each for each in places if each.ref == form.organisation.data)
        try:
            actions.invite(db(), current_user, one.move, invited, "conference", filled(form.day))
            flash(_("%(name)s was invited. Only their senior manager can say no.", name=invited.name))
        except actions.AskedAlready:
            flash(_("%(name)s was invited already and has not answered yet.", name=invited.name), "error")

    intro = _("Only a senior manager can decline, and has to say why.")
    return one_form(_("Invite to a conference"), intro, _("Invite them"), form, one.opened, invite)


@work_moving.route("/work/families/<ref>/moving/<move>/ask", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def ask_another(one: OneMove) -> AnyResponse:
    """Ask another borough to take the move on: the first to say yes has it."""
    form = forms.ConferenceForm()
    del form.day
    places = queries.boroughs(db(), one.move.from_borough_id)
    form.offer(places)

    def invite() -> None:
        invited = next(each for each in places if each.ref == form.organisation.data)
        try:
            actions.invite(db(), current_user, one.move, invited, "transfer")
            flash(_("%(name)s was asked. Nothing changes until they say yes.", name=invited.name))
        except actions.AskedAlready:
            flash(_("%(name)s was asked already and has not answered yet.", name=invited.name), "error")

    intro = _("The first that says yes takes it on. The others are told so.")
    return one_form(_("Ask another borough"), intro, _("Ask them"), form, one.opened, invite)


@work_moving.route("/work/families/<ref>/moving/<move>/join", methods=["GET", "POST"])
@needs("moves.staff", one_move, "one")
def join(one: OneMove) -> AnyResponse:
    """A manager asks a worker to come in, each service on its own day."""
    form = JoinForm()
    del form.lead
    form.offer(colleagues_managed(db(), current_user))

    def ask() -> None:
        worker = worker_called(db(), filled(form.elsewhere) or form.colleague.data)
        if worker is None:
            form.elsewhere.errors = [_("We do not know anybody with that e-mail or reference. Check it with them.")]
            return
        try:
            actions.ask_worker(db(), current_user, one, worker, form.function.data, filled(form.starts_on))
            flash(_("We asked %(name)s. They can read once they say yes.", name=worker.name))
        except AlreadyThere:
            flash(_("%(name)s is there already, or was asked.", name=worker.name))

    intro = _("Each service takes over on its own day. There can be two for a while.")
    return one_form(_("Ask somebody to join"), intro, _("Ask them"), form, one.opened, ask)


@work_moving.route("/work/families/<ref>/moving/<move>/people/<involvement>", methods=["GET", "POST"])
@needs("moves.staff", one_part, "one")
def part(one: OnePart) -> AnyResponse:
    """Until when somebody stays: their last day, or past the move, and who pays for that."""
    form = forms.PartForm()

    def settle() -> None:
        asked = actions.Staying(form.does.data, form.until.data, filled(form.paid_by) or None, filled(form.reason))
        actions.settle_part(db(), current_user, one, one.involvement, asked)
        flash(_("Saved. The family reads it on the page about the move."))

    title, button = _("%(name)s at the move", name=one.name), _("Save for %(name)s", name=one.name)
    return one_form(title, "", button, form, one.opened, settle)


@work_moving.post("/work/families/<ref>/moving/<move>/tasks")
@needs("moves.task", one_move, "one")
def add_task(one: OneMove) -> AnyResponse:
    """Something that must not slip between two boroughs."""
    found = queries.page_of(db(), one.scope)
    form = forms.TaskForm()
    form.offer(_owners(found))

    def add() -> None:
        worker = next((row["worker_id"] for row in found["involved"] if row["ref"] == form.owner.data), None)
        person = next((row["id"] for row in found["members"] if row["ref"] == form.owner.data), None)
        text, due = filled(form.text), filled(form.due)
        actions.add_task(db(), current_user, one.move, text, due, worker=worker, person=None if worker else person)

    return one_form(_("What must not slip"), "", _("Add it"), form, one.opened, add, part="tasks")


@work_moving.post("/work/families/<ref>/moving/tasks/<task>/done")
@needs("moves.tick", work_task, "found")
def tick(found: tuple[OpenFamily, MoveTask]) -> AnyResponse:
    """Done, or not after all."""
    opened, task = found
    actions.tick(task, task.done_on is None)
    return home(opened.family.ref, "tasks")


@work_moving.route("/work/families/<ref>/moving/<move>/met", methods=["GET", "POST"])
@needs("moves.lead", one_move, "one")
def met(one: OneMove) -> AnyResponse:
    """The new lead says that they have met the family."""
    form = forms.MetForm()

    def say() -> None:
        said = actions.say_met(db(), one.move, filled(form.day), _("You met, and the lead was passed on"))
        if said == "handed":
            flash(_("You have both said that you met. You lead from the day on this page."))
        elif said == "waiting":
            flash(_("Saved. The family is asked whether you have met. Until they say so, nothing changes."))
        else:
            flash_stale()

    intro = _("The family is asked too. When both have said it, you lead from the next day on.")
    return one_form(_("We have met"), intro, _("Yes, we have met"), form, one.opened, say)


@work_moving.route("/work/families/<ref>/moving/<move>/moved", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def moved(one: OneMove) -> AnyResponse:
    """The family has moved: from that day they live in the new borough."""
    form = forms.MetForm()

    def say() -> None:
        day = filled(form.day)
        if actions.they_moved(db(), one.move, day) == "ok":
            flash(_("Saved. They live there since %(day)s. Who leads has not changed by that.", day=say_day(day)))
        else:
            flash_stale()

    intro = _("Moving house changes nothing in who leads, and nothing in how much help they need.")
    return one_form(_("They have moved"), intro, _("They moved on this day"), form, one.opened, say)


@work_moving.route("/work/families/<ref>/moving/<move>/call-off", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def call_off(one: OneMove) -> AnyResponse:
    """Call the move off: everything goes back as it was, and the family reads it plainly."""
    form = forms.CallOffForm()

    def call() -> None:
        said = actions.call_off(db(), one.move, filled(form.reason), _("The move was called off"))
        if said == "ok":
            flash(_("Called off. Everything is as it was before the move was begun."))
        elif said == "already":
            flash(_("It was called off already."))
        else:
            flash(_("The new one leads now. Going back is a new move."), "error")

    intro = _("Whoever was to come is told. Whoever was to stop stays. The family reads your reason.")
    return one_form(_("Call the move off"), intro, _("Call it off"), form, one.opened, call, warn=True)
