"""Staying or moving, as the family talks it through, and what each way would cost."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.people.actions import circle_of
from portal.people.queries import own_scope
from portal.relocation import actions, conditions, forms, queries
from portal.relocation.models import RISKS, STANCES, TOPICS
from portal.relocation.queries import Talk, own_talk

talking = Blueprint("talking", __name__)


@talking.get("/moving/talk")
@needs("moving.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What was said on each topic, who wants a pause, and what was decided."""
    found = queries.page_of(db(), scope)
    mine = next((row["stance"] for row in found["stances"] if row["person_id"] == scope.person_id), None)
    return page(
        "relocation/talk.html", scope=scope, mine=mine, topics=TOPICS, risks=RISKS,
        paused=conditions.paused_by(found["stances"]), **found,
    )  # fmt: skip


def _in_the_talk(talk: Talk, writer: int | None) -> forms.SayForm:
    """The form for one topic: read by those who talk it through, unless fewer are chosen."""
    found = queries.page_of(db(), talk.scope)
    inside = {row["person_id"] for row in found["circles"] if row["circle_id"] == talk.relocation.circle_id}
    people = [row for row in found["readers"] if row["id"] in inside]
    form = forms.SayForm()
    form.readers.offer(people, writer=writer)
    if request.method == "GET":
        form.readers.data = [row["ref"] for row in people if row["id"] != writer]
        form.topic.data = request.args.get("topic", "question")
    return form


@talking.route("/moving/talk/say", methods=["GET", "POST"])
@needs("moving.talk", own_talk, "talk")
def say(talk: Talk) -> AnyResponse:
    """A family member says something on one topic, to all who talk it through or to fewer."""
    form = _in_the_talk(talk, talk.scope.person_id)
    if form.validate_on_submit():
        circle = circle_of(db(), talk.scope.family_id, form.readers.people_ids)
        actions.say(db(), talk.scope, talk.relocation, circle, form.topic.data, form.side.data, filled(form.text))
        return redirect(url_for("talking.show") + f"#{form.topic.data}", 303)
    status = 422 if form.errors else 200
    return page("relocation/say.html", status, form=form, risks=RISKS, action="/moving/talk/say", back="/moving/talk")


@talking.post("/moving/talk/stance")
@needs("moving.talk", own_talk, "talk")
def stance(talk: Talk) -> AnyResponse:
    """Pause, we need to think; or go on. One is as large as the other."""
    wanted = request.form.get("stance", "")
    if wanted in STANCES:
        actions.take_stance(db(), talk.scope, talk.relocation, wanted)
        flash(_("Paused. Nothing is decided while you think.") if wanted == "pause" else _("You said: go on."))
    return redirect(url_for("talking.show"), 303)


def _sheet(talk: Talk, saved: list[Any], action: str, back: str, **more: Any) -> AnyResponse:
    """The sheet with its sums: as saved, or as it was typed."""
    form = more.pop("form", None) or forms.MoneyForm(data=forms.as_typed(conditions.sheets(saved)))
    status = 422 if form.errors else 200
    sheets = form.sheets() if form.is_submitted() else conditions.sheets(saved)
    form.mark.data = conditions.mark(saved)
    return page(
        "relocation/money.html", status, form=form, saved=saved, action=action, back=back, talk=talk.relocation,
        **_sums(sheets), **more,
    )  # fmt: skip


def _sums(sheets: dict[str, dict[str, int]]) -> dict[str, Any]:
    """What the sums and bars are made of."""
    sums = [conditions.add_up(way, amounts) for way, amounts in sheets.items()]
    return {"sums": sums, "bars": conditions.bars(sums), "pounds": conditions.pounds}


@talking.route("/moving/money", methods=["GET", "POST"])
@needs("moving.talk", own_talk, "talk")
def money(talk: Talk) -> AnyResponse:
    """What each way costs a week and in all, added up from what people enter."""
    action, back = "/moving/money", "/moving/talk"
    form = forms.MoneyForm()
    saved = queries.page_of(db(), talk.scope)["money"]
    if not form.is_submitted():
        return _sheet(talk, saved, action, back)
    if form.validate_on_submit():
        try:
            actions.save_money(db(), talk.scope, talk.relocation, form.sheets(), form.mark.data or "")
            flash(_("Saved. All who talk it through see the same numbers."))
            return redirect(action, 303)
        except actions.ChangedMeanwhile:
            saved = queries.page_of(db(), talk.scope)["money"]
            return _sheet(talk, saved, action, back, form=form, changed=conditions.sheets(saved))
    return _sheet(talk, saved, action, back, form=form)


@talking.post("/moving/money/sums")
@needs("moving.talk", own_talk, "talk")
def sums(talk: Talk) -> AnyResponse:
    """The sums of what has been typed so far; nothing is saved."""
    return page("relocation/_sums.html", **_sums(forms.MoneyForm().sheets()))
