"""Dates, as those who work with the family read, make, move, call off and write them up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.appointments import actions, queries
from portal.appointments.actions import Changed, NotThere, SlotGone
from portal.appointments.forms import DateForm, OffForm, WriteUpForm
from portal.appointments.queries import OneDate, work_date
from portal.foundation import clock
from portal.foundation.database import Row, gather
from portal.foundation.forms import filled
from portal.foundation.language import say_when
from portal.foundation.web import db, page
from portal.involvement.conditions import is_now
from portal.involvement.queries import OpenFamily, network, open_family
from portal.people.actions import NotReaders, circle_of
from portal.people.queries import readers

work_appointments = Blueprint("work_appointments", __name__)


@work_appointments.get("/work/families/<ref>/appointments")
@needs("family.appointments", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What is next, then what is past."""
    coming, past = queries.coming_and_past(queries.dates(db(), opened.scope))
    return page("work/appointments.html", opened=opened, coming=coming, past=past)


@work_appointments.get("/work/families/<ref>/appointments/<date>")
@needs("family.appointments", work_date, "date")
def one(date: OneDate) -> AnyResponse:
    """One date, what was answered to it, and what happened to it."""
    return _page(date)


def _page(date: OneDate, status: int = 200) -> AnyResponse:
    return page("work/date.html", status, date=date, opened=date.opened, changed=status == 409, now=clock.now())


def _here(date: OneDate) -> str:
    family = date.opened.family.ref if date.opened else ""
    return url_for("work_appointments.one", ref=family, date=date.row["ref"])


def _colleagues(found: list[Row]) -> list[dict[str, Any]]:
    """Whose date it can be: one's own first, then those of the others who work with the family now."""
    me = {"id": current_user.worker_id, "ref": "me", "name": current_user.name}
    there = {one["worker_id"]: one for one in found if is_now(one) and one["worker_id"] != me["id"]}
    return [me, *({"id": key, "ref": one["ref"], "name": one["name"]} for key, one in there.items())]


def _prepared(form: DateForm, opened: OpenFamily, length: int | None = None) -> list[dict[str, Any]]:
    found = gather(db(), readers=readers(opened.scope), network=network(opened.scope))
    workers = _colleagues(found["network"])
    form.prepare(workers, length)
    form.people.offer(found["readers"])
    form.readers.offer(found["readers"])
    return workers


def _worker(form: DateForm, workers: list[dict[str, Any]]) -> int:
    return int(next(one["id"] for one in workers if one["ref"] == form.worker.data))


@work_appointments.route("/work/families/<ref>/appointments/new", methods=["GET", "POST"])
@needs("family.arrange", open_family, "opened")
def new(opened: OpenFamily) -> AnyResponse:
    """Make a date, or write down one that took place already."""
    form = DateForm(data={"day": clock.today(), "minutes": 60})
    workers = _prepared(form, opened)
    if form.validate_on_submit():
        people = [one["id"] for one in form.people.chosen]
        try:
            circle = circle_of(db(), opened.family_id, {*people, *(one["id"] for one in form.readers.chosen)})
            made = actions.arrange(db(), opened.scope, form.plan(_worker(form, workers), people), circle)
        except (SlotGone, NotThere, NotReaders) as refused:
            _say(form, refused)
        else:
            if made.status == "booked":
                flash(_("Booked: %(when)s. Those who come are told.", when=say_when(made.starts_at)))
            else:
                flash(_("Written down as having taken place."))
            return redirect(url_for("work_appointments.one", ref=opened.family.ref, date=made.ref), 303)
    return page("work/date_new.html", 422 if form.errors else 200, form=form, opened=opened, date=None)


def _say(form: DateForm, refused: Exception) -> None:
    """What stands in the way, beside the field that can change it."""
    if isinstance(refused, SlotGone):
        form.at.errors = [_("There is another date at that time. Choose another time.")]
    elif isinstance(refused, NotReaders):
        form.people.errors = [_("The family has changed. Choose again who it is with.")]
    else:
        form.warned = True
        form.place.errors = [_("Please do not ask them to come there. Choose another place, or a call.")]


