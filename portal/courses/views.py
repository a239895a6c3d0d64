"""Courses as parents find and join them: no sign-in, no case, a name and a phone."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser, limits
from portal.access.gate import needs
from portal.courses import actions, queries
from portal.courses.forms import FindForm, HowForm, PlaceForm
from portal.courses.queries import Open, Place, joinable, own_place, published
from portal.foundation import clock, language, posters
from portal.foundation.forms import filled
from portal.foundation.phones import read_number, say_number
from portal.foundation.web import db, page

courses = Blueprint("courses", __name__)


@courses.after_request
def never_kept(response: Response) -> Response:
    """What somebody looks for or joins stays out of every cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


@courses.get("/courses/")
@needs("public")
def index() -> AnyResponse:
    """What there is to join, by school year, time, place and language."""
    form = FindForm(request.args)
    form.offer(queries.languages(db()))
    wanted = form.wanted()
    found = queries.find(db(), wanted)
    looking = any((wanted.year is not None, wanted.language, wanted.mode, wanted.where, wanted.when, wanted.creche))
    return page("courses/courses.html", swapped="courses/_found.html", form=form, found=found, looking=looking)


@courses.get("/courses/<ref>")
@needs("public", published, "found")
def show(found: Open) -> AnyResponse:
    """One course: what it covers, and its groups."""
    return page("courses/course.html", course=found.course, groups=found.groups, poster=_poster())


def _poster() -> str | None:
    """The school whose poster led here: short and plain, whatever somebody types into an address."""
    ref = request.args.get("s", "")
    return ref if ref.isalnum() and len(ref) <= 20 else None


@courses.get("/courses/<ref>/poster.pdf")
@needs("public", published, "found")
def poster_pdf(found: Open) -> AnyResponse:
    """The poster for a school's door: A4, with a code to point a phone at."""
    school = " ".join(request.args.get("school", "").split())[:60]
    link = current_app.config["SETTINGS"].url + url_for("courses.show", ref=found.course.ref, s=_poster())
    course = found.course
    lines = [_years(course.year_from, course.year_to), course.cost or _("It is free.")]
    if school:
        lines.append(_("For the families of %(school)s.", school=school))
    points = [line.strip(" -*·") for line in course.covers.splitlines() if line.strip()][:7]
    to = current_app.config["SETTINGS"].twilio_from
    under = (
        _("Point your phone here, or text %(word)s to %(number)s", word=course.keyword, number=to)
        if course.keyword and to
        else _("Point your phone here")
    )
    foot = _("%(provider)s. No case, no referral: a first name and a phone.", provider=course.provider)
    made = posters.draw(course.title, lines, points, link, under, foot)
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = "inline; filename=poster.pdf"
    return response


def _years(first: int, last: int) -> str:
    """For whom, in words."""
    if first == last:
        return _("For parents of children in Year %(year)d", year=first) if first else _("For parents in Reception")
    return _("For parents of children in Years %(first)d to %(last)d", first=first, last=last)


@courses.route("/courses/groups/<ref>/join", methods=["GET", "POST"])
@needs("public", joinable, "found")
def join(found: Open) -> AnyResponse:
    """Sign up with a name and a phone. The page says the same whether or not the number was on the list."""
    form, group = PlaceForm(), found.group
    assert group is not None  # noqa: S101  # the loader found it by its reference
    over = group["cancelled_at"] is not None or group["next_at"] is None
    if request.method == "GET" or over:
        return page(
            "courses/join.html", 410 if over and request.method == "POST" else 200, form=form, found=found, over=over
        )
    if not form.validate():
        return page("courses/join.html", 422, form=form, found=found, over=False)
    number = read_number(filled(form.phone))
    assert number is not None  # noqa: S101  # the form has read it
    if form.website.data:
        # a machine filled in what people do not see: it is thanked like everybody, and nothing happens
        return page("courses/asked.html", found=found, number=say_number(number))
    door = browser.door()
    if not limits.allowed(door, "course-from", browser.address(), limits.COURSES_FROM_ADDRESS) or not limits.allowed(
        door, "course-for", number, limits.COURSES_FOR_NUMBER
    ):
        form.phone.errors = [_("There were too many sign-ups from here for now. Try again in an hour.")]
        return page("courses/join.html", 429, form=form, found=found, over=False)
    asked = actions.Joining(
        name=filled(form.name),
        number=number,
        companion=filled(form.companion) or None,
        language=language.code(),
        via="poster" if _poster() else "web",
        poster=_poster(),
    )
    joined = actions.join(door, group["id"], asked)
    if joined is None:
        return page("courses/join.html", 410, form=form, found=found, over=True)
    actions.tell_joined(door, group, joined, asked, _link(joined.token))
    return page("courses/asked.html", found=found, number=say_number(number))


def _link(token: str) -> str:
    return f"{current_app.config['SETTINGS'].url}/courses/mine/{token}"


@courses.get("/courses/mine/<token>")
@needs("public", own_place, "place")
def mine(place: Place) -> AnyResponse:
    """One's own place: when and where, leaving, answering an offer, how it was."""
    dates = queries.meetings(db(), place.group["id"])
    return page("courses/mine.html", place=place, group=place.group, dates=dates, form=HowForm(), now=clock.now())


@courses.post("/courses/mine/<token>")
@needs("public", own_place, "place")
def change(place: Place) -> AnyResponse:
    """Leave, or answer an offer."""
    wanted = request.form.get("wanted", "")
    if actions.change_place(db(), place.sign_up_id, wanted):
        said = {
            "left": _("You are off the list. Thank you for saying so: somebody else can come."),
            "declined": _("Thank you for saying so. We offer the place to the next one."),
            "booked": _("You have a place. See you there."),
        }
        flash(said[wanted])
    else:
        flash(_("That has changed in the meantime. This is how it stands now."), "error")
    return redirect(url_for("courses.mine", token=place.token), 303)


@courses.post("/courses/mine/<token>/how")
@needs("public", own_place, "place")
def how(place: Place) -> AnyResponse:
    """How it was, from the link in the text."""
    form = HowForm()
    if not form.validate():
        dates = queries.meetings(db(), place.group["id"])
        return page("courses/mine.html", 422, place=place, group=place.group, dates=dates, form=form, now=clock.now())
    actions.say_how_it_was(db(), place.sign_up_id, int(form.stars.data), (form.words.data or "").strip() or None)
    flash(_("Thank you. Those who run the course read it, without your name beside it."))
    return redirect(url_for("courses.mine", token=place.token), 303)
