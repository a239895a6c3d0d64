"""The workers one manages: away with cover, and leaving with each family handed over."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.foundation import clock
from portal.foundation.database import Row, gather
from portal.foundation.forms import filled
from portal.foundation.language import say_day
from portal.foundation.web import db, page
from portal.organisations.models import Worker
from portal.organisations.queries import colleagues_managed
from portal.staff import actions, queries
from portal.staff.forms import AwayForm, LeaveForm
from portal.staff.queries import Colleague, colleague

staff = Blueprint("staff", __name__)

TWO_WEEKS = timedelta(days=13)


@staff.get("/work/staff")
@needs("staff.read")
def show() -> Response:
    """Everybody one manages: how many families, who is away and who is there instead, who leaves."""
    return page("work/staff.html", staff=gather(db(), staff=queries.staff(current_user))["staff"])


@staff.route("/work/staff/<ref>/away", methods=["GET", "POST"])
@needs("staff.away", colleague, "colleague")
def away(colleague: Colleague) -> AnyResponse:
    """Put cover in place, the same day."""
    worker, today = colleague.worker, clock.today()
    is_away = worker.away_until is not None and worker.away_until >= today
    near = queries.could_stand_in(db(), worker)
    cover = next((one.ref for one in near if one.id == worker.cover_id), "")
    first, last = (worker.away_from, worker.away_until) if is_away else (today, today + TWO_WEEKS)
    form = AwayForm(data={"away_from": first, "away_until": last, "instead": cover})
    form.offer(near)
    if form.validate_on_submit():
        instead = next(one for one in near if one.ref == form.instead.data)
        actions.put_cover_in_place(db(), worker, instead, filled(form.away_from), filled(form.away_until))
        flash(_("%(cover)s is there for %(name)s's families. They read it now.", cover=instead.name, name=worker.name))
        return redirect(_back(colleague), 303)
    return page("work/away.html", 422 if form.errors else 200, form=form, worker=worker, is_away=is_away)


@staff.post("/work/staff/<ref>/back")
@needs("staff.away", colleague, "colleague")
def back(colleague: Colleague) -> AnyResponse:
    """The worker is here again."""
    actions.come_back(db(), colleague.worker)
    flash(_("Good. Nobody is there instead any more."))
    return redirect(_back(colleague), 303)


def _back(colleague: Colleague) -> str:
    return url_for("staff.show") if colleague.managed else url_for("work.day")


@staff.route("/work/staff/<ref>/leaving", methods=["GET", "POST"])
@needs("staff.leave", colleague, "colleague")
def leaving(colleague: Colleague) -> AnyResponse:
    """A worker leaves the service: every family, each with who takes over."""
    worker = colleague.worker
    parts = gather(db(), parts=queries.families_of(current_user, worker.id))["parts"]
    near = [one for one in colleagues_managed(db(), current_user) if one.id != worker.id and one.left_on is None]
    form = LeaveForm(data={"last_day": worker.left_on})
    if form.validate_on_submit():
        chosen = _chosen(parts, near)
        came = actions.leave(db(), current_user, worker, filled(form.last_day), filled(form.reason), parts, chosen)
        _say(worker, came)
        return redirect(url_for("staff.leaving", ref=worker.ref), 303)
    return page(
        "work/leaving.html",
        422 if form.errors else 200,
        form=form,
        worker=worker,
        parts=parts,
        near=near,
        chosen={name: value for name, value in request.form.items() if name.startswith("to-")},
    )


def _chosen(parts: list[Row], near: list[Worker]) -> dict[str, Worker]:
    """Who was chosen for which part."""
    by_ref = {one.ref: one for one in near}
    return {
        row.ref: by_ref[request.form[f"to-{row.ref}"]]
        for row in parts
        if request.form.get(f"to-{row.ref}", "") in by_ref
    }


def _say(worker: Worker, came: actions.Leaving) -> None:
    flash(
        _("Saved. %(name)s's last day here is %(day)s.", name=worker.name, day=say_day(worker.left_on or clock.today()))
    )
    if came.asked:
        flash(
            ngettext(
                "%(num)d colleague was asked to take over.", "%(num)d colleagues were asked to take over.", came.asked
            )
        )
    if came.left_over:
        flash(
            ngettext(
                "%(num)d family has nobody to follow yet. It stays on your list.",
                "%(num)d families have nobody to follow yet. They stay on your list.",
                came.left_over,
            ),
            "error",
        )
