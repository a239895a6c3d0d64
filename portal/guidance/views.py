"""Guidance and help now: pages for anybody, answered without the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, request, session
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import COOKIE, needs, signed_in
from portal.foundation import clock, language
from portal.foundation.web import page as rendered
from portal.foundation.web import wants_part
from portal.guidance import queries
from portal.guidance.conditions import is_past_review
from portal.guidance.models import AUDIENCES, NOW, Term

guidance = Blueprint("guidance", __name__)

PLACES = ("/help-now", "/guidance/", "/glossary")
"""Where everything is public, so that it may be answered from memory (foundation/kept.py)."""
FRESH = 300  # seconds for which a browser need not ask again
VARY = "Accept-Language, Cookie, HX-Request"
WORD = "#word-"
"""Where the meaning of a word stands on the page that uses it (components/explained.html)."""
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


def explained_here() -> dict[str, None]:
    """The terms explained on this page so far, in order."""
    seen: dict[str, None] = g.setdefault("explained", {})
    return seen


@guidance.app_template_filter("explained")
def explained(text: str) -> Markup:
    """The text with each term of the glossary marked the first time it stands on this page. The layout does this for
    the whole page; a worker's pages are left as they are."""
    if for_staff():
        return escape(text)
    return queries.explain_terms(text, language.code(), explained_here(), WORD)


@guidance.app_template_global()
def explained_terms() -> list[Term]:
    """What each of the terms marked on this page means, in their order."""
    known = queries.glossary(language.code())
    return [known[slug] for slug in explained_here()]


def for_staff() -> bool:
    """Is this page for somebody who knows the words of the trade?"""
    actor = signed_in() if COOKIE in request.cookies else None
    return actor is not None and actor.is_worker


@guidance.after_app_request
def explain_part(response: Response) -> Response:
    """What htmx swaps in is explained too. The page around it may explain a word already, and holds its meaning; a
    part comes without, so its words lead to the glossary."""
    if wants_part() and response.mimetype == "text/html" and response.status_code in (200, 422) and not for_staff():
        html = Markup(response.get_data(as_text=True))  # noqa: S704 -- made by our own templates
        response.set_data(str(queries.explain_terms(html, language.code())).replace(' id="term-', ' data-term="'))
    return response


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
