"""Help and offers, as the family reads them: what one can ask for, where it stands, what was offered."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.offers import actions, queries
from portal.offers.conditions import OneOffer, OneRequest
from portal.offers.forms import OTHER, AskForm, ReplyForm, called, choices, seen
from portal.offers.queries import own_offer, own_request
from portal.people.queries import own_scope, readers

offers = Blueprint("offers", __name__)


@offers.get("/help")
@needs("help.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """Requests with where they stand, offers with their answers, and what one can ask for."""
    found = queries.help_of(db(), scope)
    known = queries.to_ask_for(found["own"])
    return page("offers/help.html", found=found, list=choices(known, found["own"]), scope=scope, called=called)


@offers.route("/help/ask", methods=["GET", "POST"])
@needs("help.write", own_scope, "scope")
def ask_for(scope: Scope) -> AnyResponse:
    """Ask for something from the list, or for something else."""
    found = ask(db(), scope, own=queries.own_list, who=queries.answers_now, readers=readers)
    form = AskForm(data={"thing": request.args.get("thing", OTHER)})
    form.offer(queries.to_ask_for(found["own"]), found["own"])
    form.readers.offer(found["readers"], scope.person_id)
    who = found["who"][0] if found["who"] else None
    if who and form.validate_on_submit():
        circle = form.readers.circle_in(db(), scope.family_id)
        if circle is not None:
            made = actions.ask_for(db(), scope, circle, form.what, filled(form.words) or None)
            flash(_("%(name)s has it now.", name=who.name))
            return redirect(f"/help#{made.ref}", 303)
    return page("offers/ask.html", 422 if form.errors else 200, form=form, who=who)


@offers.post("/help/requests/<ref>/withdraw")
@needs("help.withdraw", own_request, "found")
def withdraw(found: OneRequest) -> AnyResponse:
    """It is not needed any more."""
    try:
        actions.withdraw(db(), found)
    except actions.Changed:
        flash(_("There is an answer now. Here is how it stands."), "error")
    else:
        flash(_("Taken back."))
    return redirect("/help", 303)


@offers.route("/help/offers/<ref>", methods=["GET", "POST"])
@needs("help.answer", own_offer, "found")
def answer(found: OneOffer) -> AnyResponse:
    """Say yes to an offer, or not now, and why; a no can be taken back here at any time."""
    form = ReplyForm(data={"version": found.row.version})
    newer = False
    if form.validate_on_submit():
        reply = actions.Reply(form.response.data, filled(form.reason) or None)
        try:
            actions.answer_offer(db(), found, seen(form), reply)
        except actions.Changed:
            newer, form.version.data = True, str(found.row.version)
        else:
            flash(
                _("Thank you. They have your yes.")
                if reply.response == "accepted"
                else _("That is fine. It is kept for you: you can say yes later.")
            )
            return redirect(f"/help#{found.row.ref}", 303)
    status = 422 if form.errors or newer else 200
    return page("offers/answer.html", status, form=form, offer=found.row, found=found, called=called, newer=newer)
