"""create_app(): the table of contents of the portal."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal import layout, policy
from portal.access import gate, pages
from portal.answering.worker_views import work_answering
from portal.appointments.views import appointments
from portal.appointments.worker_views import work_appointments
from portal.assessments.views import assessment
from portal.assessments.worker_views import work_assessment
from portal.availability.worker_views import availability
from portal.calendars.views import calendars
from portal.changes.views import changes
from portal.changes.worker_views import work_changes
from portal.checkins.views import checkins
from portal.checkins.worker_views import work_checkins
from portal.contexts.views import contexts
from portal.contexts.worker_views import work_contexts
from portal.conversations.actions import converse
from portal.courses.feeds import open_referral
from portal.courses.jobs import by_text as courses_by_text
from portal.courses.views import courses
from portal.courses.worker_views import work_courses
from portal.duties.worker_views import work_duties
from portal.duty.views import not_safe
from portal.duty.worker_views import duty
from portal.endings.views import endings
from portal.endings.worker_views import work_endings
from portal.forwarding.worker_views import work_forwarding
from portal.foundation import clock, fields, health, kept, language, web
from portal.guidance.views import PLACES, guidance, nearby_kept
from portal.guidance.worker_views import local
from portal.handovers.views import handovers
from portal.handovers.worker_views import work_handovers
from portal.home.views import home
from portal.home.worker_views import work
from portal.involvement.views import network
from portal.involvement.worker_views import joining
from portal.meetings.views import meetings
from portal.meetings.worker_views import work_meetings
from portal.messages import webhooks
from portal.messages.actions import queue_text
from portal.messages.views import own_texts
from portal.messages.worker_views import work_texts
from portal.moves.views import moving
from portal.moves.worker_views import work_moving
from portal.needs.worker_views import work_needs
from portal.offers.views import offers
from portal.offers.worker_views import work_offers
from portal.oversight.worker_views import oversight
from portal.people.views import supporters
from portal.places.views import places
from portal.places.worker_views import work_places
from portal.plans.views import plan
from portal.plans.worker_views import work_plan
from portal.protections.views import protections
from portal.protections.worker_views import work_protections
from portal.questions.views import questions
from portal.questions.worker_views import work_questions
from portal.records.actions import record_opening
from portal.records.views import records
from portal.records.worker_views import looked
from portal.relocation.views import talking
from portal.relocation.worker_views import work_talking
from portal.safety.views import safety
from portal.safety.worker_views import work_safety
from portal.schools.views import school
from portal.schools.worker_views import work_school
from portal.settings import Settings
from portal.staff.worker_views import staff
from portal.telling.views import telling
from portal.telling.worker_views import work_telling
from portal.updates.views import updates
from portal.updates.worker_views import work_updates
from portal.wishes.views import wishes
from portal.wishes.worker_views import work_wishes

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "static" / "dist"
BLUEPRINTS = (
    home,
    network,
    supporters,
    plan,
    appointments,
    updates,
    questions,
    meetings,
    protections,
    checkins,
    work_meetings,
    work_protections,
    work_checkins,
    assessment,
    records,
    guidance,
    local,
    handovers,
    work_handovers,
    endings,
    work_endings,
    staff,
    work,
    joining,
    work_plan,
    work_appointments,
    work_updates,
    work_questions,
    work_assessment,
    telling,
    work_telling,
    contexts,
    work_contexts,
    work_duties,
    looked,
    oversight,
    courses,
    work_courses,
    open_referral,
    changes,
    work_changes,
    calendars,
    places,
    work_places,
    availability,
    offers,
    work_offers,
    safety,
    work_safety,
    wishes,
    work_wishes,
)
HASHED = re.compile(r"\.[0-9a-f]{8,}\.")


def create_app(settings: Settings, engine: Engine) -> Flask:
    """The web application for these settings, speaking to the database through `engine` (role portal_web)."""
    app = Flask("portal", static_folder=None, template_folder=str(ROOT / "templates"))
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
    app.extensions["near"] = near = nearby_kept(engine)
    kept.install(app, PLACES, lambda: near().mark)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]  # as Werkzeug documents it
    fewer_bytes(app)
    fields.use_keys(settings.field_keys, settings.search_key)
    clock.fix(settings.now)
    web.no_nul(app)
    language.install(app)
    CSRFProtect(app)
    gate.install(app, policy.RULES, record_opening)
    layout.install(app, settings, DIST)
    web.one_commit(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    pages.install(app, queue_text, layout.LEAVE_TO, own_front=not settings.demo)
    for blueprint in (own_texts, not_safe, work_texts, duty):
        app.register_blueprint(blueprint)
    webhooks.install(app, converse, partial(courses_by_text, language=None, url=settings.url))
    if settings.demo:
        from portal.demo import views as demo  # never loaded in production

        demo.install(app)
    for blueprint in (
        moving,
        work_moving,
        work_answering,
        work_needs,
        work_forwarding,
        talking,
        work_talking,
        school,
        work_school,
    ):
        app.register_blueprint(blueprint)
    app.add_url_rule("/healthz", view_func=gate.needs("public")(health.alive))
    app.add_url_rule("/readyz", view_func=gate.needs("public")(health.ready))
    return app


def fewer_bytes(app: Flask) -> None:
    """Compressed pages and ready-compressed assets that a phone fetches once: little data, a slow bus.

    Pages may be compressed although they carry a form token: our cookies are SameSite=Lax, so another site cannot
    make a browser fetch a signed-in page and watch its length.
    """
    app.config.update(
        COMPRESS_MIMETYPES=["text/html", "application/json"],
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=5,
        COMPRESS_MIN_SIZE=800,
    )
    Compress(app)
    if DIST.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # as WhiteNoise's documentation says
            app.wsgi_app, root=DIST, prefix="static/", immutable_file_test=lambda path, url: bool(HASHED.search(url))
        )