@work_appointments.route("/work/families/<ref>/appointments/<date>/move", methods=["GET", "POST"])
@needs("family.arrange_date", work_date, "date")
def move(date: OneDate) -> AnyResponse:
    """Change when, where, how long or what for. It stays the same date."""
    opened, row = date.opened, date.row
    assert opened is not None  # noqa: S101  # the loader gives no date without its family
    start = date.starts_at
    given = {
        "day": start.date(),
        "at": start.time(),
        "minutes": row["minutes"],
        "purpose": row["purpose"],
        "way": "phone" if date.on_the_phone else "place",
        "place": "" if date.on_the_phone else row["place"] or "",
        "seen": row["sequence"],
    }
    form = DateForm(data=given)
    workers = _prepared(form, opened, row["minutes"])
    if row["worker_id"] not in {one["id"] for one in workers}:
        workers.append({"id": row["worker_id"], "ref": "now", "name": row["worker"]})
        form.prepare(workers, row["minutes"])
    if not form.is_submitted():
        form.worker.data = next(one["ref"] for one in workers if one["id"] == row["worker_id"])
    del form.people, form.readers
    if not _seen(date, form.seen.data if form.is_submitted() else str(date.row["sequence"])):
        return _page(date, 409)
    if form.validate_on_submit():
        plan = form.plan(_worker(form, workers), [one["person_id"] for one in date.people])
        if plan.starts_at <= clock.now():
            form.at.errors = [_("That time has gone. Choose one that is still to come.")]
        else:
            try:
                actions.rearrange(db(), date, plan)
            except (SlotGone, NotThere) as refused:
                _say(form, refused)
            except Changed:
                return _page(date, 409)
            else:
                flash(_("Saved: %(when)s. Those who come are told.", when=say_when(plan.starts_at)))
                return redirect(_here(date), 303)
    return page("work/date_new.html", 422 if form.errors else 200, form=form, opened=opened, date=date)


def _seen(date: OneDate, sequence: str | None) -> bool:
    """Is the date as it was on the page that was sent?"""
    return sequence == str(date.row["sequence"]) and date.is_ahead


@work_appointments.route("/work/families/<ref>/appointments/<date>/off", methods=["GET", "POST"])
@needs("family.arrange_date", work_date, "date")
def call_off(date: OneDate) -> AnyResponse:
    """Call it off, and say what happens next."""
    form = OffForm()
    if not _seen(date, form.seen.data if form.is_submitted() else str(date.row["sequence"])):
        return _page(date, 409)
    if form.validate_on_submit():
        try:
            actions.call_off(db(), date, filled(form.words))
        except Changed:
            return _page(date, 409)
        flash(_("Called off. Those who would have come are told."))
        return redirect(_here(date), 303)
    form.seen.data = str(date.row["sequence"])
    return page("work/date_off.html", 422 if form.errors else 200, form=form, opened=date.opened, date=date)


@work_appointments.route("/work/families/<ref>/appointments/<date>/happened", methods=["GET", "POST"])
@needs("family.arrange_date", work_date, "date")
def write_up(date: OneDate) -> AnyResponse:
    """Write down whether it took place, and what happens next."""
    form = WriteUpForm()
    began = date.starts_at <= clock.now() and date.row["state"] in ("booked", "attended", "missed")
    if not began or (form.is_submitted() and request.form.get("seen") != str(date.row["sequence"])):
        return _page(date, 409)
    if form.validate_on_submit():
        actions.write_up(db(), date, form.took_place.data == "yes", filled(form.words) or "")
        flash(_("Written down. The family sees it."))
        return redirect(_here(date), 303)
    form.seen.data = str(date.row["sequence"])
    return page("work/date_happened.html", 422 if form.errors else 200, form=form, opened=date.opened, date=date)
