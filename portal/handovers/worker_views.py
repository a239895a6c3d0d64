"""A change of worker, as those who do it see it: planning, the yes, the words, what is still open, the end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.availability.actions import SlotGone
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.language import say_day
from portal.foundation.web import db, page
from portal.handovers import actions, conditions, queries
from portal.handovers.forms import HandoverForm, WordsForm
from portal.handovers.queries import Doing, Running, asked_of, doing, running
from portal.involvement.forms import NoForm
from portal.involvement.queries import Part, open_family_by_id, part
from portal.organisations.models import Worker
from portal.organisations.queries import colleagues, colleagues_managed, worker_called

work_handovers = Blueprint("work_handovers", __name__)


@work_handovers.route("/work/families/<ref>/staff/<involvement>/handover", methods=["GET", "POST"])
@needs("handover.plan", part, "part")
def plan(part: Part) -> AnyResponse:
    """Plan that somebody takes over this part."""
    if standing := queries.standing(db(), part.involvement.id):
        return _there_already(part, standing.ref)
    form = HandoverForm(ends_on=part.involvement.ends_on, data={"last_day": part.involvement.ends_on})
    near = colleagues_managed(db(), current_user) or colleagues(db(), current_user.organisation_id)
    form.offer([each for each in near if each.id != part.worker.id and each.left_on is None])
    if form.validate_on_submit():
        worker = worker_called(db(), filled(form.elsewhere) or form.colleague.data)
        if worker is None:
            form.elsewhere.errors = [_("We do not know anybody with that e-mail or reference. Check it with them.")]
        elif worker.id == part.worker.id:
            form.colleague.errors = [_("That is who goes. Choose somebody else.")]
        elif made := _planned(part, worker, form):
            return made
    return page("work/handover_new.html", 422 if form.errors else 200, form=form, part=part)


def _planned(part: Part, worker: Worker, form: HandoverForm) -> AnyResponse | None:
    """Ask this worker; say what stands in the way when something does."""
    said = actions.Plan(
        to=worker,
        meets_on=filled(form.meets_on),
        last_day=filled(form.last_day),
        reason=filled(form.reason),
        goodbye=filled(form.goodbye) or None,
        passed_on=filled(form.passed_on) or None,
        not_again=filled(form.not_again) or None,
    )
    try:
        made = actions.plan(db(), part, current_user.worker_id, said)
    except actions.Leaves:
        form.colleague.errors = [_leaves(worker)]
        return None
    except actions.AlreadyPlanned:
        standing = queries.standing(db(), part.involvement.id)
        return _there_already(part, standing.ref) if standing else abort(404)
    flash(_("We asked %(name)s. The family sees it once they say yes.", name=worker.name))
    return _to(part.opened.family.ref, made.ref)


def _leaves(worker: Worker) -> str:
    """That this worker has a last day here themselves."""
    if worker.left_on is None:
        return ""
    return _("%(name)s leaves on %(day)s. Choose somebody who stays.", name=worker.name, day=say_day(worker.left_on))


def _there_already(part: Part, ref: str) -> AnyResponse:
    flash(_("There is a handover already. Here it is."), "error")
    return _to(part.opened.family.ref, ref)


def _to(family: str, ref: str) -> AnyResponse:
    return redirect(url_for("work_handovers.show", ref=family, handover=ref), 303)


@work_handovers.get("/work/families/<ref>/handovers/<handover>")
@needs("family.handover", running, "running")
def show(running: Running) -> Response:
    """How it stands: the words, what is still open, who has met."""
    return _page(running)


def _page(running: Running | Doing, form: WordsForm | None = None, status: int = 200) -> Response:
    scope, ref = running.scope, running.ref if isinstance(running, Running) else running.handover.ref
    found = ask(
        db(),
        scope,
        handovers=queries.handovers,
        items=queries.items,
        meetings=queries.meetings,
        takers=queries.takers,
        **queries.OPEN,
    )
    row = next((row for row in found["handovers"] if row.ref == ref), None)
    if row is None:
        abort(404)
    me = scope.worker_id
    mine = {
        "leaves": me == row.from_worker_id or (current_user.is_manager and me != row.to_worker_id),
        "comes": me == row.to_worker_id,
        "manages": current_user.is_manager and scope.why in ("manager", "accountable"),
    }
    return page(
        "work/handover.html",
        status,
        opened=running.opened,
        handover=row,
        state=conditions.state(row),
        items=[item for item in found["items"] if item.handover_id == row.id],
        meetings=[one for one in found["meetings"] if one.thing_ref == ref],
        takers=[one for one in found["takers"] if one.id != row.from_worker_id],
        open=conditions.still_open(_of(found, ref)),
        mine=mine,
        may=scope.until is None and (mine["leaves"] or mine["comes"]),
        form=form or WordsForm(data={name: row[name] for name in ("goodbye", "passed_on", "not_again", "hello")}),
    )


def _of(found: dict[str, list[Row]], ref: str) -> dict[str, list[Row]]:
    """The open things of this handover."""
    return {what: [row for row in found[what] if row.handover_ref == ref] for what in queries.OPEN}


@work_handovers.post("/work/families/<ref>/handovers/<handover>/words")
@needs("handover.do", doing, "doing")
def words(doing: Doing) -> AnyResponse:
    """Keep what one of the two writes for the family; each only their own."""
    form = WordsForm()
    if not form.validate_on_submit():
        return _page(doing, form, 422)
    made = doing.handover
    # the goodbye is the leaver's, or their manager's when they are gone; nobody says hello for somebody else
    leaves = current_user.worker_id != made.to_worker_id
    said = {name: (getattr(form, name).data or "").strip() for name in ("goodbye", "passed_on", "not_again", "hello")}
    own = ("goodbye", "passed_on", "not_again") if leaves else ("hello",)
    sent = {name: text for name, text in said.items() if name in own and name in request.form}
    actions.write(db(), made, actions.Words(**sent))
    flash(_("Saved. The family reads it.") if made.said_yes_on else _("Saved. The family reads it after the yes."))
    return _to(doing.opened.family.ref, made.ref)


@work_handovers.post("/work/families/<ref>/handovers/<handover>/pass")
@needs("handover.do", doing, "doing")
def pass_on(doing: Doing) -> AnyResponse:
    """Give what is open to somebody by name, each thing to whoever was chosen for it."""
    made = doing.handover
    found = ask(db(), doing.scope, takers=queries.takers, **queries.OPEN)
    takers = {one.ref: one for one in found["takers"] if one.id != made.from_worker_id}
    passed, refused = 0, []
    for item in conditions.still_open(_of(found, made.ref)):
        chosen = takers.get(request.form.get(f"{item.what}-{item.ref}", ""))
        if chosen is None:
            continue
        try:
            actions.hand_on(db(), item, chosen.id, current_user.worker_id)
        except actions.Settled:
            refused.append(_("Settled in the meantime, so it was not passed on: %(what)s.", what=item.text))
        except SlotGone:
            refused.append(_not_free(item, chosen.name))
        else:
            actions.record_item(db(), made, item, chosen.id)
            passed += 1
    if passed:
        flash(ngettext("%(num)d thing passed on.", "%(num)d things passed on.", passed))
    elif not refused:
        flash(_("Nothing was passed on. Choose a name beside each thing."), "error")
    for why in refused:
        flash(why, "error")
    return _to(doing.opened.family.ref, made.ref)


def _not_free(item: Row, name: str) -> str:
    """Why a date stays where it is, and what can be done."""
    when = {"what": item.text, "day": say_day(item.day), "name": name}
    return _(
        "Not passed on: %(what)s, %(day)s. %(name)s has another date then. Choose somebody else, or move it first.",
        **when,
    )


@work_handovers.post("/work/families/<ref>/handovers/<handover>/finish")
@needs("handover.do", doing, "doing")
def finish(doing: Doing) -> AnyResponse:
    """It is done, unless something is still in the hands of the one who goes."""
    made = doing.handover
    left = actions.left(db(), made)
    if conditions.state(made) not in ("together", "coming", "late", "finished"):
        flash(_("The next one has not said yes. It cannot end before it began."), "error")
    elif left:
        told = ngettext(
            "%(num)d thing is still open. Pass it on by name first.",
            "%(num)d things are still open. Pass them on by name first.",
            left,
        )
        flash(told, "error")
    else:
        actions.finish(made)
        flash(_("Done. Nothing was left behind."))
    return _to(doing.opened.family.ref, made.ref)


@work_handovers.post("/work/families/<ref>/handovers/<handover>/call-off")
@needs("handover.do", doing, "doing")
def call_off(doing: Doing) -> AnyResponse:
    """Take the question back, while nobody has answered."""
    made = doing.handover
    try:
        actions.call_off(db(), made)
    except actions.Settled:
        flash(_("It was answered in the meantime, so it stands as you see it here."), "error")
        return _to(doing.opened.family.ref, made.ref)
    flash(_("Called off. Nothing changes for the family."))
    return redirect(url_for("work.family", ref=doing.opened.family.ref), 303)


@work_handovers.route("/work/handovers/<ref>", methods=["GET", "POST"])
@needs("handover.answer", asked_of, "asked")
def answer(asked: Row) -> AnyResponse:
    """The one who was asked says yes, or no with a reason."""
    form = NoForm()
    if request.method == "GET":
        return page("work/handover_answer.html", form=form, asked=asked)
    if request.form.get("answer") == "yes":
        return _said_yes(asked)
    if not form.validate_on_submit():
        return page("work/handover_answer.html", 422, form=form, asked=asked)
    if actions.answer(db(), asked.ref, False, filled(form.reason)) == "no":
        actions.tell_of_no(db(), asked, current_user.worker_id, filled(form.reason))
        flash(_("You said no to %(family)s. Whoever asked you reads why.", family=asked.family))
    return redirect(url_for("work.day"), 303)


TOLD: dict[str, Any] = {
    "gone": lambda: _("Somebody called this off, or it was answered. Nothing was changed."),
    "taken": lambda: _("Somebody else leads this family in that time. Tell whoever asked you."),
    "waits": lambda: _("They are moving to your borough. You lead once the move's first meeting has been."),
    "leaves": lambda: _("You have a last day here yourself. Tell whoever asked you, so that somebody else is found."),
}


def _said_yes(asked: Row) -> AnyResponse:
    came = actions.answer(db(), asked.ref, True)
    if came != "yes":
        flash(TOLD[came](), "error")
        return redirect(url_for("work.day"), 303)
    db().expire_all()
    made = queries.by_ref(db(), asked.ref)
    opened = open_family_by_id(db(), current_user, made.family_id) if made else None
    if made is None or opened is None:
        flash(_("Thank you. You said yes."))
        return redirect(url_for("work.day"), 303)
    path = url_for("work_handovers.show", ref=opened.family.ref, handover=made.ref)
    actions.tell_of_yes(db(), made, path)
    flash(_("You are in. The family sees that you come. Say hello to them in your own words."))
    return redirect(path, 303)
