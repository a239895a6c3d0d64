"""Staying or moving, as those who work with the family talk it through, and the director's signature."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Organisation
from portal.people.actions import circle_of
from portal.people.queries import readers
from portal.relocation import actions, conditions, forms, queries
from portal.relocation.models import RISKS, TOPICS
from portal.relocation.queries import Talk, work_talk

work_talking = Blueprint("work_talking", __name__)


@work_talking.get("/work/families/<ref>/moving/talk")
@needs("family.talk", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What was said, and by whom; the same that those of the family read who talk it through."""
    found = queries.page_of(db(), opened.scope)
    said = {row["topic"] for row in found["answers"]}
    return page(
        "work/talk.html", opened=opened, topics=TOPICS, risks=RISKS, paused=conditions.paused_by(found["stances"]),
        unsaid=[topic for topic in TOPICS if topic not in said], settled=opened.scope.until is None, **found,
    )  # fmt: skip


@work_talking.route("/work/families/<ref>/moving/talk/new", methods=["GET", "POST"])
@needs("talk.open", open_family, "opened")
def begin(opened: OpenFamily) -> AnyResponse:
    """Open the conversation with those of the family who are named."""
    form = forms.OpenForm()
    places = list(db().scalars(select(Organisation).where(Organisation.kind == "borough").order_by(Organisation.name)))
    form.offer(places, gather(db(), readers=readers(opened.scope))["readers"])
    if form.validate_on_submit():
        place = next((each.id for each in places if each.ref == form.borough.data), None)
        circle = circle_of(db(), opened.family_id, form.readers.people_ids)
        try:
            actions.open_talk(db(), opened.scope, circle, place, form.decide_by.data)
        except actions.OpenAlready:
            flash(_("You are talking it through already. Here it is."), "error")
        return redirect(url_for("work_talking.show", ref=opened.family.ref), 303)
    return page("work/talk_new.html", 422 if form.errors else 200, form=form, opened=opened)


def _opened(talk: Talk) -> OpenFamily:
    """The family of a conversation that a professional has open."""
    if talk.opened is None:
        raise LookupError("loaded by work_talk")
    return talk.opened


@work_talking.route("/work/families/<ref>/moving/talk/say", methods=["GET", "POST"])
@needs("talk.say", work_talk, "talk")
def say(talk: Talk) -> AnyResponse:
    """A professional of either area says what they know on one topic."""
    opened = _opened(talk)
    found = queries.page_of(db(), talk.scope)
    inside = {row["person_id"] for row in found["circles"] if row["circle_id"] == talk.relocation.circle_id}
    people = [row for row in found["readers"] if row["id"] in inside]
    form = forms.SayForm()
    form.readers.offer(people)
    if request.method == "GET":
        form.readers.data = [row["ref"] for row in people]
        form.topic.data = request.args.get("topic", "question")
    back = url_for("work_talking.show", ref=opened.family.ref)
    if form.validate_on_submit():
        circle = circle_of(db(), opened.family_id, form.readers.people_ids)
        actions.say(db(), talk.scope, talk.relocation, circle, form.topic.data, form.side.data, filled(form.text))
        return redirect(f"{back}#{form.topic.data}", 303)
    status = 422 if form.errors else 200
    return page("work/talk_say.html", status, form=form, risks=RISKS, action=request.path, back=back, opened=opened)


@work_talking.route("/work/families/<ref>/moving/talk/sign", methods=["GET", "POST"])
@needs("talk.sign", work_talk, "talk")
def sign(talk: Talk) -> AnyResponse:
    """A director signs what was decided, once nobody wants a pause."""
    opened = _opened(talk)
    found = queries.page_of(db(), talk.scope)
    form = forms.SignForm()
    back = url_for("work_talking.show", ref=opened.family.ref)
    if not found["signs"]:
        flash(_("Only the director signs this. Ask them to."), "error")
        return redirect(back, 303)
    if form.validate_on_submit():
        try:
            actions.sign(db(), talk.scope, talk.relocation, form.decision.data, filled(form.reason))
            flash(_("Signed. The family reads what was decided and why."))
        except actions.Paused:
            flash(_("Somebody in the family needs a pause. Nothing was signed."), "error")
        return redirect(back, 303)
    said = {row["topic"] for row in found["answers"]}
    return page(
        "work/talk_sign.html", 422 if form.errors else 200, form=form, opened=opened, action=request.path, back=back,
        paused=conditions.paused_by(found["stances"]), unsaid=[topic for topic in RISKS if topic not in said],
    )  # fmt: skip


@work_talking.route("/work/families/<ref>/moving/money", methods=["GET", "POST"])
@needs("talk.money", work_talk, "talk")
def money(talk: Talk) -> AnyResponse:
    """The same sheet that the family fills in."""
    opened = _opened(talk)
    form = forms.MoneyForm()
    saved = queries.page_of(db(), talk.scope)["money"]
    if form.validate_on_submit():
        try:
            actions.save_money(db(), talk.scope, talk.relocation, form.sheets(), form.mark.data or "")
            flash(_("Saved. All who talk it through see the same numbers."))
            return redirect(request.path, 303)
        except actions.ChangedMeanwhile:
            saved = queries.page_of(db(), talk.scope)["money"]
            return _sheet(opened, saved, form, changed=conditions.sheets(saved))
    if form.is_submitted():
        return _sheet(opened, saved, form)
    return _sheet(opened, saved, forms.MoneyForm(data=forms.as_typed(conditions.sheets(saved))))


def _sheet(opened: OpenFamily, saved: list[Any], form: forms.MoneyForm, **more: Any) -> AnyResponse:
    sheets = form.sheets() if form.is_submitted() else conditions.sheets(saved)
    sums = [conditions.add_up(way, amounts) for way, amounts in sheets.items()]
    form.mark.data = conditions.mark(saved)
    return page(
        "work/talk_money.html", 422 if form.errors else 200, form=form, saved=saved, action=request.path, sums=sums,
        back=url_for("work_talking.show", ref=opened.family.ref), bars=conditions.bars(sums), opened=opened,
        pounds=conditions.pounds, **more,
    )  # fmt: skip


@work_talking.post("/work/families/<ref>/moving/money/sums")
@needs("talk.money", work_talk, "talk")
def sums(talk: Talk) -> AnyResponse:
    """The sums of what has been typed so far; nothing is saved."""
    found = [conditions.add_up(way, amounts) for way, amounts in forms.MoneyForm().sheets().items()]
    return page("relocation/_sums.html", sums=found, bars=conditions.bars(found), pounds=conditions.pounds)
