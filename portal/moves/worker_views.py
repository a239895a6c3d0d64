"""A move, as those who work with the family run it, and the answers of organisations that are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor
from portal.access.gate import needs
from portal.foundation import clock
from portal.foundation.database import Row, gather
from portal.foundation.forms import filled
from portal.foundation.language import say_day
from portal.foundation.web import db, page
from portal.involvement.actions import AlreadyThere
from portal.involvement.forms import JoinForm
from portal.involvement.models import Involvement
from portal.involvement.queries import OpenFamily, open_family
from portal.moves import actions, conditions, forms, queries
from portal.moves.models import MoveTask
from portal.moves.queries import OneMove, led_family, led_move, one_asked, one_move, work_task
from portal.organisations.models import Worker
from portal.organisations.queries import colleagues_managed, worker_called
from portal.people.actions import circle_of
from portal.people.queries import readers

work_moving = Blueprint("work_moving", __name__)


def home(ref: str) -> AnyResponse:
    """Back to the page about the move."""
    return redirect(url_for("work_moving.show", ref=ref), 303)


def filled_in(title: str, intro: str, button: str, form: Any, opened: OpenFamily | None, **more: Any) -> AnyResponse:
    """One form on a page of its own."""
    values = {"title": title, "intro": intro, "button": button, "form": form, "opened": opened} | more
    return page("work/one_form.html", 422 if form.errors else 200, **values)


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
    if form.validate_on_submit():
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
        return home(opened.family.ref)
    intro = _("You stay accountable until the new lead has met the family and both have said so.")
    return filled_in(_("Begin a move"), intro, _("Ask the new borough"), form, opened)


@work_moving.route("/work/families/<ref>/moving/<move>/days", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def days(one: OneMove) -> AnyResponse:
    """Other days for the move."""
    form = forms.DaysForm(obj=one.move)
    if form.validate_on_submit():
        actions.change_days(one.move, form.move_day.data, form.leads_on.data, form.old_lead_until.data)
        flash(_("Saved."))
        return home(one.opened.family.ref)
    return filled_in(_("The days of the move"), "", _("Save the days"), form, one.opened)


@work_moving.route("/work/families/<ref>/moving/<move>/conference", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def conference(one: OneMove) -> AnyResponse:
    """Invite a borough to a conference. Only its senior manager can say no."""
    form = forms.ConferenceForm()
    places = queries.boroughs(db())
    form.offer(places)
    if form.validate_on_submit():
        invited = next(each for each in places if each.ref == form.organisation.data)
        try:
            actions.invite(db(), current_user, one.move, invited, "conference", filled(form.day))
            flash(_("%(name)s was invited. Only their senior manager can say no.", name=invited.name))
        except actions.AskedAlready:
            flash(_("%(name)s was invited already and has not answered yet.", name=invited.name), "error")
        return home(one.opened.family.ref)
    intro = _("Only a senior manager can decline, and has to say why.")
    return filled_in(_("Invite to a conference"), intro, _("Invite them"), form, one.opened)


@work_moving.route("/work/families/<ref>/moving/<move>/ask", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def ask_another(one: OneMove) -> AnyResponse:
    """Ask another borough to take the move on: the first to say yes has it."""
    form = forms.ConferenceForm()
    del form.day
    places = queries.boroughs(db(), one.move.from_borough_id)
    form.offer(places)
    if form.validate_on_submit():
        invited = next(each for each in places if each.ref == form.organisation.data)
        try:
            actions.invite(db(), current_user, one.move, invited, "transfer")
            flash(_("%(name)s was asked. Nothing changes until they say yes.", name=invited.name))
        except actions.AskedAlready:
            flash(_("%(name)s was asked already and has not answered yet.", name=invited.name), "error")
        return home(one.opened.family.ref)
    intro = _("The first that says yes takes it on. The others are told so.")
    return filled_in(_("Ask another borough"), intro, _("Ask them"), form, one.opened)


@work_moving.route("/work/families/<ref>/moving/<move>/join", methods=["GET", "POST"])
@needs("moves.staff", one_move, "one")
def join(one: OneMove) -> AnyResponse:
    """A manager asks a worker to come in, each service on its own day."""
    form = JoinForm()
    del form.lead
    form.offer(colleagues_managed(db(), current_user))
    if form.validate_on_submit():
        worker = worker_called(db(), filled(form.elsewhere) or form.colleague.data)
        if worker is None:
            form.elsewhere.errors = [_("We do not know anybody with that e-mail or reference. Check it with them.")]
        else:
            try:
                actions.ask_worker(db(), current_user, one, worker, form.function.data, filled(form.starts_on))
                flash(_("We asked %(name)s. They can read once they say yes.", name=worker.name))
            except AlreadyThere:
                flash(_("%(name)s is there already, or was asked.", name=worker.name))
            return home(one.opened.family.ref)
    intro = _("Each service takes over on its own day. There can be two for a while.")
    return filled_in(_("Ask somebody to join"), intro, _("Ask them"), form, one.opened)


@dataclass(frozen=True)
class OnePart(OneMove):
    """A move, and the part in it of one worker."""

    involvement: Involvement
    name: str


def one_part(session: Session, actor: Actor, ref: str, move: str, involvement: str) -> OnePart | None:
    """Somebody's part, other than that of who leads, which passes on by itself once both have said that they met."""
    one = one_move(session, actor, ref, move)
    if one is None or not conditions.is_open(one.move):
        return None
    row = session.execute(
        select(Involvement, Worker.name)
        .join(Worker, Worker.id == Involvement.worker_id)
        .where(Involvement.ref == involvement, Involvement.family_id == one.family_id, ~Involvement.is_lead)
    ).first()
    return OnePart(one.opened, one.move, row.Involvement, row.name) if row else None


