"""The demo's provider: nothing leaves this machine; texts are read at /demo/phone/<number>."""

from __future__ import annotations

from datetime import datetime

from portal.foundation.database import reference
from portal.messages.gateways import Outgoing
from portal.settings import Settings


class Simulator:
    """Takes everything and sends nothing."""

    name = "simulator"
    answers = True

    def send(self, text: Outgoing) -> str:
        return f"demo-{reference()}"

    def look_up(self, text: Outgoing, since: datetime) -> list[str]:
        return []

    def redact(self, sid: str) -> None:
        return None


def connect(settings: Settings) -> Simulator:
    """The pretend provider."""
    return Simulator()
