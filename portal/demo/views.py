"""The demo's own pages: its first page, signing in as anybody, and phones that texts arrive on.

Registered in demo mode only, so that outside it these addresses lead nowhere.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser
from portal.access.actions import end_device, start_device
from portal.access.front import onward
from portal.access.gate import needs
from portal.access.models import Account
from portal.demo.reading import account_of, everybody, reading
from portal.foundation.phones import read_number, say_number
from portal.foundation.web import page
from portal.messages import queries as texts

demo = Blueprint("demo", __name__)


def install(app: Flask) -> None:
    """Open the demo's pages. The forms on them need no token: whoever reaches them may be anybody anyway."""
    for view in (sign_in, send):
        app.extensions["csrf"].exempt(view)
    app.register_blueprint(demo)


@demo.get("/")
@needs("demo")
def show() -> AnyResponse:
    """Everyone one can be, each with a sentence and a button."""
    if "all" not in request.args and (elsewhere := onward()) is not None:
        return elsewhere
    with reading(current_app) as records:
        households, others = everybody(records)
    return page("demo/show.html", households=households, others=others)


@demo.post("/demo/sign-in")
@needs("demo")
def sign_in() -> AnyResponse:
    """Sign in as the person or worker with this reference, the second factor included."""
    with reading(current_app) as records:
        account_id = account_of(records, request.form.get("person", "")[:100])
    if account_id is None:
        return page("demo/nobody.html", 404)
    before, door = browser.who(), browser.door()
    account = door.get_one(Account, account_id)
    if account.locked_at is not None or not door.scalar(select(func.may_come_in(account_id))):
        return page("demo/refused.html", 403, locked=account.locked_at is not None)
    if before is not None:
        end_device(door, before.device_id)
    token = start_device(door, account, browser.label(), second_factor=True)
    place = "/home" if account.person_id is not None else "/work/"
    session.clear()
    return browser.carry(redirect(place, 303), token, keep=False)


@demo.get("/demo/phone/<number>")
@needs("demo")
def phone(number: str) -> Response:
    """A pretend phone: the texts that reached this number."""
    return _phone(number)


@demo.post("/demo/phone/<number>")
@needs("demo")
def send(number: str) -> Response:
    """A text from the pretend phone. Answering by text is not there yet, and the page says so."""
    return _phone(number, said=request.form.get("body", "")[:1600])


def _phone(number: str, said: str | None = None) -> Response:
    read = read_number(number)
    if read is None:
        abort(404)
    with reading(current_app) as records:
        found = texts.sent_to(records, read)
        waiting = texts.on_the_way(records, read)
        shown = say_number(read)
        return page("demo/phone.html", texts=found, waiting=waiting, number=shown, address=read, said=said)
