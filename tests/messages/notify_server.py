"""A server that behaves like GOV.UK Notify's API, version 2: its keys, its errors, its notifications."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

from tests.messages.provider_server import Answering, ProviderServer

SERVICE, SECRET = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-9999-aaaaaaaaaaaa"
TEMPLATE = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff"
BEARER = "a long random value of our own"
ONE = re.compile(r"/v2/notifications/([0-9a-f-]{36})")
LONGEST = 918
ERRORS = {
    "no_number": (400, "ValidationError", "phone_number Not enough digits"),
    "abroad": (400, "BadRequestError", "Cannot send to international mobile numbers"),
    "trial": (
        400,
        "BadRequestError",
        "Can’t send to this recipient when service is in trial mode - see https://www.notifications.service.gov.uk/trial-mode",
    ),
    "team_key": (400, "BadRequestError", "Can’t send to this recipient using a team-only API key"),
    "no_template": (400, "BadRequestError", "Template not found"),
    "too_long": (
        400,
        "BadRequestError",
        f"Content for template has a character count greater than the limit of {LONGEST}",
    ),
    "clock": (403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"),
    "no_key": (403, "AuthError", "Invalid token: API key not found"),
    "rate": (429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
    "day": (429, "TooManyRequestsError", "Exceeded send limits (250000) for today"),
    "broken": (500, "Exception", "Internal server error"),
}


class NotifyServer(ProviderServer):
    """What it was given, and how it shall behave."""

    def __init__(self) -> None:
        super().__init__()
        self.notifications: dict[str, dict[str, Any]] = {}
        self.loses_answers = False
        """It takes a text and closes the connection without an answer."""
        self.babbles = False
        """It takes a text, and its answer is no JSON."""

    @property
    def env(self) -> dict[str, str]:
        """The settings that send a portal here."""
        return {
            "PORTAL_SMS": "notify",
            "NOTIFY_API_KEY": f"alongside-{SERVICE}-{SECRET}",
            "NOTIFY_TEMPLATE_ID": TEMPLATE,
            "NOTIFY_CALLBACK_TOKEN": BEARER,
            "NOTIFY_API_URL": self.url,
        }

    def begin_again(self) -> None:
        """As if it had just begun."""
        self.notifications.clear()
        self.refuse.clear()
        self.loses_answers = self.babbles = self.deaf = False

    @property
    def bodies(self) -> list[str]:
        """The words it has, oldest first."""
        return [one["body"] for one in self.notifications.values()]

    def receipt(self, identity: str, status: str) -> dict[str, Any]:
        """What it tells the callback for delivery receipts."""
        one = self.notifications[identity]
        one["status"] = status
        return {
            "id": identity, "reference": one["reference"], "to": one["phone_number"], "status": status,
            "created_at": one["created_at"], "completed_at": one["created_at"], "sent_at": one["created_at"],
            "notification_type": "sms", "template_id": TEMPLATE, "template_version": 1,
        }  # fmt: skip

    def from_phone(self, body: str, number: str) -> dict[str, Any]:
        """What it tells the callback for received texts. Numbers come without a plus, and STOP comes like any text."""
        return {
            "id": str(uuid.uuid4()), "source_number": number.lstrip("+"), "destination_number": "07700900999",
            "message": body, "date_received": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        }  # fmt: skip


class _Answer(Answering[NotifyServer]):
    def _refuse(self, status: int, error: str, message: str) -> None:
        self.say(status, {"status_code": status, "errors": [{"error": error, "message": message}]})

    def _who(self) -> bool:
        """A token signed with our key less than thirty seconds ago, for our service; else it is refused here."""
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        try:
            known = kind == "Bearer" and get_token_issuer(token) == SERVICE and decode_jwt_token(token, SECRET)
        except TokenError:
            known = False
        if not known:
            self._refuse(*ERRORS["no_key"])
        return bool(known)

    def do_POST(self) -> None:
        notify = self.provider
        given = self.given()
        if notify.deaf:
            self.hang_up()
            return
        if not self._who():
            return
        if urlsplit(self.path).path != "/v2/notifications/sms":
            self.say(404, {"result": "error", "message": "Not found"})
            return
        asked = json.loads(given)
        body = str(asked["personalisation"]["body"])
        wrong = notify.refuse.get(asked["phone_number"]) or notify.refuse.get("*")
        wrong = wrong or ("no_template" if asked["template_id"] != TEMPLATE else None)
        wrong = wrong or ("too_long" if len(body) > LONGEST else None)
        if wrong:
            self._refuse(*ERRORS[wrong])
            return
        identity = str(uuid.uuid4())
        one = {
            "id": identity, "reference": asked.get("reference"), "phone_number": asked["phone_number"], "body": body,
            "type": "sms", "status": "created", "created_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        }  # fmt: skip
        with notify.lock:
            notify.notifications[identity] = one
        if notify.loses_answers:
            self.hang_up()
            return
        if notify.babbles:
            self.say(201, b"<html>a proxy speaks</html>")
            return
        self.say(
            201,
            {
                "id": identity,
                "reference": asked.get("reference"),
                "content": {"body": body, "from_number": "GOVUK"},
                "uri": f"{notify.url}/v2/notifications/{identity}",
                "template": {"id": TEMPLATE, "version": 1, "uri": f"{notify.url}/v2/templates/{TEMPLATE}"},
                "scheduled_for": None,
            },
        )

    def do_GET(self) -> None:
        notify, address = self.provider, urlsplit(self.path)
        if notify.deaf:
            self.hang_up()
            return
        if not self._who():
            return
        if found := ONE.fullmatch(address.path):
            one = notify.notifications.get(found[1])
            if one is None:
                self._refuse(404, "NoResultFound", "No result found")
            else:
                self.say(200, one)
            return
        if address.path != "/v2/notifications":
            self.say(404, {"result": "error", "message": "Not found"})
            return
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        with notify.lock:
            rows = [
                one
                for one in notify.notifications.values()
                if asked.get("reference") in (None, one["reference"])
                and asked.get("template_type") in (None, one["type"])
            ]
        self.say(200, {"notifications": rows, "links": {"current": f"{notify.url}{self.path}"}})


NotifyServer.answers = _Answer
