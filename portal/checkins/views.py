"""And how are you? as a parent says it and reads the answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.checkins import actions, queries
from portal.checkins.forms import FEELINGS, CheckinForm
from portal.checkins.models import ALARMING
from portal.duty.queries import watch_of
from portal.foundation.web import db, page
from portal.involvement.queries import responsible
from portal.people.queries import own_scope
from portal.questions.queries import own as own_questions
from portal.questions.queries import readable as readable_questions

checkins = Blueprint("checkins", __name__)


@checkins.route("/how-are-you", methods=["GET", "POST"])
@needs("checkin.own", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """Say how one is; what one said before, with the answers."""
    form = CheckinForm()
    found = ask(db(), scope, who=responsible, said=queries.checkins, asked=own_questions)
    who = found["who"][0]
    if form.validate_on_submit() and who["worker_id"] is not None:
        words = (form.words.data or "").strip()
        said = actions.say(
            db(), scope, who["worker_id"], form.feeling.data, form.wants.data or [], words, form.as_asked()
        )
        if said.feeling in ALARMING:
            return redirect("/how-are-you/now", 303)
        if said.question_id:
            flash(_("Thank you for saying so. %(name)s reads this and answers you.", name=who["name"].split()[0]))
        else:
            flash(_("Thank you. It is good to hear."))
        return redirect("/how-are-you", 303)
    answers = {row["id"]: row for row in readable_questions(scope, found["asked"])}
    return page(
        "checkins/checkins.html",
        422 if form.errors else 200,
        form=form,
        who=who,
        said=found["said"],
        answers=answers,
        feelings=dict(FEELINGS),
        scope=scope,
    )


@checkins.get("/how-are-you/now")
@needs("checkin.own", own_scope, "scope")
def now(scope: Scope) -> AnyResponse:
    """After a frightened or very low answer: who can help this minute, and who has been told."""
    who = ask(db(), scope, who=responsible)["who"][0]
    watch = watch_of(db(), scope.family_id)
    return page("checkins/now.html", who=who, watch=watch, phone=watch.phone if scope.sees_where else None)
