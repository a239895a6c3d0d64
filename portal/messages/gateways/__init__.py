"""The one small interface behind which the providers of texts stand. Each is loaded only where it is used: Twilio's
client alone takes 26 MB."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from portal.settings import Settings


@dataclass(frozen=True)
class Outgoing:
    """One text on its way: our reference, the number in full, the words."""

    ref: str
    number: str
    body: str


class Refused(Exception):
    """The provider will never send this one. The word says why: PROBLEMS in messages/conditions.py explains each."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Later(Exception):
    """Nothing was accepted, and another try may be: too many at once, nobody answers the door."""


class Unsure(Exception):
    """It may have been accepted: the answer was lost. To be looked up before it is sent again."""


class Gateway(Protocol):
    """A provider of texts. Any of its calls may raise Later or Unsure."""

    name: str
    answers: bool
    """Does an answer to a text that came in travel back in the same exchange?"""

    def send(self, text: Outgoing) -> str:
        """Hand a text over. Returns the provider's own name for it. Raises Refused when it never will be sent."""

    def look_up(self, text: Outgoing, since: datetime) -> list[str]:
        """The provider's names for what it was given, since then, that can be this very text."""

    def redact(self, sid: str) -> None:
        """Have the provider forget the words."""


def gateway(settings: Settings) -> Gateway:
    """The provider that the settings name."""
    module = importlib.import_module(f"portal.messages.gateways.{settings.sms}")
    return cast("Gateway", module.connect(settings))
