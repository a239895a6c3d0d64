"""Meetings about a family, as those who work with it announce them and say what was decided."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation import clock
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.language import say_day, say_names
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.meetings import actions, queries
from portal.meetings.forms import (
    CorrectionForm,
    DecisionForm,
    KnowingForm,
    MeetingForm,
    MoveForm,
    OffForm,
    WithholdForm,
)
from portal.meetings.queries import OpenMeeting, open_meeting
from portal.people.actions import NotReaders
from portal.people.queries import names_in_circles, readers

work_meetings = Blueprint("work_meetings", __name__)


@work_meetings.get("/work/families/<ref>/meetings")
@needs("family.meetings", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """Meetings to come, then the latest."""
    found = ask(db(), opened.scope, meetings=queries.meetings, names=names_in_circles)
    return page("work/meetings.html", opened=opened, meetings=found["meetings"], names=found["names"])


@work_meetings.route("/work/families/<ref>/meetings/new", methods=["GET", "POST"])
@needs("meeting.write", open_family, "opened")
def announce(opened: OpenFamily) -> AnyResponse:
    """Announce a meeting: what about, when, who knows of it, who is invited and why not the others."""
    form = MeetingForm()
    form.offer(gather(db(), readers=readers(opened.scope))["readers"])
    if form.validate_on_submit():
        chosen, why_not = form.readers.people_ids, (form.why_not.data or "").strip()
        about, invited = filled(form.about), form.invited_ids
        try:
            made = actions.announce(db(), opened.scope, form.held_at, about, chosen, invited, why_not)
        except NotReaders:
            form.readers.errors = [_("Somebody you chose is no longer here. Choose again.")]
            return page("work/meeting_new.html", 422, opened=opened, form=form)
        flash(_("They can see it now. Say what was decided by %(day)s.", day=say_day(made.due_on)))
        return redirect(url_for("work_meetings.show", ref=opened.family.ref), 303)
    return page("work/meeting_new.html", 422 if form.errors else 200, opened=opened, form=form)


@work_meetings.route("/work/families/<ref>/meetings/<meeting>", methods=["GET", "POST"])
@needs("meeting.open", open_meeting, "found")
def decide(found: OpenMeeting) -> AnyResponse:
    """One meeting: write down what was decided."""
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            actions.decide(db(), found.scope, found.meeting, filled(form.text), _number(form.version.data))
        except actions.Changed:
            return shown(found, form, WithholdForm(formdata=None), _told_of_change())
        except actions.AlreadyDecided:
            form.text.errors = [
                _("Somebody has written it down already. Yours was not saved; your words are still here.")
            ]
        else:
            flash(_("They can read it now."))
            return redirect(url_for("work_meetings.show", ref=found.opened.family.ref), 303)
    return shown(found, form, WithholdForm(formdata=None), 422 if form.errors else 200)


@work_meetings.route("/work/families/<ref>/meetings/<meeting>/correct", methods=["GET", "POST"])
@needs("meeting.open", open_meeting, "found")
def correct(found: OpenMeeting) -> AnyResponse:
    """Put right what was written down; what stood there stays to be read, and the same people are told."""
    row, names = _row(found)
    if row is None or row["decided"] is None:
        return redirect(_here(found), 303)
    form = CorrectionForm(data={"text": row["decided"], "seen": row["number"]})
    status = 200
    if form.validate_on_submit():
        if filled(form.text) == row["decided"].strip() and _number(form.seen.data) != row["number"]:
            return redirect(_here(found), 303)  # the same form sent twice
        if filled(form.text) == row["decided"].strip():
            form.text.errors = [_("It still says the same. Change what is wrong.")]
        else:
            try:
                numbers = _number(form.seen.data), _number(form.version.data)
                actions.correct(db(), found.scope, found.meeting, filled(form.text), *numbers)
            except actions.Changed:
                status = _told_of_change()
            except actions.AlreadyDecided:
                flash(
                    _("Somebody put it right since you opened it. Look at what it says now, then save again."), "error"
                )
                form.seen.data, status = str(_row(found)[0]["number"]), 409
            else:
                flash(_("Put right. %(names)s will see it.", names=say_names(names)) if names else _("Put right."))
                return redirect(_here(found), 303)
    row, names = _row(found)
    form.version.data = str(found.meeting.version)
    status = 422 if form.errors else status
    return page("work/meeting_correct.html", status, opened=found.opened, meeting=row, names=names, form=form)


@work_meetings.route("/work/families/<ref>/meetings/<meeting>/move", methods=["GET", "POST"])
@needs("meeting.open", open_meeting, "found")
def move(found: OpenMeeting) -> AnyResponse:
    """The same meeting at another time; whoever knows of it is told."""
    meeting = found.meeting
    here = clock.london(meeting.held_at)
    form = MoveForm(data={"day": here.date(), "at": here.time(), "seen": meeting.version})
    if form.validate_on_submit():
        try:
            actions.move(db(), found.scope, meeting, form.held_at, form.reason, _number(form.seen.data))
        except actions.Changed:
            return _changed(found)
        flash(_("Moved. Whoever knows of it is told."))
        return redirect(_here(found), 303)
    return _changing(found, form, "work/meeting_move.html")


@work_meetings.route("/work/families/<ref>/meetings/<meeting>/off", methods=["GET", "POST"])
@needs("meeting.open", open_meeting, "found")
def call_off(found: OpenMeeting) -> AnyResponse:
    """It does not take place; whoever knows of it is told, and reads why."""
    form = OffForm(data={"seen": found.meeting.version})
    if form.validate_on_submit():
        try:
            actions.call_off(db(), found.scope, found.meeting, filled(form.why), _number(form.seen.data))
        except actions.Changed:
            return _changed(found)
        flash(_("Called off. Whoever knows of it is told."))
        return redirect(_here(found), 303)
    return _changing(found, form, "work/meeting_off.html")


@work_meetings.route("/work/families/<ref>/meetings/<meeting>/readers", methods=["GET", "POST"])
@needs("meeting.open", open_meeting, "found")
def change_readers(found: OpenMeeting) -> AnyResponse:
    """Who knows of it and who is invited; what was decided goes with it, and whoever is new is told."""
    meeting = found.meeting
    asked = ask(db(), found.scope, readers=readers, names=names_in_circles)
    inside = {row["person_id"] for row in asked["names"] if row["circle_id"] == meeting.circle_id}
    known = [row for row in asked["readers"] if row["id"] in inside]
    form = KnowingForm(
        data={
            "readers": [row["ref"] for row in known],
            "invited": [row["ref"] for row in known if row["id"] in meeting.invited],
            "why_not": meeting.why_not or "",
            "seen": meeting.version,
        }
    )
    form.offer(asked["readers"])
    status = 200
    if form.validate_on_submit():
        wanted = actions.Wanted(frozenset(form.readers.people_ids), frozenset(form.invited_ids), form.reason)
        try:
            gone = actions.change_readers(db(), found.scope, meeting, wanted, _number(form.seen.data))
        except NotReaders:
            form.readers.errors = [_("Somebody you chose is no longer here. Choose again.")]
        except actions.Changed:
            flash(_("Somebody changed this since you opened it. Look at what it says now, then save again."), "error")
            form.seen.data, status = str(meeting.version), 409
        else:
            flash(_("Saved. %(names)s will see this.", names=say_names([row["name"] for row in form.readers.chosen])))
            if gone and meeting.held_at > clock.now():
                names = say_names([row["name"] for row in asked["readers"] if row["id"] in gone])
                flash(_("%(names)s had an invitation. No text says that it is gone: tell them yourself.", names=names))
            return redirect(_here(found), 303)
    return page(
        "work/meeting_readers.html",
        422 if form.errors else status,
        opened=found.opened,
        meeting=meeting,
        form=form,
        names=[row["name"] for row in known],
        others=[row["name"] for row in asked["readers"] if row not in known],
    )


def _told_of_change() -> int:
    flash(_("Who reads this has changed since you opened it. Look at the names, then save again."), "error")
    return 409


def _changing(found: OpenMeeting, form: MoveForm | OffForm, template: str) -> AnyResponse:
    row, names = _row(found)
    if row is None or row["over"] or row["off"]:
        return _changed(found)
    return page(template, 422 if form.errors else 200, opened=found.opened, meeting=row, names=names, form=form)


def _changed(found: OpenMeeting) -> AnyResponse:
    flash(_("This meeting has changed, or begun. This is how it stands now. Nothing was done."), "error")
    return redirect(_here(found), 303)


def _here(found: OpenMeeting) -> str:
    return url_for("work_meetings.decide", ref=found.opened.family.ref, meeting=found.meeting.ref)


def _number(seen: Any) -> int:
    """What a page said it showed; 0, which nothing is, for anything else."""
    return int(seen) if str(seen or "").isdecimal() and len(str(seen)) < 9 else 0


def _row(found: OpenMeeting) -> tuple[Any, list[str]]:
    """The meeting as its page shows it, and the names of those who read it."""
    rows = ask(db(), found.scope, meetings=queries.meetings, names=names_in_circles)
    meeting = next((row for row in rows["meetings"] if row["id"] == found.meeting.id), None)
    return meeting, [row["name"] for row in rows["names"] if row["circle_id"] == found.meeting.circle_id]


@work_meetings.post("/work/families/<ref>/meetings/<meeting>/withhold")
@needs("meeting.withhold", open_meeting, "found")
def withhold(found: OpenMeeting) -> AnyResponse:
    """A manager keeps it back, with a reason and a day."""
    form = WithholdForm()
    if not form.validate_on_submit():
        return shown(found, DecisionForm(formdata=None), form, 422)
    until = filled(form.until)
    actions.withhold(db(), found.scope, found.meeting, until, filled(form.reason), whole=bool(form.whole.data))
    flash(_("Kept back until %(day)s. They can read it from the day after.", day=say_day(until)))
    return redirect(url_for("work_meetings.decide", ref=found.opened.family.ref, meeting=found.meeting.ref), 303)


@work_meetings.post("/work/families/<ref>/meetings/<meeting>/show")
@needs("meeting.withhold", open_meeting, "found")
def show_now(found: OpenMeeting) -> AnyResponse:
    """Nothing is kept back any more."""
    actions.show_now(db(), found.meeting)
    flash(_("Nothing is kept back now."))
    return redirect(url_for("work_meetings.decide", ref=found.opened.family.ref, meeting=found.meeting.ref), 303)


def shown(found: OpenMeeting, form: DecisionForm, keeping: WithholdForm, status: int) -> AnyResponse:
    """The page of one meeting."""
    rows = ask(
        db(),
        found.scope,
        meetings=queries.meetings,
        earlier=queries.earlier,
        changes=queries.changes,
        reasons=queries.reasons,
        names=names_in_circles,
        readers=readers,
    )
    form.version.data = str(found.meeting.version)
    meeting = next((row for row in rows["meetings"] if row["id"] == found.meeting.id), None)
    if meeting is None:  # older than the page of meetings goes back
        return redirect(url_for("work_meetings.show", ref=found.opened.family.ref), 303)
    inside = {row["person_id"] for row in rows["names"] if row["circle_id"] == found.meeting.circle_id}
    return page(
        "work/meeting.html",
        status,
        limited=[row for row in rows["readers"] if row["id"] in inside],
        opened=found.opened,
        meeting=meeting,
        earlier=[row for row in rows["earlier"] if row["meeting_id"] == found.meeting.id],
        changes=[row for row in rows["changes"] if row["meeting_id"] == found.meeting.id],
        reasons=[row for row in rows["reasons"] if row["meeting_id"] == found.meeting.id],
        names=[row["name"] for row in rows["names"] if row["circle_id"] == found.meeting.circle_id],
        form=form,
        keeping=keeping,
        manager=current_user.is_manager and found.scope.until is None,
    )
