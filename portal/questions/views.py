"""Questions, as the family asks them and reads the answers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.involvement.queries import network, responsible
from portal.people.actions import NotReaders, circle_of
from portal.people.queries import names_in_circles, own_scope, readers
from portal.questions import actions, queries
from portal.questions.forms import AskForm
from portal.questions.queries import OwnQuestion, own_question

questions = Blueprint("questions", __name__)


@questions.get("/questions")
@needs("questions.own", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What was asked and answered, what has no answer yet on top."""
    found = ask(db(), scope, asked=queries.own, names=names_in_circles)
    rows = queries.readable(scope, found["asked"])
    new = [row["ref"] for row in rows if row["asked_by_person_id"] == scope.person_id and is_new(row)]
    if new:
        actions.see_answers(db(), scope, new)
    return page("questions/questions.html", asked=rows, names=found["names"], scope=scope, new=new)


def is_new(row: Row) -> bool:
    """Answered, and not yet before whoever asked."""
    return row["answered_at"] is not None and row["family_seen_at"] is None


@questions.route("/questions/new", methods=["GET", "POST"])
@needs("questions.own", own_scope, "scope")
def new(scope: Scope) -> AnyResponse:
    """Ask somebody: whom, what, and who else in the family reads it."""
    found = ask(db(), scope, who=responsible, involved=network, covers=queries.covers, readers=readers)
    whom = queries.those_to_ask(scope, found)
    form = AskForm(to=request.args.get("to"))
    form.offer(whom, found["readers"], scope.person_id)
    if form.validate_on_submit():
        to = next(row for row in whom if row["ref"] == form.to.data)
        try:
            circle = circle_of(db(), scope.family_id, form.readers.people_ids)
        except NotReaders:
            form.readers.errors = [_("Somebody you chose is no longer here. Choose again.")]
        else:
            actions.ask(db(), scope, to["worker_id"], filled(form.text), circle_id=circle)
            flash(_("%(name)s has your question.", name=to["name"].split()[0]))
            return redirect("/questions", 303)
    return page("questions/ask.html", 422 if form.errors else 200, form=form, whom=whom)


@questions.route("/questions/<ref>/senior", methods=["GET", "POST"])
@needs("question.own", own_question, "own")
def senior(own: OwnQuestion) -> AnyResponse:
    """Nobody answered in time: take it to the manager above, who reads the question as it stands."""
    question = own.question
    if question.answered_at is not None:
        return redirect(f"/questions#{question.ref}", 303)
    above = queries.somebody_senior(db(), question)
    if request.method == "POST" and above:
        try:
            who = actions.ask_senior(db(), question)
            flash(_("%(name)s has your question now.", name=who.name))
        except actions.AlreadyAnswered:
            flash(_("There is an answer now."))
        return redirect("/questions", 303)
    row = queries.row_of(db(), own.scope, question)
    return page(
        "questions/senior.html", question=row, above=above, scope=own.scope, viewer_name=current_user.first_name
    )
