"""What a borough adds: notes beside the national pages, its duty numbers, and what is past its review date."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor
from portal.access.gate import needs
from portal.foundation import clock, language
from portal.foundation.forms import filled
from portal.foundation.phones import read_number, say_number
from portal.foundation.web import db, page
from portal.guidance import actions, queries
from portal.guidance.conditions import is_past_review
from portal.guidance.forms import AHEAD, DutyForm, NoteForm
from portal.guidance.models import LocalNote, Page
from portal.organisations.actions import Numbers, keep_duty_numbers
from portal.organisations.models import Organisation
from portal.organisations.queries import boroughs_managed, duty_numbers

local = Blueprint("local", __name__)


@dataclass(frozen=True)
class Place:
    """One page in one language, for one borough that the viewer manages, and the note that stands there."""

    borough: Organisation
    page: Page
    language: str
    note: LocalNote | None


def managed(session: Session, actor: Actor) -> list[Organisation]:
    """The boroughs that this manager manages; none for a manager of a service."""
    return boroughs_managed(session, actor)


def borough(session: Session, actor: Actor, ref: str) -> Organisation | None:
    """One of them."""
    return next((each for each in boroughs_managed(session, actor) if each.ref == ref), None)


def place(session: Session, actor: Actor, ref: str, slug: str, code: str) -> Place | None:
    """Where a note stands or may stand."""
    here, found = borough(session, actor, ref), queries.pages("en").get(slug)
    if here is None or found is None or code not in language.languages():
        return None
    standing = queries.standing_notes(session, [here.id])
    note = next((each for each in standing if (each.slug, each.language) == (slug, code)), None)
    return Place(here, found, code, note)


@local.get("/work/guidance")
@needs("guidance.local", managed, "boroughs")
def overview(boroughs: list[Organisation]) -> AnyResponse:
    """What the borough adds, and every page and number that somebody should have looked at by now."""
    today = clock.today()
    late_pages, late_lines = queries.late(today)
    notes = queries.standing_notes(db(), [each.id for each in boroughs])
    numbers = {each.id: duty_numbers(db(), each.id) for each in boroughs}
    return page(
        "work/guidance.html",
        boroughs=boroughs,
        notes=notes,
        numbers=numbers,
        pages=queries.all_pages("en"),
        titles={each.slug: each.title for each in queries.all_pages("en")},
        late_pages=late_pages,
        late_lines=late_lines,
        late_notes={each.id for each in notes if is_past_review(each, today)},
        renumber={key for key, each in numbers.items() if each and each.checked_on + queries.HOLD < today},
    )


@local.route("/work/guidance/<ref>/numbers", methods=["GET", "POST"])
@needs("guidance.local", borough, "here")
def numbers(here: Organisation) -> AnyResponse:
    """Whom people of this borough call by day and by night."""
    kept = duty_numbers(db(), here.id)
    form = DutyForm(obj=kept)
    if form.validate_on_submit():
        keep_duty_numbers(db(), current_user, here, _numbers(form))
        current_app.extensions["near"].forget()
        flash(_("Saved. Anybody can read these numbers under help now."))
        return redirect(url_for("local.overview"), 303)
    return page("work/guidance_numbers.html", 422 if form.errors else 200, form=form, here=here, kept=kept)


def _numbers(form: DutyForm) -> Numbers:
    def written(text: str | None) -> str | None:
        number = read_number(text or "")
        return say_number(number) if number else None

    return Numbers(written(form.day_phone.data), filled(form.day_hours) or None, written(form.night_phone.data))


@local.route("/work/guidance/<ref>/<slug>/<code>", methods=["GET", "POST"])
@needs("guidance.local", place, "where")
def note(where: Place) -> AnyResponse:
    """Write a note beside a page. What somebody else wrote meanwhile is shown, and nothing is lost."""
    standing = where.note
    form = NoteForm(
        data={
            "text": standing.text if standing else "",
            "review_by": standing.review_by if standing else clock.today() + AHEAD / 2,
            "seen": standing.ref if standing else "",
        }
    )
    changed = False
    if form.validate_on_submit():
        text, again = filled(form.text), filled(form.review_by)
        same = standing is not None and (standing.text, standing.review_by) == (text, again)
        changed = not same and (form.seen.data or "") != (standing.ref if standing else "")
        if not changed:
            if not same:
                actions.write_note(db(), current_user, where.borough, where.page.slug, where.language, text, again)
                current_app.extensions["near"].forget()
            flash(_("Saved. Anybody can read it beside the page."))
            return redirect(url_for("local.overview"), 303)
        form.seen.data = standing.ref if standing else ""
    status = 422 if form.errors or changed else 200
    codes = language.languages()
    return page("work/guidance_note.html", status, form=form, where=where, changed=changed, language_codes=codes)


@local.post("/work/guidance/<ref>/<slug>/<code>/take-down")
@needs("guidance.local", place, "where")
def take_down(where: Place) -> AnyResponse:
    """End the note."""
    actions.take_down(db(), current_user, where.borough, where.page.slug, where.language)
    current_app.extensions["near"].forget()
    flash(_("The note is taken down."))
    return redirect(url_for("local.overview"), 303)
