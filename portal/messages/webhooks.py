"""What providers call: texts that come in, and what became of those that went out."""

from __future__ import annotations

import hmac
import importlib
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask_babel import force_locale
from markupsafe import escape

from portal.access.gate import needs
from portal.foundation.database import DOOR, speak_for
from portal.foundation.phones import read_number
from portal.foundation.texts import spoken
from portal.foundation.web import db
from portal.messages.actions import provider_says, receive
from portal.messages.queries import Again, Answer, Converse, ForAnybody, Inbound, Texter

sms = Blueprint("sms", __name__)

LONGEST = 1600
BECAME = {
    "queued": None,
    "accepted": None,
    "scheduled": None,
    "sending": None,
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
    # Notify's
    "created": None,
    "pending": None,
    "permanent-failure": "failed",
    "temporary-failure": "failed",
    "technical-failure": "failed",
}


def install(app: Flask, converse: Converse | None = None, for_anybody: ForAnybody | None = None) -> None:
    """Open the webhooks. `converse(session, texter, body)`: what is answered to somebody who wrote, in their language;
    the session speaks as that person. None: nothing fits, and the menu is sent. `for_anybody(session, number, body)`:
    what is answered to whoever it is, before that."""
    app.extensions["converse"] = converse
    app.extensions["for_anybody"] = for_anybody
    app.register_blueprint(sms)
    for view in (inbound, status, notify_inbound, notify_receipt):
        app.extensions["csrf"].exempt(view)


def take(brought: Inbound, *, answers: bool) -> Answer | None:
    """Take a text that came in, whoever brought it. Returns what is answered in the same exchange, if anything."""
    session = db()
    speak_for(session, DOOR)
    name, for_anybody = current_app.config["SETTINGS"].name, current_app.extensions["for_anybody"]
    return receive(session, brought, _converse, name, for_anybody, answers=answers)


def _converse(session: Any, texter: Texter, body: str) -> str | None:
    converse: Converse | None = current_app.extensions["converse"]
    if converse is None:
        return None
    with force_locale(spoken(texter.language).replace("-", "_")):
        return converse(session, texter, body)


def _from_twilio() -> dict[str, str]:
    """The form, when it carries Twilio's signature over the address that people see; otherwise this ends here."""
    settings = current_app.config["SETTINGS"]
    if settings.sms != "twilio":
        abort(403)
    signature = importlib.import_module("portal.messages.gateways.twilio_signature")
    form = request.form.to_dict()
    address = settings.url + request.full_path.rstrip("?")
    if not signature.fits(settings, address, request.form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)
    return form


def _from_notify() -> dict[str, Any]:
    """The JSON, when it carries our bearer token; otherwise the request ends here."""
    settings = current_app.config["SETTINGS"]
    given = request.headers.get("Authorization", "")
    if settings.sms != "notify" or not hmac.compare_digest(
        given.encode(), f"Bearer {settings.notify_callback_token}".encode()
    ):
        abort(403)
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        abort(400)
    return found


@sms.post("/sms/inbound")
@needs("provider")
def inbound() -> Response:
    """Twilio brings a text. The answer travels back with it, and its own fate is told to /sms/status."""
    form = _from_twilio()
    number, sid = read_number(form.get("From", "")), form.get("MessageSid", "")
    if number is None or not sid or len(sid) > 64 or len(form.get("Body", "")) > LONGEST:
        abort(400)
    media = form.get("NumMedia", "0")
    got = Inbound(
        "twilio",
        sid,
        number,
        form.get("Body", "").replace("\0", ""),
        int(media) if media.isdigit() and len(media) < 3 else 0,
        form.get("OptOutType", "").upper() or None,
    )
    try:
        answer = take(got, answers=True)
    except Again:
        # the first time it was taken whole, and answered then
        abort(400)
    return _twiml(answer)


def _twiml(answer: Answer | None) -> Response:
    said = ""
    if answer is not None:
        back = f"{current_app.config['SETTINGS'].url}/sms/status/{answer.ref}"
        said = f'<Message statusCallback="{escape(back)}">{escape(answer.body)}</Message>'
    whole = f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'
    return current_app.response_class(whole, mimetype="text/xml")


@sms.post("/sms/status/<ref>")
@needs("provider")
def status(ref: str) -> Response:
    """Twilio tells what became of a text. Told twice, or in another order, it comes to the same."""
    form = _from_twilio()
    sid, said = form.get("MessageSid") or form.get("SmsSid") or "", form.get("MessageStatus") or form.get("SmsStatus")
    if not sid or len(sid) > 64 or said not in BECAME:
        abort(400)
    return _told(ref, sid, said, form.get("ErrorCode", ""))


def _told(ref: str | None, sid: str, said: str, code: str) -> Response:
    session = db()
    speak_for(session, DOOR)
    problem = _problem(said, code) if BECAME[said] == "failed" else None
    if not provider_says(session, ref, sid, BECAME[said], problem):
        abort(404)
    return current_app.response_class(status=204, mimetype="text/plain")


def _problem(said: str, code: str) -> str:
    name = current_app.config["SETTINGS"].sms
    meanings = importlib.import_module(f"portal.messages.gateways.{name}_problems").PROBLEMS
    return str(meanings.get(int(code) if code.isdigit() and len(code) < 9 else said, "refused"))


@sms.post("/sms/notify/inbound")
@needs("provider")
def notify_inbound() -> Response:
    """Notify brings a text; the answer goes out by the outbox."""
    found = _from_notify()
    wrote, sid, body = found.get("source_number"), found.get("id"), found.get("message") or ""
    if not (isinstance(wrote, str) and isinstance(sid, str) and isinstance(body, str)):
        abort(400)
    number = read_number(wrote)
    if number is None or not sid or len(sid) > 64 or len(body) > LONGEST:
        abort(400)
    try:
        take(Inbound("notify", sid, number, body.replace("\0", ""), 0, None), answers=False)
    except Again:
        abort(400)
    return current_app.response_class(status=204, mimetype="text/plain")


@sms.post("/sms/notify/status")
@needs("provider")
def notify_receipt() -> Response:
    """Notify tells what became of a text, by our reference."""
    found = _from_notify()
    sid, said = str(found.get("id", "")), str(found.get("status", ""))
    ref = found.get("reference")
    if not sid or len(sid) > 64 or said not in BECAME or not (ref is None or isinstance(ref, str)):
        abort(400)
    return _told(ref, sid, said, "")
