"""Phones that talk: each text is answered in a transaction of its own, speaking as whoever wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from portal.conversations.actions import converse
from portal.foundation.database import PortalSession, Speaker
from tests.appointments.conftest import World, world

__all__ = ["world"]


@dataclass(frozen=True)
class Texter:
    """Who writes, as portal/messages knows them."""

    person_id: int
    family_id: int
    language: str | None = "en"
    discreet: bool = True
    limit: str = "none"
    lead: str | None = "Ada Obi"


Phone = Callable[[str], str | None]


@pytest.fixture
def phone(world: World, at: Callable[[str], None]) -> Callable[..., Phone]:
    """`leo = phone(world.leo)`, then `leo("BOOK")` gives the answer."""
    app = world.client("LEO").app
    at("2019-07-15T10:00")

    def of(person_id: int, **more: object) -> Phone:
        def send(body: str) -> str | None:
            texter = Texter(person_id, world.family_id, **more)  # type: ignore[arg-type]  # named in each test
            with app.app_context(), PortalSession(world.database.web) as session:
                session.info["speaker"] = Speaker(person_id=person_id)
                answer = converse(session, texter, body)
                session.commit()
            return answer

        return send

    return of
