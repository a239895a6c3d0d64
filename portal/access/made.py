"""A page that somebody reads again and again, made once for the same answer of the database.

The database is asked each time. Everything that the page depends on is in the key (what was answered, who reads, in
which language, on which day), so nobody can be given what was made for somebody else; the form token of the request is
put in at the end. Not kept for a viewer from whom words are hidden, since those can change apart.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Response, g, request, session
from flask_wtf.csrf import generate_csrf

from portal.access.asking import Answer
from portal.access.gate import signed_in
from portal.access.scope import Scope
from portal.foundation import clock, language
from portal.foundation.web import page

MOST = 200  # pages kept, of some 20 kB
PIECES = 4000  # pieces of pages, of less than 1 kB
TOKEN = secrets.token_urlsafe(24)
"""Stands where each request's own form token goes; nobody can write it, since nobody knows it."""
Written = TypeVar("Written")
_made: dict[tuple[object, ...], str] = {}
_pieces: dict[tuple[object, ...], Any] = {}


def made(
    scope: Scope, answered: Answer, template: str, values: Callable[[], dict[str, Any]], *also: object
) -> Response:
    """The page for this answer and viewer. `values` reads the answer, where it has to be read at all; `also` is what
    else the page depends on."""
    # a word said once (a flash) or a language asked for by address is on this one page only
    usual = scope.sees_where and scope.person_id is not None and not request.args and "_flashes" not in session
    if not usual:
        return page(template, **values())
    actor = signed_in()
    viewer = actor and (actor.account_id, actor.name, actor.shared)
    key = (template, answered.mark, scope.shape, scope.person_id, viewer, language.code(), clock.today(), *also)
    html = _made.get(key)
    if html is None:
        g.csrf_token = TOKEN  # where Flask-WTF keeps it for the length of a request
        try:
            html = page(template, **values()).get_data(as_text=True)
        finally:  # the page that says sorry has a token of its own, and tells nobody this one
            del g.csrf_token
        if len(_made) >= MOST:
            _made.clear()
        _made[key] = html
    response = Response(html.replace(TOKEN, generate_csrf()))
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def here() -> tuple[str, date]:
    """The language and the day, on which the words of every piece depend; asked once for a page of many."""
    return language.code(), clock.today()


def piece(write: Callable[..., Written], now: tuple[str, date], *of: Any) -> Written:
    """A piece of a page, such as one line of a long list, written once: when one of forty has changed, one is written
    again. `write` makes it of `of` alone, and of nothing else of the request than `now`, which `here` gives."""
    key = (write, now, *of)
    written: Written | None = _pieces.get(key)
    if written is None:
        if len(_pieces) >= PIECES:
            _pieces.clear()
        written = _pieces[key] = write(*of)
    return written
