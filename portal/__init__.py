"""create_app(): the table of contents of the portal."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine

from portal import layout, policy
from portal.access import gate
from portal.appointments.views import appointments
from portal.assessments.views import assessment
from portal.foundation import clock, fields, language, web
from portal.home.views import home
from portal.involvement.views import network
from portal.people.views import supporters
from portal.plans.views import plan
from portal.records.actions import record_opening
from portal.records.views import records
from portal.settings import Settings
from portal.updates.views import updates

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings, engine: Engine) -> Flask:
    """The web application for these settings, speaking to the database through `engine` (role portal_web)."""
    app = Flask("portal", static_folder=str(ROOT / "static" / "dist"), static_url_path="/static", template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=1_000_000,
        TRANSLATIONS=str(ROOT / "translations"),
        SETTINGS=settings,
    )
    app.extensions["engine"] = engine
    fields.use_keys(settings.field_keys, settings.search_key)
    clock.fix(settings.now)
    language.install(app)
    CSRFProtect(app)
    gate.install(app, policy.RULES, record_opening)
    layout.install(app, settings, ROOT / "static" / "dist")
    web.one_commit(app)
    for blueprint in (home, network, supporters, plan, appointments, updates, assessment, records):
        app.register_blueprint(blueprint)
    return app
