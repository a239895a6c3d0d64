"""The gate: every route declares what it needs, and one check before each request reads the declaration.

A route that declares nothing is closed. What may not be opened answers 404, as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor, actor_from, token_hash
from portal.foundation.database import begin
from portal.foundation.web import db

COOKIE = "device"
STAFF = {"worker", "manager", "half_in"}
EVERYONE = frozenset({"everyone"})

Loader = Callable[..., Any]
View = Callable[..., Any]


@dataclass(frozen=True)
class Need:
    """What one route declared: a permission of policy.RULES, and how its record is loaded."""

    permission: str
    load: Loader | None = None
    record: str = "record"


@dataclass(frozen=True)
class Rule:
    """One permission: a sentence, who may ask at all, and the condition on the record."""

    sentence: str
    who: frozenset[str]
    """Of everyone, family, supporter, worker, manager; empty means nobody."""
    may: Callable[[Actor, Any], bool] = lambda actor, record: True
    shows: str | None = None
    """For pages on which professionals open a family: the name under which the opening is recorded (M31)."""


def needs(permission: str, load: Loader | None = None, record: str = "record") -> Callable[[View], View]:
    """Declare a route's permission. `load(session, actor, **view_args)` gives the record, which alone reaches the view
    (as the argument named `record`); None means there is nothing there for this actor."""

    def mark(view: View) -> View:
        view.need = Need(permission, load, record)  # type: ignore[attr-defined]  # read again by `check` below
        return view

    return mark


def signed_in() -> Actor | None:
    """The actor of this request, or None. Public pages ask only when there is a cookie."""
    user = current_user._get_current_object()
    return user if isinstance(user, Actor) else None


def kinds_of(actor: Actor | None) -> set[str]:
    """The names under which a rule may let this actor in."""
    if actor is None:
        return {"everyone"}
    kinds = {"everyone"}
    if actor.is_worker and actor.second_factor:
        kinds |= {"worker"} | ({"manager"} if actor.is_manager else set())
    if actor.is_worker:
        kinds.add("half_in")
    if actor.is_family:
        kinds |= {"family", "person"}
    if actor.is_supporter:
        kinds |= {"supporter", "person"}
    return kinds


def install(app: Flask, rules: dict[str, Rule], record_look: Callable[..., None]) -> None:
    """Close every door of the app and hand the keys to `rules`. `record_look` writes a professional's opening."""
    login = LoginManager(app)
    login.session_protection = None  # it guards its own session cookie, which is not how anybody is known here

    @login.request_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def load_actor(_: Any) -> Actor | None:
        token = request.cookies.get(COOKIE)
        if not token:
            return None
        session = db()
        session.info["token"] = token_hash(token)
        begin(session)
        entered = session.info["entered"]
        return actor_from(entered) if entered else None

    @app.before_request
    def check() -> AnyResponse | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        view = current_app.view_functions[request.endpoint]
        need: Need | None = getattr(view, "need", None)
        if need is None or need.permission not in rules:
            abort(404)
        rule = rules[need.permission]
        # who it is comes first, also on a public page: the device is read as the transaction begins
        actor = signed_in() if rule.who != EVERYONE or COOKIE in request.cookies else None
        if "everyone" in rule.who and need.load is None:
            return None
        if not kinds_of(actor) & rule.who:
            return elsewhere(actor, rule)
        if need.load is not None:
            record = need.load(db(), actor, **(request.view_args or {}))
            if record is None or (actor is not None and not rule.may(actor, record)):
                abort(404)
            if rule.shows and actor is not None and actor.is_worker:
                record_look(db(), actor, record, rule.shows)
            request.view_args = {need.record: record}
        return None

    @app.after_request
    def keep_private(response: Response) -> Response:
        if "_login_user" in g and getattr(g._login_user, "is_authenticated", False):
            response.headers["Cache-Control"] = "no-store"
        return response


def elsewhere(actor: Actor | None, rule: Rule) -> AnyResponse:
    """Where somebody goes who is at the wrong door. Never says whether anything is behind it."""
    if actor is None:
        if rule.who <= STAFF:
            return redirect(url_for("sign_in.staff"))
        if request.method != "GET":
            return redirect(url_for("sign_in.start"))
        return redirect(url_for("sign_in.start", next=request.path))
    if actor.is_worker and not actor.second_factor:
        return redirect(url_for("sign_in.second_step"))
    if actor.is_worker and "family" in rule.who and request.method == "GET":
        return redirect(url_for("work.day"))
    if actor.is_supporter and "family" in rule.who and request.method == "GET":
        return redirect(url_for("network.supporter_home"))
    raise NotFound
