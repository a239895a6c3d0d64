"""gunicorn, started from our own command so that one line serves the portal anywhere."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from portal import create_app
from portal.foundation.roles import engine_for
from portal.settings import Settings

THREADS = 4


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with our application and settings instead of its own command line."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.settings, self.port = settings, port
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"0.0.0.0:{self.port}" if not self.settings.demo else f"127.0.0.1:{self.port}",
            "workers": self.settings.web_concurrency,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "keepalive": 15,
            "max_requests": 20000,
            "max_requests_jitter": 2000,
            "worker_tmp_dir": None,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        # made in each worker after the fork: a pool must never be shared between processes
        return create_app(self.settings, engine_for(self.settings, "web", pool_size=THREADS))


def serve(settings: Settings, port: int) -> None:
    """Serve until told to stop."""
    if settings.database_url is None:
        engine_for(settings, "web").dispose()  # the parent holds the embedded server for its workers
    Server(settings, port).run()
