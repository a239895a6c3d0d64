"""What the tests of each provider share: an outbox that sends by it, and the web that it calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from portal import create_app
from portal.foundation.clock import real_now
from portal.foundation.database import DOOR, PortalSession, speak_for
from portal.foundation.jobs import CLAIM_LASTS, Worker
from portal.messages.actions import queue_text
from portal.messages.jobs import Outbox
from portal.messages.models import TextMessage
from portal.settings import Settings
from tests.client import Client
from tests.conftest import Database

NUMBER = "+447700900101"


class Posting:
    """An outbox that sends by this gateway, and the web that its provider calls."""

    def __init__(self, database: Database, settings: Settings, gateway: Any) -> None:
        self.database, self.settings, self.gateway = database, settings, gateway
        self.outbox = Outbox(gateway)
        app = create_app(settings, database.web)
        app.config["TESTING"] = True
        app.extensions["converse"] = None
        self.client = Client(app)

    def queue(self, *bodies: str, number: str = NUMBER) -> None:
        with PortalSession(self.database.web) as session:
            speak_for(session, DOOR)
            for body in bodies:
                queue_text(session, number, body)
            session.commit()

    def send(self) -> int:
        return Worker(self.database.worker, [self.outbox], ()).drain()

    def rows(self, model: type = TextMessage) -> list[Any]:
        with self.database.session() as session:
            return list(session.scalars(select(model).order_by(next(iter(model.__table__.primary_key.columns)))))

    def change(self, **values: object) -> None:
        with self.database.session() as session:
            session.execute(update(TextMessage).values(**values))
            session.commit()

    def later(self) -> None:
        """Until the claim of a sender that got no answer has run out."""
        self.change(claimed_at=real_now() - CLAIM_LASTS - timedelta(seconds=1))
