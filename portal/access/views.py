"""How a family signs in: number, code, who, PIN. Before the right code nothing says whether a number is known."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser, codes, flow, limits, queries
from portal.access.actions import end_device
from portal.access.forms import BirthdayForm, CodeForm, NumberForm, PinForm, WhoForm
from portal.access.gate import COOKIE, needs
from portal.access.passwords import try_pin
from portal.foundation.web import page

sign_in = Blueprint("sign_in", __name__)


@sign_in.after_request
def never_kept(response: Response) -> Response:
    """These pages hold codes and initials: no browser keeps them."""
    response.headers["Cache-Control"] = "no-store"
    return response


@sign_in.route("/sign-in", methods=["GET", "POST"])
@needs("sign_in")
def start() -> AnyResponse:
    """The number to send a code to."""
    if browser.who() is not None:
        return redirect("/", 303)
    db, form = browser.door(), NumberForm()
    if request.method == "GET":
        if (token := request.cookies.get(COOKIE)) and "code" not in request.args and queries.covered(db, token):
            return redirect(url_for("sign_in.back"), 303)
        onward = browser.local(request.args.get("next"))
        flow.forget()
        if onward:
            session["next"] = onward
        return page("sign_in/start.html", form=form)
    if not form.validate():
        return page("sign_in/start.html", 422, form=form)
    if not flow.send_code(db, form.e164):
        form.number.errors = [_too_many_codes()]
        return page("sign_in/start.html", 429, form=form)
    return redirect(url_for("sign_in.code"), 303)


def _too_many_codes() -> str:
    # the same words stand on the page of an invitation
    return _(
        "There were too many codes for now. Wait 15 minutes, then try again. If it keeps happening, call your worker."
    )


@sign_in.route("/sign-in/code", methods=["GET", "POST"])
@needs("sign_in")
def code() -> AnyResponse:
    """The code from the text."""
    if not session.get("code"):
        return redirect(url_for("sign_in.start"), 303)
    db, form = browser.door(), CodeForm()
    if request.method == "GET":
        return page("sign_in/code.html", form=form, number=browser.unseal(session.get("number")))
    if not form.validate():
        return _code_again(form, 422)
    if limits.full(db, "wrong-from", browser.address(), limits.WRONG_FROM_ADDRESS):
        form.code.errors = [_("There were too many wrong codes from here. Wait an hour, then try again.")]
        return _code_again(form, 429)
    tried = codes.try_code(db, session["code"], form.digits)
    if tried.outcome == "right":
        session["proved"], session["shared"] = True, bool(form.shared.data)
        return flow.advance(db)
    if tried.outcome in ("wrong", "closed"):
        limits.note(db, "wrong-from", browser.address())
    form.code.errors = [_why_not(tried)]
    return _code_again(form, 422)


def _code_again(form: CodeForm, status: int) -> Response:
    return page("sign_in/code.html", status, form=form, number=browser.unseal(session.get("number")))


def _why_not(tried: codes.Tried) -> str:
    if tried.outcome == "ended":
        return _("That code has run out or was used. Ask for a new one below.")
    if tried.outcome == "closed":
        return _("That was wrong five times, so this code is closed. Ask for a new one below.")
    left = ngettext("You can try %(num)d more time.", "You can try %(num)d more times.", tried.left)
    return _("That is not the code. Look at the newest text.") + " " + left


@sign_in.post("/sign-in/again")
@needs("sign_in")
def again() -> AnyResponse:
    """A new code to the same number. The one before ends."""
    number = browser.unseal(session.get("number"))
    if number is None:
        return redirect(url_for("sign_in.start"), 303)
    db = browser.door()
    invitation = queries.invitation(db, ref=session["join"]) if session.get("join") else None
    if session.get("join") and invitation is None:
        return flow.too_late()
    if flow.send_code(db, number, invitation):
        session.pop("proved", None)
        flash(_("A new code is on its way. The one before no longer works."))
    else:
        flash(_too_many_codes(), "error")
    return redirect(url_for("sign_in.code"), 303)


@sign_in.route("/sign-in/who", methods=["GET", "POST"])
@needs("sign_in")
def who() -> AnyResponse:
    """Which of the people on this number: asked only after the right code, and by initials."""
    db = browser.door()
    people = flow.proved_people(db)
    if not people:
        return flow.too_late()
    form = WhoForm()
    form.who.choices = by_initials([(person.account_ref, person.name) for person in people])
    if request.method == "GET":
        return page("sign_in/who.html", form=form)
    if not form.validate():
        return page("sign_in/who.html", 422, form=form)
    session["person"] = form.who.data
    return flow.advance(db)


def by_initials(people: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each person by their initials; by first name where the initials are the same."""
    letters = [(ref, name, " ".join(f"{word[0].upper()}." for word in name.split())) for ref, name in people]
    seen = [said for _ref, _name, said in letters]
    return [(ref, said if seen.count(said) == 1 else name.split()[0]) for ref, name, said in letters]


