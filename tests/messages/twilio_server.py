"""A server that behaves like Twilio: the same paths, authentication, errors and opt-outs."""

from __future__ import annotations

import base64
import json
import re
import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN, SENDER = "AC" + "a" * 32, "b" * 32, "+447700900999"
MESSAGES = re.compile(rf"/2010-04-01/Accounts/{ACCOUNT}/Messages(?:/(SM\w+))?\.json")
STOPS, HELPS = {"STOP", "STOPALL", "CANCEL", "END", "QUIT", "UNSUBSCRIBE"}, {"HELP", "INFO"}
STARTS = {"START", "YES", "UNSTOP"}
ERRORS = {
    21211: (400, "The 'To' number is not a valid phone number."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    20429: (429, "Too Many Requests"),
    20003: (401, "Authenticate"),
    20500: (500, "Internal Server Error"),
}


class TwilioServer:
    """What it was given, and how it shall behave."""

    def __init__(self, seed: int = 0) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.blocked: set[str] = set()
        self.refuse: dict[str, int] = {}
        """By number: the error with which every text to it is refused. `*`: to any number."""
        self.drop = 0.0
        """How often it takes a text and closes the connection without an answer."""
        self.deaf = False
        """Nothing is answered at all, look-ups neither."""
        self.calls = 0
        self.random = Random(seed)
        self.lock = threading.Lock()
        self.server = _Server(("127.0.0.1", 0), _Answer)
        self.server.twilio = self
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def env(self) -> dict[str, str]:
        """The settings that send a portal here."""
        return {
            "PORTAL_SMS": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": SENDER,
            "TWILIO_API_URL": self.url,
        }

    def __enter__(self) -> TwilioServer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def bodies(self) -> list[str]:
        """The words it has, oldest first."""
        return [message["body"] for message in self.messages.values()]

    def from_phone(self, body: str, number: str, advanced: bool = False) -> dict[str, str] | None:
        """What it tells a webhook when this comes from a phone: nothing for a lone STOP or HELP, which it answers
        itself, unless Advanced Opt-Out is on."""
        word, kind = body.strip().upper(), None
        if word in STOPS:
            self.blocked.add(number)
            kind = "STOP"
        elif word in STARTS and number in self.blocked:
            self.blocked.discard(number)
            kind = "START"
        elif word in HELPS:
            kind = "HELP"
        if kind and not advanced:
            return None
        with self.lock:
            sid = f"SM{self.random.getrandbits(128):032x}"
        form = {
            "MessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "From": number, "To": SENDER, "Body": body,
            "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01",
        }  # fmt: skip
        return form | ({"OptOutType": kind} if kind else {})


def signed(address: str, form: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    """The header with which it proves itself."""
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(address, form)}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    twilio: TwilioServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed hangs up; that is no news."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _say(self, status: int, said: dict[str, Any] | None) -> None:
        body = json.dumps(said).encode() if said is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _refuse(self, code: int) -> None:
        status, message = ERRORS[code]
        self._say(status, {"code": code, "message": message, "more_info": "", "status": status})

    def _form(self) -> dict[str, str]:
        size = int(self.headers.get("Content-Length") or 0)
        return {name: values[0] for name, values in parse_qs(self.rfile.read(size).decode(), True).items()}

    def _who(self) -> bool:
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        return self.headers.get("Authorization") == wanted

    def do_POST(self) -> None:
        twilio, form = self.server.twilio, self._form()
        twilio.calls += 1
        found = MESSAGES.fullmatch(urlsplit(self.path).path)
        if twilio.deaf:
            self.close_connection = True
            return
        if not self._who():
            self._refuse(20003)
            return
        if found is None:
            self._say(404, {"code": 20404, "message": "not found", "more_info": "", "status": 404})
            return
        if found[1]:
            message = twilio.messages[found[1]]
            message["body"] = form["Body"]
            self._say(200, _said(message))
            return
        to = form["To"]
        code = twilio.refuse.get(to) or twilio.refuse.get("*") or (21610 if to in twilio.blocked else None)
        if code:
            self._refuse(code)
            return
        with twilio.lock:
            sid = f"SM{twilio.random.getrandbits(128):032x}"
            now = datetime.now(UTC)
            message = {"sid": sid, "to": to, "from": form["From"], "body": form["Body"], "at": now}
            twilio.messages[sid] = message | {"back": form.get("StatusCallback")}
            dropped = twilio.random.random() < twilio.drop
        if dropped:
            self.close_connection = True
            return
        self._say(201, _said(message))

    def do_GET(self) -> None:
        twilio = self.server.twilio
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if twilio.deaf:
            self.close_connection = True
            return
        if not self._who():
            self._refuse(20003)
            return
        with twilio.lock:
            found = [each for each in twilio.messages.values() if each["to"] == asked.get("To")]
        self._say(200, {"messages": [_said(each) for each in found], "next_page_uri": None, "page": 0})


def _said(message: dict[str, Any]) -> dict[str, Any]:
    at = format_datetime(message["at"])
    return {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": message["body"], "date_created": at,
        "date_sent": None, "date_updated": at, "direction": "outbound-api", "error_code": None, "error_message": None,
        "from": message["from"], "messaging_service_sid": None, "num_media": "0", "num_segments": "1", "price": None,
        "price_unit": "USD", "sid": message["sid"], "status": "queued", "subresource_uris": {}, "to": message["to"],
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message['sid']}.json",
    }  # fmt: skip
