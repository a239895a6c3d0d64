"""A server that behaves like Twilio: the same paths, authentication, errors and opt-outs."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from tests.messages.provider_server import Answering, ProviderServer

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


class TwilioServer(ProviderServer):
    """What it was given, and how it shall behave."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.messages: dict[str, dict[str, Any]] = {}
        self.blocked: set[str] = set()
        self.drop = 0.0
        """How often it takes a text and closes the connection without an answer."""
        self.calls = 0
        self.random = Random(seed)

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

    def begin_again(self) -> None:
        """As if it had just begun."""
        self.messages.clear()
        self.blocked.clear()
        self.refuse.clear()
        self.drop, self.deaf, self.calls = 0.0, False, 0

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


class _Answer(Answering[TwilioServer]):
    def _refuse(self, code: int) -> None:
        status, message = ERRORS[code]
        self.say(status, {"code": code, "message": message, "more_info": "", "status": status})

    def _form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.given().decode(), True).items()}

    def _who(self) -> bool:
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        return self.headers.get("Authorization") == wanted

    def do_POST(self) -> None:
        twilio, form = self.provider, self._form()
        twilio.calls += 1
        found = MESSAGES.fullmatch(urlsplit(self.path).path)
        if twilio.deaf:
            self.hang_up()
            return
        if not self._who():
            self._refuse(20003)
            return
        if found is None:
            self.say(404, {"code": 20404, "message": "not found", "more_info": "", "status": 404})
            return
        if found[1]:
            message = twilio.messages[found[1]]
            message["body"] = form["Body"]
            self.say(200, _said(message))
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
            self.hang_up()
            return
        self.say(201, _said(message))

    def do_GET(self) -> None:
        twilio = self.provider
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if twilio.deaf:
            self.hang_up()
            return
        if not self._who():
            self._refuse(20003)
            return
        with twilio.lock:
            found = [each for each in twilio.messages.values() if each["to"] == asked.get("To")]
        self.say(200, {"messages": [_said(each) for each in found], "next_page_uri": None, "page": 0})


TwilioServer.answers = _Answer


def _said(message: dict[str, Any]) -> dict[str, Any]:
    at = format_datetime(message["at"])
    return {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": message["body"], "date_created": at,
        "date_sent": None, "date_updated": at, "direction": "outbound-api", "error_code": None, "error_message": None,
        "from": message["from"], "messaging_service_sid": None, "num_media": "0", "num_segments": "1", "price": None,
        "price_unit": "USD", "sid": message["sid"], "status": "queued", "subresource_uris": {}, "to": message["to"],
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message['sid']}.json",
    }  # fmt: skip
