"""Guidance and help now: pages for anybody, there also when the database is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, redirect, request, session
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from portal.access.gate import COOKIE, needs, signed_in
from portal.foundation import clock, language
from portal.foundation.database import PortalSession
from portal.foundation.kept import Remembered
from portal.foundation.search import LONGEST
from portal.foundation.web import db, wants_part
from portal.foundation.web import page as rendered
from portal.guidance import queries
from portal.guidance.conditions import is_past_review
from portal.guidance.models import AUDIENCES, NOW, TOPICS, Found, Nearby, Page, Term

guidance = Blueprint("guidance", __name__)

PLACES = ("/help-now", "/guidance/", "/glossary")
"""Where everything is public, so that it may be answered from memory (foundation/kept.py)."""
NEAR_LASTS = 60.0  # seconds until a change in what a borough adds is seen by every process
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


def terms_in(text: Markup) -> tuple[str, ...]:
    """The terms of the glossary in a piece of a page, whether they are explained before it or not."""
    seen: dict[str, None] = {}
    queries.explain_terms(text, language.code(), seen)
    return tuple(seen)


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


def nearby_kept(engine: Engine) -> Remembered[Nearby]:
    """What boroughs add, for this app: asked of the database once a minute at most."""

    def ask() -> Nearby:
        with PortalSession(engine) as session:
            return queries.nearby(session)

    return Remembered(ask, Nearby(), NEAR_LASTS)


def near() -> Nearby:
    """What boroughs add."""
    known: Nearby = current_app.extensions["near"]()
    return known


def mine() -> frozenset[str]:
    """The reader's own boroughs; nobody's where nobody is signed in, and none where it would tell too much."""
    if COOKIE not in request.cookies or signed_in() is None or not (near().boroughs or near().notes):
        return frozenset()
    return queries.my_boroughs(db())


@guidance.get("/help-now")
@needs("public")
@public
def help_now() -> AnyResponse:
    """Whom to call or text, what is needed first on top."""
    code = language.code()
    today = clock.today()
    late = {line.slug for group in queries.help_groups(code) for line in group.lines if is_past_review(line, today)}
    late |= {borough.ref for borough in near().boroughs if is_past_review(borough, today)}
    return rendered(
        "guidance/help_now.html",
        groups=queries.help_groups(code),
        first=queries.pages_for(NOW, code),
        late=late,
        boroughs=near().boroughs,
        mine=mine(),
    )


@guidance.get("/guidance/")
@needs("public")
@public
def index() -> AnyResponse:
    """Every page by whom it is for, and what it is about."""
    shelves: dict[str, dict[str, list[Page]]] = {}
    for audience in AUDIENCES:
        pages = queries.pages_for(audience, language.code())
        order = TOPICS if audience != "system" else reversed(TOPICS)  # there, how help works comes first
        about = {topic: [page for page in pages if page.topic == topic] for topic in order}
        shelves[audience] = {topic: found for topic, found in about.items() if found}
    return rendered("guidance/index.html", shelves=shelves)


@guidance.get("/guidance/search")
@needs("public")
def search() -> AnyResponse:
    """What fits a few words, however they are spelt."""
    asked = " ".join(request.args.get("q", "").split())[:LONGEST]
    whom = request.args.get("for", "")
    whom = whom if whom in AUDIENCES else ""
    if len(request.args.get("q", "")) > 2 * LONGEST:
        # the address stands in every language link: one that is cut is short on the page too
        return redirect(f"/guidance/search?{urlencode({'q': asked, 'for': whom})}")
    found = queries.search(asked, language.code(), whom=whom) if asked else []
    shelf = [] if found else queries.pages_for(whom or AUDIENCES[0], language.code())[:4]
    response = rendered("guidance/search.html", asked=asked, found=found, shelf=shelf, whom=whom)
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


@guidance.get("/guidance/<slug>/in/<ref>")
@needs("public")
@public
def beside(slug: str, ref: str) -> AnyResponse:
    """What one borough adds to a page."""
    code = language.code()
    page = queries.page(slug, code)
    note = next((note for note in queries.notes_on(near(), slug, code) if note.borough_ref == ref), None)
    if page is None or note is None:
        return rendered("guidance/missing.html", 404, near=[page_found(page)] if page else [])
    return rendered("guidance/beside.html", page=page, note=note, late=is_past_review(note, clock.today()))


def page_found(page: Page) -> Found:
    """A page as a search shows it."""
    return Found("page", page.title, page.summary, page.address, page.audience, 0)


def one(slug: str) -> Response:
    """A page of guidance with what belongs under it."""
    code = language.code()
    page = queries.page(slug, code)
    if page is None:
        raise LookupError(f"There is no page {slug} in English.")
    today = clock.today()
    notes = queries.notes_on(near(), slug, code)
    return rendered(
        "guidance/page.html",
        page=page,
        years=say_years(page.years),
        related=queries.related(page, code),
        late=is_past_review(page, today),
        notes=notes,
        late_notes={note.borough_ref for note in notes if is_past_review(note, today)},
        mine=mine() if notes else frozenset(),
        share_address=current_app.config["SETTINGS"].url.rstrip("/") + page.address,
    )


def say_years(years: tuple[int, ...]) -> str:
    """The school years that a page is for, such as "Years 5 to 8."; nothing where it is for all."""
    if not years:
        return ""
    if len(years) == 1:
        return _("Year %(year)d.", year=years[0])
    return _("Years %(first)d to %(last)d.", first=years[0], last=years[-1])
