"""Twilio, by its own client. TWILIO_API_URL sends every call elsewhere, such as to a server that behaves like it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from portal.messages.gateways import Later, Outgoing, Refused, Unsure
from portal.messages.gateways.reaching import never_reached
from portal.messages.gateways.twilio_problems import PROBLEMS
from portal.settings import Settings

PATIENCE = 10.0  # seconds for one call
AT_ONCE = 32  # connections kept open
SLACK = timedelta(minutes=2)  # by which its clock and ours may differ
Said = TypeVar("Said")

# its log would hold numbers and words
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


class Redirected(TwilioHttpClient):  # type: ignore[misc]  # Twilio ships no types
    """Twilio's HTTP client; every call keeps its path and goes to another server, where one is named."""

    def __init__(self, elsewhere: str | None, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.elsewhere = urlsplit(elsewhere) if elsewhere else None
        if self.session is not None:
            for scheme in ("http://", "https://"):
                self.session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=0))

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Response:
        """As Twilio's own."""
        if self.elsewhere is not None:
            there = urlsplit(url)._replace(scheme=self.elsewhere.scheme, netloc=self.elsewhere.netloc)
            url = there._replace(path=self.elsewhere.path.rstrip("/") + there.path).geturl()
        return super().request(method, url, *rest, **more)


class Twilio:
    """Texts by Twilio, with a callback that names our row."""

    name = "twilio"
    answers = True

    def __init__(self, settings: Settings, timeout: float = PATIENCE) -> None:
        self.client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            http_client=Redirected(settings.twilio_api_url, timeout),
        )
        sender = settings.twilio_from or ""
        self.sender = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        self.url = settings.url

    def send(self, text: Outgoing) -> str:
        said = _asked(
            lambda: self.client.messages.create(
                to=text.number, body=text.body, status_callback=f"{self.url}/sms/status/{text.ref}", **self.sender
            )
        )
        return str(said.sid)

    def look_up(self, text: Outgoing, since: datetime) -> list[str]:
        begin = since - SLACK
        found = _asked(lambda: self.client.messages.list(to=text.number, date_sent_after=begin, limit=200))
        return [
            str(one.sid)
            for one in found
            if one.body == text.body and (one.date_created is None or one.date_created >= begin)
        ]

    def redact(self, sid: str) -> None:
        _asked(lambda: self.client.messages(sid).update(body=""))


def _asked(call: Callable[[], Said]) -> Said:
    """What Twilio said; its errors as ours."""
    try:
        return call()
    except TwilioRestException as wrong:
        if wrong.code in PROBLEMS:
            raise Refused(PROBLEMS[wrong.code]) from None
        if wrong.status == 429 or wrong.status in (401, 403):
            # 401 and 403 are about our account, not about this text: it waits until somebody has mended that
            raise Later(f"twilio {wrong.status}") from None
        if wrong.status >= 500:
            raise Unsure(f"twilio {wrong.status}") from None
        raise Refused("refused") from None
    except RequestException as wrong:
        if never_reached(wrong):
            raise Later("twilio is not there") from None
        raise Unsure("twilio's answer was lost") from None
    except (TwilioException, ValueError):
        # an answer that cannot be read
        raise Unsure("twilio's answer cannot be read") from None


def connect(settings: Settings) -> Twilio:
    """Twilio, as the settings say."""
    return Twilio(settings)
