"""How workers sign in: e-mail and password, then a code from an app. Before the second factor no family opens."""

from __future__ import annotations

from flask import current_app, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser, limits, queries
from portal.access.actions import end_device, set_up_worker, start_device
from portal.access.forms import AppCodeForm, PasswordForm, StaffForm
from portal.access.gate import COOKIE, needs
from portal.access.models import Account, Credential
from portal.access.passwords import guessable, hash_password, hasher, password_right
from portal.access.second_factor import begin_enrolment, picture, use_step
from portal.access.views import sign_in
from portal.foundation.database import PortalSession
from portal.foundation.web import page


@sign_in.route("/staff/sign-in", methods=["GET", "POST"])
@needs("sign_in")
def staff() -> AnyResponse:
    """E-mail and password. The answer is the same whether or not the e-mail is known, and takes as long."""
    if (actor := browser.who()) is not None:
        return redirect(url_for("sign_in.second_step") if actor.is_worker and not actor.second_factor else "/", 303)
    db, form = browser.door(), StaffForm()
    if request.method == "GET":
        return page("sign_in/staff.html", form=form)
    if not form.validate():
        return page("sign_in/staff.html", 422, form=form)
    email = (form.email.data or "").casefold()
    if _too_many(db, email):
        form.password.errors = [_("There were too many tries. Wait 15 minutes, then try again.")]
        return page("sign_in/staff.html", 429, form=form)
    credential = queries.staff_credential(db, email)
    kept = credential.password_hash if credential else None
    if not password_right(kept, form.password.data or "") or credential is None:
        limits.note(db, "password-for-here", f"{email} {browser.address()}")
        limits.note(db, "password-for", email)
        limits.note(db, "password-from", browser.address())
        form.password.errors = [_("The e-mail or the password is not right. Check both.")]
        return page("sign_in/staff.html", 422, form=form)
    if kept is not None and hasher.check_needs_rehash(kept):
        credential.password_hash = hash_password(form.password.data or "")
    return _half_in(db, credential.account_id)


def _too_many(db: PortalSession, email: str) -> bool:
    return (
        limits.full(db, "password-for-here", f"{email} {browser.address()}", limits.PASSWORDS_FOR_EMAIL)
        or limits.full(db, "password-for", email, limits.PASSWORDS_FOR_EMAIL_ANYWHERE)
        or limits.full(db, "password-from", browser.address(), limits.WRONG_FROM_ADDRESS)
    )


def _half_in(db: PortalSession, account_id: int) -> AnyResponse:
    """The password was right: ten minutes to give the second factor, and nothing opens before."""
    token = start_device(db, db.get_one(Account, account_id), browser.label())
    session.clear()
    return browser.carry(redirect(url_for("sign_in.second_step"), 303), token, keep=False)


@sign_in.route("/staff/second-step", methods=["GET", "POST"])
@needs("second_step")
def second_step() -> AnyResponse:
    """The code from an app; the first time, the app is set up here and its first code confirms it."""
    actor = browser.who()
    if actor is None or actor.second_factor:
        return redirect("/work/", 303)
    db, form = browser.door(), AppCodeForm()
    credential = db.scalars(select(Credential).where(Credential.account_id == actor.account_id)).one()
    if request.method == "GET":
        return _ask(db, credential, form)
    if not form.validate():
        return _ask(db, credential, form, 422)
    if not limits.allowed(db, "second-factor", str(actor.account_id), limits.SECOND_FACTORS):
        form.code.errors = [_("There were too many tries. Wait 15 minutes, then try again.")]
        return _ask(db, credential, form, 429)
    if not use_step(db, credential, form.digits):
        form.code.errors = [_("That code is not right or was used. Wait for the next one in your app.")]
        return _ask(db, credential, form, 422)
    # a fresh token: whoever saw the one from before the second factor has nothing
    end_device(db, actor.device_id)
    token = start_device(db, db.get_one(Account, actor.account_id), browser.label(), second_factor=True)
    session.clear()
    return browser.carry(redirect("/work/", 303), token, keep=False)


def _ask(db: PortalSession, credential: Credential, form: AppCodeForm, status: int = 200) -> AnyResponse:
    if credential.totp_confirmed_at is not None:
        return page("sign_in/second_step.html", status, form=form)
    secret = begin_enrolment(db, credential)
    shown = picture(secret, credential.email or "", current_app.config["SETTINGS"].name)
    letters = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return page("sign_in/set_up_app.html", status, form=form, picture=shown, letters=letters)


@sign_in.route("/staff/set-up/<token>", methods=["GET", "POST"])
@needs("sign_in")
def set_up(token: str) -> AnyResponse:
    """A worker's own link, used once: choose a password, then set up the app."""
    db = browser.door()
    invitation = queries.invitation(db, token=token, staff=True)
    if invitation is None:
        return page("sign_in/staff_link_over.html", 404)
    email = db.scalar(select(Credential.email).where(Credential.account_id == invitation.account_id)) or ""
    form = PasswordForm()
    if request.method == "GET":
        return page("sign_in/set_up.html", form=form, token=token, email=email)
    if form.validate() and guessable(form.password.data or "", email):
        form.password.errors = [_("That is easy to guess. Leave out your name, and use different letters.")]
    if form.errors:
        return page("sign_in/set_up.html", 422, form=form, token=token, email=email)
    account_id = set_up_worker(db, invitation.id, hash_password(form.password.data or ""))
    if account_id is None:
        return page("sign_in/staff_link_over.html", 404)
    if (before := browser.who()) is not None and request.cookies.get(COOKIE):
        end_device(db, before.device_id)
    return _half_in(db, account_id)
