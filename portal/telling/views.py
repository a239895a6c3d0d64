"""Writing in one's own assessment, from a phone: own words, drafts, seeing it differently, still true, taking back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.assessments.models import SECTIONS
from portal.foundation import language
from portal.foundation.web import db, page, wants_part
from portal.people.queries import own_scope, young_people
from portal.questions import queries as questions
from portal.questions.actions import ask as ask_worker
from portal.questions.forms import QuestionForm
from portal.telling import actions, forms, queries
from portal.telling.queries import Said, Writing

telling = Blueprint("telling", __name__)


@telling.get("/assessment/write")
@needs("assessment.read", own_scope, "scope")
def choose(scope: Scope) -> AnyResponse:
    """Under which heading?"""
    young = ask(db(), scope, young=young_people)["young"]
    return page("telling/choose.html", young=young, sections=SECTIONS, base="/assessment", scope=scope)


@telling.route("/assessment/write/<young>/<section>", methods=["GET", "POST"])
@telling.route("/assessment/said/<said>/<how>", methods=["GET", "POST"])
@needs("assessment.write", queries.writing, "where")
def write(where: Writing) -> AnyResponse:
    """Say something: who reads it, then the words."""
    sheet = forms.fill_in(db(), where, language.code())
    if sheet.ref:
        flash(_("Saved. It stands here for good, and nobody should ask you for it again."))
        return redirect(f"{where.base}/said/{sheet.ref}", 303)
    return page("telling/write.html", sheet.status, sheet=sheet, where=sheet.where, form=sheet.form)


@telling.post("/assessment/write/<young>/<section>/keep")
@telling.post("/assessment/said/<said>/<how>/keep")
@needs("assessment.write", queries.writing, "where")
def keep(where: Writing) -> AnyResponse:
    """Keep what is typed so far; nobody else reads it."""
    kept = forms.keep(db(), where)
    return page("telling/_kept.html", kept=kept) if wants_part() else redirect(where.path, 303)


@telling.get("/assessment/said/<said>")
@needs("assessment.check", queries.said, "found")
def show(found: Said) -> AnyResponse:
    """One statement: every version, who said that it is still true, what sees it differently; asking about it."""
    return _shown(found, QuestionForm(formdata=None))


def _shown(found: Said, form: QuestionForm, status: int = 200) -> AnyResponse:
    here = questions.about_one(db(), found.scope, ("statement", found.statement.id), found.statement.said_by_worker_id)
    whole = queries.whole(db(), found)
    return page("telling/said.html", status, found=found, whole=whole, opened=None, asked=here, form=form)


@telling.post("/assessment/said/<said>/ask")
@needs("assessment.ask", queries.said, "found")
def ask_about(found: Said) -> AnyResponse:
    """Ask about it: whoever said it for a service, while they help the family; else whoever is responsible."""
    form, said = QuestionForm(), found.statement
    if not form.validate_on_submit():
        return _shown(found, form, 422)
    here = questions.about_one(db(), found.scope, ("statement", said.id), said.said_by_worker_id)
    if here.to_id is not None:
        ask_worker(db(), found.scope, here.to_id, (form.text.data or "").strip(), ("statement", said.id, said.ref))
        flash(_("%(name)s has your question.", name=here.to.split()[0]))
    return redirect(f"{found.base}/said/{said.ref}#asked", 303)


@telling.post("/assessment/write/<young>/<section>/forget")
@telling.post("/assessment/said/<said>/<how>/forget")
@needs("assessment.write", queries.writing, "where")
def forget(where: Writing) -> AnyResponse:
    """Throw away what was begun here."""
    actions.forget(db(), where)
    flash(_("Thrown away. Nobody read it."))
    return redirect(where.base, 303)


@telling.post("/assessment/said/<said>/still")
@needs("assessment.check", queries.said, "found")
def still(found: Said) -> AnyResponse:
    """Still true, or not any more."""
    if newest := queries.newest(db(), found.statement):
        flash(_("This was said anew in the meantime. Here is how it reads now."), "error")
        return redirect(f"{found.base}/said/{newest.ref}", 303)
    true = request.form.get("still") != "no"
    try:
        actions.check(db(), found, true)
    except actions.NotHere:
        flash(_("This has gone to another service. Nothing can be added here."), "error")
        return redirect(f"{found.base}/said/{found.statement.ref}", 303)
    if not true:
        flash(_("Noted. How is it now?"))
        how = "change" if found.mine else "differently"
        return redirect(f"{found.base}/said/{found.statement.ref}/{how}", 303)
    flash(_("Thank you. It says so beside it, with today's date."))
    return redirect(f"{found.base}/said/{found.statement.ref}", 303)


@telling.post("/assessment/said/<said>/back")
@needs("assessment.check", queries.said, "found")
def back(found: Said) -> AnyResponse:
    """Take one's own words back, while nobody has read them."""
    where = Writing(found.scope, found.young, found.statement.section)
    ref = found.statement.ref
    if found.mine and actions.take_back(db(), found):
        flash(_("Taken back. Nobody read it. It is a draft again, and only you see it."))
        return redirect(where.path, 303)
    flash(_("Somebody has read it, so it stays. You can still say it anew."), "error")
    return redirect(f"{found.base}/said/{ref}", 303)