@work_moving.route("/work/families/<ref>/moving/<move>/people/<involvement>", methods=["GET", "POST"])
@needs("moves.staff", one_part, "one")
def part(one: OnePart) -> AnyResponse:
    """Until when somebody stays: their last day, or past the move, and who pays for that."""
    form = forms.PartForm()
    if form.validate_on_submit():
        asked = actions.Staying(form.does.data, form.until.data, filled(form.paid_by) or None, filled(form.reason))
        actions.settle_part(db(), current_user, one, one.involvement, asked)
        flash(_("Saved. The family reads it on the page about the move."))
        return home(one.opened.family.ref)
    return filled_in(
        _("%(name)s at the move", name=one.name), "", _("Save for %(name)s", name=one.name), form, one.opened
    )


@work_moving.post("/work/families/<ref>/moving/<move>/tasks")
@needs("moves.task", one_move, "one")
def add_task(one: OneMove) -> AnyResponse:
    """Something that must not slip between two boroughs."""
    found = queries.page_of(db(), one.scope)
    form = forms.TaskForm()
    form.offer(_owners(found))
    if not form.validate_on_submit():
        button = _("Add it")
        return filled_in(_("What must not slip"), "", button, form, one.opened)
    worker = next((row["worker_id"] for row in found["involved"] if row["ref"] == form.owner.data), None)
    person = next((row["id"] for row in found["members"] if row["ref"] == form.owner.data), None)
    actions.add_task(
        db(),
        current_user,
        one.move,
        filled(form.text),
        filled(form.due),
        worker=worker,
        person=None if worker else person,
    )
    return redirect(url_for("work_moving.show", ref=one.opened.family.ref) + "#tasks", 303)


@work_moving.post("/work/families/<ref>/moving/tasks/<task>/done")
@needs("moves.tick", work_task, "found")
def tick(found: tuple[OpenFamily, MoveTask]) -> AnyResponse:
    """Done, or not after all."""
    opened, task = found
    actions.tick(task, task.done_on is None)
    return redirect(url_for("work_moving.show", ref=opened.family.ref) + "#tasks", 303)


@work_moving.route("/work/families/<ref>/moving/<move>/met", methods=["GET", "POST"])
@needs("moves.lead", one_move, "one")
def met(one: OneMove) -> AnyResponse:
    """The new lead says that they have met the family."""
    form = forms.MetForm()
    if form.validate_on_submit():
        said = actions.say_met(db(), one.move, filled(form.day), _("You met, and the lead was passed on"))
        if said == "handed":
            flash(_("You have both said that you met. You lead from the day on this page."))
        elif said == "waiting":
            flash(_("Saved. The family is asked whether you have met. Until they say so, nothing changes."))
        else:
            flash(_("This has changed. Here is how it stands now."), "error")
        return home(one.opened.family.ref)
    intro = _("The family is asked too. When both have said it, you lead from the next day on.")
    return filled_in(_("We have met"), intro, _("Yes, we have met"), form, one.opened)


