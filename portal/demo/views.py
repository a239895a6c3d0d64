"""The demo's own pages: its first page, signing in as anybody, and phones that texts arrive on.

Registered in demo mode only, so that outside it these addresses lead nowhere.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from portal.access import browser
from portal.access.actions import end_device, start_device
from portal.access.front import onward
from portal.access.gate import needs
from portal.access.models import Account
from portal.demo.reading import account_of, everybody, reading
from portal.foundation.database import reference
from portal.foundation.phones import read_number, say_number
from portal.foundation.web import page
from portal.messages import queries as texts
from portal.messages.queries import Inbound
from portal.messages.webhooks import LONGEST, take

demo = Blueprint("demo", __name__)

SIDE_BY_SIDE = ("+447700900101", "+447700900102")
"""Leo's phone and Rosa's."""
BEHIND = 2**62


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
    """A pretend phone: the texts that reached this number, and a line to answer in."""
    return page("demo/phone.html", swapped="demo/_phone.html", **_phone(number))


@demo.post("/demo/phone/<number>")
@needs("demo")
def send(number: str) -> AnyResponse:
    """A text from the pretend phone, by the same way as any provider's."""
    read = read_number(number)
    if read is None:
        abort(404)
    body = request.form.get("body", "")[:LONGEST].replace("\0", "")
    take(Inbound("simulator", f"demo-{reference()}", read, body), answers=True)
    if request.form.get("beside"):
        return redirect(url_for("demo.phones", number=request.form.getlist("beside")), 303)
    return redirect(url_for("demo.phone", number=read), 303)


@demo.get("/demo/phones")
@needs("demo")
def phones() -> Response:
    """Several pretend phones side by side: `?number=…&number=…`, or those of the demo's first family."""
    numbers = [read for number in request.args.getlist("number")[:4] if (read := read_number(number))]
    return page("demo/phones.html", phones=[_phone(number) for number in numbers or SIDE_BY_SIDE])


def _phone(number: str) -> dict[str, Any]:
    read = read_number(number)
    if read is None:
        abort(404)
    with reading(current_app) as records:
        lines = [(said.at, said.id, 0, said.body, True) for said in texts.said_by(records, read)]
        for text in texts.sent_to(records, read):
            # an answer stands behind what it answers, also while the clock stands still
            place = text.answers_id or BEHIND
            lines.append((text.sent_at or text.due_at, place, text.id, text.body or "", False))
        return {
            "lines": [{"at": line[0], "body": line[3], "mine": line[4]} for line in sorted(lines)],
            "waiting": texts.on_the_way(records, read),
            "number": say_number(read),
            "address": read,
        }
