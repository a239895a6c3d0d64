"""The family's own people: inviting a relative or friend, and choosing what they see (M2)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.web import db, page
from portal.people import actions
from portal.people.forms import SupporterForm
from portal.people.queries import OwnSupporter, own_scope, own_supporter

supporters = Blueprint("supporters", __name__)


@supporters.route("/network/supporters/new", methods=["GET", "POST"])
@needs("supporter.invite", own_scope, "scope")
def invite(scope: Scope) -> AnyResponse:
    """Invite somebody: who they are, their number if they should sign in, what they may see."""
    form = SupporterForm()
    if form.validate_on_submit():
        person = actions.invite_supporter(db(), scope, form.invitation())
        if person is None:
            flash(_("%(name)s is already one of your people.", name=form.name.data), "error")
        else:
            flash(_("%(name)s is one of your people now.", name=person.name))
        return redirect("/network#own")
    return page("people/supporter.html", 422 if form.errors else 200, form=form, supporter=None)


@supporters.route("/network/supporters/<ref>", methods=["GET", "POST"])
@needs("supporter.change", own_supporter, "found")
def change(found: OwnSupporter) -> AnyResponse:
    """Change what they see."""
    form = SupporterForm(data=found.as_form())
    if form.validate_on_submit():
        actions.change_supporter(db(), found, form.invitation())
        flash(_("Saved."))
        return redirect("/network#own")
    return page("people/supporter.html", 422 if form.errors else 200, form=form, supporter=found)


@supporters.post("/network/supporters/<ref>/end")
@needs("supporter.change", own_supporter, "found")
def end(found: OwnSupporter) -> AnyResponse:
    """They see nothing from now on, and are signed out everywhere."""
    actions.end_supporter(db(), found)
    flash(_("%(name)s sees nothing here from now on.", name=found.name))
    return redirect("/network#own")


@supporters.post("/network/police")
@needs("supporter.invite", own_scope, "scope")
def show_police(scope: Scope) -> AnyResponse:
    """Show or hide a police contact on this person's own pages."""
    shown = actions.toggle_police(db(), scope)
    flash(
        _("A police contact is shown on your pages now.")
        if shown
        else _("A police contact is hidden from your pages now.")
    )
    return redirect("/network")