@work_moving.route("/work/families/<ref>/moving/<move>/moved", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def moved(one: OneMove) -> AnyResponse:
    """The family has moved: from that day they live in the new borough."""
    form = forms.MetForm()
    if form.validate_on_submit():
        day = filled(form.day)
        if actions.they_moved(db(), one.move, day) == "ok":
            flash(_("Saved. They live there since %(day)s. Who leads has not changed by that.", day=say_day(day)))
        else:
            flash(_("This has changed. Here is how it stands now."), "error")
        return home(one.opened.family.ref)
    intro = _("Moving house changes nothing in who leads, and nothing in how much help they need.")
    return filled_in(_("They have moved"), intro, _("They moved on this day"), form, one.opened)


@work_moving.route("/work/families/<ref>/moving/<move>/call-off", methods=["GET", "POST"])
@needs("moves.run", led_move, "one")
def call_off(one: OneMove) -> AnyResponse:
    """Call the move off: everything goes back as it was, and the family reads it plainly."""
    form = forms.CallOffForm()
    if form.validate_on_submit():
        said = actions.call_off(db(), one.move, filled(form.reason), _("The move was called off"))
        if said == "ok":
            flash(_("Called off. Everything is as it was before the move was begun."))
        elif said == "already":
            flash(_("It was called off already."))
        else:
            flash(_("The new one leads now. Going back is a new move."), "error")
        return home(one.opened.family.ref)
    intro = _("Whoever was to come is told. Whoever was to stop stays. The family reads your reason.")
    return filled_in(_("Call the move off"), intro, _("Call it off"), form, one.opened, warn=True)


@work_moving.route("/work/families/<ref>/need", methods=["GET", "POST"])
@needs("moves.plan", open_family, "opened")
def need(opened: OpenFamily) -> AnyResponse:
    """The level of need. Around a move, a lower one takes more than the move and a manager's name."""
    found = gather(
        db(),
        readers=readers(opened.scope),
        moves=queries.moves(opened.scope),
        decided=queries.needs_decided(opened.scope),
    )
    before = conditions.need_now(found["moves"], found["decided"])
    form = forms.NeedForm(data={"level": before})
    managers = queries.managers_near(db(), current_user)
    form.offer(managers, found["readers"], before, conditions.around_a_move(found["moves"]))
    if form.validate_on_submit():
        manager = next((each for each in managers if each.ref == form.manager.data), None)
        circle = circle_of(db(), opened.family_id, form.readers.people_ids)
        decided = actions.Need(form.level.data, circle, form.grounds.data or [], filled(form.evidence), manager)
        actions.decide_need(db(), current_user, opened, decided)
        flash(_("Saved."))
        return home(opened.family.ref)
    intro = _("The level carries over when a family moves. A move by itself makes nobody safer.")
    return filled_in(_("How much help they need"), intro, _("Save the level"), form, opened)


# --- the organisation that is asked


@work_moving.get("/work/moves")
@needs("moves.asked")
def asked() -> AnyResponse:
    """What this manager's organisations were asked and have not answered."""
    return page("work/moves_asked.html", asked=queries.asked(db()))


def _say(answer: str) -> AnyResponse:
    """Say what became of an answer."""
    if answer == "taken":
        flash(_("Another borough said yes a moment ago. Nothing was changed."), "error")
    elif answer == "answered":
        flash(_("This has been answered already, or was called off."), "error")
    elif answer == "not_yours":
        flash(_("That is not yours to answer, or they do not work for you."), "error")
    return redirect(url_for("work_moving.asked"), 303)


@work_moving.route("/work/moves/<invitation>", methods=["GET", "POST"])
@needs("moves.answer", one_asked, "row")
def accept(row: Row) -> AnyResponse:
    """Say yes: to a transfer with the name of who will lead, to a conference as it is."""
    form = forms.AcceptForm()
    form.offer(people := colleagues_managed(db(), current_user))
    if row["asked_to"] == "conference":
        for name in ("lead", "function", "first_day"):
            delattr(form, name)
    if form.validate_on_submit():
        if row["asked_to"] == "conference":
            said = actions.accept(db(), row["invitation_id"], None, "", clock.today())
        else:
            lead = next((each for each in people if each.ref == form.lead.data), None)
            day = forms.first_day(form.first_day)
            said = actions.accept(db(), row["invitation_id"], lead, form.function.data, day)
        if said == "ok":
            flash(_("Thank you. They have been told. The one you named finds it on their day."))
        return _say(said)
    return page("work/move_asked.html", 422 if form.errors else 200, row=row, form=form)


@work_moving.route("/work/moves/<invitation>/decline", methods=["GET", "POST"])
@needs("moves.decline", one_asked, "row")
def decline(row: Row) -> AnyResponse:
    """Say no, as the senior manager, with reasons that stay on record."""
    form = forms.DeclineForm()
    if form.validate_on_submit():
        said = actions.decline(db(), row["invitation_id"], filled(form.reason))
        if said == "ok":
            flash(_("Saved, with your name and your reasons. They have been told."))
        return _say(said)
    intro = _("Your name and your reasons stay on record. The family reads them.")
    return filled_in(_("Say no"), intro, _("Say no, with these reasons"), form, None, warn=True)
