"""Opening a family in an emergency, reason first; who opened a family; and putting off that the family reads it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation.clock import LONDON
from portal.foundation.forms import filled
from portal.foundation.language import say_day
from portal.foundation.web import db, page
from portal.imports.export_folder import as_zip, record_of
from portal.imports.export_questions import QUESTIONS
from portal.involvement.actions import LASTS, Search, TooManyTries, open_urgently
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.models import Worker
from portal.records import actions, queries
from portal.records.forms import DelayForm, UrgentForm

looked = Blueprint("looked", __name__)


@looked.route("/work/urgent", methods=["GET", "POST"])
@needs("urgent.open")
def urgent() -> AnyResponse:
    """Open a family one does not work with: why, exactly whom, and then for a short time."""
    form = UrgentForm()
    if not form.validate_on_submit():
        return page("work/urgent.html", 422 if form.errors else 200, form=form, lasts=LASTS, nobody=False)
    search = Search(filled(form.name), filled(form.born), form.why.data, filled(form.reason))
    try:
        found = open_urgently(db(), current_user, search)
    except TooManyTries:
        return page("work/urgent_stop.html", 429)
    if not found:
        return page("work/urgent.html", form=form, lasts=LASTS, nobody=True)
    if len(found) > 1:
        flash(ngettext("%(num)d family matches.", "%(num)d families match. All of them are open to you.", len(found)))
        return redirect(url_for("work.day"))
    if found[0].scope.until is None:
        flash(_("You can open this family anyway, so nothing special was needed."))
    return redirect(url_for("work.family", ref=found[0].family.ref))


@looked.get("/work/families/<ref>/looks")
@needs("family.delay_looks", open_family, "opened")
def looks(opened: OpenFamily) -> AnyResponse:
    """Who opened this family, and what of it the family reads only later."""
    return _looks(opened, _delay_form(opened))


@looked.post("/work/families/<ref>/looks/delay")
@needs("family.delay_looks", open_family, "opened")
def delay(opened: OpenFamily) -> AnyResponse:
    """Do not show one worker's openings to the family until a day, for a reason."""
    form = _delay_form(opened)
    worker = next((one for one in _whose(opened) if one.ref == form.worker.data), None)
    if form.validate() and worker is not None:
        actions.delay_looks(db(), current_user, opened, worker, filled(form.until), filled(form.reason))
        flash(
            _(
                "Saved. The family sees %(name)s's openings after %(day)s.",
                name=worker.name,
                day=say_day(filled(form.until)),
            )
        )
        return redirect(url_for("looked.looks", ref=opened.family.ref))
    if worker is None:
        form.worker.errors = [_("Choose a name.")]
    return _looks(opened, form, 422)


def _whose(opened: OpenFamily) -> list[Worker]:
    return queries.whose_looks_may_wait(db(), current_user, opened.scope)


def _delay_form(opened: OpenFamily) -> DelayForm:
    form = DelayForm()
    form.offer(_whose(opened))
    return form


def _looks(opened: OpenFamily, form: DelayForm, status: int = 200) -> AnyResponse:
    days, put_off = queries.looks_at_work(db(), opened.scope)
    return page("work/looks.html", status, opened=opened, days=days, put_off=put_off, form=form)


@looked.get("/work/families/<ref>/record")
@needs("family.export", open_family, "opened")
def whole(opened: OpenFamily) -> Response:
    """The whole record as one readable page, as far as the worker's function opens it."""
    found = ask(db(), opened.scope, **QUESTIONS, **queries.HISTORY)
    record = record_of(db(), opened.scope, opened.family, found)
    named = [*record["organisations"], *record["workers"], *record["people"]]
    names = {row["ref"]: row["name"] for row in named}
    return page(
        "work/record.html",
        opened=opened,
        record={name: dated(rows) for name, rows in record.items()},
        names=names,
        history=queries.history(opened.scope, found),
    )


DAYS = {"date_of_birth", "start", "end", "due", "done_on", "made_on", "offered_on", "since", "until", "planned_on"}
DAYS |= {"moved_on"}
MOMENTS = {"starts_at", "posted_at", "occurred_at", "contacted_at"}


def dated(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The rows of an export with their days and moments as such, so that the page can say them as people do."""
    return [{name: _as_day(name, value) for name, value in row.items()} for row in rows]


def _as_day(name: str, value: str) -> Any:
    if value and name in DAYS:
        return date.fromisoformat(value)
    if value and name in MOMENTS:
        return datetime.fromisoformat(value).replace(tzinfo=LONDON)
    return value


@looked.get("/work/families/<ref>/record.zip")
@needs("family.export", open_family, "opened")
def folder(opened: OpenFamily) -> Response:
    """The same as CSV files in the import format, for the borough's own case system."""
    found = as_zip(record_of(db(), opened.scope, opened.family))
    response = Response(found, mimetype="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename=record-{opened.family.ref}.zip"
    return response
