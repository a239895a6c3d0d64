"""Is it Twilio who calls? Apart from its client, which the web has no use for and which takes 26 MB."""

from __future__ import annotations

from typing import Any

from twilio.request_validator import RequestValidator

from portal.settings import Settings


def fits(settings: Settings, address: str, form: Any, signature: str) -> bool:
    """Was this form signed with our token, for this address?"""
    return bool(RequestValidator(settings.twilio_auth_token).validate(address, form, signature))
