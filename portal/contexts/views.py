"""Where a young person's life is, as the family sees it; and writing down a school, a place or friends."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.contexts import actions, queries
from portal.contexts.forms import LinkForm
from portal.foundation import clock
from portal.foundation.web import db, page
from portal.organisations.queries import boroughs
from portal.people.actions import NotReaders
from portal.people.models import Person
from portal.people.queries import own_scope, readers, young_people

contexts = Blueprint("contexts", __name__)


@contexts.get("/assessment/where")
@needs("where.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """The picture, the same in words, and what was asked where."""
    found = ask(db(), scope, links=queries.links, questions=queries.questions, young=young_people)
    return page(
        "contexts/where.html",
        opened=None,
        base="/assessment",
        young=found["young"],
        links=found["links"],
        pictures=queries.pictures(found["links"], clock.today()),
        questions=queries.with_clock(found["questions"]),
    )


@contexts.route("/assessment/where/<young>/new", methods=["GET", "POST"])
@needs("where.write", queries.whose, "whose")
def new(whose: queries.Whose) -> AnyResponse:
    """Write down a school, a place or friends."""
    form, scope = LinkForm(), whose.scope
    found = ask(db(), scope, boroughs=boroughs, readers=readers)
    form.begin(found["boroughs"], found["readers"], scope.person_id)
    if form.validate_on_submit() and add(whose.scope, whose.young, form):
        flash(_("Saved. Those who help can ask there what they know."))
        return redirect("/assessment/where", 303)
    return page("contexts/new.html", 422 if form.errors else 200, form=form, whose=whose, base="/assessment")


def add(scope: Scope, young: Person, form: LinkForm) -> bool:
    """Write the link down; False when a reader is no longer there."""
    try:
        actions.add_link(db(), scope, young, form.link())
    except NotReaders:
        form.readers.errors = [_("Somebody you chose is no longer in the list. Choose again.")]
        return False
    return True
