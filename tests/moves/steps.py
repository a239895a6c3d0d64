"""What people do at a move, each through their own pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from werkzeug.test import TestResponse

from portal.foundation import clock
from tests.client import Client
from tests.moves.conftest import Around

Visit = Callable[..., Client]


class Walk:
    """Everybody's browser, on one day after the other."""

    def __init__(self, around: Around, visit: Visit) -> None:
        self.around, self.visit = around, visit
        self.day = "2019-07-01"
        self.clients: dict[str, Client] = {}

    def as_(self, who: str) -> Client:
        """This person's browser, today."""
        if who not in self.clients:
            self.clients[who] = self.visit(self.around.database, who, f"{self.day}T10:00")
        clock.fix(datetime.fromisoformat(f"{self.day}T10:00"))
        return self.clients[who]

    @property
    def work(self) -> str:
        """The page about the move, for those who work with the family."""
        return f"/work/families/{self.around.family}/moving"

    def words(self, who: str) -> str:
        """What this person reads about the move."""
        return said(self.as_(who).text("/moving" if who.startswith("P-") else self.work))

    def start(self, who: str = "W-OLD", borough: str = "NEW", **more: Any) -> TestResponse:
        """Begin a move, read by Rosa and Leo."""
        client = self.as_(who)
        path = f"{self.work}/new"
        page = client.soup(path)
        names = {"NEW": "Newfield", "THIRD": "Thirdham"}
        option = next(o for o in page.find_all("option") if names[borough] in o.get_text())
        return client.submit(path, {"borough": option["value"], "readers": self.readers(page)} | more, to=path)

    @staticmethod
    def readers(page: Any, *names: str) -> list[str]:
        """The references of these readers on a form; Leo's and Rosa's when nobody is named."""
        boxes = page.find_all("input", attrs={"name": "readers"})
        wanted = names or ("Leo Marin", "Rosa Marin")
        label = {each["for"]: each.get_text(strip=True) for each in page.find_all("label") if each.get("for")}
        return [box["value"] for box in boxes if label[box["id"]] in wanted]

    def asked(self, who: str) -> str:
        """The address at which this manager answers."""
        links = self.as_(who).soup("/work/moves").select("main h2 a")
        return str(links[0]["href"]) if links else ""

    def accept(self, who: str = "W-NEW-TM", lead: str = "Noor Aziz", first: date = date(2019, 7, 2)) -> TestResponse:
        """The organisation that was asked says yes, with a name."""
        path = self.asked(who)
        client = self.as_(who)
        option = next(o for o in client.soup(path).find_all("option") if lead in o.get_text())
        return client.submit(
            path, {"lead": option["value"], "function": "social_work"} | day("first_day", first), to=path
        )

    def join(self, who: str) -> None:
        """Whoever was asked to join says yes, on their day."""
        client = self.as_(who)
        form = next(f for f in client.soup("/work/").find_all("form") if f["action"].endswith("/accept"))
        client.submit("/work/", {}, to=form["action"], status=302)

    def move_ref(self) -> str:
        """The reference of the latest move."""
        from portal.moves.models import Move

        with self.around.database.session() as session:
            return str(session.query(Move.ref).order_by(Move.id.desc()).limit(1).scalar())

    def lead_met(self, who: str = "W-NEW", on: date = date(2019, 7, 3)) -> TestResponse:
        """The new lead says that they met."""
        path = f"{self.work}/{self.move_ref()}/met"
        return self.as_(who).submit(path, day("day", on), to=path)

    def family_met(self, who: str = "P-ROSA") -> TestResponse:
        """Somebody of the family says that they met."""
        return self.as_(who).submit("/moving", {}, to=f"/moving/{self.move_ref()}/met")


def said(words: str) -> str:
    """The words of a page as one says them, without the gaps that tags leave before a comma."""
    return re.sub(r"\s+([.,:])", r"\1", words)


def day(name: str, value: date) -> dict[str, str]:
    """The three boxes of a date."""
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}
