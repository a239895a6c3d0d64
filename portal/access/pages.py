"""Every page of access, registered in one place: signing in (families, links, staff), one's account, the front page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# join_views and staff_views add their pages to the sign_in blueprint as they are read
from portal.access import account_views, join_views, staff_views, views
from portal.access.front import front

__all__ = ["install", "join_views", "staff_views"]

POSTS = "300/minute"
"""Forms of signing in that one address may send, in each process (or together, with REDIS_URL)."""

SendText = Callable[..., None]
"""`send_text(session, number, body, urgent=True)`: queues a text. Given from above, since access knows no messages."""


def install(app: Flask, send_text: SendText, exit_url: str, *, own_front: bool = True) -> None:
    """Register the pages. `own_front`: the public front page, in whose place the demo has its own."""
    app.extensions["send_text"] = send_text
    app.config["EXIT_URL"] = exit_url
    # the browser's beacon carries no token, and all that Exit can do is sign this browser out
    app.extensions["csrf"].exempt(account_views.leave)
    # coarse, and counted for each address: what really protects a number is counted in PostgreSQL (access/limits.py)
    limiter = Limiter(get_remote_address, app=app, storage_uri=app.config["SETTINGS"].redis_url or "memory://")
    limiter.limit(lambda: POSTS, methods=["POST"])(views.sign_in)
    app.register_blueprint(views.sign_in)
    app.register_blueprint(account_views.account)
    if own_front:
        app.register_blueprint(front)
