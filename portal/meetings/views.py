"""Meetings about the family, as the family reads them."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.meetings import queries
from portal.meetings.queries import OwnMeeting, own_meeting
from portal.organisations.queries import worker_name
from portal.people.queries import own_scope
from portal.questions import actions as questions
from portal.questions.forms import QuestionForm
from portal.questions.queries import about, by_thing
from portal.questions.queries import readable as readable_questions

meetings = Blueprint("meetings", __name__)


@meetings.get("/meetings")
@needs("meetings.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What is being met about, whether one is invited, and what was decided."""
    return shown(scope, QuestionForm(formdata=None))


def shown(scope: Scope, form: QuestionForm, wrong: str = "", status: int = 200) -> AnyResponse:
    """The page; `form` may hold a question with a mistake, about the meeting `wrong`."""
    found = ask(
        db(),
        scope,
        meetings=queries.meetings,
        earlier=queries.earlier,
        changes=queries.changes,
        asked=partial(about, kind="meeting"),
    )
    return page(
        "meetings/meetings.html",
        status,
        meetings=queries.readable(scope, found["meetings"]),
        earlier=queries.by_meeting(scope, found["earlier"]),
        changes=queries.by_meeting(scope, found["changes"]),
        asked=by_thing(readable_questions(scope, found["asked"])),
        scope=scope,
        form=form,
        wrong=wrong,
    )


@meetings.post("/meetings/<ref>/ask")
@needs("meeting.ask", own_meeting, "own")
def ask_about(own: OwnMeeting) -> AnyResponse:
    """Ask whoever tells the family about this meeting."""
    form, meeting = QuestionForm(), own.meeting
    if not form.validate_on_submit():
        return shown(own.scope, form, meeting.ref, 422)
    thing = ("meeting", meeting.id, meeting.ref)
    questions.ask(db(), own.scope, meeting.by_worker_id, filled(form.text), about=thing)
    flash(_("%(name)s has your question.", name=worker_name(db(), meeting.by_worker_id).split()[0]))
    return redirect(f"/meetings#{meeting.ref}", 303)
