"""Coming in by a worker's link or QR code: the link, then a code to the phone, then in."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser, flow, limits, queries
from portal.access.forms import JoinForm, NewPinForm, NumberForm
from portal.access.gate import needs
from portal.access.views import sign_in
from portal.foundation.web import page


@sign_in.route("/join/<token>", methods=["GET", "POST"])
@needs("sign_in")
def join(token: str) -> AnyResponse:
    """The invited person's first page. It names nobody: somebody else may have seen the link.

    The link alone opens nothing. The code goes to the number on record; where there is none the person types it, with
    their birthday if that is known.
    """
    db = browser.door()
    invitation = queries.invitation(db, token=token)
    if invitation is None:
        return page("sign_in/link_over.html", 404)
    known = queries.number_of(db, invitation.account_id)
    asks_birthday = known is None and queries.birthday_known(db, invitation.account_id)
    form = JoinForm() if asks_birthday else NumberForm()
    if known is not None:
        del form.number
    shown: dict[str, Any] = {"form": form, "token": token, "known": known is not None}
    if request.method == "GET":
        flow.forget()
        return page("sign_in/join.html", **shown)
    if not form.validate():
        return page("sign_in/join.html", 422, **shown)
    if isinstance(form, JoinForm) and form.birthday.data is not None:
        if not limits.allowed(db, "birthday", str(invitation.account_id), limits.BIRTHDAYS):
            return page("sign_in/ask_worker.html", 429)
        if not queries.born_on(db, invitation.account_id, form.birthday.data):
            form.birthday.errors = [_("That is not the date we have. Check it, or ask your worker.")]
            return page("sign_in/join.html", 422, **shown)
    flow.forget()
    if not flow.send_code(db, known or form.e164, invitation):
        return page("sign_in/join.html", 429, too_many=True, **shown)
    session["join"] = invitation.ref
    return redirect(url_for("sign_in.code"), 303)


@sign_in.route("/join/pin", methods=["GET", "POST"])
@needs("sign_in")
def join_pin() -> AnyResponse:
    """A PIN of one's own, where somebody else has the same number."""
    db = browser.door()
    if flow.joining(db) is None:
        return flow.too_late()
    form = NewPinForm()
    if request.method == "POST" and form.validate():
        return flow.join(db, form.digits)
    status, post_to = 422 if form.errors else 200, url_for("sign_in.join_pin")
    return page("sign_in/new_pin.html", status, form=form, post_to=post_to, shared=True)
