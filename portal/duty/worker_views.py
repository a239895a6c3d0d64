"""Duty, for workers: calls for help one was told of, the rota, a worry about somebody, and visits alone."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.duty import actions, queries
from portal.duty.forms import LineForm, OutcomeForm, TurnForm, VisitForm, WorryForm
from portal.duty.models import DutyCall, DutyTurn
from portal.foundation import clock
from portal.foundation.forms import filled
from portal.foundation.phones import read_number
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation

duty = Blueprint("duty", __name__)


@duty.get("/work/duty")
@needs("work.read")
def show() -> AnyResponse:
    """Calls for help, the visit one is on, and for managers the rota."""
    return _show(VisitForm())


def _show(form: VisitForm, status: int = 200) -> AnyResponse:
    return page(
        "duty/duty.html",
        status,
        form=form,
        calls=queries.calls(db(), current_user),
        callers=queries.callers(db()),
        check=queries.my_check(db(), current_user),
        rota=queries.rota(db(), current_user) if current_user.is_manager else [],
        now=clock.now(),
    )


@duty.post("/work/duty/visit")
@needs("work.read")
def visit() -> AnyResponse:
    """Begin a visit alone, or say that one is back."""
    check = queries.my_check(db(), current_user)
    if request.form.get("what") == "back":
        if check is not None:
            actions.is_back(db(), check)
        flash(_("Good that you are back."))
        return redirect(url_for("duty.show"), 303)
    form = VisitForm()
    if not form.validate():
        return _show(form, 422)
    due = clock.now() + timedelta(minutes=int(form.minutes.data))
    actions.go_alone(db(), current_user, due, form.where.data or None)
    flash(_("Somebody is told if you have not checked back by then."))
    return redirect(url_for("duty.show"), 303)


@duty.get("/work/duty/<ref>")
@needs("duty.call", queries.call, "call")
def one(call: DutyCall) -> AnyResponse:
    """One call: who, how to reach them, who else was told."""
    return _one(call, OutcomeForm())


def _one(call: DutyCall, form: OutcomeForm, status: int = 200) -> AnyResponse:
    family = queries.family_of(db(), call)
    return page(
        "duty/call.html",
        status,
        call=call,
        caller=queries.callers(db()).get(call.id),
        told=queries.told_of(db(), call.id),
        family=family,
        mine=call.acknowledged_by_id == current_user.worker_id,
        form=form,
    )


@duty.post("/work/duty/<ref>/mine")
@needs("duty.call", queries.call, "call")
def mine(call: DutyCall) -> AnyResponse:
    """ "I have it": the family opens, and nobody further up is woken."""
    if not actions.have_it(db(), current_user, call):
        flash(_("Somebody else has it already. You can still read it here."), "error")
    return redirect(url_for("duty.one", ref=call.ref), 303)


@duty.post("/work/duty/<ref>/end")
@needs("duty.call", queries.call, "call")
def end(call: DutyCall) -> AnyResponse:
    """What came of it."""
    form = OutcomeForm()
    if not form.validate():
        return _one(call, form, 422)
    actions.end_call(db(), call, filled(form.outcome))
    flash(_("Written down. Thank you."))
    return redirect(url_for("duty.show"), 303)


@duty.route("/work/families/<ref>/worried", methods=["GET", "POST"])
@needs("family.worried", open_family, "opened")
def worried(opened: OpenFamily) -> AnyResponse:
    """He did not come, and this worker is worried: whoever is on duty hears at once."""
    form = WorryForm()
    if form.validate_on_submit():
        actions.raise_call(
            db(),
            "no_show",
            family_id=opened.family_id,
            by_worker_id=current_user.worker_id,
            said=filled(form.said),
        )
        flash(_("Whoever is on duty knows now."))
        return redirect(url_for("work.family", ref=opened.family.ref), 303)
    return page("duty/worried.html", 422 if form.errors else 200, form=form, opened=opened)


@duty.route("/work/duty/rota/<ref>", methods=["GET", "POST"])
@needs("duty.rota", queries.managed, "organisation")
def rota(organisation: Organisation) -> AnyResponse:
    """Put somebody on an organisation's rota."""
    form = TurnForm()
    workers = queries.workers_of(db(), organisation)
    form.worker.choices = [(worker.ref, worker.name) for worker in workers]
    if form.validate_on_submit():
        begins, ends = form.times
        chosen = next(worker for worker in workers if worker.ref == form.worker.data)
        number = read_number(form.number.data) if form.number.data else None
        days = sorted(int(day) for day in form.days.data or ())
        actions.add_turn(db(), organisation.id, chosen.id, days=days, begins=begins, ends=ends, number=number)
        flash(_("%(name)s is on the rota.", name=chosen.name))
        return redirect(url_for("duty.show") + "#rota", 303)
    status = 422 if form.errors else 200
    return page(
        "duty/turn.html", status, form=form, line=queries.line_of(db(), organisation), organisation=organisation
    )


@duty.post("/work/duty/rota/<ref>/line")
@needs("duty.rota", queries.managed, "organisation")
def keep_line(organisation: Organisation) -> AnyResponse:
    """The number that answers out of hours."""
    form = LineForm()
    if form.validate():
        actions.set_line(db(), organisation.id, filled(form.phone), filled(form.hours))
        flash(_("Saved."))
        return redirect(url_for("duty.show") + "#rota", 303)
    flash(_("Write the number and when it is answered."), "error")
    return redirect(url_for("duty.rota", ref=organisation.ref), 303)


@duty.post("/work/duty/turns/<ref>/end")
@needs("duty.turn", queries.turn, "turn")
def end_turn(turn: DutyTurn) -> AnyResponse:
    """Take a turn off the rota, from now on."""
    db().delete(turn)
    flash(_("That turn is off the rota."))
    return redirect(url_for("duty.show") + "#rota", 303)
