"""What the law asks for, what is kept elsewhere, and asking again, as those who work with the family write it down."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.duties import actions, queries
from portal.duties.forms import AgainForm, DutyForm, ElsewhereForm, FinishForm
from portal.duties.queries import About, OpenDuty
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.people.actions import NotReaders
from portal.people.queries import readers

work_duties = Blueprint("work_duties", __name__)
GONE = _l("Somebody you chose is no longer in the list. Choose again.")


def back_to(about: About) -> str:
    """The family's assessment."""
    return url_for("work_assessment.show", ref=about.opened.family.ref)


@work_duties.route("/work/families/<ref>/duties/<young>/new", methods=["GET", "POST"])
@needs("family.duties", queries.about, "about")
def begin(about: About) -> AnyResponse:
    """Write down something the law asks for, with its time limit."""
    form = DutyForm()
    form.begin(about.scope, ask(db(), about.scope, readers=readers)["readers"])
    if form.validate_on_submit():
        try:
            actions.begin(db(), about.scope, about.young, form.duty())
        except NotReaders:
            form.readers.errors = [GONE]
        else:
            flash(_("Saved. The last day for it stands on the record."))
            return redirect(f"{back_to(about)}#law-{about.young.id}", 303)
    return page("duties/begin.html", 422 if form.errors else 200, form=form, about=about, back=back_to(about))


@work_duties.route("/work/families/<ref>/duties/<duty>", methods=["GET", "POST"])
@needs("family.duties", queries.open_duty, "found")
def finish(found: OpenDuty) -> AnyResponse:
    """Write down how it ended."""
    form, duty = FinishForm(began_on=found.duty.began_on), found.duty
    back = url_for("work_assessment.show", ref=found.opened.family.ref)
    if form.validate_on_submit():
        if actions.finish(db(), duty, filled(form.ended_on), filled(form.outcome)):
            flash(_("Saved. The family can read it."))
        else:
            flash(_("How it ended stands there already."), "error")
        return redirect(f"{back}#{duty.ref}", 303)
    return page("duties/finish.html", 422 if form.errors else 200, form=form, duty=duty, back=back)


@work_duties.route("/work/families/<ref>/elsewhere/<young>", methods=["GET", "POST"])
@needs("family.duties", queries.about, "about")
def elsewhere(about: About) -> AnyResponse:
    """Say where another record is kept."""
    form = ElsewhereForm()
    form.begin(about.scope, ask(db(), about.scope, readers=readers)["readers"])
    if form.validate_on_submit():
        try:
            actions.say_kept_elsewhere(
                db(),
                about.scope,
                about.young,
                form.what.data,
                filled(form.where_kept),
                form.readers.people_ids,
                form.once.data or "",
            )
        except NotReaders:
            form.readers.errors = [GONE]
        else:
            flash(_("Saved. Nobody has to look for it again."))
            return redirect(back_to(about), 303)
    return page("duties/elsewhere.html", 422 if form.errors else 200, form=form, about=about, back=back_to(about))


@work_duties.route("/work/families/<ref>/assessment/again/<young>/<section>", methods=["GET", "POST"])
@needs("family.duties", queries.about, "about")
def again(about: About) -> AnyResponse:
    """Ask again what was told before: only with a reason that the family reads."""
    form = AgainForm()
    form.begin(about.scope, ask(db(), about.scope, readers=readers)["readers"])
    if form.validate_on_submit():
        people, once = form.readers.people_ids, form.once.data or ""
        try:
            actions.ask_again(db(), about.scope, about.young, about.section, filled(form.reason), people, once)
        except NotReaders:
            form.readers.errors = [GONE]
        else:
            flash(_("Saved. The family reads that you ask again, and why."))
            return redirect(back_to(about), 303)
    return page("duties/again.html", 422 if form.errors else 200, form=form, about=about, back=back_to(about))
