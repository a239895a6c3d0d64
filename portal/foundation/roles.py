"""Which database role each process speaks as: owner (migrate, import, backup), web, worker."""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from portal.foundation import embedded
from portal.foundation.database import make_engine
from portal.settings import Settings

Role = Literal["owner", "web", "worker"]
NAMES = {"web": "portal_web", "worker": "portal_worker"}


def address(settings: Settings, role: Role) -> str:
    """The connection address for this role; starts the embedded server when no DATABASE_URL is set."""
    if settings.database_url is None:
        embedded.start(settings.data)
        return embedded.url(settings.data, role=NAMES.get(role, "postgres"))
    if role == "owner":
        return settings.database_url
    if own := settings.web_database_url if role == "web" else settings.worker_database_url:
        return own
    url = make_url(settings.database_url).set(username=NAMES[role], password=_password(settings, role))
    return url.render_as_string(hide_password=False)


def engine_for(settings: Settings, role: Role, pool_size: int = 5) -> Engine:
    """An engine that speaks as this role."""
    return make_engine(address(settings, role), pooler=settings.pooler, pool_size=pool_size)


def _password(settings: Settings, role: Role) -> str:
    """Made from the secret key, so that one DATABASE_URL is enough to set up both roles."""
    return hmac.new(settings.secret_key.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def let_in(owner: Engine, settings: Settings) -> None:
    """After a migration: the web and worker roles may log in. Left alone where their own addresses are set."""
    with owner.connect() as connection:
        for role in ("web", "worker"):
            if (role == "web" and settings.web_database_url) or (role == "worker" and settings.worker_database_url):
                continue
            # ALTER ROLE takes no parameters; name and password are our own constants and hexadecimal digits
            connection.execute(text(f"alter role {NAMES[role]} login password '{_password(settings, role)}'"))
