"""What every page needs from Python: name, language, navigation, the viewer, security headers, error pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, render_template, request, send_from_directory
from flask_babel import gettext as _
from markupsafe import Markup

from portal.access.actor import Actor
from portal.access.gate import COOKIE, needs, signed_in
from portal.foundation import clock, components, language
from portal.foundation.markdown import clean_html
from portal.foundation.phones import say_number
from portal.guidance.views import explained
from portal.settings import Settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    ),
    # Nothing to other sites; to ourselves yes: over HTTPS Flask-WTF refuses a form that hides where it was filled in.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LEAVE_TO = "https://www.bbc.co.uk/weather"


def install(app: Flask, settings: Settings, static: Path) -> None:
    """Give templates what they share and answers their headers."""
    manifest: dict[str, str] = {}
    components.install(app)

    def asset(name: str) -> str:
        if not manifest:
            manifest.update(json.loads((static / "manifest.json").read_text()))
        return f"/static/{manifest[name]}"

    @needs("public")
    def service_worker() -> Response:
        """What makes help now work without a connection; at the root, because it may only look after what is below."""
        response = send_from_directory(static, asset("sw.js").removeprefix("/static/"), mimetype="text/javascript")
        response.headers["Cache-Control"] = "no-cache"
        return response

    app.add_url_rule("/sw.js", view_func=service_worker)

    @app.context_processor
    def shared() -> dict[str, Any]:
        actor = signed_in() if COOKIE in request.cookies else None
        code = language.code()
        return {
            "portal_name": settings.name,
            "asset": asset,
            "lang": code,
            "dir": language.direction(code),
            "language_links": language_links(code),
            "keep_language": code if actor and language.asked() and language.asked() != actor.language else None,
            "viewer": actor,
            "nav": navigation(actor) if actor else [],
            "exit_url": LEAVE_TO,
            "today": clock.today(),
            "demo": settings.demo,
        }

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.secure_cookies:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response

    @app.after_request
    def remember_language(response: Response) -> Response:
        """Signed out, ?lang= is remembered in a cookie; signed in, it is for this request alone."""
        if (wanted := language.asked()) and COOKIE not in request.cookies:
            response.set_cookie(
                language.COOKIE, wanted, max_age=31536000, secure=settings.secure_cookies, samesite="Lax", httponly=True
            )
        return response

    for number, template in (
        (404, "errors/not_found.html"),
        (500, "errors/broken.html"),
        (400, "errors/stale.html"),
        (413, "errors/too_long.html"),
        (429, "errors/too_many.html"),
    ):
        app.register_error_handler(number, _error_page(template, number))
    app.add_template_filter(excerpt)
    app.add_template_filter(as_written)
    app.add_template_filter(capitalize_first)
    for filter_ in (
        language.say_span,
        language.say_language,
        language.say_names,
        language.say_days,
        language.say_day,
        language.say_month,
        language.say_time,
        language.say_when,
        language.say_near,
        language.say_late,
        language.say_minutes,
        say_number,
    ):
        app.add_template_filter(filter_)


def excerpt(text: str, length: int) -> str:
    """The beginning of a text, cut between words."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def as_written(text: str) -> Markup:
    """What somebody wrote in Markdown, clean, each line kept and each word of the trade explained where it stands."""
    return explained(clean_html(text, breaks=True))


def capitalize_first(text: str) -> str:
    """The text with a capital at its start, the rest untouched."""
    return text[:1].upper() + text[1:]


def _error_page(template: str, number: int) -> Any:
    def answer(error: Exception) -> tuple[str, int]:
        return render_template(template), number

    return answer


def language_links(code: str) -> list[dict[str, str]]:
    """This same page in the other languages."""
    path, kept = request.path, {k: v for k, v in request.args.items() if k != "lang"}
    return [
        {"code": other, "name": language.own_name(other), "url": f"{path}?{urlencode(kept | {'lang': other})}"}
        for other in language.languages()
        if other != code
    ]


def navigation(actor: Actor) -> list[dict[str, Any]]:
    """The places this viewer goes: five for a family, never more."""
    if actor.is_family:
        places = [
            ("home", "/home", _("Home")),
            ("network", "/network", _("People")),
            ("plan", "/plan", _("Plan")),
            ("appointments", "/appointments", _("Dates")),
            ("guidance", "/guidance/", _("Guidance")),
        ]
    elif actor.is_supporter:
        places = [("home", "/supporting", _("Home")), ("guidance", "/guidance/", _("Guidance"))]
    elif actor.second_factor:
        places = [("work", "/work/", _("My day")), ("families", "/work/families", _("Families"))]
        if actor.is_manager:
            places.append(("oversight", "/work/oversight", _("Oversight")))
        places.append(("account", "/account", _("Account")))
    else:
        places = []
    here = request.path
    return [
        {
            "key": key,
            "href": href,
            "text": text,
            "current": here == href or (href not in ("/work/",) and here.startswith(href.rstrip("/") + "/")),
        }
        for key, href, text in places
    ]
