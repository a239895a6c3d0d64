"""What protects somebody and until when, as those who work with the family keep it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation.database import gather
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.people.actions import NotReaders
from portal.people.queries import names_in_circles, readers
from portal.protections import actions, queries
from portal.protections.conditions import is_near
from portal.protections.forms import FollowsForm, ProtectionForm
from portal.protections.queries import OpenProtection, open_protection

work_protections = Blueprint("work_protections", __name__)


@work_protections.get("/work/families/<ref>/protections")
@needs("family.protections", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What runs, the first to end on top, and where nothing follows."""
    found = ask(db(), opened.scope, protections=queries.protections, names=names_in_circles)
    for row in found["protections"]:
        row["near"] = is_near(row)
    return page("work/protections.html", opened=opened, protections=found["protections"], names=found["names"])


@work_protections.route("/work/families/<ref>/protections/new", methods=["GET", "POST"])
@needs("protection.write", open_family, "opened")
def write(opened: OpenFamily) -> AnyResponse:
    """Write down what protects somebody, until when, and who knows of it already."""
    form = ProtectionForm()
    found = gather(db(), young=queries.young_people(opened.scope), readers=readers(opened.scope))
    form.offer(found["young"], found["readers"])
    if form.validate_on_submit():
        try:
            actions.protect(db(), opened.scope, form.written())
        except NotReaders:
            form.readers.errors = [_("Somebody you chose is no longer here. Choose again.")]
        else:
            flash(_("Saved."))
            return redirect(url_for("work_protections.show", ref=opened.family.ref), 303)
    return page("work/protection_new.html", 422 if form.errors else 200, opened=opened, form=form)


@work_protections.route("/work/families/<ref>/protections/<protection>", methods=["GET", "POST"])
@needs("protection.change", open_protection, "found")
def change(found: OpenProtection) -> AnyResponse:
    """Other words, another last day, what follows, or who knows of it; what stood there stays in its history."""
    record = found.protection
    asked = ask(db(), found.scope, readers=readers, names=names_in_circles, changes=queries.changes)
    inside = {row["person_id"] for row in asked["names"] if row["circle_id"] == record.circle_id}
    form = FollowsForm(
        data={
            "what": record.what,
            "ends_on": record.ends_on,
            "follows": record.follows or "",
            "readers": [row["ref"] for row in asked["readers"] if row["id"] in inside],
        }
    )
    form.readers.offer(asked["readers"])
    status = 200
    if form.validate_on_submit():
        try:
            actions.change(db(), found.scope, record, form.wanted(), form.seen.data or "")
        except NotReaders:
            form.readers.errors = [_("Somebody you chose is no longer here. Choose again.")]
        except actions.Changed:
            flash(_("Somebody changed this since you opened it. Look at what it says now, then save again."), "error")
            status = 409
        else:
            flash(_("Saved."))
            return redirect(url_for("work_protections.show", ref=found.opened.family.ref), 303)
    form.seen.data = actions.as_seen(record.edited_at)
    return page(
        "work/protection.html",
        422 if form.errors else status,
        opened=found.opened,
        protection=record,
        form=form,
        names=[row["name"] for row in asked["names"] if row["circle_id"] == record.circle_id],
        changes=queries.by_protection(found.scope, asked["changes"]).get(record.id, []),
    )
