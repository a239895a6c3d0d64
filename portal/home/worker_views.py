"""A worker's first pages: my day, the families one may open, one family, and what one wrote for families before."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import Question, ask
from portal.access.gate import needs
from portal.appointments import queries as dates
from portal.endings.queries import endings
from portal.foundation import clock
from portal.foundation.web import db, page
from portal.guidance import queries as guidance
from portal.handovers.queries import handovers
from portal.home import queries
from portal.involvement import conditions
from portal.involvement import queries as network
from portal.involvement.actions import see_alert
from portal.involvement.models import Alert
from portal.involvement.queries import OpenFamily, open_family
from portal.offers.forms import called
from portal.offers.queries import back
from portal.people.queries import members
from portal.plans import queries as plan
from portal.updates import queries as feed
from portal.workday import queries as workday
from portal.workday.conditions import still_waiting

work = Blueprint("work", __name__)


@work.get("/work/")
@needs("work.read")
def day() -> Response:
    """Today in order of time, then what waits for this worker."""
    found: dict[str, Any] = {**workday.day(db(), current_user)}
    found["me"] = found["me"][0].ref
    # whoever may put guidance right hears that some of it is past its date
    late = sum(len(part) for part in guidance.late(clock.today())) if current_user.is_manager else 0
    return page("work/day.html", **found, waiting=still_waiting(found), late=late, now=clock.now())


@work.get("/work/wrote")
@needs("work.read")
def wrote() -> Response:
    """What this worker wrote for families that are no longer open to them."""
    return page("work/wrote.html", families=queries.wrote(db(), current_user))


@work.get("/work/families")
@needs("work.read")
def families() -> Response:
    """The families this worker may open today, fifty at a time, found by a name."""
    search = request.args.get("q", "").strip()[:100]
    number = max(request.args.get("page", 1, type=int), 1)
    rows, total = queries.families(db(), current_user, search, min(number, 10_000))
    return page(
        "work/families.html", families=rows, total=total, search=search, number=number, pages=-(-total // queries.PAGE)
    )


@work.get("/work/families/<ref>")
@needs("family.open", open_family, "opened")
def family(opened: OpenFamily) -> Response:
    """One family: who is in it, who is responsible, what is next, what was promised; each if the function opens it."""
    scope = opened.scope
    asked: dict[str, Question] = {
        "who": network.responsible,
        "involved": network.network,
        "members": members,
        "managed": network.parts_i_manage,
        "handovers": handovers,
        "endings": endings,
    }
    if scope.sees_kind("appointments"):
        asked["next"] = dates.next_ones
    if scope.sees_kind("plan"):
        asked["promised"] = plan.promised
    if scope.sees_kind("offers"):
        asked["back"] = back
    if scope.sees_kind("updates"):
        asked["new"] = partial(feed.updates, limit=3)
    found = ask(db(), scope, **asked)
    asked_, involved = conditions.unanswered(found["involved"])
    who, managed = found["who"][0], {row["ref"] for row in found["managed"]}
    handed_over = {
        row["from_involvement_id"]
        for row in found["handovers"]
        if row["declined_on"] is None and row["called_off_at"] is None
    }
    for row in found["involved"]:
        row["handed_over"] = row["id"] in handed_over
        row["may_end"] = row["worker_id"] == scope.worker_id or (
            scope.until is None and (row["involvement_ref"] in managed or (row in asked_ and current_user.is_manager))
        )
    return page(
        "work/family.html",
        opened=opened,
        who=who,
        lead=next((row for row in involved if row["is_lead"] and conditions.is_now(row)), None),
        helping=conditions.helping_now(involved, who),
        asked=asked_,
        joining=conditions.joining(involved),
        before=conditions.came_before(involved),
        changes=conditions.changes(involved),
        gaps=conditions.gaps(involved),
        handovers=found["handovers"],
        endings=found["endings"],
        members=found["members"],
        next=found.get("next"),
        promised=found.get("promised"),
        new=feed.told(scope, found["new"]) if "new" in found else None,
        back=found.get("back"),
        called=called,
    )


@work.post("/work/alerts/<ref>/seen")
@needs("alert.see", network.own_alert, "alert")
def seen(alert: Alert) -> AnyResponse:
    """Tick an alert off one's own list."""
    see_alert(alert)
    return redirect(url_for("work.day"))
