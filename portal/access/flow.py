"""Signing in step by step: what the browser's cookie remembers between the pages, and which page comes next.

The cookie is signed, so nobody can write into it; what opens a door (a code given, an invitation) is looked up again
in the database at each step.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, session, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.access import browser, codes, limits, queries
from portal.access.actions import accept_invitation, come_in, end_device
from portal.access.models import Invitation
from portal.foundation import language
from portal.foundation.database import PortalSession
from portal.foundation.phones import number_hash

STEPS = ("code", "number", "proved", "person", "born", "join", "shared", "next")


def forget() -> None:
    """Begin again: nothing of an earlier try is left in the cookie."""
    for key in STEPS:
        session.pop(key, None)


def text_language(db: PortalSession, known: list[str | None]) -> str:
    """The language for a code's text: the person's own where it is offered and everybody on the number shares it."""
    own = set(known)
    code = own.pop() if len(own) == 1 else None
    return code if code in language.languages() else language.code()


def send_code(db: PortalSession, number: str, invitation: Invitation | None = None) -> bool:
    """Make a code and text it to the number, if anybody may be let in by it. False: too many codes just now.

    Known or not, the same is asked of the database, a text is written down and the same page comes next; for a number
    that nobody may come in by, the text is taken back before anything is sent.
    """
    if limits.full(db, "codes-from", browser.address(), limits.CODES_FROM_ADDRESS):
        return False
    here = f"{number} {browser.address()}"
    if not limits.allowed(db, "codes-for-here", here, limits.CODES_FOR_NUMBER):
        return False
    if not limits.allowed(db, "codes-for", number, limits.CODES_FOR_NUMBER_ANYWHERE):
        return False
    limits.note(db, "codes-from", browser.address())
    invited = invitation is not None
    people = queries.people_on(db, number_hash(number))
    open_ = queries.number_open(db, number_hash(number), invited=invited)
    fresh = codes.make_code(db, number, known=open_ and (invited or bool(people)))
    known = [queries.language_of(db, invitation.account_id)] if invitation else [row.language for row in people]
    with force_locale(text_language(db, known)):
        said = f"{fresh.digits[:3]} {fresh.digits[3:]}"
        name = current_app.config["SETTINGS"].name
        body = _("Your %(name)s code is %(code)s. It works for 10 minutes.", name=name, code=said)
    with db.begin_nested() as written:
        current_app.extensions["send_text"](db, number, body, urgent=True)
        if not (open_ and (invited or people)):
            written.rollback()
    session["code"], session["number"] = fresh.ref, browser.seal(number)
    return True


def proved_people(db: PortalSession) -> list[Row[Any]] | None:
    """Who answers to the number whose code was given; None when no code was given or that is over."""
    hash_ = codes.proved_number(db, session.get("code", "")) if session.get("proved") else None
    return None if hash_ is None else queries.people_on(db, hash_)


def chosen(people: list[Row[Any]]) -> Row[Any] | None:
    """Which of them it is: the only one, or the one they said."""
    return people[0] if len(people) == 1 else next((p for p in people if p.account_ref == session.get("person")), None)


def too_late() -> Response:
    """The proof is over: begin again."""
    forget()
    flash(_("That took too long, so we stopped to keep you safe. Write your number again."), "error")
    return redirect(url_for("sign_in.start"), 303)


def advance(db: PortalSession) -> Response:
    """The right code was given: to the next question, or in."""
    if session.get("join"):
        return redirect(url_for("sign_in.join_pin"), 303) if _needs_pin_to_join(db) else join(db, None)
    people = proved_people(db)
    if not people:
        return too_late()
    person = chosen(people)
    if person is None:
        return redirect(url_for("sign_in.who"), 303)
    if person.has_pin:
        return redirect(url_for("sign_in.pin"), 303)
    # A first PIN is not taken on trust: whoever picks up the family's phone first could pass for somebody else.
    # And a number on record may have become a stranger's, so the first time without a worker asks for the birthday.
    first_time = not person.joined and person.relation != "supporter"
    if person.shared or (first_time and not person.born_known):
        return redirect(url_for("sign_in.ask_worker"), 303)
    if first_time and session.get("born") != person.account_ref:
        return redirect(url_for("sign_in.birthday"), 303)
    return enter(db, person.account_id, welcomed=person.welcomed)


def enter(db: PortalSession, account_id: int, *, welcomed: bool) -> Response:
    """Everything is proved: a device for this browser, and on to the first page."""
    before, shared, onward = browser.who(), bool(session.get("shared")), browser.local(session.get("next"))
    if before is not None:
        end_device(db, before.device_id)
    token = come_in(db, account_id, browser.label(), shared=shared)
    if code := session.get("code"):
        codes.end_code(db, code)
    session.clear()
    place = onward or url_for("home.show")
    response = redirect(place if welcomed else url_for("account.welcome"), 303)
    if not shared and (own := queries.language_of(db, account_id)) in language.languages():
        # so that the page after Exit, and the next sign-in on this phone, are in their language
        browser.remember_language(response, str(own))
    return browser.carry(response, token, keep=not shared)


def joining(db: PortalSession) -> Invitation | None:
    """The invitation by which this browser is coming in, if its code was given and it still works."""
    ref = session.get("join")
    if not ref or not session.get("proved") or codes.proved_number(db, session.get("code", "")) is None:
        return None
    return queries.invitation(db, ref=ref)


def _needs_pin_to_join(db: PortalSession) -> bool:
    found, number = joining(db), browser.unseal(session.get("number"))
    return found is not None and number is not None and queries.shares_number(db, found.account_id, number)


def join(db: PortalSession, pin: str | None) -> Response:
    """The invited person has given the code (and a PIN where the number is shared): use the invitation up and go in."""
    found, number = joining(db), browser.unseal(session.get("number"))
    if found is None or number is None:
        return too_late()
    account_id, missing = found.account_id, queries.number_of(db, found.account_id) is None
    if not accept_invitation(db, found.id, pin, number if missing else None):
        return too_late()
    return enter(db, account_id, welcomed=False)
