"""Was a provider reached at all? Where it was not, it has nothing, and the text can simply be tried again."""

from __future__ import annotations

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import NewConnectionError


def never_reached(wrong: BaseException | None) -> bool:
    """Did this call end before there was a connection: nobody at the door, a name nobody knows, no answer to it?"""
    if isinstance(wrong, ConnectTimeout):
        return True
    if not isinstance(wrong, NoConnection):
        return False
    reason = getattr(wrong.args[0], "reason", None) if wrong.args else None
    return isinstance(reason, NewConnectionError)
