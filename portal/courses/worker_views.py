"""Courses as their organisers run them: the page, the groups, who signed up, who came."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import needs
from portal.courses import actions, queries
from portal.courses.forms import CallOffForm, CourseForm, GroupForm
from portal.courses.models import Course
from portal.courses.queries import Desk, OwnGroup, colleague, desk, organisers, own_course, own_group
from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.web import db, page
from portal.organisations.models import Organisation, Worker

work_courses = Blueprint("work_courses", __name__)


@work_courses.get("/work/courses")
@needs("courses.run", desk, "desk")
def show(desk: Desk) -> AnyResponse:
    """This organisation's courses and their groups."""
    return page("courses/desk.html", desk=desk)


@work_courses.route("/work/courses/new", methods=["GET", "POST"])
@needs("courses.run", desk, "desk")
def new(desk: Desk) -> AnyResponse:
    """Write a course down. Nobody sees it before it is published."""
    form = CourseForm()
    if form.validate_on_submit():
        place = db().get_one(Organisation, desk.organisation_id)
        try:
            course = actions.save_course(db(), current_user, place.id, place.name, form.words())
        except actions.KeywordTaken:
            form.keyword.errors = [_keyword_taken()]
        else:
            return redirect(url_for("work_courses.course", ref=course.ref), 303)
    return page("courses/course_edit.html", 422 if form.errors else 200, form=form, course=None)


def _keyword_taken() -> str:
    return _("Another course has this word. Choose another one.")


@work_courses.route("/work/courses/<ref>", methods=["GET", "POST"])
@needs("courses.run", own_course, "course")
def course(course: Course) -> AnyResponse:
    """Change what the page says."""
    given = {name: getattr(course, name) for name in ("title", "summary", "covers", "cost", "keyword")}
    form = CourseForm(data=given | {"year_from": str(course.year_from), "year_to": str(course.year_to)})
    if form.validate_on_submit():
        try:
            actions.change_course(db(), course, form.words())
        except actions.KeywordTaken:
            form.keyword.errors = [_keyword_taken()]
        else:
            flash(_("Saved."))
            return redirect(url_for("work_courses.course", ref=course.ref), 303)
    return page("courses/course_edit.html", 422 if form.errors else 200, form=form, course=course)


@work_courses.post("/work/courses/<ref>/publish")
@needs("courses.run", own_course, "course")
def publish(course: Course) -> AnyResponse:
    """Show the course to everybody, or take it off the list."""
    shown = request.form.get("shown") == "yes"
    actions.publish(course, shown)
    flash(
        _("Everybody can see the course now.") if shown else _("The course is off the list. Groups go on as they are.")
    )
    return redirect(url_for("work_courses.show"), 303)


@work_courses.route("/work/courses/<ref>/groups/new", methods=["GET", "POST"])
@needs("courses.run", own_course, "course")
def new_group(course: Course) -> AnyResponse:
    """Add a dated group."""
    form = GroupForm()
    if form.validate_on_submit():
        group = actions.add_group(db(), course, form.plan())
        flash(_("The group is there."))
        return redirect(url_for("work_courses.group", ref=group.ref), 303)
    return page("courses/group_new.html", 422 if form.errors else 200, form=form, course=course)


@work_courses.get("/work/courses/groups/<ref>")
@needs("courses.run", own_group, "found")
def group(found: OwnGroup) -> AnyResponse:
    """Who signed up, in what order, and who came."""
    return page("courses/group.html", found=found, form=CallOffForm(), now=clock.now())


@work_courses.post("/work/courses/groups/<ref>/came")
@needs("courses.run", own_group, "found")
def came(found: OwnGroup) -> AnyResponse:
    """Tick off who came to one meeting."""
    meeting = request.form.get("meeting", type=int)
    if meeting not in {one.id for one in found.meetings}:
        flash(_("That meeting is not on the list any more."), "error")
    else:
        chosen = {one.id: one.people for one in found.sign_ups if request.form.get(f"came-{one.ref}")}
        actions.mark_who_came(db(), found, meeting, chosen)
        flash(_("Saved."))
    return redirect(url_for("work_courses.group", ref=found.group.ref), 303)


@work_courses.post("/work/courses/groups/<ref>/call-off")
@needs("courses.run", own_group, "found")
def call_off(found: OwnGroup) -> AnyResponse:
    """Call the group off: everybody on its list is told, and offered the next one."""
    form = CallOffForm()
    if not form.validate_on_submit():
        return page("courses/group.html", 422, found=found, form=form, now=clock.now())
    other = _next_group(found)
    off = actions.call_off(db(), found, filled(form.why), other)
    actions.tell_called_off(db(), off, other.row if other else None, current_app.config["SETTINGS"].url)
    flash(_("The group is called off. Everybody on its list has been texted."))
    return redirect(url_for("work_courses.group", ref=found.group.ref), 303)


def _next_group(found: OwnGroup) -> OwnGroup | None:
    """The next group of the same course that runs."""
    rows: list[Row] = queries.running(db(), found.group.course_id)
    other = next((row for row in rows if row["id"] != found.group.id), None)
    return own_group(db(), current_user, other["ref"]) if other else None


@work_courses.get("/work/courses/organisers")
@needs("courses.name", organisers, "workers")
def who(workers: list[Row]) -> AnyResponse:
    """Which colleagues organise courses, and so read who signed up."""
    return page("courses/organisers.html", workers=workers)


@work_courses.post("/work/courses/organisers/<ref>")
@needs("courses.name", colleague, "worker")
def name(worker: Worker) -> AnyResponse:
    """Name a colleague, or take it back."""
    organises = request.form.get("organises") == "yes"
    actions.name_organiser(db(), current_user, worker.id, organises)
    flash(_("%(name)s organises courses now.", name=worker.name) if organises else _("Saved."))
    return redirect(url_for("work_courses.who"), 303)
