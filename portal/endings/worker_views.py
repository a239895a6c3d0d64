"""Ending help, as those who decide it see it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.endings import actions, queries
from portal.endings.forms import EndingForm, RefuseForm
from portal.endings.queries import Before, Waiting, reading, waiting
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.handovers.queries import Running
from portal.involvement.queries import Part, network, part
from portal.people.actions import NotReaders

work_endings = Blueprint("work_endings", __name__)


@work_endings.route("/work/families/<ref>/staff/<involvement>/ending", methods=["GET", "POST"])
@needs("ending.decide", part, "part")
def decide(part: Part) -> AnyResponse:
    """Decide that this help ends: why, what still protects, how to come back."""
    found = queries.deciding(db(), part)
    if found.standing:
        flash(_("There is a decision already. Here it is."), "error")
        return _to(part.opened.family.ref, found.standing)
    before, back, family = found.before, found.back, found.readers
    managers = [one for one in found.managers if one.id != current_user.worker_id]
    everybody = [row.ref for row in family if row.contact_limit == "none"]
    form = EndingForm(data={"readers": everybody})
    form.offer(back, managers)
    form.readers.offer(family)
    if form.validate_on_submit() and (made := _decided(part, before, form, back, managers)):
        return made
    return page(
        "work/ending_new.html",
        422 if form.errors else 200,
        form=form,
        part=part,
        before=before,
        names_itself=current_user.is_manager,
    )


def _decided(part: Part, before: Before, form: EndingForm, back: list[Row], managers: list[Row]) -> AnyResponse | None:
    """Write it down; say what stands in the way when something does."""
    manager = next((one.id for one in managers if one.ref == form.manager.data), None)
    if before.within_a_year and current_user.is_manager:
        manager = current_user.worker_id
    said = actions.Decision(
        last_day=filled(form.last_day),
        basis=form.basis.data,
        why=filled(form.why),
        besides=filled(form.besides) or None,
        protects=filled(form.protects),
        come_back=filled(form.come_back),
        come_back_to_id=next(one.id for one in back if one.ref == form.come_back_to.data),
        readers=form.readers.people_ids,
        manager_id=manager,
    )
    try:
        made = actions.decide(db(), part, current_user.worker_id, said)
    except actions.ClockRunning:
        form.last_day.errors = [_("Somebody still has to be reached after what happened. Help cannot end before that.")]
    except actions.WithoutAName:
        form.manager.errors = [
            _("Something serious happened in the last twelve months. A manager has to give their name to this.")
        ]
    except actions.NotEnough:
        form.besides.errors = [_("Say what else is different, in a sentence or two.")]
    except actions.HandedOver:
        form.last_day.errors = [_("Somebody was asked to take over. Call that off first.")]
    except NotReaders:
        form.readers.errors = [_("Somebody you chose is no longer here. Choose again.")]
    except actions.AlreadyDecided:
        flash(_("There is a decision already. Here it is."), "error")
        standing = queries.standing(db(), part.involvement.id)
        return _to(part.opened.family.ref, standing.ref) if standing else abort(404)
    else:
        if made.decided_at:
            flash(_("Decided. They can read it, and say how they see it."))
        else:
            flash(_("Written down. Nothing ends until the manager gives their name."))
        return _to(part.opened.family.ref, made.ref)
    return None


def _to(family: str, ref: str) -> AnyResponse:
    return redirect(url_for("work_endings.show", ref=family, ending=ref), 303)


@work_endings.get("/work/families/<ref>/endings/<ending>")
@needs("family.ending", reading, "reading")
def show(reading: Running) -> Response:
    """The decision, who has read it, and for the manager named: their yes or no."""
    return _page(reading, RefuseForm())


def _page(at: Running | Waiting, form: RefuseForm, status: int = 200) -> Response:
    ref = at.ref if isinstance(at, Running) else at.ending.ref
    found = ask(db(), at.scope, endings=queries.endings, said=queries.readers_of, involved=network)
    row = next((row for row in found["endings"] if row.ref == ref), None)
    if row is None:
        abort(404)
    return page(
        "work/ending.html",
        status,
        opened=at.opened,
        ending=row,
        said=[one for one in found["said"] if one.thing_ref == ref],
        others=queries.others(found["involved"], row),
        form=form,
        mine=row.manager_id == at.scope.worker_id and at.scope.until is None,
    )


@work_endings.post("/work/families/<ref>/endings/<ending>/agree")
@needs("ending.agree", waiting, "waiting")
def agree(waiting: Waiting) -> AnyResponse:
    """The manager gives their name."""
    try:
        actions.agree(db(), waiting.ending, current_user.worker_id)
    except actions.ClockRunning:
        flash(_("Somebody still has to be reached after what happened. Help cannot end before that."), "error")
    except actions.Settled:
        flash(_("It was answered in the meantime, so it stands as you see it here."), "error")
    else:
        flash(_("Your name stands under it. They can read it now."))
    return _to(waiting.opened.family.ref, waiting.ending.ref)


@work_endings.post("/work/families/<ref>/endings/<ending>/refuse")
@needs("ending.agree", waiting, "waiting")
def refuse(waiting: Waiting) -> AnyResponse:
    """The manager says that help goes on."""
    form = RefuseForm()
    if not form.validate_on_submit():
        return _page(waiting, form, 422)
    try:
        actions.refuse(db(), waiting.ending, current_user.worker_id, filled(form.reason))
    except actions.Settled:
        flash(_("It was answered in the meantime, so it stands as you see it here."), "error")
    else:
        flash(_("Help goes on. Whoever decided it reads why."))
    return _to(waiting.opened.family.ref, waiting.ending.ref)