@sign_in.route("/sign-in/pin", methods=["GET", "POST"])
@needs("sign_in")
def pin() -> AnyResponse:
    """The personal PIN, after the code."""
    db = browser.door()
    people = flow.proved_people(db)
    person = flow.chosen(people or [])
    if person is None or not person.has_pin:
        return flow.advance(db) if people else flow.too_late()
    form = PinForm()
    if request.method == "GET":
        return page("sign_in/pin.html", form=form, post_to=url_for("sign_in.pin"))
    if form.validate():
        tried = try_pin(db, person.account_id, form.digits)
        if tried.outcome == "right":
            return flow.enter(db, person.account_id, welcomed=person.welcomed)
        if tried.outcome == "closed":
            return page("sign_in/pin_closed.html", 422)
        form.pin.errors = [pin_wrong(tried)]
    return page("sign_in/pin.html", 422, form=form, post_to=url_for("sign_in.pin"))


def pin_wrong(tried: codes.Tried) -> str:
    """A wrong PIN, and how many tries are left."""
    left = ngettext("You can try %(num)d more time.", "You can try %(num)d more times.", tried.left)
    return _("That is not your PIN.") + " " + left


@sign_in.route("/sign-in/birthday", methods=["GET", "POST"])
@needs("sign_in")
def birthday() -> AnyResponse:
    """The first time without a worker: the number on record may have become a stranger's."""
    db = browser.door()
    people = flow.proved_people(db)
    person = flow.chosen(people or [])
    if person is None:
        return flow.advance(db) if people else flow.too_late()
    form = BirthdayForm()
    if request.method == "GET":
        return page("sign_in/birthday.html", form=form)
    if form.validate() and form.birthday.data is not None:
        if not limits.allowed(db, "birthday", str(person.account_id), limits.BIRTHDAYS):
            return page("sign_in/ask_worker.html", 429)
        if queries.born_on(db, person.account_id, form.birthday.data):
            session["born"] = person.account_ref
            return flow.advance(db)
        form.birthday.errors = [_("That is not the date we have. Check it, or ask your worker.")]
    return page("sign_in/birthday.html", 422, form=form)


@sign_in.get("/sign-in/ask-worker")
@needs("sign_in")
def ask_worker() -> Response:
    """Here a worker has to help, and why."""
    return page("sign_in/ask_worker.html")


@sign_in.route("/sign-in/back", methods=["GET", "POST"])
@needs("sign_in")
def back() -> AnyResponse:
    """After Exit on a phone that is only theirs: the PIN alone opens it again."""
    if browser.who() is not None:
        return redirect("/", 303)
    db, token = browser.door(), request.cookies.get(COOKIE)
    device = queries.covered(db, token) if token else None
    if device is None:
        return redirect(url_for("sign_in.start", code=1), 303)
    form, account_id, device_id = PinForm(), device.account_id, device.id
    if request.method == "GET":
        return page("sign_in/pin.html", form=form, post_to=url_for("sign_in.back"), other_way=True)
    if form.validate():
        tried = try_pin(db, account_id, form.digits)
        if tried.outcome == "right":
            end_device(db, device_id)
            flow.forget()
            return flow.enter(db, account_id, welcomed=True)
        if tried.outcome == "closed":
            end_device(db, device_id)
            return page("sign_in/pin_closed.html", 422)
        form.pin.errors = [pin_wrong(tried)]
    return page("sign_in/pin.html", 422, form=form, post_to=url_for("sign_in.back"), other_way=True)
