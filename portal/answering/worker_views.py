"""What a manager's organisations are asked by others at a move, and what they say."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.answering import actions, forms, queries
from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.organisations.queries import colleagues_managed

work_answering = Blueprint("work_answering", __name__)


@work_answering.get("/work/moves")
@needs("moves.asked")
def asked() -> AnyResponse:
    """What this manager's organisations were asked and have not answered, and what they answered today."""
    return page("work/moves_asked.html", asked=queries.asked(db()), answered=queries.answered(db()))


def _say(answer: str) -> AnyResponse:
    """Say what became of an answer."""
    if answer == "taken":
        flash(_("Another borough said yes a moment ago. Nothing was changed."), "error")
    elif answer == "answered":
        flash(_("This has been answered already, or was called off."), "error")
    elif answer == "not_yours":
        flash(_("That is not yours to answer, or they do not work for you."), "error")
    elif answer == "too_late":
        flash(_("It is too late to take that back: others have built on it. Speak to whoever asked you."), "error")
    return redirect(url_for("work_answering.asked"), 303)


@work_answering.route("/work/moves/<invitation>", methods=["GET", "POST"])
@needs("moves.answer", queries.one_asked, "row")
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


@work_answering.route("/work/moves/<invitation>/decline", methods=["GET", "POST"])
@needs("moves.decline", queries.one_asked, "row")
def decline(row: Row) -> AnyResponse:
    """Say no, as the senior manager, with reasons that stay on record."""
    form = forms.DeclineForm()
    if form.validate_on_submit():
        said = actions.decline(db(), row["invitation_id"], filled(form.reason))
        if said == "ok":
            flash(_("Saved, with your name and your reasons. They have been told."))
        return _say(said)
    values = {
        "title": _("Say no"),
        "intro": _("Your name and your reasons stay on record. The family reads them."),
        "button": _("Say no, with these reasons"),
        "back": url_for("work_answering.accept", invitation=row["ref"]),
        "back_text": row["family"],
    }
    return page("work/one_form.html", 422 if form.errors else 200, form=form, opened=None, warn=True, **values)


@work_answering.post("/work/moves/<invitation>/back")
@needs("moves.back", queries.one_answered, "row")
def take_back(row: Row) -> AnyResponse:
    """Take back what was said today, while nobody has built on it. The question stands again."""
    said = actions.take_back(db(), row["invitation_id"])
    if said == "ok":
        flash(_("Taken back. The question is open again, and they have been told."))
    return _say(said)
