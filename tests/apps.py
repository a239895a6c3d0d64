"""Apps for tests, lent and taken back: making one takes longer than most tests, and nearly all of it is routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine

from portal import create_app
from portal.foundation import clock, fields
from portal.foundation.kept import Kept
from portal.guidance.views import nearby_kept
from portal.settings import Settings


@dataclass(eq=False)
class Made:
    """An app, and what it knew when it was new."""

    app: Flask
    settings: Settings
    config: dict[str, Any]
    extensions: dict[str, Any]

    def renew(self, engine: Engine) -> Flask:
        """The app as `create_app(settings, engine)` would make it: nothing is left of whoever had it before."""
        self.app.config.clear()
        self.app.config.update(self.config)
        self.app.extensions.clear()
        self.app.extensions.update(self.extensions, engine=engine)
        vars(self.app.extensions["near"]).update(vars(nearby_kept(engine)))
        for limiter in self.app.extensions["limiter"]:
            limiter.reset()
        _kept(self.app).answers.clear()
        fields.use_keys(self.settings.field_keys, self.settings.search_key)
        clock.fix(self.settings.now)
        return self.app


class Apps:
    """The apps of one test process. Each is with one test at a time, and has what a new one has."""

    def __init__(self) -> None:
        self.free: list[Made] = []
        self.lent: list[Made] = []

    def lend(self, settings: Settings, engine: Engine) -> Flask:
        """An app for these settings and this database, until `take_back`."""
        made = next((one for one in self.free if one.settings == settings), None)
        if made is None:
            made = _make(settings, engine)
        else:
            self.free.remove(made)
        self.lent.append(made)
        return made.renew(engine)

    def take_back(self) -> None:
        """The test is over: what it borrowed may go to the next."""
        self.free += self.lent
        self.lent.clear()


def _make(settings: Settings, engine: Engine) -> Made:
    app = create_app(settings, engine)
    app.config["TESTING"] = True
    # compiling the templates anew for each app would take longer still
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(settings.data))
    return Made(app, settings, dict(app.config), dict(app.extensions))


def _kept(app: Flask) -> Kept:
    inner: Any = app.wsgi_app
    while not isinstance(inner, Kept):
        inner = inner.application if hasattr(inner, "application") else inner.app
    return inner
