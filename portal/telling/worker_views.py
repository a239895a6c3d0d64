"""Writing in a family's assessment at work: who reads it first, then the words. A manager takes out what must go."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.assessments.models import SECTION_KIND
from portal.foundation import language
from portal.foundation.forms import filled
from portal.foundation.web import db, page, wants_part
from portal.involvement.queries import OpenFamily, open_family
from portal.people.queries import young_people
from portal.telling import actions, forms, queries
from portal.telling.queries import Said, Writing

work_telling = Blueprint("work_telling", __name__)
BASE = "/work/families/<ref>/assessment"


@work_telling.get(BASE + "/write")
@needs("family.write", open_family, "opened")
def choose(opened: OpenFamily) -> AnyResponse:
    """About whom, and under which heading?"""
    young = ask(db(), opened.scope, young=young_people)["young"]
    sections = [name for name, kind in SECTION_KIND.items() if opened.scope.sees_kind(kind)]
    base = queries.base_of(opened)
    return page("telling/choose.html", young=young, sections=sections, base=base, scope=opened.scope, opened=opened)


@work_telling.route(BASE + "/write/<young>/<section>", methods=["GET", "POST"])
@work_telling.route(BASE + "/said/<said>/<how>", methods=["GET", "POST"])
@needs("family.write", queries.writing, "where")
def write(where: Writing) -> AnyResponse:
    """Write a statement: who in the family reads it, then the words."""
    sheet = forms.fill_in(db(), where, language.code())
    if sheet.ref:
        flash(_("Saved. It stays, with your name and today's date."))
        return redirect(f"{where.base}/said/{sheet.ref}", 303)
    return page("telling/write.html", sheet.status, sheet=sheet, where=sheet.where, form=sheet.form)


@work_telling.post(BASE + "/write/<young>/<section>/keep")
@work_telling.post(BASE + "/said/<said>/<how>/keep")
@needs("family.keep", queries.writing, "where")
def keep(where: Writing) -> AnyResponse:
    """Keep what is typed so far; nobody else reads it."""
    kept = forms.keep(db(), where)
    return page("telling/_kept.html", kept=kept) if wants_part() else redirect(where.path, 303)


@work_telling.get(BASE + "/said/<said>")
@needs("family.said", queries.said, "found")
def show(found: Said) -> AnyResponse:
    """One statement: every version, who said that it is still true, what sees it differently."""
    return page("telling/said.html", found=found, whole=queries.whole(db(), found), opened=found.opened)


@work_telling.post(BASE + "/write/<young>/<section>/forget")
@work_telling.post(BASE + "/said/<said>/<how>/forget")
@needs("family.keep", queries.writing, "where")
def forget(where: Writing) -> AnyResponse:
    """Throw away what was begun here."""
    actions.forget(db(), where)
    flash(_("Thrown away. Nobody read it."))
    return redirect(where.base, 303)


@work_telling.post(BASE + "/said/<said>/still")
@needs("family.check", queries.said, "found")
def still(found: Said) -> AnyResponse:
    """Still true, or not any more."""
    here = f"{found.base}/said/{found.statement.ref}"
    if newest := queries.newest(db(), found.statement):
        flash(_("This was said anew in the meantime. Here is how it reads now."), "error")
        return redirect(f"{found.base}/said/{newest.ref}", 303)
    true = request.form.get("still") != "no"
    try:
        actions.check(db(), found, true)
    except actions.NotHere:
        flash(_("This has gone to another service. Nothing can be added here."), "error")
        return redirect(here, 303)
    if true:
        flash(_("It says so beside it, with your name and today's date."))
        return redirect(here, 303)
    flash(_("Noted. How is it now?"))
    return redirect(f"{here}/{'change' if found.mine else 'differently'}", 303)


@work_telling.post(BASE + "/said/<said>/back")
@needs("family.check", queries.said, "found")
def back(found: Said) -> AnyResponse:
    """Take one's own words back, while nobody has read them."""
    where = Writing(found.scope, found.young, found.statement.section, found.opened)
    ref = found.statement.ref
    if found.mine and actions.take_back(db(), found):
        flash(_("Taken back. Nobody read it. It is a draft again, and only you see it."))
        return redirect(where.path, 303)
    flash(_("Somebody has read it, so it stays. You can still say it anew."), "error")
    return redirect(f"{found.base}/said/{ref}", 303)


@work_telling.route(BASE + "/said/<said>/remove", methods=["GET", "POST"])
@needs("family.remove_statement", queries.said, "found")
def remove(found: Said) -> AnyResponse:
    """A manager takes out the words: who and why stays (M14)."""
    form = forms.RemoveForm()
    if form.validate_on_submit():
        done = actions.remove(db(), current_user, found, form.because.data, filled(form.note))
        flash(_("Taken out. Who did it and why stays.") if done else _("The words were taken out before."))
        return redirect(f"{found.base}/said/{found.statement.ref}", 303)
    return page("telling/remove.html", 422 if form.errors else 200, found=found, form=form)
