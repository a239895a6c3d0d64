"""One date as a file, and a private address that a phone's calendar keeps up with."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.appointments.queries import OneDate, own_date
from portal.calendars import actions, queries
from portal.calendars.queries import Feed, feed_at
from portal.foundation import language
from portal.foundation.web import db, page
from portal.people.queries import own_scope

calendars = Blueprint("calendars", __name__)


def _file(content: bytes, name: str, *, save: bool) -> Response:
    response = Response(content, mimetype="text/calendar")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f"{'attachment' if save else 'inline'}; filename={name}.ics"
    return response


def _words() -> dict[str, str]:
    """The only words that a discreet calendar holds."""
    return {"appointment": _("Appointment"), "calendar": _("Dates")}


@calendars.get("/appointments/<ref>/date.ics")
@needs("appointments.read", own_date, "date")
def one(date: OneDate) -> AnyResponse:
    """One date, to put into a calendar by hand."""
    plain = not current_user.discreet
    return _file(queries.calendar([date.row], _words(), plain=plain), "date", save=True)


@calendars.get("/calendar/<secret>.ics")
@needs("calendar.feed", feed_at, "feed")
def feed(feed: Feed) -> AnyResponse:
    """Whatever calendar asks for this address gets its owner's dates."""
    rows = queries.entries(db(), feed.scope)
    spoken = feed.language if feed.language in language.languages() else "en"
    with force_locale(spoken or "en"):
        content = queries.calendar(rows, _words(), plain=feed.plain)
    response = _file(content, "dates", save=False)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@calendars.get("/appointments/calendar")
@needs("calendar.own", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """The private address, what it tells, and how to end it."""
    found = ask(db(), scope, feeds=queries.feeds)["feeds"]
    address = None
    if found:
        address = current_app.config["SETTINGS"].url + url_for("calendars.feed", secret=found[0]["secret"])
    return page("calendars/calendar.html", feed=found[0] if found else None, address=address)


@calendars.post("/appointments/calendar")
@needs("calendar.own", own_scope, "scope")
def renew(scope: Scope) -> AnyResponse:
    """A fresh address; the one before stops."""
    actions.renew(db(), scope, plain=request.form.get("plain") == "y")
    flash(_("Your calendar address is ready. An older one no longer works."))
    return redirect(url_for("calendars.show"), 303)


@calendars.post("/appointments/calendar/words")
@needs("calendar.own", own_scope, "scope")
def say_plainly(scope: Scope) -> AnyResponse:
    """How much the calendar tells whoever looks at it."""
    plain = request.form.get("plain") == "y"
    actions.say_plainly(db(), scope, plain)
    flash(_("Your calendar says what each date is for.") if plain else _("Your calendar says only “Appointment”."))
    return redirect(url_for("calendars.show"), 303)


@calendars.post("/appointments/calendar/end")
@needs("calendar.own", own_scope, "scope")
def end(scope: Scope) -> AnyResponse:
    """The address stops; nothing else does."""
    actions.end(db(), scope)
    flash(_("That address no longer works. Your dates are still here."))
    return redirect(url_for("calendars.show"), 303)
