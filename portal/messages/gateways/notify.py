"""GOV.UK Notify, which councils already hold, by its own client: one template whose whole text is ((body))."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from requests.exceptions import RequestException

from portal.messages.gateways import Later, Outgoing, Refused, Unsure
from portal.messages.gateways.reaching import never_reached
from portal.settings import Settings

PATIENCE = 10  # seconds for one call
OUR_ACCOUNT = ("trial mode", "team-only", "template not found", "template has been", "template_id", "personalisation")
"""Said with 400 when something about the account has to be mended, and nothing is wrong with this text."""

# its warnings hold what was refused, which may be a number
logging.getLogger("notifications_python_client").setLevel(logging.ERROR)


class Notify:
    """Texts by GOV.UK Notify. Our reference travels with each, so that it can be looked up."""

    name = "notify"
    answers = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.kept = threading.local()

    @property
    def client(self) -> Any:
        """One client for each thread: it is not safe to share."""
        if not hasattr(self.kept, "client"):
            elsewhere = {"base_url": self.settings.notify_api_url} if self.settings.notify_api_url else {}
            new: Any = NotificationsAPIClient
            self.kept.client = new(self.settings.notify_api_key, timeout=PATIENCE, **elsewhere)
        return self.kept.client

    def send(self, text: Outgoing) -> str:
        said = _asked(
            lambda: self.client.send_sms_notification(
                phone_number=text.number,
                template_id=self.settings.notify_template_id,
                personalisation={"body": text.body},
                reference=text.ref,
            )
        )
        return str(said["id"])

    def look_up(self, text: Outgoing, since: datetime) -> list[str]:
        found = _asked(lambda: self.client.get_all_notifications(template_type="sms", reference=text.ref))
        return [str(one["id"]) for one in found["notifications"]]

    def redact(self, sid: str) -> None:
        """Notify keeps words for seven days and cannot be asked to forget sooner."""


def _asked(call: Callable[[], Any]) -> Any:
    """What Notify said; its errors as ours."""
    try:
        return call()
    except HTTPError as wrong:
        status = wrong.status_code
        if never_reached(wrong.__cause__):
            raise Later("notify is not there") from None
        if status in (401, 403, 429):
            # about our key, its clock or today's limit, not about this text: it waits until somebody has mended that
            raise Later(f"notify {status}") from None
        if status in (400, 413):
            raise _about_this_text(str(wrong.message).lower()) from None
        raise Unsure(f"notify {status}") from None
    except RequestException:
        # the answer broke off while it was read
        raise Unsure("notify's answer was lost") from None
    except (InvalidResponse, KeyError, TypeError, ValueError):
        raise Unsure("notify's answer cannot be read") from None


def _about_this_text(said: str) -> Refused | Later:
    """Notify says 400 of a wrong number, and also where the account may not write to anybody yet."""
    if any(word in said for word in OUR_ACCOUNT):
        return Later("notify 400")
    if "international" in said:
        return Refused("not_there")
    return Refused("not_a_number" if "phone" in said else "refused")


def connect(settings: Settings) -> Notify:
    """Notify, as the settings say."""
    return Notify(settings)
