"""What the servers that behave like a provider of texts share: a port of their own, and answers in JSON."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, Self, TypeVar

Kind = TypeVar("Kind", bound="ProviderServer")


class ProviderServer:
    """A provider of texts that listens while its block lasts."""

    answers: type[Answering[Any]]

    def __init__(self) -> None:
        self.refuse: dict[str, Any] = {}
        """By number: the error with which every text to it is refused. `*`: to any number."""
        self.deaf = False
        """Nothing is answered at all, look-ups neither."""
        self.lock = threading.Lock()
        self.server = _Server(("127.0.0.1", 0), self.answers)
        self.server.provider = self
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    provider: Any

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed hangs up; that is no news."""


class Answering(BaseHTTPRequestHandler, Generic[Kind]):
    """How a provider answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    @property
    def provider(self) -> Kind:
        return self.server.provider

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def say(self, status: int, said: dict[str, Any] | bytes) -> None:
        """Answer with this."""
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def given(self) -> bytes:
        """What was posted."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def hang_up(self) -> None:
        """Close the connection without an answer."""
        self.close_connection = True
