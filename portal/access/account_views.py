"""One's own account: language, texts, this phone, devices, PIN; and the ways out: sign out, Exit, a phone taken."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select, update
from werkzeug.wrappers import Response as AnyResponse

from portal.access import actions, browser, limits, queries
from portal.access.actor import Actor
from portal.access.forms import ChangePinForm, ChoicesForm, NewPinForm, TakenForm
from portal.access.gate import COOKIE, needs
from portal.access.models import Account, Device
from portal.access.passwords import set_pin, try_pin
from portal.access.views import pin_wrong
from portal.foundation import language
from portal.foundation.clock import real_now
from portal.foundation.web import db, page

account = Blueprint("account", __name__)


@account.app_template_filter()
def say_device(label: str) -> str:
    """What a device is called, such as "Chrome on Android"."""
    browser_name, _on, system = label.partition(" on ")
    if system:
        return _("%(browser)s on %(system)s", browser=browser_name, system=system)
    return label or _("A phone or computer")


def own_account(session_: object, actor: Actor | None) -> Actor | None:
    """Whoever is signed in, for the pages about themselves."""
    return actor


@account.get("/account")
@needs("own_account", own_account, "actor")
def show(actor: Actor) -> AnyResponse:
    """Everything one can choose for oneself, and where one is signed in."""
    return page(
        "account/show.html",
        form=_choices(actor),
        devices=[(device, device.id == actor.device_id) for device in queries.devices(db(), actor.account_id)],
        pin=queries.has_pin(db(), actor.account_id),
        number_shared=actor.person_id is not None and queries.my_number_is_shared(db()),
    )


def _choices(actor: Actor) -> ChoicesForm:
    form = ChoicesForm(
        data={
            "language": actor.language if actor.language in language.languages() else language.code(),
            "texts": "discreet" if actor.discreet else "plain",
            "shared": "yes" if actor.shared else "no",
        }
    )
    form.language.choices = [(code, language.own_name(code)) for code in language.languages()]
    return form


def _keep(actor: Actor, form: ChoicesForm) -> None:
    """Keep what was chosen. A question that was passed by stays as it was."""
    kept: dict[str, object] = {}
    if (code := form.chosen("language")) is not None:
        kept["language"] = code
    if (texts := form.chosen("texts")) is not None:
        kept["discreet"] = texts == "discreet"
    if kept:
        db().execute(update(Account).where(Account.id == actor.account_id).values(**kept))
    if not actor.is_worker and (shared := form.chosen("shared")) is not None:
        actions.share_device(db(), actor.device_id, shared == "yes")


@account.post("/account")
@needs("own_account", own_account, "actor")
def keep(actor: Actor) -> AnyResponse:
    """Keep language, texts and whether this phone is shared."""
    _keep(actor, _choices(actor))
    flash(_("Saved."))
    return redirect(url_for("account.show"), 303)


@account.route("/welcome", methods=["GET", "POST"])
@needs("own_account", own_account, "actor")
def welcome(actor: Actor) -> AnyResponse:
    """The first visit: three questions, each of which can be passed by."""
    form = _choices(actor)
    if request.method == "GET":
        return page("account/welcome.html", form=form, name=actor.first_name)
    if "skip" not in request.form:
        _keep(actor, form)
    first = update(Account).where(Account.id == actor.account_id, Account.welcomed_at.is_(None))
    db().execute(first.values(welcomed_at=real_now()))
    return redirect(url_for("home.show"), 303)


@account.post("/language")
@needs("public")
def choose_language() -> AnyResponse:
    """Choose a language: kept with the account, or in a cookie for somebody who is not signed in."""
    code, onward = request.form.get("language"), browser.local(request.form.get("next")) or "/"
    response = redirect(onward, 303)
    if code not in language.languages():
        return response
    actor = browser.who()
    if actor is not None and (actor.person_id is not None or actor.second_factor):
        db().execute(update(Account).where(Account.id == actor.account_id).values(language=code))
    else:
        browser.remember_language(response, code)
    return response


@account.post("/account/devices/<ref>/sign-out")
@needs(
    "own_account",
    lambda session_, actor, ref: session_.scalar(
        select(Device).where(Device.ref == ref, Device.account_id == actor.account_id)
    ),
    "device",
)
def end_one(device: Device) -> AnyResponse:
    """Sign one device out."""
    actions.end_device(db(), device.id)
    flash(_("That device is signed out."))
    return redirect(url_for("account.show"), 303)


@account.post("/account/sign-out-everywhere")
@needs("own_account", own_account, "actor")
def end_all(actor: Actor) -> AnyResponse:
    """Sign out everywhere, here too."""
    many = actions.end_all_devices(db(), actor.account_id)
    session.clear()
    flash(ngettext("You are signed out on %(num)d device.", "You are signed out on %(num)d devices.", many))
    return browser.drop(redirect("/", 303))


@account.route("/account/pin", methods=["GET", "POST"])
@needs("own_account", own_account, "actor")
def pin(actor: Actor) -> AnyResponse:
    """Set a PIN, or a new one in place of the old."""
    if actor.is_worker:
        return redirect(url_for("account.show"), 303)
    had = queries.has_pin(db(), actor.account_id)
    form = ChangePinForm() if had else NewPinForm()
    shown: dict[str, Any] = {
        "form": form,
        "post_to": url_for("account.pin"),
        "had": had,
        "shared": queries.my_number_is_shared(db()),
    }
    if request.method == "POST" and form.validate():
        if isinstance(form, ChangePinForm):
            tried = try_pin(db(), actor.account_id, form.old.data or "")
            if tried.outcome == "closed":
                return page("sign_in/pin_closed.html", 422)
            if tried.outcome == "wrong":
                form.old.errors = [pin_wrong(tried)]
                return page("sign_in/new_pin.html", 422, **shown)
        set_pin(db(), actor.account_id, form.digits)
        flash(_("Your PIN is set. We ask for it when you sign in."))
        return redirect(url_for("account.show"), 303)
    return page("sign_in/new_pin.html", 422 if form.errors else 200, **shown)


@account.post("/sign-out")
@needs("sign_in")
def sign_out() -> AnyResponse:
    """Sign this device out."""
    if (actor := browser.who()) is not None:
        actions.end_device(browser.door(), actor.device_id)
    session.clear()
    flash(_("You are signed out."))
    return browser.drop(redirect("/", 303))


@account.route("/exit", methods=["GET", "POST"])
@needs("public")
def leave() -> AnyResponse:
    """ "Exit this page": signed out at once, and on to a page about the weather. It changes nothing else, so it needs
    no token, and a plain link or the browser's beacon is enough.

    On a phone that is only theirs and has a PIN, the PIN brings it back, so that nobody hesitates to press Exit; on a
    shared device, for staff, and without a PIN, signing in begins again. Either way Back finds the session ended.
    """
    covered = False
    if (actor := browser.who()) is not None:
        at_the_door = browser.door()
        covered = actor.person_id is not None and not actor.shared and queries.has_pin(at_the_door, actor.account_id)
        (actions.cover_device if covered else actions.end_device)(at_the_door, actor.device_id)
    session.clear()
    # a beacon only tells; there is nobody to send on
    beacon = request.method == "POST" and request.headers.get("Sec-Fetch-Dest") == "empty"
    response = (
        current_app.response_class(status=204, mimetype="text/plain")
        if beacon
        else redirect(current_app.config["EXIT_URL"], 303)
    )
    response.headers["Cache-Control"] = "no-store"
    if not covered and COOKIE in request.cookies:
        browser.drop(response)
    return response


@account.route("/taken", methods=["GET", "POST"])
@needs("sign_in")
def taken() -> AnyResponse:
    """ "My phone was taken": lock the account at once, so that nobody with that phone gets in. A worker opens it again.

    Signed in on any device: one button. Signed out, with the phone gone, no code can prove who one is; so the number
    and the date of birth are enough, and the answer is the same whether or not they fit. Somebody who knows both could
    lock a person out: a nuisance that their worker ends in a minute, where a stranger reading about a child is not.
    """
    actor = browser.who()
    if actor is not None and actor.is_worker:
        return redirect(url_for("account.show"), 303)
    form = TakenForm()
    if request.method == "GET":
        return page("account/taken.html", form=form)
    if actor is not None:
        if (own := db().get(Account, actor.account_id)) is not None:
            actions.lock_account(db(), own)
        return _locked()
    if not form.validate() or form.birthday.data is None:
        return page("account/taken.html", 422, form=form)
    door = browser.door()
    if limits.full(door, "lock-from", browser.address(), limits.LOCKS_FROM_ADDRESS) or not limits.allowed(
        door, "lock-for", form.e164, limits.LOCKS_FOR_NUMBER
    ):
        return page("account/taken.html", 429, form=form, too_many=True)
    limits.note(door, "lock-from", browser.address())
    actions.lock_by_number(door, form.e164, form.birthday.data)
    return _locked()


def _locked() -> AnyResponse:
    session.clear()
    return browser.drop(redirect(url_for("account.locked"), 303))


@account.get("/taken/locked")
@needs("public")
def locked() -> AnyResponse:
    """What happens now, after a lock."""
    return page("account/locked.html")
