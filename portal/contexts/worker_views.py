"""Where a young person's life is, for those who work with them; asking elsewhere, and answering when one is asked."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.contexts import actions, queries
from portal.contexts.forms import AnswerForm, AskForm, LinkForm
from portal.contexts.models import Enquiry
from portal.contexts.queries import OpenEnquiry, Whose
from portal.foundation import clock
from portal.foundation.forms import filled
from portal.foundation.language import say_day
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.organisations.queries import boroughs, worker_called
from portal.people.actions import NotReaders
from portal.people.queries import readers, young_people

work_contexts = Blueprint("work_contexts", __name__)


@work_contexts.get("/work/families/<ref>/where")
@needs("family.where", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """The picture, the same in words, and what was asked where."""
    found = ask(db(), opened.scope, links=queries.links, questions=queries.questions, young=young_people)
    return page(
        "contexts/where.html",
        opened=opened,
        base=url_for("work_assessment.show", ref=opened.family.ref),
        young=found["young"],
        links=found["links"],
        pictures=queries.pictures(found["links"], clock.today()),
        questions=queries.with_clock(found["questions"]),
    )


@work_contexts.route("/work/families/<ref>/where/<young>/new", methods=["GET", "POST"])
@needs("family.where_write", queries.whose, "whose")
def new(whose: Whose) -> AnyResponse:
    """Write down a school, a place or friends."""
    form = LinkForm()
    base = queries.base_of(whose.opened)
    found = ask(db(), whose.scope, boroughs=boroughs, readers=readers)
    form.begin(found["boroughs"], found["readers"], None)
    if form.validate_on_submit():
        try:
            actions.add_link(db(), whose.scope, whose.young, form.link())
        except NotReaders:
            form.readers.errors = [_("Somebody you chose is no longer in the list. Choose again.")]
        else:
            flash(_("Saved. Somebody can ask there now."))
            return redirect(base.removesuffix("assessment") + "where", 303)
    return page("contexts/new.html", 422 if form.errors else 200, form=form, whose=whose, base=base)


@work_contexts.route("/work/families/<ref>/where/ask", methods=["GET", "POST"])
@needs("family.where_write", open_family, "opened")
def ask_elsewhere(opened: OpenFamily) -> AnyResponse:
    """Ask a borough or a school: who reads it, whom one asks, what, and by when."""
    form = AskForm()
    found = ask(db(), opened.scope, whom=queries.whom_to_ask, young=young_people, readers=readers)
    form.begin(found["whom"], found["young"], found["readers"], request.args.get("borough"))
    to = None
    valid = form.validate_on_submit()
    if valid and (form.colleague.data or "").strip() and not (to := worker_called(db(), form.colleague.data or "")):
        form.colleague.errors = [_("Nobody with that e-mail is on the portal. Check it, or write a name below.")]
        valid = False
    if valid and (asking := form.asking(to)) is None:
        form.by_hand.errors = [_("Nobody senior is known there. Write whom you ask.")]
    elif valid and asking:
        about = queries.whose(db(), current_user, form.young.data, opened.family.ref)
        try:
            question = actions.ask_elsewhere(db(), current_user, opened.scope, about.young, asking)  # type: ignore[union-attr]  # chosen from the list
        except NotReaders:
            form.readers.errors = [_("Somebody you chose is no longer in the list. Choose again.")]
        else:
            flash(_("Asked. The answer is due by %(day)s.", day=say_day(question.due_on)))
            return redirect(url_for("work_contexts.show", ref=opened.family.ref), 303)
    status = 422 if form.is_submitted() else 200
    return page("contexts/ask.html", status, form=form, opened=opened, whom=found["whom"], young=found["young"])


@work_contexts.route("/work/families/<ref>/where/questions/<enquiry>", methods=["GET", "POST"])
@needs("family.where_write", queries.open_enquiry, "found")
def answered(found: OpenEnquiry) -> AnyResponse:
    """Write down an answer that came another way."""
    form, back = AnswerForm(), url_for("work_contexts.show", ref=found.opened.family.ref)
    if form.validate_on_submit():
        if actions.answer(db(), current_user, found.enquiry, filled(form.text)):
            flash(_("The answer stands here now."))
        else:
            flash(_("An answer stood here already. Here it is."), "error")
        return redirect(back, 303)
    return page("contexts/answer.html", 422 if form.errors else 200, form=form, question=found.enquiry, back=back)


@work_contexts.route("/work/asked/<ref>", methods=["GET", "POST"])
@needs("asked.answer", queries.asked_of_me, "enquiry")
def asked(enquiry: Enquiry) -> AnyResponse:
    """A question from elsewhere: who is asked about, what, and the answer. Nothing else of the family is open."""
    form, back = AnswerForm(), url_for("work.day")
    if form.validate_on_submit():
        if actions.answer(db(), current_user, enquiry, filled(form.text)):
            flash(_("Thank you. Your answer went back."))
        else:
            flash(_("An answer stood here already. Here it is."), "error")
        return redirect(request.path, 303)
    return page("contexts/answer.html", 422 if form.errors else 200, form=form, question=enquiry, back=back)
