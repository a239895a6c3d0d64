"""One's own texts: whether, when and how."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor
from portal.access.gate import needs
from portal.duty.queries import watch_of
from portal.foundation import clock
from portal.foundation.web import db, page
from portal.messages import actions, queries
from portal.messages.forms import TextsForm

own_texts = Blueprint("own_texts", __name__)


@own_texts.route("/account/texts", methods=["GET", "POST"])
@needs("own_texts", lambda session, actor: actor, "actor")
def choose(actor: Actor) -> AnyResponse:
    """Hours, reminders, and what comes back after "I am not safe"."""
    form = TextsForm(data=None if request.method == "POST" else queries.choices_of(db(), actor.person_id or 0))
    form.offer()
    if form.validate_on_submit():
        begins, ends = form.hours
        me, mine = actor.person_id or 0, actor.family_id or 0
        actions.go_on(db(), me)
        if form.texts.data == "pause":
            day = clock.today() + timedelta(days=int(form.pause_for.data))
            actions.pause(db(), [me], mine, why="asked", until=datetime.combine(day, time(0), clock.LONDON))
        actions.choose(
            db(),
            me,
            mine,
            wanted=form.texts.data != "no",
            hours_from=begins,
            hours_until=ends,
            remind_first=int(form.remind_first.data),
            remind_last=int(form.remind_last.data),
            safe_reply=form.safe_reply.data,
        )
        flash(_("Saved."))
        return redirect(url_for("account.show"), 303)
    status = 422 if form.errors else 200
    pause = queries.pause_of(db(), actor.person_id or 0)
    return page("account/texts.html", status, form=form, pause=pause, watch=watch_of(db(), actor.family_id))
