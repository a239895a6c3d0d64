"""Guidance and help now: pages for anybody, answered without the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, request, session
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import COOKIE, needs
from portal.foundation import clock, language
from portal.foundation.web import page as rendered
from portal.guidance import queries
from portal.guidance.conditions import is_past_review
from portal.guidance.models import AUDIENCES, NOW

guidance = Blueprint("guidance", __name__)

PLACES = ("/help-now", "/guidance/", "/glossary")
"""Where everything is public, so that it may be answered from memory (foundation/kept.py)."""
FRESH = 300  # seconds for which a browser need not ask again
VARY = "Accept-Language, Cookie, HX-Request"
View = Callable[..., AnyResponse]


def same_for_all() -> bool:
    """Would anybody else who asks now, in this language, get exactly this page?"""
    if COOKIE in request.cookies or set(request.args) - {"lang"}:
        return False
    return current_app.config["SESSION_COOKIE_NAME"] not in request.cookies or "_flashes" not in session


def public(view: View) -> View:
    """Say of a page that it is the same for everybody who is not signed in."""

    @wraps(view)
    def answer(**values: Any) -> AnyResponse:
        response = view(**values)
        if response.status_code == 200 and same_for_all():
            # an answer that sets the language cookie is for one browser only
            response.headers["Cache-Control"] = f"{'private' if request.args else 'public'}, max-age={FRESH}"
            response.headers["Vary"] = VARY
        return response

    return answer


@guidance.app_template_filter("explained")
def explained(text: str) -> Markup:
    """The text with each term of the glossary linked the first time it stands on this page."""
    seen: set[str] = g.setdefault("explained", set())
    return queries.explain_terms(text, language.code(), seen)


@guidance.get("/help-now")
@needs("public")
@public
def help_now() -> AnyResponse:
    """Whom to call or text, what is needed first on top."""
    code = language.code()
    today = clock.today()
    late = {line.slug for group in queries.help_groups(code) for line in group.lines if is_past_review(line, today)}
    first = queries.pages_for(NOW, code)
    return rendered("guidance/help_now.html", groups=queries.help_groups(code), first=first, late=late)


@guidance.get("/guidance/")
@needs("public")
@public
def index() -> AnyResponse:
    """Every page by whom it is for."""
    shelves = {audience: queries.pages_for(audience, language.code()) for audience in AUDIENCES}
    return rendered("guidance/index.html", shelves=shelves)


@guidance.get("/guidance/search")
@needs("public")
def search() -> AnyResponse:
    """What fits a few words, however they are spelt."""
    asked = " ".join(request.args.get("q", "").split())[:100]
    found = queries.search(asked, language.code()) if asked else []
    shelf = [] if found else queries.pages_for(AUDIENCES[0], language.code())[:4]
    response = rendered("guidance/search.html", asked=asked, found=found, shelf=shelf)
    # what somebody looks for stays out of every cache
    response.headers["Cache-Control"] = "no-store"
    return response


@guidance.get("/guidance/<slug>")
@needs("public")
@public
def show(slug: str) -> AnyResponse:
    """One page; where there is none, the ones that may be meant."""
    found = queries.page(slug, language.code())
    if found is None:
        near = queries.search(slug.replace("-", " "), language.code(), limit=4)
        return rendered("guidance/missing.html", 404, near=near)
    if found.address != request.path:
        return redirect(found.address, 301)
    return one(slug)


@guidance.get("/glossary")
@needs("public")
@public
def glossary() -> AnyResponse:
    """Every word explained, in alphabetical order."""
    return rendered("guidance/glossary.html", terms=list(queries.glossary(language.code()).values()))


def one(slug: str) -> Response:
    """A page of guidance with what belongs under it."""
    code = language.code()
    page = queries.page(slug, code)
    if page is None:
        raise LookupError(f"There is no page {slug} in English.")
    late = is_past_review(page, clock.today())
    return rendered("guidance/page.html", page=page, related=queries.related(page, code), late=late)
