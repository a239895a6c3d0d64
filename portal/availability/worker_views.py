"""When I can be met: a worker's own week, set from a phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.availability import actions, queries
from portal.availability.forms import USUAL, WEEK, ExceptionForm, HoursForm, RuleForm
from portal.availability.models import WorkException, WorkHours
from portal.availability.queries import own_exception, own_hours
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.web import db, page

availability = Blueprint("availability", __name__, url_prefix="/work/availability")


def _me() -> int:
    return int(current_user.worker_id)


@availability.get("")
@needs("availability.own")
def show() -> AnyResponse:
    """The week, what differs from it, and how families may book."""
    found = gather(db(), **queries.week(_me()))
    days = [(name, [one for one in found["hours"] if str(one["weekday"]) == key]) for key, name in WEEK]
    rule = found["rule"][0] if found["rule"] else None
    return page("work/availability.html", days=days, exceptions=found["exceptions"], rule=rule)


def _form(title: Any, template: str, form: Any) -> AnyResponse:
    return page(template, 422 if form.errors else 200, form=form, title=title)


@availability.route("/hours", methods=["GET", "POST"])
@needs("availability.own")
def hours() -> AnyResponse:
    """Add a stretch to some days of the week."""
    form = HoursForm(data={"by_phone": True})
    if form.validate_on_submit():
        days = [int(day) for day in form.weekdays.data or ()]
        actions.add_hours(
            db(), _me(), days, filled(form.starts), filled(form.ends), filled(form.place) or None, form.by_phone.data
        )
        _open_at_first()
        flash(_("Added to your week."))
        return redirect(url_for("availability.show"), 303)
    return _form(_("Add times to your week"), "work/availability_hours.html", form)


def _open_at_first() -> None:
    """Whoever adds times for the first time wants them to be taken; how is theirs to change."""
    if not gather(db(), **queries.week(_me()))["rule"]:
        actions.set_rule(db(), _me(), actions.Rule(**USUAL))


@availability.route("/days", methods=["GET", "POST"])
@needs("availability.own")
def days() -> AnyResponse:
    """Days off, or other times."""
    form = ExceptionForm()
    if form.validate_on_submit():
        actions.add_exception(db(), _me(), form.exceptional())
        flash(_("Saved. Whoever has a date with you then is told, and offered another time."))
        return redirect(url_for("availability.show"), 303)
    return _form(_("Days that are different"), "work/availability_days.html", form)


@availability.route("/rule", methods=["GET", "POST"])
@needs("availability.own")
def rule() -> AnyResponse:
    """How families may book."""
    found = gather(db(), **queries.week(_me()))["rule"]
    form = RuleForm(data=dict(found[0]) if found else USUAL)
    form.prepare()
    if form.validate_on_submit():
        actions.set_rule(db(), _me(), form.rule())
        flash(_("Saved. What is booked already stays."))
        return redirect(url_for("availability.show"), 303)
    return _form(_("How families book you"), "work/availability_rule.html", form)


@availability.post("/hours/<ref>/remove")
@needs("availability.remove", own_hours, "found")
def remove_hours(found: WorkHours) -> AnyResponse:
    """Take a stretch out of the week."""
    actions.remove(db(), found)
    flash(_("Taken out. What is booked already stays."))
    return redirect(url_for("availability.show"), 303)


@availability.post("/days/<ref>/remove")
@needs("availability.remove", own_exception, "found")
def remove_days(found: WorkException) -> AnyResponse:
    """Those days are as usual again."""
    actions.remove(db(), found)
    flash(_("Those days are as usual again."))
    return redirect(url_for("availability.show"), 303)
