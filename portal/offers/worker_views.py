"""Help and offers, as those who work with the family offer, answer and decide; and an organisation's own list."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.offers import actions, queries
from portal.offers.conditions import OneOffer, OneRequest, OneReview
from portal.offers.forms import (
    NAMES,
    OTHER,
    AnswerForm,
    DecideForm,
    NoteForm,
    NoteReplyForm,
    OfferForm,
    OwnThingForm,
    called,
    seen,
)
from portal.offers.queries import family_offer, family_request, family_review
from portal.people.queries import readers

work_offers = Blueprint("work_offers", __name__)


def back_to(opened: OpenFamily | None, at: str = "") -> AnyResponse:
    """The family's page of help and offers."""
    return redirect(url_for("work_offers.show", ref=opened.family.ref if opened else "") + at, 303)


@work_offers.get("/work/families/<ref>/help")
@needs("family.help", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What was asked for and offered, what comes back, and what a senior person has to decide."""
    return page("work/help.html", opened=opened, found=queries.help_of(db(), opened.scope), called=called)


@work_offers.route("/work/families/<ref>/help/offer", methods=["GET", "POST"])
@needs("family.help_write", open_family, "opened")
def offer(opened: OpenFamily) -> AnyResponse:
    """Offer something to one of the family, again or for the first time."""
    found = ask(db(), opened.scope, own=queries.own_list, readers=readers, offers=queries.offers)
    again = next((row for row in found["offers"] if row["ref"] == request.args.get("again")), None)
    given = {"thing": OTHER}
    if again:
        person = next((row["ref"] for row in found["readers"] if row["id"] == again["to_person_id"]), "")
        known = again["thing"] in NAMES
        given = {"thing": again["thing"] if known else OTHER, "other": "" if known else again["what"], "to": person}
    form = OfferForm(data=given)
    form.offer(queries.to_ask_for(found["own"]), found["own"])
    people = {row["ref"]: row["id"] for row in found["readers"]}
    form.to.choices = [(row["ref"], row["name"]) for row in found["readers"]]
    form.readers.offer(found["readers"])
    if form.validate_on_submit():
        to = people[form.to.data]
        if circle := form.readers.circle_in(db(), opened.family_id, to):
            made = actions.make_offer(db(), opened.scope, circle, to, form.what)
            flash(_("Offered. They can answer on their page, or you note what they say."))
            return back_to(opened, f"#{made.ref}")
    return page("work/help_offer.html", 422 if form.errors else 200, form=form, opened=opened, again=again)


@work_offers.route("/work/families/<ref>/help/note", methods=["GET", "POST"])
@needs("family.help_write", open_family, "opened")
def note(opened: OpenFamily) -> AnyResponse:
    """Note what somebody asked for by word of mouth: it gets the same clock."""
    found = ask(db(), opened.scope, own=queries.own_list, readers=readers)
    form = NoteForm(data={"thing": OTHER})
    form.offer(queries.to_ask_for(found["own"]), found["own"])
    people = {row["ref"]: row["id"] for row in found["readers"]}
    form.person.choices = [(row["ref"], row["name"]) for row in found["readers"]]
    form.readers.offer(found["readers"])
    if form.validate_on_submit():
        who = people[form.person.data]
        if circle := form.readers.circle_in(db(), opened.family_id, who):
            words = filled(form.words) or None
            try:
                made = actions.ask_for(db(), opened.scope, circle, form.what, words, person_id=who)
            except actions.NobodyAnswers:
                form.thing.errors = [_("Nobody is named for this family. Tell your own manager today.")]
            else:
                flash(_("Noted. Whoever is responsible answers within a week."))
                return back_to(opened, f"#{made.ref}")
    return page("work/help_note.html", 422 if form.errors else 200, form=form, opened=opened)


@work_offers.route("/work/families/<ref>/help/offers/<offer>", methods=["GET", "POST"])
@needs("family.help_offer", family_offer, "found")
def reply(found: OneOffer) -> AnyResponse:
    """Note what somebody said to an offer: by whom, why, and when it is offered again."""
    form = NoteReplyForm(data={"version": found.row.version})
    inside = {row["ref"]: row["id"] for row in found.readers_inside}
    form.by.choices = [(row["ref"], row["name"]) for row in found.readers_inside]
    newer = False
    if form.validate_on_submit():
        said = actions.Reply(form.response.data, filled(form.reason) or None, inside[form.by.data], form.again_on.data)
        try:
            senior = actions.answer_offer(db(), found, seen(form), said)
        except actions.Changed:
            newer, form.version.data = True, str(found.row.version)
        else:
            flash(_("Noted."))
            if senior:
                flash(_("That is the second no while the need is high. A senior person now decides what changes."))
            return back_to(found.opened, f"#{found.row.ref}")
    status = 422 if form.errors or newer else 200
    return page("work/help_reply.html", status, form=form, found=found, offer=found.row, called=called, newer=newer)


@work_offers.route("/work/families/<ref>/help/requests/<request>", methods=["GET", "POST"])
@needs("family.help_request", family_request, "found")
def answer(found: OneRequest) -> AnyResponse:
    """Answer a request: looking into it, yes, no with why, arranged."""
    form = AnswerForm(data={"version": found.row.version})
    form.offer(found.row.state)
    newer = False
    if form.validate_on_submit():
        try:
            actions.answer_request(db(), found, seen(form), form.state.data, filled(form.words) or None)
        except actions.Changed:
            newer, form.version.data = True, str(found.row.version)
        else:
            flash(_("Saved. It stands on their page."))
            return back_to(found.opened, f"#{found.row.ref}")
    status = 422 if form.errors or newer else 200
    return page("work/help_request.html", status, form=form, found=found, asked=found.row, called=called, newer=newer)


@work_offers.route("/work/families/<ref>/help/decide/<review>", methods=["GET", "POST"])
@needs("family.help_decide", family_review, "found")
def decide(found: OneReview) -> AnyResponse:
    """A senior person decides what changes after refusals."""
    form = DecideForm()
    if form.validate_on_submit():
        try:
            actions.decide(db(), found, filled(form.changes))
        except actions.Changed:
            flash(_("Somebody decided this just before you. Here is what stands there."), "error")
        else:
            flash(_("Saved. %(name)s reads it.", name=found.row.person))
        return back_to(found.opened, f"#{found.row.ref}")
    return page("work/help_decide.html", 422 if form.errors else 200, form=form, found=found, called=called)


@work_offers.route("/work/help-list", methods=["GET", "POST"])
@needs("help_list")
def our_list() -> AnyResponse:
    """What families can ask this manager's organisation for."""
    form = OwnThingForm()
    if form.validate_on_submit():
        actions.add_thing(db(), current_user.organisation_id, filled(form.name), filled(form.about) or None)
        flash(_("On the list."))
        return redirect(url_for("work_offers.our_list"), 303)
    rows = queries.list_of(db(), current_user.organisation_id)
    off, own = {row.thing for row in rows}, [row for row in rows if row.name]
    return page("work/help_list.html", 422 if form.errors else 200, form=form, names=NAMES, off=off, own=own)


@work_offers.post("/work/help-list/<known>")
@needs("help_list")
def switch(known: str) -> AnyResponse:
    """Take a line off the list, or put it back."""
    if known in NAMES:
        actions.switch_thing(db(), current_user.organisation_id, known, offered=request.form.get("to") == "on")
    else:
        row = next((one for one in queries.list_of(db(), current_user.organisation_id) if one.ref == known), None)
        if row is None:
            abort(404)
        actions.take_off(row)
    return redirect(url_for("work_offers.our_list"), 303)
