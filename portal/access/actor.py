"""Who is asking, as one request knows them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from flask_login import UserMixin


@dataclass(frozen=True, eq=False)
class Actor(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """A signed-in person or worker on one device."""

    device_id: int
    device_ref: str
    account_id: int
    person_id: int | None
    worker_id: int | None
    family_id: int | None
    name: str
    relation: str | None
    contact_limit: str
    is_manager: bool
    organisation_id: int | None
    language: str | None
    circles: frozenset[int]
    shared: bool
    second_factor: bool
    welcomed: bool
    discreet: bool
    sees_police: bool = False
    """A family member who chose to see what the police do."""

    @property
    def is_family(self) -> bool:
        """A member of a family; not a supporter they invited."""
        return self.person_id is not None and self.relation != "supporter"

    @property
    def is_supporter(self) -> bool:
        return self.relation == "supporter"

    @property
    def is_worker(self) -> bool:
        return self.worker_id is not None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    def get_id(self) -> str:
        return str(self.account_id)


def actor_from(entered: dict[str, Any]) -> Actor:
    """The actor from what `open_device` answered."""
    return Actor(**(entered | {"circles": frozenset(entered["circles"])}))


def token_hash(token: str) -> bytes:
    """What is kept of a device's or an invitation's token. The token is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()
