"""Answers public pages from memory before the rest of the portal wakes: the same bytes for everybody signed out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from portal.foundation import clock, language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 1000  # pages held at once: far more than there are, so that nobody can fill the memory
ONLY_LANGUAGE = re.compile(rf"{language.COOKIE}=([A-Za-z_-]+)")

Answer = tuple[str, list[tuple[str, str]], bytes]
T = TypeVar("T")
log = structlog.get_logger("web")


class Remembered(Generic[T]):
    """Something small out of the database that public pages show: asked for again at most once in so many seconds.

    When the database does not answer, what was known last still stands, so that help is there without it."""

    def __init__(self, ask: Callable[[], T], at_first: T, seconds: float) -> None:
        self.ask = ask
        self.known = at_first
        self.seconds = seconds
        self.due = 0.0

    def __call__(self) -> T:
        now = time.monotonic()
        if now >= self.due:
            self.due = now + self.seconds
            try:
                self.known = self.ask()
            except SQLAlchemyError as problem:
                log.warning("the database does not answer", problem=type(problem).__name__)
        return self.known

    def forget(self) -> None:
        """Ask again next time: something has just been changed here."""
        self.due = 0.0


@lru_cache(512)
def chosen(accepted: str, cookie: str, offered: tuple[str, ...]) -> str:
    """The language that `language.choose` gives somebody who is not signed in."""
    if (only := ONLY_LANGUAGE.fullmatch(cookie)) and only.group(1) in offered:
        return only.group(1)
    return parse_accept_header(accepted, LanguageAccept).best_match(offered) or "en"


class Kept:
    """Keeps what the application itself calls public, for the day on which it was made and while `version` is the same.

    Whoever brings a cookie other than the language, a question or anything but a plain GET is let through."""

    def __init__(
        self, app: WSGIApplication, places: Sequence[str], folder: str, version: Callable[[], Hashable]
    ) -> None:
        self.app = app
        self.places = tuple(places)
        self.folder = folder
        self.version = version
        self.answers: dict[tuple[Any, ...], Answer] = {}

    def key(self, environ: WSGIEnvironment) -> tuple[Any, ...] | None:
        """What the answer depends on, or None where it may be for one person only."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(self.places) or environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
            return None
        cookie = environ.get("HTTP_COOKIE", "")
        if (cookie and not ONLY_LANGUAGE.fullmatch(cookie)) or "HTTP_HX_REQUEST" in environ:
            return None
        spoken = chosen(environ.get("HTTP_ACCEPT_LANGUAGE", ""), cookie, language.offered(self.folder))
        return clock.today(), self.version(), path, spoken, packing(environ), environ["wsgi.url_scheme"]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self.key(environ)
        if key is None:
            return self.app(environ, start_response)
        answer = self.answers.get(key)
        if answer is None:
            answer = self.ask(environ | {"HTTP_ACCEPT_ENCODING": packing(environ)})
            if public(answer):
                if len(self.answers) >= MOST:
                    self.answers.clear()
                self.answers[key] = answer
        status, headers, body = answer
        start_response(status, headers[:])
        return [body]

    def ask(self, environ: WSGIEnvironment) -> Answer:
        """The application's own answer, whole."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            begun[:] = [(status, headers)]
            return None

        pieces = self.app(environ, start)
        try:
            body = b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        return (*begun[0], body)


def packing(environ: WSGIEnvironment) -> str:
    """gzip or nothing: two kinds of each page, whatever browsers write."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" if "gzip" in accepted and "q=0" not in accepted.replace("q=0.", "") else ""


def public(answer: Answer) -> bool:
    """May anybody have this answer? Only where the application says so."""
    status, headers, _ = answer
    said = {name.lower(): value for name, value in headers}
    return status.startswith("200") and said.get("cache-control", "").startswith("public") and "set-cookie" not in said


def install(app: Flask, places: Sequence[str], version: Callable[[], Hashable] = lambda: 0) -> None:
    """Keep what is public under these places, as long as what `version` says stays the same."""
    app.wsgi_app = Kept(app.wsgi_app, places, app.config["TRANSLATIONS"], version)  # type: ignore[method-assign]  # as Flask says
