"""The browser at the door: its cookie, what it is called in words, where it asks from, where it wants to go."""

from __future__ import annotations

import base64
import ipaddress
import re
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.wrappers import Response

from portal.access.actions import LONGEST
from portal.access.actor import Actor
from portal.access.gate import COOKIE, signed_in
from portal.foundation import language
from portal.foundation.database import DOOR, PortalSession, begin, speak_for
from portal.foundation.fields import KeysMissing, decrypt, encrypt
from portal.foundation.web import db

BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"Android", "Android"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Windows", "Windows"),
    (r"CrOS", "Chromebook"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux", "Linux"),
)


def label() -> str:
    """The browser and the system, such as "Chrome on Android": two names with " on " between, or one, or none."""
    agent = request.headers.get("User-Agent", "")[:400]
    found = [next((name for pattern, name in names if re.search(pattern, agent)), "") for names in (BROWSERS, SYSTEMS)]
    return " on ".join(name for name in found if name)


def address() -> str:
    """Where the request came from, for limits. An IPv6 household has a whole /64, so that much counts as one."""
    try:
        found = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def who() -> Actor | None:
    """Who is signed in on this browser; asks the database only when there is a cookie."""
    return signed_in() if COOKIE in request.cookies else None


def door() -> PortalSession:
    """This request's session, asking at the door: it sees what signing in needs, and nothing of any family."""
    who()  # first: the device is read as a transaction begins, so it must begin as the device's
    session = db()
    if "token" in session.info or session.info.get("speaker") != DOOR:
        speak_for(session, DOOR)
    begin(session)
    return session


def carry(response: Response, token: str, *, keep: bool) -> Response:
    """Give the browser its device's token. `keep`: also after it is closed, on a phone that is only theirs."""
    secure = current_app.config["SETTINGS"].secure_cookies
    age = int(LONGEST.total_seconds()) if keep else None
    response.set_cookie(COOKIE, token, max_age=age, secure=secure, httponly=True, samesite="Lax")
    return response


def remember_language(response: Response, code: str) -> None:
    """The language of pages on this browser while nobody is signed in."""
    secure = current_app.config["SETTINGS"].secure_cookies
    response.set_cookie(language.COOKIE, code, max_age=31536000, secure=secure, samesite="Lax", httponly=True)


def drop(response: Response) -> Response:
    """Take the token away again."""
    response.delete_cookie(COOKIE, secure=current_app.config["SETTINGS"].secure_cookies, httponly=True, samesite="Lax")
    return response


def local(path: str | None) -> str | None:
    """The path if it leads to a page of ours, else None: a link may not send people elsewhere by way of sign-in."""
    if not path or not path.startswith("/") or len(path) > 300 or re.search(r"[\\\x00-\x20]|^//", path):
        return None
    found = urlsplit(path)
    if found.scheme or found.netloc or re.match(r"/(sign-in|sign-out|exit|join|staff|taken|demo)\b", found.path):
        return None
    return path


def seal(text: str) -> str:
    """A text that the browser may carry but not show: its cookie can be read by the next one at the computer."""
    return base64.urlsafe_b64encode(encrypt(text, "cookie")).decode()


def unseal(sealed: str | None) -> str | None:
    """The text again; None when there is none or it was sealed with a key that is gone."""
    try:
        return decrypt(base64.urlsafe_b64decode(sealed), "cookie") if sealed else None
    except (KeysMissing, ValueError):
        return None
