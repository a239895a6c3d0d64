"""Questions, as those who answer them read them: on a phone, between two visits."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.language import say_when
from portal.foundation.web import db, page
from portal.involvement.conditions import is_now
from portal.involvement.queries import OpenFamily, network, open_family
from portal.people.queries import names_in_circles
from portal.questions import actions, queries
from portal.questions.forms import AnswerForm, PassForm
from portal.questions.queries import Asked, asked

work_questions = Blueprint("work_questions", __name__)


@work_questions.get("/work/families/<ref>/questions")
@needs("family.questions", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What this family asked, as far as this worker reads it: what has no answer first."""
    found = ask(db(), opened.scope, asked=queries.own, names=names_in_circles)
    return page("work/questions.html", opened=opened, asked=found["asked"], names=found["names"])


@work_questions.route("/work/families/<ref>/questions/<question>", methods=["GET", "POST"])
@needs("question.answer", asked, "asked")
def answer(asked: Asked) -> AnyResponse:
    """Read one question and answer it."""
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer(db(), asked.question, current_user.worker_id, filled(form.text))
        except actions.AlreadyAnswered:
            now = queries.row_of(db(), asked.scope, asked.question)
            if now["answer"] == filled(form.text):  # the same form sent twice
                return redirect(url_for("work_questions.show", ref=asked.opened.family.ref), 303)
            form.text.errors = [
                _(
                    "%(name)s has answered this, %(when)s. Yours was not sent; your words are still here.",
                    name=now["answered_by"],
                    when=say_when(now["answered_at"]),
                )
            ]
        else:
            flash(_("Sent. It is on their page now."))
            return redirect(url_for("work.day"), 303)
    return shown(asked, form, PassForm(), 422 if form.errors else 200)


@work_questions.post("/work/families/<ref>/questions/<question>/pass")
@needs("question.answer", asked, "asked")
def pass_on(asked: Asked) -> AnyResponse:
    """Somebody else answers it: by name, and they are told."""
    form = PassForm()
    colleagues = taking_on(asked)
    form.offer(colleagues)
    if not form.validate_on_submit():
        return shown(asked, AnswerForm(formdata=None), form, 422)
    to = next(row for row in colleagues if row["ref"] == form.to.data)
    try:
        actions.pass_on(db(), asked.question, to["worker_id"], current_user.worker_id)
    except actions.AlreadyAnswered:
        flash(_("There is an answer now, so nothing was passed on."))
    except actions.NotTheirs:
        flash(_("%(name)s cannot take it on: they do not work with this family now.", name=to["name"]), "error")
    else:
        flash(_("%(name)s answers it now, and has been told.", name=to["name"]))
    return redirect(url_for("work.day"), 303)


def taking_on(asked: Asked) -> list[Row]:
    """Who can take it on: those who work with the family today."""
    return _taking_on(asked, ask(db(), asked.scope, involved=network)["involved"])


def _taking_on(asked: Asked, involved: list[Row]) -> list[Row]:
    now = {row["worker_id"]: row for row in involved if is_now(row) and row["worker_id"] != asked.question.to_worker_id}
    return list(now.values())


def shown(asked: Asked, form: AnswerForm, passing: PassForm, status: int) -> AnyResponse:
    """The page of one question."""
    found = ask(db(), asked.scope, {"question_id": asked.question.id}, involved=network, this=queries.this_one)
    if passing.to.choices is None:
        passing.offer(_taking_on(asked, found["involved"]))
    return page(
        "work/question.html",
        status,
        opened=asked.opened,
        question=queries.readable(asked.scope, found["this"])[0],
        form=form,
        passing=passing,
    )
